import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { requireId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { optionalText } from '../platform/text-input.js';
import { IdentifierTypes } from './identifier-types.js';
import { type Cut, cutLinks, findNamed, insertManualLink, MANUAL, takeEvidenceBack } from './link.queries.js';
import { byAge, pathBetween } from './link-graph.js';
import {
  findManualMerge,
  holdMerge,
  insertMerge,
  type MemberRow,
  type MergeRow,
  movePointers,
} from './merge.queries.js';
import type { MergeCustomersInput, UndoMergeInput } from './merge.types.js';
import { announce, type Held, holdCustomers, IdentityActs, requireCustomer } from './merge-acts.js';
import { findAbsorbed } from './merge-evidence.queries.js';
import { type BrokenLimit, brokenLimits } from './merge-limits.js';
import { countIdentifiers } from './merge-limits.queries.js';
import { partCustomers, pointersOf } from './merge-parting.js';
import { findProhibitions } from './prohibition.queries.js';
import { findSteps } from './why-linked.queries.js';
import { withIdentifiers } from './why-linked.service.js';
import type { LinkStep } from './why-linked.types.js';

export interface MergeAct {
  readonly customer: string;
  /** Null when the two were one before and no person had said so. */
  readonly merge: string | null;
  readonly isNew: boolean;
}

export interface UndoAct {
  readonly merge: string;
  /** False when it was undone before. */
  readonly isChanged: boolean;
  /** What the two are now; one, when something else still joins them. */
  readonly customers: readonly string[];
  readonly stillJoinedBy: readonly LinkStep[];
}

/** Merges that people make and take back: pointers move, and what says why; nothing else is touched. */
@Injectable()
export class Merges {
  constructor(
    private readonly acts: IdentityActs,
    private readonly types: IdentifierTypes,
  ) {}

  async merge(caller: Caller, input: MergeCustomersInput): Promise<MergeAct> {
    const { workspace } = caller;
    const survivorProfile = requireId('customer', input.survivorId, 'input.survivorId');
    const otherProfile = requireId('customer', input.otherId, 'input.otherId');
    if (survivorProfile === otherProfile) throw isOneCustomer('input.otherId');
    const reason = reasonOf(input.reason);
    if (input.overrideUniqueness && reason === null) {
      const field = 'input.reason';
      throw new Refusal('TOO_FEW', 'To override a uniqueness, say why.', { field, limit: 1 });
    }
    const { types } = await this.types.of(workspace);

    const { overrideUniqueness } = input;
    const wish = {
      survivorProfile,
      otherProfile,
      reason,
      overrideUniqueness,
      rule: MANUAL,
      refusedField: 'input.otherId',
    };
    return this.acts.transact(workspace, (db) => mergeWithin(db, caller, wish, types));
  }

  async undo(caller: Caller, input: UndoMergeInput): Promise<UndoAct> {
    const { workspace, actor } = caller;
    const id = requireId('merge', input.mergeId, 'input.mergeId');
    const why = { actor, reason: reasonOf(input.reason) };
    return this.acts.transact(workspace, async (db) => {
      const merge = await holdMerge(db, workspace, id);
      if (!merge) throw new Refusal('NOT_FOUND', 'There is no such merge.', { field: 'input.mergeId' });
      const named = merge.evidence === null ? [] : await findNamed(db, workspace, merge.evidence);
      const live = named.filter((one) => one.isLive).map((one) => one.id);
      const joined = merge.isUndone ? named.map((one) => one.id) : live;
      const held = await holdCustomers(db, workspace, [merge.survivor, merge.absorbed, ...joined]);
      if (merge.isUndone) {
        const ends = joined.length > 0 ? joined : [merge.survivor, merge.absorbed];
        const customers = customersOf(ends, (profile) => held.rootOf(profile) as string);
        return { merge: id, isChanged: false, customers, stillJoinedBy: [] };
      }
      const cut = await takeBack(db, workspace, merge, live, held);
      const parted = await partCustomers(db, workspace, held, cut, cut.pairs, why);
      const ends = cut.pairs.flatMap(({ a, b }) => [a, b]);
      const customers = customersOf(ends.length > 0 ? ends : [merge.survivor, merge.absorbed], parted.customerOf);
      const between = parted.isSplit ? undefined : cut.pairs[0];
      const path = between ? pathBetween(parted.pairs, between.a, between.b) : null;
      const steps = path ? await findSteps(db, workspace, path) : [];
      const stillJoinedBy = await withIdentifiers(db, workspace, steps, caller.isMasked);
      return { merge: id, isChanged: true, customers, stillJoinedBy };
    });
  }
}

/** What a person wishes to be one, by profiles of both. */
export interface MergeWish {
  readonly survivorProfile: string;
  readonly otherProfile: string;
  readonly reason: string | null;
  readonly overrideUniqueness: boolean;
  /** How the merge is recorded; the link itself is a person's word in any case. */
  readonly rule: string;
  /** The caller's field that is to blame when the two may not be one. */
  readonly refusedField: string;
}

/** Makes two customers one in the transaction of a person's act. */
export async function mergeWithin(
  db: EntityManager,
  caller: Caller,
  wish: MergeWish,
  types: Parameters<typeof brokenLimits>[0],
): Promise<MergeAct> {
  const { workspace, actor } = caller;
  const { survivorProfile, otherProfile, reason, rule, refusedField } = wish;
  const held = await holdCustomers(db, workspace, [survivorProfile, otherProfile]);
  const survivor = requireCustomer(held, survivorProfile, 'input.survivorId');
  const absorbed = requireCustomer(held, otherProfile, 'input.otherId');
  if (survivor === absorbed) {
    const merge = await findManualMerge(db, workspace, survivorProfile, otherProfile);
    return { customer: survivor, merge, isNew: false };
  }
  await requireAllowed(db, workspace, held.membersOf(survivor), held.membersOf(absorbed), refusedField);
  const broken = await limitsBrokenBy(db, workspace, types, held.members, survivor, absorbed);
  requireUnique(broken, wish.overrideUniqueness);

  const evidence = randomUUID();
  await insertManualLink(db, workspace, { a: survivorProfile, b: otherProfile, evidence }, held.at);
  const merge = await insertMerge(db, workspace, { survivor, absorbed, evidence, rule, actor, reason }, held.at);
  await movePointers(db, workspace, mergedPointers(held, survivor, absorbed), held.at);
  await announce(
    db,
    workspace,
    held.members.map((member) => member.id),
  );
  return { customer: survivor, merge, isNew: true };
}

/**
 * Takes back what carried a merge: of its evidence, the links between those who came with the absorbed customer and the
 * others. Evidence whose sides cannot be told any more is taken back whole; a merge without a link that holds parts the
 * two that it joined, unless others join them.
 */
async function takeBack(
  db: EntityManager,
  workspace: number,
  merge: MergeRow,
  live: readonly string[],
  held: Held,
): Promise<Cut> {
  if (merge.evidence === null || live.length === 0) {
    const isOne = held.rootOf(merge.survivor) === held.rootOf(merge.absorbed);
    return { pairs: isOne ? [{ a: merge.survivor, b: merge.absorbed }] : [], merges: [merge.id] };
  }
  const side = await findAbsorbed(db, workspace, merge.id);
  const cut = await cutLinks(db, workspace, side, { evidence: merge.evidence }, held.at);
  const taken = cut.pairs.length > 0 ? cut : await takeEvidenceBack(db, workspace, merge.evidence, held.at);
  return { pairs: taken.pairs, merges: [...new Set([merge.id, ...taken.merges])].sort(byAge) };
}

function mergedPointers(held: Held, survivor: string, absorbed: string) {
  const moving = held.membersOf(absorbed);
  const size = held.membersOf(survivor).length + moving.length;
  const [kept] = pointersOf(survivor, [survivor], false);
  return [
    { ...(kept as NonNullable<typeof kept>), merges: size - 1 },
    ...moving.map((id) => ({ id, root: survivor, isMoved: true, merges: null })),
  ];
}

async function requireAllowed(
  db: EntityManager,
  workspace: number,
  side: readonly string[],
  others: readonly string[],
  field: string,
): Promise<void> {
  const [prohibition] = await findProhibitions(db, workspace, side, others);
  if (!prohibition) return;
  const sentence = 'It was decided that these two are not one customer. Lift that with allowLink first.';
  throw new Refusal('LINK_FORBIDDEN', sentence, { field });
}

/** The limits that two customers would pass as one, by what is stored. */
export async function limitsBrokenBy(
  db: EntityManager,
  workspace: number,
  types: Parameters<typeof brokenLimits>[0],
  members: readonly MemberRow[],
  survivor: string,
  absorbed: string,
): Promise<BrokenLimit[]> {
  const counts = await countIdentifiers(db, workspace, types, members);
  const of = (root: string) => new Map(counts.filter((one) => one.root === root).map((one) => [one.type, one.count]));
  return brokenLimits(types, [of(survivor), of(absorbed)]);
}

/** Two values of a unique type mean two customers: a person may know better, and says so. */
export function requireUnique(broken: readonly BrokenLimit[], isOverridden: boolean): void {
  const unique = broken.filter((one) => one.isUnique).map((one) => one.type);
  if (unique.length === 0 || isOverridden) return;
  const sentence = `One customer would have several values of ${unique.join(', ')}, which must be unique. Override it with a reason if they are one all the same.`;
  throw new Refusal('UNIQUENESS_BROKEN', sentence, { field: 'input.overrideUniqueness' });
}

/** The words of a person who decides something, `input.reason`; null when there are none. */
export function reasonOf(text: string | null | undefined): string | null {
  return optionalText(text, 'input.reason', limits.longTextCharactersMax) ?? null;
}

export function isOneCustomer(field: string): Refusal {
  return new Refusal('INPUT_INVALID', 'Name two different customers.', { field });
}

function customersOf(profiles: readonly string[], customerOf: (profile: string) => string): string[] {
  return [...new Set(profiles.map(customerOf))];
}
