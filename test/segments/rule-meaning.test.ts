import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../src/platform/config.js';
import { appConnection, Database } from '../../src/platform/database.js';
import { evaluate, preview } from '../../src/segments/evaluation.queries.js';
import type { SegmentRule } from '../../src/segments/rules/compiler.js';
import { parseRule } from '../../src/segments/rules/rule.js';
import { createTestDatabase, type TestDatabase } from '../setup/postgres.js';
import { storeCluster } from './customers.js';
import { interpret } from './rule-interpreter.js';
import { blueprints, cluster, inOrder, now, surveys, timedCondition, worldOf, writtenRule } from './rule-worlds.js';

let scratch: TestDatabase;
let database: Database;
let workspace: number;

beforeAll(async () => {
  scratch = await createTestDatabase();
  database = new Database(appConnection(scratch.ownerUrl, true), readConfig({ POOL_SIZE: '2' }));
  await database.connect();
  const { rows } = await scratch.owner.query(
    `insert into workspace (key, name) values ('meaning', 'Meaning') returning id`,
  );
  workspace = rows[0].id;
  await scratch.owner.query(
    `insert into blueprint (workspace_id, id, key, created_at, updated_at)
     select $1, gen_random_uuid(), key, now(), now() from unnest($2::text[]) key`,
    [workspace, blueprints],
  );
  await scratch.owner.query(
    `insert into survey (workspace_id, id, key, created_at, updated_at, version, delay_seconds, quiet_days, valid_days, kind,
       score_min, score_max, is_active, name, actor, texts)
     select $1, gen_random_uuid(), key, now(), now(), 1, 0, 0, 7, 3, 0, 10, true, key, 'test', '[]' from unnest($2::text[]) key`,
    [workspace, surveys],
  );
});

afterAll(async () => {
  await database?.onApplicationShutdown();
  await scratch?.drop();
});

const id = (place: number) => `00000000-0000-0000-0000-${String(place).padStart(12, '0')}`;

/** What was written, as segments `s0`, `s1`, … of the workspace. */
const segmentsOf = (written: readonly object[]): SegmentRule[] =>
  inOrder(written).map((rule, place) => ({
    id: id(place),
    key: `s${place}`,
    version: 1,
    rule: parseRule(rule, 'rule'),
    lastsMs: null,
    endsAt: null,
    hasDecisions: false,
  }));
const evaluated = async (segments: readonly SegmentRule[], customers: readonly string[]) => {
  const all = { segments, all: segments, isPartial: false };
  return (await database.inWorkspace(workspace, (db) => evaluate(db, workspace, all, customers, new Date(now))))
    .evaluated;
};

test('a rule in SQL means what it says, also for merged customers and on the edges of its windows', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(cluster, { minLength: 1, maxLength: 4 }),
      fc.array(writtenRule, { minLength: 1, maxLength: 6 }),
      async (clusters, written) => {
        const segments = segmentsOf(written);
        const rules = segments.map(({ rule }) => rule);
        const byKey = new Map(segments.map(({ key, rule }) => [key, rule]));
        const customers: string[] = [];
        for (const profiles of clusters) customers.push(await storeCluster(scratch.owner, workspace, profiles));
        const found = await evaluated(segments, customers);
        const expected = clusters.map((profiles) =>
          rules.map((rule) => interpret(rule, worldOf(profiles), now, byKey)),
        );
        expect(found.map((one) => one.holds)).toEqual(expected);
        const after = String(Number(customers[0]) - 1);
        const counted = await database.inWorkspace(workspace, (db) =>
          preview(db, workspace, { segment: segments.at(-1) as SegmentRule, all: segments }, after, 100, new Date(now)),
        );
        expect(counted.members).toBe(expected.filter((holds) => holds.at(-1)).length);
      },
    ),
    { numRuns: 150, seed: 20261124 },
  );
});

test('time alone changes no answer before the instant that an evaluation names', async () => {
  const rule = fc.oneof({ weight: 1, arbitrary: writtenRule }, { weight: 3, arbitrary: timedCondition });
  await fc.assert(
    fc.asyncProperty(cluster, fc.array(rule, { minLength: 1, maxLength: 2 }), async (profiles, written) => {
      const segments = segmentsOf(written);
      const byKey = new Map(segments.map(({ key, rule }) => [key, rule]));
      const customer = await storeCluster(scratch.owner, workspace, profiles);
      const [found] = await evaluated(segments, [customer]);
      const due = found?.due ? Date.parse(found.due.replace(' ', 'T').replace(/\+00$/, 'Z')) : Infinity;
      const world = worldOf(profiles);
      const begun = [
        ...world.touchpoints.map(({ at }) => at),
        ...world.journeys.map(({ startedAt }) => startedAt),
        ...world.feedback.map((one) => one.at),
        ...world.invitations.flatMap((one) => [one.invitedAt, one.opensAt, one.expiresAt]),
        ...world.issues.flatMap(({ openedAt, answerDue, endDue }) => [openedAt, answerDue ?? 0, endDue ?? 0]),
      ];
      const changes = begun
        .flatMap((time) => [0, 1, 2, 7, 8, 20, 30, 31].map((days) => time + days * 86_400_000))
        .flatMap((time) => [time, time + 1])
        .filter((at) => at > now && at < due);
      for (const at of changes) {
        expect(segments.map(({ rule }) => interpret(rule, world, at, byKey))).toEqual(found?.holds);
      }
    }),
    { numRuns: 300, seed: 7 },
  );
});

test('what is dated ahead counts for a figure once its time has come, and the evaluation says when that is', async () => {
  const at = now + 43_200_000;
  const ahead = { at, channel: 'CALL', direction: 'INBOUND', status: 'COMPLETED', kind: 'call.completed' } as const;
  const silent = { topic: null, agent: null, conversation: null, isAbandoned: false, wait: null, sentiment: null };
  const profile = {
    traits: [],
    identifiers: [],
    issues: [],
    journeys: [],
    feedback: [],
    invitations: [],
    touchpoints: [{ ...ahead, ...silent }],
  };
  const customer = await storeCluster(scratch.owner, workspace, [profile]);
  const [found] = await evaluated(segmentsOf([{ metric: 'contacts30d', atLeast: 1 }]), [customer]);
  expect(found?.holds).toEqual([false]);
  expect(Date.parse(found?.due ?? '')).toBe(at);
});

test('who would recommend us is told at the edges of the scale, and an answer without a score is none', async () => {
  const answer = (score: number | null, days: number) => ({
    survey: null,
    kind: 'NPS' as const,
    channel: 'WEB' as const,
    at: now - days * 86_400_000,
    scale: score === null ? null : { score, min: 0, max: 10 },
  });
  const feedback = [answer(null, 1), answer(6, 2), answer(7, 3), answer(8, 4), answer(9, 5), answer(10, 6)];
  const profile = { traits: [], identifiers: [], issues: [], journeys: [], touchpoints: [], invitations: [], feedback };
  const customer = await storeCluster(scratch.owner, workspace, [profile]);
  const exactly = (name: string, count: number) => ({ feedback: { class: name }, atLeast: count, atMost: count });
  const [found] = await evaluated(
    segmentsOf([
      exactly('DETRACTOR', 1),
      exactly('PASSIVE', 2),
      exactly('PROMOTER', 2),
      { feedback: { kind: 'NPS' }, atLeast: 6 },
      { score: { pick: 'last', kind: 'NPS' }, atLeast: 6, atMost: 6 },
    ]),
    [customer],
  );
  expect(found?.holds).toEqual([true, true, true, true, true]);
});
