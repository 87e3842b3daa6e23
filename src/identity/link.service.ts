import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { requireId } from '../platform/ids.js';
import { cutLinks, findPairs } from './link.queries.js';
import type { AllowLinkInput, ForbidLinkInput } from './link.types.js';
import { weakestCut } from './link-graph.js';
import { bumpVersions } from './merge.queries.js';
import { isOneCustomer, reasonOf } from './merge.service.js';
import { announce, holdCustomers, IdentityActs, requireCustomer } from './merge-acts.js';
import { partCustomers } from './merge-parting.js';
import { deleteProhibitions, insertProhibitions } from './prohibition.queries.js';

export interface ForbidAct {
  readonly customers: readonly [string, string];
  readonly isSplit: boolean;
  readonly isChanged: boolean;
  readonly undone: readonly string[];
}

export interface AllowAct {
  readonly customers: readonly [string, string];
  readonly isChanged: boolean;
}

/** Beyond so many pieces of evidence two profiles hang together as strongly as any. */
const strengthMax = 100;

/** What people decide of links that rules must obey. */
@Injectable()
export class Links {
  constructor(private readonly acts: IdentityActs) {}

  async forbid(caller: Caller, input: ForbidLinkInput): Promise<ForbidAct> {
    const { workspace, actor } = caller;
    const [a, b] = twoProfiles(input);
    const why = { actor, reason: reasonOf(input.reason) };
    return this.acts.transact(workspace, async (db) => {
      const held = await holdCustomers(db, workspace, [a, b]);
      const root = requireCustomer(held, a, 'input.customerId');
      const other = requireCustomer(held, b, 'input.otherId');
      if (root !== other) {
        const added = await insertProhibitions(db, workspace, [{ a, b }], why, held.at);
        if (added > 0) await changeLinks(db, workspace, [root, other]);
        return { customers: [root, other], isSplit: false, isChanged: added > 0, undone: [] };
      }
      const pairs = await findPairs(db, workspace, held.membersOf(root), strengthMax);
      const side = weakestCut(pairs, a, b);
      const crossing = pairs.filter((pair) => side.has(pair.a) !== side.has(pair.b));
      const cut = await cutLinks(db, workspace, [...side], { pairs: crossing }, held.at);
      const { isSplit, undone, customerOf } = await partCustomers(db, workspace, held, cut, [{ a, b }], why);
      return { customers: [customerOf(a), customerOf(b)], isSplit, isChanged: true, undone };
    });
  }

  async allow(caller: Caller, input: AllowLinkInput): Promise<AllowAct> {
    const { workspace } = caller;
    const [a, b] = twoProfiles(input);
    return this.acts.transact(workspace, async (db) => {
      const held = await holdCustomers(db, workspace, [a, b]);
      const root = requireCustomer(held, a, 'input.customerId');
      const other = requireCustomer(held, b, 'input.otherId');
      const lifted = await deleteProhibitions(db, workspace, held.membersOf(root), held.membersOf(other));
      if (lifted > 0) await changeLinks(db, workspace, [root, other]);
      return { customers: [root, other], isChanged: lifted > 0 };
    });
  }
}

/** What may be joined with these is another than before, for batches under way and for suggestions. */
async function changeLinks(db: EntityManager, workspace: number, roots: readonly string[]): Promise<void> {
  await bumpVersions(db, workspace, roots);
  await announce(db, workspace, roots);
}

function twoProfiles(input: { readonly customerId: string; readonly otherId: string }): [string, string] {
  const a = requireId('customer', input.customerId, 'input.customerId');
  const b = requireId('customer', input.otherId, 'input.otherId');
  if (a === b) throw isOneCustomer('input.otherId');
  return [a, b];
}
