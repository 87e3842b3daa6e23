import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TouchpointInput } from '../../src/touchpoints/record.input.js';
import { type IngestProcess, startIngestProcess } from '../setup/ingest.js';
import { createTestDatabase, type TestDatabase } from '../setup/postgres.js';
import { Random } from '../setup/random.js';

const seeds = Number(process.env['RACE_SEEDS'] ?? 6);

let database: TestDatabase;
let processes: IngestProcess[];

beforeAll(async () => {
  database = await createTestDatabase();
  processes = [await startIngestProcess(database), await startIngestProcess(database)];
});

afterAll(async () => {
  for (const process of processes ?? []) await process.stop();
  await database?.drop();
});

async function createLimitedWorkspace(key: string): Promise<number> {
  const { rows } = await database.owner.query('insert into workspace (key, name) values ($1, $1) returning id', [key]);
  await database.owner.query(
    `insert into identifier_type (workspace_id, name, priority, limit_per_customer, is_unique, comparison)
     select $1, name, priority, most, most = 1, 'exact'
     from (values ('user', 1, 1), ('mail', 2, 2), ('phone', 3, 2), ('cookie', 4, 4)) t(name, priority, most)`,
    [rows[0].id],
  );
  return rows[0].id;
}

const touchpointsOf = (random: Random, first: number, count: number): TouchpointInput[] =>
  Array.from({ length: count }, (_, n) => ({
    source: 'test',
    externalId: `touchpoint ${first + n}`,
    channel: 'WEB' as const,
    kind: 'page',
    identifiers: Array.from({ length: 1 + random.int(3) }, () => {
      const type = random.pick(['user', 'mail', 'phone', 'cookie']);
      return { type, value: `${type} ${random.int(60)}` };
    }),
  }));

async function send(random: Random, workspace: number, touchpoints: readonly TouchpointInput[]): Promise<void> {
  const left = random.shuffle([...touchpoints, ...touchpoints.filter(() => random.chance(0.3))]);
  const batches: TouchpointInput[][] = [];
  while (left.length > 0) batches.push(left.splice(0, 1 + random.int(60)));
  const senders = Array.from({ length: 6 }, async (_, n) => {
    for (let batch = batches.pop(); batch; batch = batches.pop()) {
      const results = await processes[n % 2]!.record(workspace, batch);
      expect(results.filter((result) => 'refusal' in result)).toEqual([]);
    }
  });
  await Promise.all(senders);
}

describe('batches that race against limits and do-not-link edges', () => {
  it.each(Array.from({ length: seeds }, (_, seed) => seed))(
    'never pass a limit, never join what must not be joined, and store everything once (seed %i)',
    async (seed) => {
      const random = new Random(seed + 1_000);
      const workspace = await createLimitedWorkspace(`limits-${seed}`);
      const { owner } = database;
      const rows = async (text: string, ...values: unknown[]) => (await owner.query(text, [workspace, ...values])).rows;
      await send(random, workspace, touchpointsOf(random, 0, 150));

      const customers = (
        await rows('select id from profile where workspace_id = $1 and id = canonical_id order by id')
      ).map((row) => row.id);
      const forbidden = Array.from({ length: 30 }, () => [random.pick(customers), random.pick(customers)]).filter(
        ([a, b]) => a !== b,
      );
      for (const [a, b] of [...forbidden, ...forbidden.map(([x, y]) => [y, x])]) {
        await rows(
          'insert into do_not_link (workspace_id, profile_a, profile_b) values ($1, $2, $3) on conflict do nothing',
          a,
          b,
        );
      }
      await send(random, workspace, touchpointsOf(random, 150, 350));

      const overLimit = await rows(
        `select p.canonical_id, i.type, count(*)::int as n, t.limit_per_customer
         from identifier i
         join profile p on p.workspace_id = $1 and p.id = i.profile_id
         join identifier_type t on t.workspace_id = $1 and t.name = i.type
         where i.workspace_id = $1
         group by p.canonical_id, i.type, t.limit_per_customer
         having count(*) > t.limit_per_customer`,
      );
      expect(overLimit).toEqual([]);

      const joined = await rows(
        `select l.profile_a, l.profile_b from do_not_link l
         join profile a on a.workspace_id = $1 and a.id = l.profile_a
         join profile b on b.workspace_id = $1 and b.id = l.profile_b
         where l.workspace_id = $1 and a.canonical_id = b.canonical_id`,
      );
      expect(joined).toEqual([]);

      const [{ n }] = await rows('select count(*)::int as n from touchpoint where workspace_id = $1');
      expect(n).toBe(500);
      const demoted = await rows(
        `select count(*)::int as n from touchpoint t, json_array_elements(t.identifiers_seen) s
         where t.workspace_id = $1 and s->>'status' = 'DEMOTED' and s->>'reason' <> ''`,
      );
      expect(demoted[0].n, 'demotions that can be read on touchpoints').toBeGreaterThan(0);
    },
  );
});
