import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { type SentTouchpoint, TouchpointMix } from './batches.js';
import { type Bench, startService } from './context.js';
import { copyIn, copyOut } from './copy.js';
import { connectOwner } from './data.js';
import { type Cpu, type Finding, interleave, median, pairedRatio, percentile, startCpu } from './measure.js';
import { graphql, type Protocol, segment } from './protocols.js';
import type { Running } from './service.js';

const batchSize = 1_000;

interface IngestRun extends Cpu {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Seconds until everything that follows from the batches was worked off too. */
  readonly settledPerSecond: number;
}

/** P5: batches over HTTP against one COPY of as many rows into the same table. */
export async function batchIngest(bench: Bench): Promise<Finding[]> {
  const { db } = bench.database;
  const batches = bench.isQuick ? 4 : 24;
  const mix = await TouchpointMix.of(db, bench.workspaces.write, `p5 ${Date.now()}`, 5);
  const service = await startService(bench.database);
  const copier = await connectOwner(bench.database.ownerUrl);
  try {
    const send = async (protocol: Protocol, senders: number, count: number) =>
      sendBatches(
        bench,
        service,
        protocol,
        senders,
        Array.from({ length: count }, () => mix.batch(batchSize)),
      );
    await send(graphql, 4, 8);
    await send(segment, 1, 2);
    await keepFloorRows(db, bench.workspaces.write);
    const rowsOf = (count: number) => floorRows(db, count * batchSize);
    const haveSegments = async (isOn: boolean) => {
      await db.query(`update segment set deleted_at = ${isOn ? 'null' : 'now()'} where workspace_id = $1`, [
        bench.workspaces.write,
      ]);
    };
    // The target is ingest; what segments cost behind it is a row of its own.
    const without = async (run: () => Promise<IngestRun>) => {
      await haveSegments(false);
      return run().finally(() => haveSegments(true));
    };
    const variants = {
      copy: async () => copyBatches(bench, copier, await rowsOf(batches), batchSize),
      copyWhole: async () => copyBatches(bench, copier, await rowsOf(batches), batches * batchSize),
      one: () => without(() => send(graphql, 1, batches)),
      four: () => without(() => send(graphql, 4, bench.isQuick ? 6 : batches * 2)),
      segment: () => without(() => send(segment, 1, batches)),
      live: () => send(graphql, 1, batches),
    };
    await variants.copy();
    const runs = await interleave(variants, bench.isQuick ? 2 : 5, 6);
    await deleteFloorRows(db);
    await assertStored(db, bench.workspaces.write, mix);
    const finding = (
      name: string,
      of: IngestRun[],
      figure: (run: IngestRun) => number,
      must?: number,
      aim?: number,
    ): Finding => ({
      target: 'P5',
      name,
      value: pairedRatio(of, runs.copy, figure),
      must,
      aim,
      better: 'higher',
      unit: '×',
      detail: `ours ${describe(of)}; COPY ${describe(runs.copy)}; of one COPY of all rows ${pairedRatio(of, runs.copyWhole, figure).toFixed(2)}`,
    });
    const throughput = (run: IngestRun) => run.perSecond;
    const perCpu = (run: IngestRun) => 1 / (run.node + run.postgres);
    return [
      finding('throughput against COPY, one sender', runs.one, throughput, 0.2, 0.32),
      finding('throughput against COPY, four senders', runs.four, throughput, 0.3, 0.5),
      finding('CPU against COPY, one sender', runs.one, perCpu),
      finding('throughput of the Segment SDK’s requests, one sender', runs.segment, throughput),
      finding('throughput with five live segments, one sender', runs.live, throughput),
    ];
  } finally {
    await service.stop();
    await copier.query('vacuum touchpoint');
    await copier.end();
  }
}

async function sendBatches(
  bench: Bench,
  service: Running,
  protocol: Protocol,
  senders: number,
  batches: readonly SentTouchpoint[][],
): Promise<IngestRun> {
  const { db } = bench.database;
  const { bodies, headers } = await protocol.requestsOf(batches.flat(), batchSize, bench.keys.write);
  const end = await startCpu(db, service.pid);
  const started = performance.now();
  const result = await bench.load.run({
    port: service.port,
    path: protocol.path,
    headers,
    bodies,
    connections: senders,
    requestsMax: bodies.length,
    answerStart: protocol.answerStart,
    answerNever: '"outcome":"REJECTED"',
  });
  const { node, postgres } = await end();
  const touchpoints = batches.length * batchSize;
  await outboxIsEmpty(db);
  return {
    node: node / touchpoints,
    postgres: postgres / touchpoints,
    perSecond: touchpoints / result.seconds,
    p50: median(result.latencies),
    p99: percentile(result.latencies, 0.99),
    settledPerSecond: touchpoints / ((performance.now() - started) / 1000),
  };
}

