import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../../access/caller.js';
import { requireId } from '../../platform/ids.js';
import { Refusal } from '../../platform/refusal.js';
import { IdentifierTypes } from '../identifier-types.js';
import { bumpVersions } from '../merge.queries.js';
import { mergeWithin, reasonOf } from '../merge.service.js';
import { announce, type Held, holdCustomers, IdentityActs } from '../merge-acts.js';
import { deleteProhibitions, insertProhibitions } from '../prohibition.queries.js';
import { lockUpkeep } from './due.queries.js';
import { inOrder, type SuggestionStatus } from './suggestion.js';
import {
  findConfirmation,
  findSuggestion,
  insertDecision,
  type NewDecision,
  type SuggestionRow,
  writeStatus,
} from './suggestion.queries.js';
import type { ConfirmSuggestionInput, RejectSuggestionInput, ReopenSuggestionInput } from './suggestion.types.js';

/** The rule of a merge that a person made of a suggestion. */
const SUGGESTION = 'SUGGESTION';

export interface ConfirmAct {
  /** The suggestion, by its inner id. */
  readonly suggestion: string;
  readonly customer: string;
  readonly merge: string | null;
  readonly isNew: boolean;
}

export interface DecisionAct {
  readonly suggestion: string;
  readonly isChanged: boolean;
}

/** The suggestion that a client means, with both customers locked. */
interface Meant {
  readonly held: Held;
  /** The customers as they are now; the same twice when they have become one. */
  readonly a: string;
  readonly b: string;
  /** Null when the two are one, or nothing suggests them any more. */
  readonly row: SuggestionRow | null;
}

/** What people decide of suggestions. Nothing is ever merged without one of them. */
@Injectable()
export class Suggestions {
  constructor(
    private readonly acts: IdentityActs,
    private readonly types: IdentifierTypes,
  ) {}

  /** Merges the two by the same act as `mergeCustomers`, and records who did it and on what grounds. */
  async confirm(caller: Caller, input: ConfirmSuggestionInput): Promise<ConfirmAct> {
    const { workspace } = caller;
    const ids = idsOf(input.id);
    const reason = reasonOf(input.reason);
    if (input.overrideUniqueness && reason === null) {
      const field = 'input.reason';
      throw new Refusal('TOO_FEW', 'To override a uniqueness, say why.', { field, limit: 1 });
    }
    const survivor = input.survivorId == null ? null : requireId('customer', input.survivorId, 'input.survivorId');
    const { types } = await this.types.of(workspace);
    return this.acts.transact(workspace, async (db) => {
      const meant = await hold(db, workspace, ids, survivor === null ? [] : [survivor]);
      const { held, a, b, row } = meant;
      if (a === b) {
        const merge = await findConfirmation(db, workspace, ids);
        if (merge === null) throw areOne();
        return { suggestion: innerIdOf(ids), customer: a, merge, isNew: false };
      }
      const pair = requireRow(row);
      const kept = survivor === null ? pair.a : held.rootOf(survivor);
      if (kept !== a && kept !== b) {
        const sentence = 'The one that stays must be one of the two.';
        throw new Refusal('INPUT_INVALID', sentence, { field: 'input.survivorId' });
      }
      const wish = {
        survivorProfile: kept,
        otherProfile: kept === a ? b : a,
        reason,
        overrideUniqueness: input.overrideUniqueness,
        rule: SUGGESTION,
        refusedField: 'input.id',
      };
      const { customer, merge } = await mergeWithin(db, caller, wish, types);
      await decide(db, caller, meant, { act: 'CONFIRMED', reason, merge }, 'CONFIRMED');
      return { suggestion: innerIdOf(pair), customer, merge, isNew: true };
    });
  }

  /** Says that they are two: leaves a do-not-link edge, which rules, other people and later suggestions obey. */
  async reject(caller: Caller, input: RejectSuggestionInput): Promise<DecisionAct> {
    const { workspace, actor } = caller;
    const ids = idsOf(input.id);
    const reason = reasonOf(input.reason);
    return this.acts.transact(workspace, async (db) => {
      const meant = await hold(db, workspace, ids);
      const { held, a, b, row } = meant;
      if (a === b) throw await decidedOrOne(db, workspace, ids);
      const pair = requireRow(row);
      if (pair.status === 'REJECTED') return { suggestion: innerIdOf(pair), isChanged: false };
      await insertProhibitions(db, workspace, [{ a, b }], { actor, reason }, held.at);
      await changed(db, workspace, [a, b]);
      await decide(db, caller, meant, { act: 'REJECTED', reason, merge: null }, 'REJECTED');
      return { suggestion: innerIdOf(pair), isChanged: true };
    });
  }

