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
import { conditionsOf, parseRule, type Rule } from './rule.js';
import {
  findSegmentByKey,
  holdSegments,
  insertSegment,
  markDeleted,
  type SegmentRow,
  writeSegment,
} from './segment.queries.js';
import { SEGMENT_RULE_CHANGED, type SegmentRuleChanged } from './segments.events.js';
import type { CreateSegmentInput, SegmentPreview, UpdateSegmentInput } from './segments.types.js';

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
    };
    const rule = await this.check(workspace, input.rule, 'input.rule');
    await this.transact(workspace, async (db) => {
      const others = await holdSegments(db, workspace);
      const limit = limits.segmentsPerWorkspaceMax;
      if (others.length >= limit) {
        throw new Refusal('TOO_MANY', `A workspace has at most ${limit} segments.`, { field: 'input', limit });
      }
      requireRoom(others, rule, 'input.rule');
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
    const rule = input.rule == null ? null : await this.check(workspace, input.rule, 'input.rule');
    const change = rule === null ? null : await this.count(workspace, rule, input.key, 'input.key');
    return this.transact(workspace, async (db) => {
      const segments = await holdSegments(db, workspace);
      const segment = requireSegment(segments, input.key, 'input.key');
      if (segment.version !== input.version) throw new StaleVersion('segment', input.version, segment.version);
      const isOther = rule !== null && JSON.stringify(rule) !== JSON.stringify(parseRule(segment.rule, 'rule'));
      if (isOther)
        requireRoom(
          segments.filter((other) => other !== segment),
          rule,
          'input.rule',
        );
      const ruleVersion = segment.ruleVersion + (isOther ? 1 : 0);
      const content = {
        id: segment.id,
        key: segment.key,
        name: name ?? segment.name,
        description: description === undefined ? segment.description : description,
        rule: input.rule ?? segment.rule,
        entitlements: entitlements ?? segment.entitlements,
      };
      await writeSegment(db, workspace, content, ruleVersion, this.clock.now());
      if (isOther) await announce(db, workspace, { segment: segment.id, version: ruleVersion, after: '0' });
      return { id: segment.id, change: isOther ? change : null };
    });
  }

  async delete(caller: Caller, key: string): Promise<{ id: string }> {
    const { workspace } = caller;
    return this.transact(workspace, async (db) => {
      const segment = requireSegment(await holdSegments(db, workspace), key, 'input.key');
      await markDeleted(db, workspace, segment.id, this.clock.now());
      await announce(db, workspace, { segment: segment.id, version: segment.ruleVersion, after: '0' });
      return { id: segment.id };
    });
  }

  /** What a new rule would mean, or with a key, what it would change of that segment. */
  async preview(caller: Caller, written: unknown, key: string | null): Promise<SegmentPreview> {
    const rule = await this.check(caller.workspace, written, 'rule');
    return this.count(caller.workspace, rule, key, 'key');
  }

  /** One transaction, then the relay: what it published is handed on at once. */
  private async transact<T>(workspace: number, act: (db: EntityManager) => Promise<T>): Promise<T> {
    const done = await this.database.inWorkspace(workspace, act);
    this.relay.wake();
    return done;
  }

  /** Batch by batch, so that no statement runs long, until every customer is counted or the time is up. */
  private async count(workspace: number, rule: Rule, key: string | null, field: string): Promise<SegmentPreview> {
    const now = this.clock.now();
    const batchMax = customersPerPreviewBatch;
    const until = performance.now() + limits.previewMsMax;
    const segment = await this.database.inWorkspace(workspace, async (db) =>
      key === null ? null : requireSegment([await findSegmentByKey(db, workspace, key)], key, field).id,
    );
    const total = { customers: 0, members: 0, entering: 0, leaving: 0, sampleIds: [] as string[], isComplete: false };
    let after = '0';
    while (!total.isComplete && performance.now() < until) {
      const row = await this.database.inWorkspace(workspace, (db) =>
        preview(db, workspace, rule, segment, after, batchMax, now),
      );
      total.customers += row.customers;
      total.members += row.members;
      total.entering += row.entering;
      total.leaving += row.leaving;
      total.sampleIds.push(...row.sample.slice(0, 10 - total.sampleIds.length).map((id) => externalId('customer', id)));
      total.isComplete = row.customers < batchMax;
      after = row.last ?? after;
    }
    return total;
  }

  /** Checks a rule wholly, also that the workspace has the identifier types that it names. */
  private async check(workspace: number, written: unknown, field: string): Promise<Rule> {
    const rule = parseRule(written, field);
    const types = await this.identifierTypes.of(workspace);
    for (const condition of conditionsOf(rule)) {
      if ('identifier' in condition) requireType(types, condition.identifier, field);
    }
    return rule;
  }
}

function requireSegment(segments: readonly (SegmentRow | null)[], key: string, field: string): SegmentRow {
  const segment = segments.find((one) => one?.key === key);
  if (!segment) throw new Refusal('NOT_FOUND', 'There is no such segment.', { field });
  return segment;
}

function requireRoom(others: readonly SegmentRow[], rule: Rule, field: string): void {
  const limit = limits.conditionsPerWorkspaceMax;
  const rules = [...others.map((other) => parseRule(other.rule, 'rule')), rule];
  const count = rules.reduce((sum, one) => sum + conditionsOf(one).length, 0);
  if (count <= limit) return;
  throw new Refusal('TOO_MANY', `The rules of a workspace have at most ${limit} conditions together.`, {
    field,
    limit,
  });
}

function entitlementsOf(given: readonly string[]): string[] {
  const field = 'input.entitlements';
  const limit = limits.entitlementsPerSegmentMax;
  if (given.length > limit)
    throw new Refusal('TOO_MANY', `A segment has at most ${limit} entitlements.`, { field, limit });
  return [...new Set(given.map((one, place) => requireText(one, `${field}[${place}]`, limits.nameCharactersMax)))];
}

function announce(db: EntityManager, workspace: number, event: SegmentRuleChanged): Promise<void> {
  return publish(db, workspace, SEGMENT_RULE_CHANGED, event);
}
