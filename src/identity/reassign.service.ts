import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { Database } from '../platform/database.js';
import { externalId, requireId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import type { IdentifierInput } from './identifier.input.js';
import { IdentifierTypes, type IdentityRules } from './identifier-types.js';
import { bumpVersions } from './merge.queries.js';
import { reasonOf, requireUnique } from './merge.service.js';
import { announce, type Held, holdCustomers, IdentityActs, requireCustomer } from './merge-acts.js';
import { brokenLimits } from './merge-limits.js';
import { countIdentifiers } from './merge-limits.queries.js';
import { readIdentifier } from './named-identifier.js';
import { ProfileIds } from './profile-ids.js';
import {
  findOwnerships,
  findPreviousOwner,
  type HeldIdentifier,
  handOver,
  holdIdentifier,
  insertProfile,
  nextProfileBlock,
} from './reassign.queries.js';
import type { IdentifierOwnership, ReassignIdentifierInput, SplitIdentifierInput } from './reassign.types.js';

export interface ReassignAct {
  readonly customer: string;
  readonly previousCustomer: string;
  readonly isChanged: boolean;
}

const ownershipsMax = 100;

/** Gives identifiers to somebody else from a date on. Touchpoints stay with the profile that they arrived with. */
@Injectable()
export class Reassignments {
  readonly #ids = new ProfileIds();

  constructor(
    private readonly acts: IdentityActs,
    private readonly types: IdentifierTypes,
    private readonly database: Database,
  ) {}

  /** To a customer that is there. */
  async reassign(caller: Caller, input: ReassignIdentifierInput, now = new Date()): Promise<ReassignAct> {
    const { workspace, actor } = caller;
    const rules = await this.types.of(workspace);
    const identifier = readIdentifier(input, 'input', rules);
    const to = requireId('customer', input.toCustomerId, 'input.toCustomerId');
    const reason = reasonOf(input.reason);
    const { from, overrideUniqueness } = input;
    requirePast(from, now);
    if (overrideUniqueness && reason === null) {
      throw new Refusal('TOO_FEW', 'To override a uniqueness, say why.', { field: 'input.reason', limit: 1 });
    }
    return this.acts.transact(workspace, async (db) => {
      const known = requireHeld(await holdIdentifier(db, workspace, identifier, from));
      const held = await holdCustomers(db, workspace, [known.profile, to]);
      const previousCustomer = held.rootOf(known.profile) as string;
      const customer = requireCustomer(held, to, 'input.toCustomerId');
      const isTheirs = customer === previousCustomer && !known.isDetached;
      if (isTheirs && known.isTheirsBy) return { customer, previousCustomer, isChanged: false };
      if (!isTheirs) await requireRoom(db, workspace, rules, known, held, customer, overrideUniqueness);
      const profile = isTheirs ? known.profile : to;
      await handOver(db, workspace, { ...known, to: profile, from, act: 'REASSIGNED', actor, reason }, held.at);
      await this.tell(db, workspace, held, [previousCustomer, customer], profile);
      return { customer, previousCustomer, isChanged: true };
    });
  }

  /** To a customer of its own, of whom nothing else is known yet. */
  async split(caller: Caller, input: SplitIdentifierInput, now = new Date()): Promise<ReassignAct> {
    const { workspace, actor } = caller;
    const identifier = readIdentifier(input, 'input', await this.types.of(workspace));
    const reason = reasonOf(input.reason);
    const { from } = input;
    requirePast(from, now);
    return this.acts.transact(workspace, async (db) => {
      const known = requireHeld(await holdIdentifier(db, workspace, identifier, from));
      const before = known.isSplitFrom ? await findPreviousOwner(db, workspace, known.type, known.value) : null;
      const held = await holdCustomers(db, workspace, before === null ? [known.profile] : [known.profile, before]);
      const owner = held.rootOf(known.profile) as string;
      if (before !== null) {
        return { customer: owner, previousCustomer: held.rootOf(before) as string, isChanged: false };
      }
      const profile = await this.newProfile(db, workspace);
      await handOver(db, workspace, { ...known, to: profile, from, act: 'SPLIT', actor, reason }, held.at);
      await this.tell(db, workspace, held, [owner], profile);
      return { customer: profile, previousCustomer: owner, isChanged: true };
    });
  }

  /** Whose an identifier was and is, the latest decision first: at most 100. */
  async history(caller: Caller, given: IdentifierInput): Promise<IdentifierOwnership[]> {
    const { workspace, isMasked } = caller;
    const identifier = readIdentifier(given, 'identifier', await this.types.of(workspace));
    const rows = await this.database.inWorkspace(workspace, (db) =>
      findOwnerships(db, workspace, identifier, ownershipsMax),
    );
    return rows.map(({ customer, actor, reason, ...times }) => ({
      ...times,
      customerId: externalId('customer', customer),
      endedBy: actor,
      reason: isMasked ? null : reason,
    }));
  }

  private async tell(db: EntityManager, workspace: number, held: Held, roots: readonly string[], profile: string) {
    await bumpVersions(db, workspace, roots);
    await announce(db, workspace, [profile, ...held.members.map((member) => member.id)]);
  }

  private async newProfile(db: EntityManager, workspace: number): Promise<string> {
    const lent = await this.#ids.lend(1, () => nextProfileBlock(db));
    const id = String(lent.next());
    await insertProfile(db, workspace, id);
    return id;
  }
}

function requireHeld(known: HeldIdentifier | null): HeldIdentifier {
  if (!known) throw new Refusal('NOT_FOUND', 'There is no such identifier.', { field: 'input.value' });
  const limit = limits.identifierHandoversMax;
  if (known.handovers >= limit) {
    throw new Refusal('TOO_MANY', `An identifier is given away ${limit} times at most.`, { field: 'input', limit });
  }
  return known;
}

/** The new owner may have no other value of a unique type, unless a person says that it may. */
async function requireRoom(
  db: EntityManager,
  workspace: number,
  rules: IdentityRules,
  { type: name }: HeldIdentifier,
  held: Held,
  customer: string,
  overrideUniqueness: boolean,
): Promise<void> {
  const members = held.members.filter((member) => member.root === customer);
  const counts = await countIdentifiers(db, workspace, rules.types, members);
  const type = rules.types.get(name);
  const own = new Map(counts.map((one) => [one.type, one.count]));
  requireUnique(brokenLimits(new Map(type ? [[name, type]] : []), [own, new Map([[name, 1]])]), overrideUniqueness);
}

/** A date to come would need someone to remember it. */
function requirePast(from: string, now: Date): void {
  if (Date.parse(from) <= now.getTime()) return;
  throw new Refusal('OUT_OF_RANGE', 'An identifier is given away from now or an earlier date on.', {
    field: 'input.from',
  });
}