  /** Takes back that they are two: lifts every do-not-link edge between them. */
  async reopen(caller: Caller, input: ReopenSuggestionInput): Promise<DecisionAct> {
    const { workspace } = caller;
    const ids = idsOf(input.id);
    const reason = reasonOf(input.reason);
    return this.acts.transact(workspace, async (db) => {
      const meant = await hold(db, workspace, ids);
      const { held, a, b, row } = meant;
      if (a === b) throw await decidedOrOne(db, workspace, ids);
      const pair = requireRow(row);
      if (pair.status === 'OPEN') return { suggestion: innerIdOf(pair), isChanged: false };
      await deleteProhibitions(db, workspace, held.membersOf(a), held.membersOf(b));
      await changed(db, workspace, [a, b]);
      await decide(db, caller, meant, { act: 'REOPENED', reason, merge: null }, 'OPEN');
      return { suggestion: innerIdOf(pair), isChanged: true };
    });
  }
}

/** A suggestion's id is the two profiles that it was made of: wherever they are by now, it means their customers. */
async function hold(
  db: EntityManager,
  workspace: number,
  ids: { readonly a: string; readonly b: string },
  others: readonly string[] = [],
): Promise<Meant> {
  await lockUpkeep(db, workspace);
  const held = await holdCustomers(db, workspace, [ids.a, ids.b, ...others]);
  const roots = [held.rootOf(ids.a), held.rootOf(ids.b)];
  if (roots[0] == null || roots[1] == null) throw notThere();
  const { a, b } = inOrder(roots[0], roots[1]);
  return { held, a, b, row: a === b ? null : await findSuggestion(db, workspace, a, b) };
}

async function decide(
  db: EntityManager,
  { workspace, actor }: Caller,
  { held, a, b }: Meant,
  decision: Omit<NewDecision, 'actor'>,
  status: SuggestionStatus,
): Promise<void> {
  await insertDecision(db, workspace, { a, b }, { ...decision, actor }, held.at);
  await writeStatus(db, workspace, { a, b }, status, held.at);
}

async function changed(db: EntityManager, workspace: number, roots: readonly string[]): Promise<void> {
  await bumpVersions(db, workspace, roots);
  await announce(db, workspace, roots);
}

async function decidedOrOne(
  db: EntityManager,
  workspace: number,
  ids: { readonly a: string; readonly b: string },
): Promise<Refusal> {
  if ((await findConfirmation(db, workspace, ids)) === null) return areOne();
  return new Refusal('STATUS_FORBIDS', 'It was confirmed: take the merge back with undoMerge.', { field: 'input.id' });
}

function requireRow(row: SuggestionRow | null): SuggestionRow {
  if (!row) throw notThere();
  return row;
}

function notThere(): Refusal {
  return new Refusal('NOT_FOUND', 'There is no such suggestion, or nothing suggests it any more.', {
    field: 'input.id',
  });
}

function areOne(): Refusal {
  return new Refusal('CUSTOMERS_ARE_ONE', 'The two have become one customer in another way.', { field: 'input.id' });
}

/** The inner id of a suggestion is both numbers, the smaller first, in hexadecimal digits. */
function idsOf(id: string): { readonly a: string; readonly b: string } {
  const inner = requireId('suggestion', id, 'input.id');
  const numbers = [inner.slice(0, 16), inner.slice(16)].map((digits) => BigInt(`0x${digits}`));
  if (numbers.some((number) => number > profileIdMax)) throw notThere();
  const [one, other] = numbers.map(String) as [string, string];
  return inOrder(one, other);
}

const profileIdMax = 2n ** 63n - 1n;

function innerIdOf({ a, b }: { readonly a: string; readonly b: string }): string {
  return [a, b].map((id) => BigInt(id).toString(16).padStart(16, '0')).join('');
}
