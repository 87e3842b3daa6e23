import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Events, type OutboxEvent, publish } from '../platform/events.js';
import { deterministicId } from '../platform/ids.js';
import { renormalise } from './identifier-renormalise.js';
import type { IdentifierType } from './identifier-type.js';
import { IdentifierTypes, type IdentityRules, readRules } from './identifier-types.js';
import {
  COLLISIONS_DECIDED,
  FORMS_COLLIDED,
  type FormCollision,
  type FormsCollided,
  IDENTITY_REAPPLY,
  type IdentityReapply,
} from './identity.events.js';
import {
  type Detachment,
  detachIdentifiers,
  foldIdentifiers,
  insertClaims,
  moveEvents,
  publishReapplication,
  type Rename,
  renameIdentifiers,
} from './identity-reapply.queries.js';
import {
  findIdentifiers,
  findIdentifiersAfter,
  holdSettings,
  type StoredIdentifier,
  writeProgress,
} from './identity-settings.queries.js';
import { lockIdentity } from './merge.queries.js';
import { announce } from './merge-acts.js';
import { lanes, noteDue } from './suggestions/due.queries.js';

/** So few at once that ingest, which waits meanwhile, does not notice. */
const stretch = 500;
/** By then batches that were read before the first pass are written, and collisions are decided. */
const secondPassMs = 1_000;
/** Longer than any process goes by rules that it read before. */
const rulesKnownMs = 35_000;

export const reapplyDelayMs = (given: number | null): number => given ?? rulesKnownMs;

const sameReason = 'in the new form it is the same as another of its customer';

const due = { lane: lanes.now, isForced: true } as const;

const keyOf = (one: { type: string; value: string }) => `${one.type} ${one.value}`;

/** Brings stored identifiers into the form of changed rules, a stretch at a time, behind the relay. */
@Injectable()
export class IdentityReapplications implements OnModuleInit {
  constructor(
    private readonly events: Events,
    private readonly types: IdentifierTypes,
  ) {}

  onModuleInit(): void {
    this.events.subscribe(IDENTITY_REAPPLY, 3, (db, event) => this.advance(db, event));
    this.events.subscribe(COLLISIONS_DECIDED, 3, settleCollisions);
  }

  private async advance(db: EntityManager, event: OutboxEvent): Promise<void> {
    const { workspace } = event;
    const { after, pass } = event.payload as IdentityReapply;
    await lockIdentity(db, workspace);
    const settings = await holdSettings(db, workspace);
    const { former, progress } = settings;
    // Handled before, up to the end.
    if (!former || !progress) return;
    const rules = await readRules(db, workspace);
    const types = Object.keys(former.comparisons).sort();
    const page = await findIdentifiersAfter(db, workspace, types, after, stretch);
    const done = await apply(db, workspace, rules, page);
    const isSecond = pass === 2;
    const last = page.at(-1);
    const isOver = !last || page.length < stretch;
    const now = {
      ...progress,
      state: isOver && isSecond ? ('DONE' as const) : ('RUNNING' as const),
      checked: progress.checked + (isSecond ? 0 : page.length),
      renamed: progress.renamed + done.renamed,
      detached: progress.detached + done.detached,
      folded: progress.folded + done.folded,
    };
    await writeProgress(db, workspace, now, now.state === 'DONE' ? null : former);
    if (now.state === 'DONE') this.types.forget(workspace);
    else if (isOver)
      await publishReapplication(db, workspace, { after: { type: '', value: '' }, pass: 2 }, secondPassMs);
    else await publishReapplication(db, workspace, { after: { type: last.type, value: last.value }, pass }, 0);
  }
}