/** What follows from a batch, such as memberships, is worked off behind it; the next run must not pay for it. */
export async function outboxIsEmpty(db: pg.Client): Promise<void> {
  const givesUpAt = Date.now() + 300_000;
  for (;;) {
    const { rows } = await db.query('select attempts, last_error from outbox order by attempts desc limit 1');
    if (rows.length === 0) return;
    if (rows[0].attempts > 2 || Date.now() > givesUpAt)
      throw new Error(`The outbox is not worked off; the last error: ${rows[0].last_error}`);
    await pause(10);
  }
}

/** Rows as the service itself has stored them: the floor writes the same ones. */
async function keepFloorRows(db: pg.Client, workspace: number): Promise<void> {
  const { rows } = await db.query(`select to_regclass('bench.floor_batch') is not null as is_left`);
  if (rows[0].is_left) await deleteFloorRows(db);
  await db.query('drop table if exists bench.floor_row, bench.floor_batch');
  await db.query(
    `create unlogged table bench.floor_row as
     select * from touchpoint where workspace_id = ${workspace} and source = 'bench-centre' limit 20000`,
  );
  await db.query('create unlogged table bench.floor_batch as select * from bench.floor_row limit 0');
}

/**
 * As text of COPY, in no order, with fresh ids in the same workspace, so that the floor writes to the same parts of the
 * same indexes. What it wrote before is deleted.
 */
async function floorRows(db: pg.Client, count: number): Promise<Buffer[]> {
  await deleteFloorRows(db);
  const values = (await touchpointColumns(db)).map((column) => (column === 'id' ? 'gen_random_uuid()' : column));
  await db.query(
    `insert into bench.floor_batch
     select ${values.join(', ')}
     from bench.floor_row
     cross join generate_series(1, 8)
     order by random()
     limit ${count}`,
  );
  return copyOut(db, 'copy bench.floor_batch to stdout');
}

async function deleteFloorRows(db: pg.Client): Promise<void> {
  await db.query(
    `delete from touchpoint t
     using bench.floor_batch f
     where t.workspace_id = f.workspace_id and t.id = f.id`,
  );
  await db.query('truncate bench.floor_batch');
}

async function touchpointColumns(db: pg.Client): Promise<string[]> {
  const { rows } = await db.query(
    `select attname as name from pg_attribute
     where attrelid = 'touchpoint'::regclass and attnum > 0 and not attisdropped
     order by attnum`,
  );
  return rows.map(({ name }) => name);
}

async function copyBatches(bench: Bench, copier: pg.Client, rows: readonly Buffer[], size: number): Promise<IngestRun> {
  const columns = await touchpointColumns(copier);
  const text = `copy touchpoint (${columns.join(', ')}) from stdin`;
  // A sender holds values, not text: writing them as text is its work, as parsing JSON is ours.
  const held = rows.map((row) => row.toString('utf8').trimEnd().split('\t').map(copyValueOf));
  const end = await startCpu(bench.database.db, process.pid);
  const latencies: number[] = [];
  const started = performance.now();
  for (let at = 0; at < held.length; at += size) {
    const sent = performance.now();
    await copyIn(copier, text, [
      Buffer.from(
        held
          .slice(at, at + size)
          .map(lineOf)
          .join(''),
      ),
    ]);
    latencies.push(performance.now() - sent);
  }
  const seconds = (performance.now() - started) / 1000;
  const { node, postgres } = await end();
  return {
    node: node / rows.length,
    postgres: postgres / rows.length,
    perSecond: rows.length / seconds,
    p50: median(latencies),
    p99: percentile(latencies, 0.99),
    settledPerSecond: rows.length / seconds,
  };
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function copyValueOf(text: string): string | null {
  if (text === '\\N') return null;
  return text.replace(/\\(.)/g, (_, letter: string) => ({ n: '\n', r: '\r', t: '\t' })[letter] ?? letter);
}

function lineOf(values: readonly (string | null)[]): string {
  const fields = values.map((value) => value?.replace(/[\\\n\r\t]/g, (letter) => escapes[letter] as string) ?? '\\N');
  return `${fields.join('\t')}\n`;
}

/** Fast and wrong would be worthless: what was sent by GraphQL or as Segment is there, each touchpoint once a source. */
async function assertStored(db: pg.Client, workspace: number, mix: TouchpointMix): Promise<void> {
  const { rows } = await db.query(
    `select count(distinct external_id)::int as stored
     from touchpoint
     where workspace_id = $1 and external_id = any($2)`,
    [workspace, mix.externalIds()],
  );
  if (rows[0].stored !== mix.distinct) throw new Error(`Of ${mix.distinct} touchpoints ${rows[0].stored} were stored.`);
}

function describe(runs: readonly IngestRun[]): string {
  const of = (figure: (run: IngestRun) => number) => Math.round(median(runs.map(figure)));
  return (
    `${of((run) => run.perSecond).toLocaleString('en')}/s (${of((run) => run.settledPerSecond).toLocaleString('en')}/s settled), ` +
    `${of((run) => run.node)} + ${of((run) => run.postgres)} µs, p50 ${of((run) => run.p50)} ms`
  );
}
