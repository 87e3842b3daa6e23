import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { IdentifierTypes, requireType } from '../identity/identifier-types.js';
import { Database } from '../platform/database.js';
import { publish } from '../platform/events.js';
import { externalId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { Relay } from '../platform/relay.js';
import { StaleVersion } from '../platform/stale-version.js';
import { optionalText, requireText } from '../platform/text-input.js';
import { preview } from './evaluation.queries.js';
import { SEGMENT_CLOCK, type SegmentClock } from './membership.service.js';
import { referencesOf } from './rules/compiler.js';
import { checkContradictions } from './rules/contradictions.js';
import { checkCost, checkCostOfAll, costOf } from './rules/cost.js';
import { checkReferences, type Named } from './rules/references.js';
import { parseRule, type Rule, termsOf } from './rules/rule.js';
import {
  holdSegments,
  insertSegment,
  listSegments,
  markDeleted,
  type SegmentContent,
  type SegmentRow,
  writeSegment,
} from './segment.queries.js';
import { endOf, entitlementsOf, lastsOf, priorityOf } from './segment-input.js';
import {
  SEGMENT_GRANTS_CHANGED,
  SEGMENT_RULE_CHANGED,
  type SegmentGrantsChanged,
  type SegmentRuleChanged,
} from './segments.events.js';
import type { CreateSegmentInput, SegmentPreview, UpdateSegmentInput } from './segments.types.js';
import { ruleOf } from './stored-rules.js';

/** One statement of a preview looks at so many customers. */
const customersPerPreviewBatch = 5_000;

const keyShape = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** Acts on segments. Whose membership changes by them is found in the background. */
@Injectable()
export class SegmentService {
  constructor(
    private readonly database: Database,
    private readonly identifierTypes: IdentifierTypes,
    private readonly relay: Relay,
    @Inject(SEGMENT_CLOCK) private readonly clock: SegmentClock,
  ) {}

  async create(caller: Caller, input: CreateSegmentInput): Promise<{ id: string }> {
    const { workspace } = caller;
    if (!keyShape.test(input.key)) {
      throw new Refusal('INPUT_INVALID', 'A key has lower-case letters, digits, - and _, at most 63, and no - first.', {
        field: 'input.key',
      });
    }
    const content = {
      id: randomUUID().replaceAll('-', ''),
      key: input.key,
      name: requireText(input.name, 'input.name', limits.nameCharactersMax),
      description: optionalText(input.description, 'input.description', limits.longTextCharactersMax) ?? null,
      rule: input.rule,
      entitlements: entitlementsOf(input.entitlements ?? []),
      priority: priorityOf(input.priority ?? 0),
      endsAt: endOf(input.endsAt, this.clock.now()),
      lastsSeconds: lastsOf(input.memberFor),
    };
    const rule = await this.check(workspace, input.rule, 'input.rule');
    await this.transact(workspace, async (db) => {
      const others = await holdSegments(db, workspace);
      const limit = limits.segmentsPerWorkspaceMax;
      if (others.length >= limit) {
        throw new Refusal('TOO_MANY', `A workspace has at most ${limit} segments.`, { field: 'input', limit });
      }
      requireRoom(others, rule, 'input.rule');
      checkReferences({ ...content, rule }, named(workspace, others), 'input.rule');
      if (!(await insertSegment(db, workspace, content))) {
        throw new Refusal('KEY_TAKEN', 'There is a segment with that key already.', { field: 'input.key' });
      }
      await announce(db, workspace, { segment: content.id, version: 1, after: '0' });
    });
    return { id: content.id };
  }

  async update(caller: Caller, input: UpdateSegmentInput): Promise<{ id: string; change: SegmentPreview | null }> {
    const { workspace } = caller;
    const name = input.name == null ? undefined : requireText(input.name, 'input.name', limits.nameCharactersMax);
    const description = optionalText(input.description, 'input.description', limits.longTextCharactersMax);
    const entitlements = input.entitlements == null ? undefined : entitlementsOf(input.entitlements);
    const priority = input.priority == null ? undefined : priorityOf(input.priority);
    const endsAt = input.endsAt === undefined ? undefined : endOf(input.endsAt, this.clock.now());
    const lastsSeconds = input.memberFor === undefined ? undefined : lastsOf(input.memberFor);
    const rule = input.rule == null ? null : await this.check(workspace, input.rule, 'input.rule');
    const change =
      rule === null ? null : await this.count(workspace, rule, input.key, { key: 'input.key', rule: 'input.rule' });
    return this.transact(workspace, async (db) => {
      const segments = await holdSegments(db, workspace);
      const segment = requireSegment(segments, input.key, 'input.key');
      if (segment.version !== input.version) throw new StaleVersion('segment', input.version, segment.version);
      const present = ruleOf(workspace, segment).rule;
      const isOther = rule !== null && JSON.stringify(rule) !== JSON.stringify(present);
      const others = segments.filter((other) => other !== segment);
      if (isOther) requireRoom(others, rule, 'input.rule');
      const content = {
        id: segment.id,
        key: segment.key,
        name: name ?? segment.name,
        description: description === undefined ? segment.description : description,
        rule: input.rule ?? segment.rule,
        entitlements: entitlements ?? segment.entitlements,
        priority: priority ?? segment.priority,
        endsAt: endsAt === undefined ? segment.endsAt : endsAt,
        lastsSeconds: lastsSeconds === undefined ? segment.lastsSeconds : lastsSeconds,
      };
      const isOtherTerm =
        content.endsAt?.getTime() !== segment.endsAt?.getTime() || content.lastsSeconds !== segment.lastsSeconds;
      const isConcerning = isOther || isOtherTerm;
      const ruleVersion = segment.ruleVersion + (isConcerning ? 1 : 0);
      checkReferences({ ...content, rule: rule ?? present }, named(workspace, others), 'input.rule');
      await writeSegment(db, workspace, content, ruleVersion, this.clock.now());
      if (givesOtherTiers(segment, content)) await tellOfGrants(db, workspace, segment.id);
      if (isConcerning) await announce(db, workspace, { segment: segment.id, version: ruleVersion, after: '0' });
      return { id: segment.id, change: isOther ? change : null };
    });
  }

  async delete(caller: Caller, key: string): Promise<{ id: string }> {
    const { workspace } = caller;
    return this.transact(workspace, async (db) => {
      const segments = await holdSegments(db, workspace);
      const segment = requireSegment(segments, key, 'input.key');
      requireUnused(key, named(workspace, segments), 'input.key');
      await markDeleted(db, workspace, segment.id, this.clock.now());
      await announce(db, workspace, { segment: segment.id, version: segment.ruleVersion, after: '0' });
      return { id: segment.id };
    });
  }

  /** What a new rule would mean, or with a key, what it would change of that segment. */
  async preview(caller: Caller, written: unknown, key: string | null): Promise<SegmentPreview> {
    const rule = await this.check(caller.workspace, written, 'rule');
    return this.count(caller.workspace, rule, key, { key: 'key', rule: 'rule' });
  }

  /** One transaction, then the relay: what it published is handed on at once. */
  private async transact<T>(workspace: number, act: (db: EntityManager) => Promise<T>): Promise<T> {
    const done = await this.database.inWorkspace(workspace, act);
    this.relay.wake();
    return done;
  }

  /** Batch by batch, so that no statement runs long, until every customer is counted or the time is up. */
  private async count(
    workspace: number,
    rule: Rule,
    key: string | null,
    fields: { readonly key: string; readonly rule: string },
  ): Promise<SegmentPreview> {
    const now = this.clock.now();
    const batchMax = customersPerPreviewBatch;
    const until = performance.now() + limits.previewMsMax;
    const segments = await this.database.inWorkspace(workspace, (db) => listSegments(db, workspace));
    const segment = key === null ? null : requireSegment(segments, key, fields.key);
    const others = segments.filter((other) => other !== segment);
    // A new segment has a key that nothing rests on yet.
    const asked = { key: key ?? '', rule, entitlements: segment?.entitlements ?? [] };
    checkReferences(asked, named(workspace, others), fields.rule);
    const all = others.map((other) => ruleOf(workspace, other));
    const previewed = segment === null ? unmade(rule) : { ...ruleOf(workspace, segment), rule };
    const total = { customers: 0, members: 0, entering: 0, leaving: 0, sampleIds: [] as string[], isComplete: false };
    let after = '0';
    while (!total.isComplete && performance.now() < until) {
      const row = await this.database.inWorkspace(workspace, (db) =>
        preview(db, workspace, { segment: previewed, all }, after, batchMax, now),
      );
      total.customers += row.customers;
      total.members += row.members;
      total.entering += row.entering;
      total.leaving += row.leaving;
      total.sampleIds.push(...row.sample.slice(0, 10 - total.sampleIds.length).map((id) => externalId('customer', id)));
      total.isComplete = row.customers < batchMax;
      after = row.last ?? after;
    }
    const { rows, wholeHistory } = costOf([rule]);
    const cost = {
      rows,
      rowsMax: limits.ruleRowsMax,
      wholeHistory: wholeHistory.map(({ at }) => `${fields.rule}${at}`),
    };
    return { ...total, cost };
  }

  /** Checks a rule wholly, also that the workspace has the identifier types that it names. */
  private async check(workspace: number, written: unknown, field: string): Promise<Rule> {
    const rule = parseRule(written, field);
    checkContradictions(rule, field);
    checkCost(rule, field);
    const types = await this.identifierTypes.of(workspace);
    for (const { condition } of termsOf(rule)) {
      if ('identifier' in condition) requireType(types, condition.identifier, field);
      if ('identifiers' in condition)
        for (const type of condition.identifiers.type ?? []) requireType(types, type, field);
    }
    return rule;
  }
}

/** A rule as the segment that nobody is in yet. */
const unmade = (rule: Rule) => ({
  id: randomUUID().replaceAll('-', ''),
  key: '',
  version: 1,
  rule,
  lastsMs: null,
  endsAt: null,
  hasDecisions: false,
});

const named = (workspace: number, segments: readonly SegmentRow[]) =>
  segments.map((segment) => ({ ...ruleOf(workspace, segment), entitlements: segment.entitlements }));

function requireUnused(key: string, segments: readonly Named[], field: string): void {
  const users = segments.filter((one) => referencesOf(one.rule).includes(key)).map((one) => one.key);
  if (users.length === 0) return;
  const sentence = `Other segments rest on this one: ${users.join(', ')}. Change their rules first.`;
  throw new Refusal('SEGMENT_IN_USE', sentence, { field });
}

function requireSegment(segments: readonly SegmentRow[], key: string, field: string): SegmentRow {
  const segment = segments.find((one) => one.key === key);
  if (!segment) throw new Refusal('NOT_FOUND', 'There is no such segment.', { field });
  return segment;
}

function requireRoom(others: readonly SegmentRow[], rule: Rule, field: string): void {
  const limit = limits.conditionsPerWorkspaceMax;
  const rules = [...others.map((other) => parseRule(other.rule, 'rule')), rule];
  const count = rules.reduce((sum, one) => sum + termsOf(one).length, 0);
  if (count > limit) {
    const sentence = `The rules of a workspace have at most ${limit} conditions together.`;
    throw new Refusal('TOO_MANY', sentence, { field, limit });
  }
  checkCostOfAll(rules, field);
}

/** Whether open issues may have other promises. */
function givesOtherTiers(before: SegmentContent, after: SegmentContent): boolean {
  const tiers = (segment: SegmentContent) => segment.entitlements.filter((name) => name.startsWith('sla:'));
  const all = [...tiers(before), ...tiers(after)];
  if (all.length === 0) return false;
  return before.priority !== after.priority || JSON.stringify(tiers(before)) !== JSON.stringify(tiers(after));
}

function tellOfGrants(db: EntityManager, workspace: number, segment: string): Promise<void> {
  const event: SegmentGrantsChanged = { segment, after: '0' };
  return publish(db, workspace, SEGMENT_GRANTS_CHANGED, event);
}

function announce(db: EntityManager, workspace: number, event: SegmentRuleChanged): Promise<void> {
  return publish(db, workspace, SEGMENT_RULE_CHANGED, event);
}
