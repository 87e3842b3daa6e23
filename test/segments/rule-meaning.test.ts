import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../src/platform/config.js';
import { appConnection, Database } from '../../src/platform/database.js';
import { evaluate, preview } from '../../src/segments/evaluation.queries.js';
import { parseRule } from '../../src/segments/rule.js';
import { createTestDatabase, type TestDatabase } from '../setup/postgres.js';
import { storeCluster } from './customers.js';
import { interpret } from './rule-interpreter.js';
import { cluster, now, worldOf, writtenRule } from './rule-worlds.js';

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
});

afterAll(async () => {
  await database?.onApplicationShutdown();
  await scratch?.drop();
});

const id = (place: number) => `00000000-0000-0000-0000-${String(place).padStart(12, '0')}`;

test('a rule in SQL means what it says, also for merged customers and on the edges of its windows', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(cluster, { minLength: 1, maxLength: 4 }),
      fc.array(writtenRule, { minLength: 1, maxLength: 6 }),
      async (clusters, written) => {
        const rules = written.map((rule) => parseRule(rule, 'rule'));
        const segments = rules.map((rule, place) => ({ id: id(place), version: 1, rule }));
        const customers: string[] = [];
        for (const profiles of clusters) customers.push(await storeCluster(scratch.owner, workspace, profiles));
        const { evaluated } = await database.inWorkspace(workspace, (db) =>
          evaluate(db, workspace, segments, customers, new Date(now), false),
        );
        const expected = clusters.map((profiles) => rules.map((rule) => interpret(rule, worldOf(profiles), now)));
        expect(evaluated.map((one) => one.holds)).toEqual(expected);
        const after = String(Number(customers[0]) - 1);
        const counted = await database.inWorkspace(workspace, (db) =>
          preview(db, workspace, rules[0] as never, null, after, 100, new Date(now)),
        );
        expect(counted.members).toBe(expected.filter((holds) => holds[0]).length);
      },
    ),
    { numRuns: 150, seed: 20261124 },
  );
});

test('time alone changes no answer before the instant that an evaluation names', async () => {
  await fc.assert(
    fc.asyncProperty(cluster, fc.array(writtenRule, { minLength: 1, maxLength: 3 }), async (profiles, written) => {
      const rules = written.map((rule) => parseRule(rule, 'rule'));
      const segments = rules.map((rule, place) => ({ id: id(place), version: 1, rule }));
      const customer = await storeCluster(scratch.owner, workspace, profiles);
      const { evaluated } = await database.inWorkspace(workspace, (db) =>
        evaluate(db, workspace, segments, [customer], new Date(now), false),
      );
      const due = evaluated[0]?.due ? Date.parse(evaluated[0].due.replace(' ', 'T').replace(/\+00$/, 'Z')) : Infinity;
      const world = worldOf(profiles);
      const changes = world.touchpoints
        .flatMap((one) => [1, 7, 30].flatMap((days) => [0, 1].map((edge) => one.at + days * 86_400_000 + edge)))
        .filter((at) => at > now && at < due);
      for (const at of changes) {
        expect(rules.map((rule) => interpret(rule, world, at))).toEqual(evaluated[0]?.holds);
      }
    }),
    { numRuns: 150, seed: 7 },
  );
});