async function apply(db: EntityManager, workspace: number, rules: IdentityRules, page: readonly StoredIdentifier[]) {
  const { former } = rules;
  const renames: (Rename & { readonly one: StoredIdentifier })[] = [];
  const detachments: Detachment[] = [];
  for (const one of page) {
    const type = rules.types.get(one.type);
    const before = former?.types.get(one.type);
    // A detached one names nobody in any form.
    if (!type || !before || !former || one.profile === null) continue;
    const next = renormalise(one, { type: before, defaultRegion: former.defaultRegion }, present(rules, type));
    if ('refused' in next) {
      detachments.push({ ...one, reason: `${next.refused}: ${next.reason}` });
    } else if (next.value !== one.value) {
      renames.push({ type: one.type, value: one.value, to: next.value, one });
    }
  }
  const holders = new Map<string, StoredIdentifier>();
  for (const one of await findIdentifiers(
    db,
    workspace,
    renames.map(({ type, to }) => ({ type, value: to })),
  )) {
    holders.set(keyOf(one), one);
  }
  const plain: Rename[] = [];
  const folds: Rename[] = [];
  const collisions: FormCollision[] = [];
  for (const { type, value, to, one } of renames) {
    const key = keyOf({ type, value: to });
    const holder = holders.get(key);
    if (!holder) {
      plain.push({ type, value, to });
      holders.set(key, one);
    } else if (holder.customer === null || one.customer === holder.customer) {
      folds.push({ type, value, to });
      if (holder.customer === null) holders.set(key, one);
    } else {
      const evidence = deterministicId(String(workspace), 'renormalised', type, value, to);
      collisions.push({ type, value, to, seenAt: Math.max(holder.lastSeen, one.lastSeen), evidence });
    }
  }
  if (plain.length > 0) await renameIdentifiers(db, workspace, plain);
  if (folds.length > 0) {
    await foldIdentifiers(db, workspace, folds);
    detachments.push(...folds.map(({ type, value }) => ({ type, value, reason: sameReason })));
  }
  if (detachments.length > 0) await announce(db, workspace, await detachIdentifiers(db, workspace, detachments));
  if (folds.length > 0) await moveEvents(db, workspace, folds);
  if (collisions.length > 0) {
    const event: FormsCollided = { pairs: collisions };
    await publish(db, workspace, FORMS_COLLIDED, event);
  }
  return { renamed: plain.length, folded: folds.length, detached: detachments.length - folds.length };
}

function present(rules: IdentityRules, type: IdentifierType) {
  return { type, defaultRegion: rules.defaultRegion };
}

/** Ingest has joined the customers of each pair, or a protection kept them apart: then a suggestion is left. */
async function settleCollisions(db: EntityManager, event: OutboxEvent): Promise<void> {
  const { workspace } = event;
  const { pairs } = event.payload as FormsCollided;
  await lockIdentity(db, workspace);
  const found = new Map<string, StoredIdentifier>();
  for (const one of await findIdentifiers(db, workspace, [
    ...pairs,
    ...pairs.map(({ type, to }) => ({ type, value: to })),
  ])) {
    found.set(keyOf(one), one);
  }
  // A pair whose identifier is detached was settled before.
  const open = pairs.flatMap((pair) => {
    const one = found.get(keyOf(pair));
    const other = found.get(keyOf({ type: pair.type, value: pair.to }));
    return one?.profile && other?.profile ? [{ ...pair, one, other }] : [];
  });
  if (open.length === 0) return;
  const apart = open.filter(({ one, other }) => one.customer !== other.customer);
  const detached = await detachIdentifiers(
    db,
    workspace,
    open.map((pair) => ({
      type: pair.type,
      value: pair.value,
      reason: apart.includes(pair)
        ? 'another customer has it in the new form, and a protection keeps the two apart'
        : sameReason,
    })),
  );
  await announce(db, workspace, detached);
  await moveEvents(db, workspace, open);
  if (apart.length > 0) {
    const claims = apart.map(({ one, other, evidence }) => ({
      a: one.profile as string,
      b: other.profile as string,
      evidence,
    }));
    await insertClaims(db, workspace, claims);
    await noteDue(db, workspace, [...claims.map((one) => one.a), ...claims.map((one) => one.b)], due);
  }
  const { former, progress } = await holdSettings(db, workspace);
  if (!progress) return;
  const merged = progress.merged + open.length - apart.length;
  await writeProgress(db, workspace, { ...progress, merged, reported: progress.reported + apart.length }, former);
}
