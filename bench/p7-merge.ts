import type pg from 'pg';
import { authorization, type Bench, startService } from './context.js';
import { type Finding, median } from './measure.js';
import type { Running } from './service.js';

interface Answer {
  readonly data?: Record<string, never> | null;
  readonly errors?: readonly { readonly message: string }[];
}

/** P7: two customers with a long history become one and two again, until a read shows it. */
export async function mergeAndUndo(bench: Bench): Promise<Finding[]> {
  const touchpoints = bench.isQuick ? 5_000 : 100_000;
  const { db } = bench.database;
  const service = await startService(bench.database);
  try {
    const [survivor, other] = await twoCustomers(bench, service, db, touchpoints);
    const merges: number[] = [];
    const undos: number[] = [];
    for (let round = 0; round < (bench.isQuick ? 5 : 15); round++) {
      const merged = performance.now();
      const mergeId = await merge(bench, service, survivor, other);
      await shows(bench, service, other, survivor);
      merges.push(performance.now() - merged);
      const undone = performance.now();
      await undo(bench, service, mergeId);
      await shows(bench, service, other, other);
      undos.push(performance.now() - undone);
      await allow(bench, service, survivor, other);
    }
    const finding = (name: string, times: number[]): Finding => ({
      target: 'P7',
      name: `${name} of two customers with ${touchpoints.toLocaleString('en')} touchpoints each, until a read shows it`,
      value: median(times),
      must: 250,
      aim: 20,
      better: 'lower',
      unit: 'ms',
      detail: `of ${times.length}: ${times.map((time) => time.toFixed(0)).join(', ')} ms`,
    });
    return [finding('merge', merges), finding('undo', undos)];
  } finally {
    await service.stop();
  }
}

async function twoCustomers(bench: Bench, service: Running, db: pg.Client, count: number): Promise<[string, string]> {
  const names = ['a', 'b'].map((side) => `p7-${side}-${Date.now()}@example.org`);
  const input = {
    touchpoints: names.map((value, n) => ({
      source: 'bench-p7',
      externalId: `${value} ${n}`,
      identifiers: [{ type: 'email', value }],
      channel: 'CALL',
      kind: 'call',
    })),
  };
  const text = `mutation($input: RecordTouchpointsInput!) { recordTouchpoints(input: $input) { results { customerId } } }`;
  const { recordTouchpoints } = await ask<{ recordTouchpoints: { results: { customerId: string }[] } }>(
    bench,
    service,
    text,
    { input },
  );
  const ids = recordTouchpoints.results.map(({ customerId }) => customerId) as [string, string];
  for (const id of ids) await lengthen(db, bench.workspaces.write, id.slice('cus_'.length), count);
  return ids;
}

/** A history straight into the tables: how it got there makes no difference to a merge. */
async function lengthen(db: pg.Client, workspace: number, profile: string, count: number): Promise<void> {
  await db.query(
    `insert into touchpoint (workspace_id, id, profile_id, occurred_at, version, content_hash, channel, direction, status,
       kind, source, external_id, identifiers_seen)
     select $1::int, gen_random_uuid(), $2::bigint, now() - n * interval '7 minutes', n, n, n % 9, n % 2, 2,
       'call', 'bench-p7', $2::bigint || ' ' || n, '[]'
     from generate_series(1, $3::int) n`,
    [workspace, profile, count],
  );
  await db.query(
    'update profile_activity set touchpoints = touchpoints + $3::int where workspace_id = $1::int and profile_id = $2::bigint',
    [workspace, profile, count],
  );
}

async function merge(bench: Bench, service: Running, survivorId: string, otherId: string): Promise<string> {
  const text = `mutation($input: MergeCustomersInput!) { mergeCustomers(input: $input) { merge { id } } }`;
  const input = { survivorId, otherId, reason: 'benchmark' };
  const { mergeCustomers } = await ask<{ mergeCustomers: { merge: { id: string } } }>(bench, service, text, { input });
  return mergeCustomers.merge.id;
}

async function undo(bench: Bench, service: Running, mergeId: string): Promise<void> {
  const text = `mutation($input: UndoMergeInput!) { undoMerge(input: $input) { isChanged } }`;
  await ask(bench, service, text, { input: { mergeId, reason: 'benchmark' } });
}

/** An undo leaves a do-not-link edge behind, which the next round must not meet. */
async function allow(bench: Bench, service: Running, customerId: string, otherId: string): Promise<void> {
  const text = `mutation($input: AllowLinkInput!) { allowLink(input: $input) { __typename } }`;
  await ask(bench, service, text, { input: { customerId, otherId } });
}

async function shows(bench: Bench, service: Running, asked: string, expected: string): Promise<void> {
  const text = `query($id: ID!) { customer(id: $id) { id touchpoints(first: 20) { nodes { id occurredAt channel } } } }`;
  for (;;) {
    const { customer } = await ask<{ customer: { id: string } }>(bench, service, text, { id: asked });
    if (customer.id === expected) return;
  }
}

async function ask<T>(bench: Bench, service: Running, query: string, variables: object): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${service.port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization(bench.keys.write) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await answer.json()) as Answer;
  if (errors || !data) throw new Error(`P7 was refused: ${errors?.[0]?.message}`);
  return data as T;
}
