import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TouchpointInput } from '../../src/touchpoints/record.input.js';
import { createUnlimitedWorkspace, type IngestProcess, startIngestProcess } from '../setup/ingest.js';
import { createTestDatabase, type TestDatabase } from '../setup/postgres.js';
import { Random } from '../setup/random.js';

const seeds = Number(process.env['RACE_SEEDS'] ?? 20);
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

/** What a sender says, one message at a time: the truth that the store must arrive at in whatever order it hears it. */
function messagesOf(random: Random): TouchpointInput[] {
  const people = 20 + random.int(400);
  const messages: TouchpointInput[] = [];
  for (let n = 0; n < 300; n++) {
    const identifiers = Array.from({ length: 1 + random.int(3) }, () => ({
      type: random.pick(['a', 'b', 'c']),
      value: `person ${random.int(people)}`,
    }));
    const occurredAt = new Date(start + random.int(1000) * 60_000).toISOString();
    const about = { source: 'test', externalId: `call ${n}`, channel: 'CALL', kind: 'call' } as const;
    messages.push({ ...about, identifiers, occurredAt, sequence: 1, status: 'ACTIVE', queue: `queue ${n % 7}` });
    if (random.chance(0.3))
      messages.push({ ...about, identifiers, sequence: 2, status: 'COMPLETED', durationSeconds: n });
    if (random.chance(0.1))
      messages.push({ ...about, identifiers: [identifiers[0]!], sequence: 3, summary: `noted ${n}` });
  }
  return messages;
}

/** A plain union-find over all that was ever said, in order. */
function clustersOf(messages: readonly TouchpointInput[]): Map<string, string> {
  const parent = new Map<string, string>();
  const find = (x: string): string => {
    const up = parent.get(x) ?? x;
    return up === x ? x : find(up);
  };
  const touchpoints = new Map<string, string>();
  for (const { identifiers, externalId } of messages) {
    const nodes = identifiers.map((one) => `${one.type} ${one.value}`);
    const first = touchpoints.get(externalId as string) ?? (nodes[0] as string);
    touchpoints.set(externalId as string, first);
    for (const node of [first, ...nodes]) {
      const [a, b] = [find(first), find(node)].sort() as [string, string];
      parent.set(b, a);
      if (!parent.has(a)) parent.set(a, a);
    }
  }
  return new Map([...parent.keys()].map((node) => [node, find(node)]));
}

/** Sorted groups of names: equal for equal partitions, whatever the ids. */
function partition(groupOf: Map<string, string>): string[] {
  const groups = new Map<string, string[]>();
  for (const [node, group] of groupOf) groups.set(group, [...(groups.get(group) ?? []), node]);
  return [...groups.values()].map((nodes) => nodes.sort().join(', ')).sort();
}

describe('batches that race', () => {
  it.each(Array.from({ length: seeds }, (_, seed) => seed))(
    'leave the same customers and touchpoints as one sender in order (seed %i)',
    async (seed) => {
      const random = new Random(seed);
      const workspace = await createUnlimitedWorkspace(database, `race-${seed}`);
      const messages = messagesOf(random);
      const again = messages.filter(() => random.chance(0.3));
      const sent = random.shuffle([...messages, ...again]);
      const batches: TouchpointInput[][] = [];
      while (sent.length > 0) batches.push(sent.splice(0, 1 + random.int(80)));

      const senders = Array.from({ length: 6 }, async (_, n) => {
        for (let batch = batches.pop(); batch; batch = batches.pop()) {
          const results = await processes[n % 2]!.record(workspace, batch);
          expect(results.filter((result) => 'refusal' in result)).toEqual([]);
        }
      });
      await Promise.all(senders);
      const { owner } = database;
      const rows = async (text: string) => (await owner.query(text, [workspace])).rows;

      const identifiers = await rows(
        `select i.type || ' ' || i.value as node, p.canonical_id from identifier i
         join profile p on p.workspace_id = i.workspace_id and p.id = i.profile_id where i.workspace_id = $1`,
      );
      const stored = new Map<string, string>(identifiers.map((row) => [row.node, row.canonical_id]));
      expect(partition(stored)).toEqual(partition(clustersOf(messages)));

      const flat = await rows(
        `select p.id from profile p join profile c on c.workspace_id = $1 and c.id = p.canonical_id
         where p.workspace_id = $1 and c.canonical_id <> c.id`,
      );
      expect(flat, 'pointers to what is no customer').toEqual([]);

      const touchpoints = await rows(
        `select t.external_id, t.queue, t.status, t.duration_seconds, t.summary, p.canonical_id
         from touchpoint t join profile p on p.workspace_id = $1 and p.id = t.profile_id
         where t.workspace_id = $1`,
      );
      const expected = new Map<string, Record<string, unknown>>();
      for (const {
        externalId,
        queue,
        status,
        durationSeconds,
        summary,
        identifiers: [named],
      } of messages) {
        const known = expected.get(externalId as string) ?? {};
        expected.set(externalId as string, {
          external_id: externalId,
          queue: queue ?? known['queue'] ?? null,
          status: status === 'ACTIVE' ? 1 : status === 'COMPLETED' ? 2 : known['status'],
          duration_seconds: durationSeconds ?? known['duration_seconds'] ?? null,
          summary: summary ?? known['summary'] ?? null,
          canonical_id: stored.get(`${named?.type} ${named?.value}`),
        });
      }
      const byId = (a: Record<string, unknown>, b: Record<string, unknown>) =>
        String(a['external_id']) < String(b['external_id']) ? -1 : 1;
      expect(touchpoints.sort(byId)).toEqual([...expected.values()].sort(byId));

      const wrongSums = await rows(
        `select a.profile_id from profile_activity a
         full join (
           select profile_id, count(*)::int as n, min(occurred_at) as first, max(occurred_at) as last,
             count(*) filter (where direction <> 2)::int as shown, max(occurred_at) filter (where direction <> 2) as shown_last
           from touchpoint where workspace_id = $1 group by profile_id
         ) t on t.profile_id = a.profile_id
         where coalesce(a.workspace_id, $1) = $1
           and (a.touchpoints, a.first_at, a.last_at, a.shown_touchpoints, a.shown_last_at)
             is distinct from (t.n, t.first, t.last, t.shown, t.shown_last)`,
      );
      expect(wrongSums, 'profiles whose sums differ from their touchpoints').toEqual([]);
    },
  );
});
