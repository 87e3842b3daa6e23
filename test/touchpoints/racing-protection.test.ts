import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TouchpointInput } from '../../src/touchpoints/record.input.js';
import { type IngestProcess, startIngestProcess } from '../setup/ingest.js';
import { createTestDatabase, type TestDatabase } from '../setup/postgres.js';
import { Random } from '../setup/random.js';

const seeds = Number(process.env['RACE_SEEDS'] ?? 4);
const start = Date.UTC(2026, 0, 1);

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

async function createProtectedWorkspace(key: string): Promise<number> {
  const { rows } = await database.owner.query('insert into workspace (key, name) values ($1, $1) returning id', [key]);
  await database.owner.query(
    `insert into identifier_type (workspace_id, name, priority, limit_per_customer, is_unique, comparison, overflow)
     select $1, name, priority, most, most = 1, 'exact', overflow
     from (values ('user', 1, 1, 'demote'), ('mail', 3, 2, 'demote'), ('device', 6, 2, 'last_wins'),
       ('cookie', 7, 3, 'oldest_out')) t(name, priority, most, overflow)`,
    [rows[0].id],
  );
  return rows[0].id;
}

const touchpointsOf = (random: Random, count: number): TouchpointInput[] =>
  Array.from({ length: count }, (_, n) => ({
    source: 'test',
    externalId: `touchpoint ${n}`,
    channel: 'WEB' as const,
    kind: 'page',
    occurredAt: new Date(start + random.int(100_000) * 60_000).toISOString(),
    identifiers: Array.from({ length: 1 + random.int(3) }, () => {
      const type = random.pick(['user', 'mail', 'device', 'cookie', 'cookie']);
      const verification = random.chance(0.3) ? ('VERIFIED' as const) : null;
      return { type, value: `${type} ${random.int(40)}`, verification };
    }),
  }));

describe('batches that race for cookies, devices and shared identifiers', () => {
  it.each(Array.from({ length: seeds }, (_, seed) => seed))(
    'pass no limit, lose no touchpoint, and tell of all that was detached, moved or shared (seed %i)',
    async (seed) => {
      const random = new Random(seed + 2_000);
      const workspace = await createProtectedWorkspace(`protected-${seed}`);
      const touchpoints = touchpointsOf(random, 500);
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
      const rows = async (text: string) => (await database.owner.query(text, [workspace])).rows;

      expect(
        await rows(
          `select p.canonical_id, i.type, count(*) from identifier i
           join profile p on p.workspace_id = $1 and p.id = i.profile_id
           join identifier_type t on t.workspace_id = $1 and t.name = i.type
           where i.workspace_id = $1
           group by p.canonical_id, i.type, t.limit_per_customer having count(*) > t.limit_per_customer`,
        ),
      ).toEqual([]);
      const [{ stored }] = await rows('select count(*)::int as stored from touchpoint where workspace_id = $1');
      expect(stored).toBe(500);

      const acts = await rows(
        `select act, count(*)::int as n from identifier_event where workspace_id = $1 group by act order by act`,
      );
      expect(acts.map((row) => row.act)).toEqual(
        expect.arrayContaining(['ATTACHED_AGAIN', 'DETACHED', 'MOVED', 'SHARED']),
      );
      const untold = await rows(
        `select i.type, i.value from identifier i
         where i.workspace_id = $1 and (i.profile_id is null or i.is_shared or i.is_quarantined)
           and not exists (select from identifier_event e
             where e.workspace_id = $1 and e.type = i.type and e.value = i.value)`,
      );
      expect(untold, 'changes without a word').toEqual([]);
      const strange = await rows(
        `select i.type, i.value from identifier i where i.workspace_id = $1 and i.is_shared
           and (select count(*) from identifier_use u where u.workspace_id = $1 and u.type = i.type and u.value = i.value) < 2
           and i.type <> 'mail'`,
      );
      expect(strange, 'shared identifiers that nobody shares').toEqual([]);
    },
  );
});
