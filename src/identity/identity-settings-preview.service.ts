import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { Database } from '../platform/database.js';
import { externalId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { renormalise } from './identifier-renormalise.js';
import type { IdentifierType } from './identifier-type.js';
import { readRules } from './identifier-types.js';
import { changedForms, nextSettings, type Settings, settingsOf } from './identity-settings.js';
import {
  findCustomersOverLimit,
  findIdentifiers,
  findIdentifiersAfter,
  findTypesInUse,
  type StoredIdentifier,
} from './identity-settings.queries.js';
import type {
  IdentityPreviewSample,
  IdentitySettingsInput,
  IdentitySettingsPreview,
} from './identity-settings.types.js';

const pageSize = 5_000;
const samplesPerEffectMax = 5;

const keyOf = (one: { type: string; value: string }) => `${one.type} ${one.value}`;

/** True when a type allows fewer than before, more of them count for its limit, or the oldest above it go now. */
function isStricter(before: IdentifierType, after: IdentifierType): boolean {
  const countsMore = before.windowDays !== null && (after.windowDays === null || after.windowDays > before.windowDays);
  const letsGo = before.overflow === 'demote' && after.overflow !== 'demote';
  return after.limitPerCustomer < before.limitPerCustomer || countsMore || letsGo;
}

/** Says beforehand whom a change of the settings would touch, within a time; it changes nothing. */
@Injectable()
export class IdentitySettingsPreviews {
  constructor(private readonly database: Database) {}

  async preview(
    caller: Caller,
    input: IdentitySettingsInput,
    msMax: number = limits.identityPreviewMsMax,
  ): Promise<IdentitySettingsPreview> {
    const { workspace } = caller;
    const givesUpAt = performance.now() + msMax;
    const before = await this.database.inWorkspace(workspace, async (db) => settingsOf(await readRules(db, workspace)));
    const after = nextSettings(before, input);
    const removed = [...before.types.keys()].filter((name) => !after.types.has(name));
    const removedTypesInUse = await this.database.inWorkspace(workspace, (db) =>
      findTypesInUse(db, workspace, removed),
    );
    const found = new Findings(caller.isMasked);
    const isLimitsDone = await this.overLimits(workspace, before, after, found, givesUpAt);
    const isFormsDone = await this.forms(workspace, before, after, found, givesUpAt);
    return { ...found.counts, isComplete: isLimitsDone && isFormsDone, removedTypesInUse, sample: found.sample };
  }

  /** Of types whose limit is stricter than before. */
  private async overLimits(workspace: number, before: Settings, after: Settings, found: Findings, givesUpAt: number) {
    for (const type of after.types.values()) {
      const was = before.types.get(type.name);
      if (!was || !isStricter(was, type)) continue;
      const left = givesUpAt - performance.now();
      if (left <= 0) return false;
      try {
        const rows = await this.database.inWorkspace(workspace, (db) =>
          findCustomersOverLimit(db, workspace, type, left),
        );
        for (const { customer } of rows) found.overLimit(type.name, customer);
      } catch (error) {
        if ((error as { code?: string }).code !== '57014') throw error;
        return false;
      }
    }
    return true;
  }

  private async forms(workspace: number, before: Settings, after: Settings, found: Findings, givesUpAt: number) {
    const types = changedForms(before, after).sort();
    if (types.length === 0) return true;
    let place = { type: '', value: '' };
    for (;;) {
      if (performance.now() > givesUpAt) return false;
      const page = await this.database.inWorkspace(workspace, (db) =>
        findIdentifiersAfter(db, workspace, types, place, pageSize),
      );
      await this.page(workspace, before, after, page, found);
      const last = page.at(-1);
      if (!last || page.length < pageSize) return true;
      place = { type: last.type, value: last.value };
    }
  }

  private async page(
    workspace: number,
    before: Settings,
    after: Settings,
    page: readonly StoredIdentifier[],
    found: Findings,
  ): Promise<void> {
    const renamed: { one: StoredIdentifier; value: string }[] = [];
    for (const one of page) {
      const former = { type: before.types.get(one.type) as IdentifierType, defaultRegion: before.defaultRegion };
      const present = { type: after.types.get(one.type) as IdentifierType, defaultRegion: after.defaultRegion };
      const next = renormalise(one, former, present);
      found.counts.checked++;
      if ('refused' in next) found.blocked(one);
      else if (next.value !== one.value) renamed.push({ one, value: next.value });
    }
    const targets = renamed.map(({ one, value }) => ({ type: one.type, value }));
    const taken = await this.database.inWorkspace(workspace, (db) => findIdentifiers(db, workspace, targets));
    const owners = new Map(taken.map((one) => [keyOf(one), one.customer]));
    for (const { one, value } of renamed)
      found.renamed(one, value, owners.get(keyOf({ type: one.type, value })) ?? null);
  }
}

/** Counts all, and keeps some of each effect to show. */
class Findings {
  readonly counts = { checked: 0, renamed: 0, blocked: 0, colliding: 0, customersOverLimit: 0 };
  readonly sample: IdentityPreviewSample[] = [];
  /** Whose a value would be, of those that several identifiers would get. */
  readonly #owners = new Map<string, string | null>();

  constructor(private readonly isMasked: boolean) {}

  overLimit(type: string, customer: string): void {
    this.counts.customersOverLimit++;
    this.show('OVER_LIMIT', type, null, null, [customer]);
  }

  blocked(one: StoredIdentifier): void {
    this.counts.blocked++;
    this.show('BLOCKED', one.type, one.value, null, [one.customer]);
  }

  renamed(one: StoredIdentifier, value: string, owner: string | null): void {
    const key = keyOf({ type: one.type, value });
    const other = owner ?? this.#owners.get(key) ?? null;
    if (!this.#owners.has(key)) this.#owners.set(key, one.customer);
    this.counts.renamed++;
    const isCollision = other !== null && one.customer !== null && other !== one.customer;
    if (isCollision) this.counts.colliding++;
    this.show(isCollision ? 'COLLIDES' : 'RENAMED', one.type, one.value, value, [
      one.customer,
      isCollision ? other : null,
    ]);
  }

  private show(
    effect: string,
    type: string,
    value: string | null,
    newValue: string | null,
    customers: readonly (string | null)[],
  ): void {
    if (this.sample.filter((one) => one.effect === effect).length >= samplesPerEffectMax) return;
    const masked = (text: string | null) => (text !== null && this.isMasked ? `****${text.slice(-2)}` : text);
    const customerIds = customers.filter((one) => one !== null).map((one) => externalId('customer', one));
    this.sample.push({ effect, type, value: masked(value), newValue: masked(newValue), customerIds });
  }
}
