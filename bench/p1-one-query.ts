import { composedStatement } from './composed-statement.js';
import { authorization, type Bench, separateCores, startService } from './context.js';
import { pickCustomers } from './data.js';
import type { Finding } from './measure.js';
import { comparableToNaive, startNaive } from './peer-naive.js';
import { startPostgraphile } from './peer-postgraphile.js';
import { contextBody } from './query.js';
import { assertEqualAnswers, compareReads, cpuRatio, describe, type ReadTarget, throughputRatio } from './reads.js';
import { type Running, startWorker } from './service.js';

const pages = [
  { first: 20, aim: 0.75 },
  { first: 50, aim: 0.75 },
  { first: 500, aim: 0.9 },
];

export function serviceTarget(service: Running, key: string): ReadTarget {
  return {
    pid: service.pid,
    port: service.port,
    path: '/graphql',
    headers: authorization(key),
    answerStart: '{"data":{"customer":{',
    bodies: (phones, first) => phones.map((phone) => contextBody(phone, first)),
  };
}

/** The floor runs the statement that the service's composer made, with the values that it would bind. */
async function startFloor(bench: Bench, phones: readonly string[]): Promise<Running & { target: ReadTarget }> {
  const statement = await composedStatement(
    bench,
    phones,
    pages.map(({ first }) => first),
  );
  const floor = await startWorker('./floor-server.js', {
    url: bench.database.ownerUrl,
    sql: statement.sql,
    poolSize: 8,
  });
  return {
    ...floor,
    target: {
      pid: floor.pid,
      port: floor.port,
      path: '/',
      headers: {},
      answerStart: '{"data":{"customer":{',
      bodies: (asked, first) => asked.map((phone) => JSON.stringify(statement.values(phone, first))),
    },
  };
}

/** P1 against the floor, and P2 against the peers, in the same rounds. */
export async function oneQuery(bench: Bench, wanted: { floor: boolean; peers: boolean }): Promise<Finding[]> {
  const { db } = bench.database;
  const count = bench.isQuick ? 100 : 400;
  const samples: string[][] = [];
  for (const { first } of pages) {
    const picked = await pickCustomers(db, ['regular', 'long'], first, count);
    samples.push(picked.map(({ phone }) => phone));
  }
  const findings: Finding[] = [];
  const running: Running[] = [];
  try {
    const service = await startService(bench.database);
    running.push(service);
    const ours = serviceTarget(service, bench.keys.read);
    const floor = wanted.floor ? await startFloor(bench, [...new Set(samples.flat())]) : null;
    if (floor) running.push(floor);
    const naive = wanted.peers ? await startNaive(bench) : null;
    if (naive) running.push(naive);
    const postgraphile = wanted.peers && !bench.isQuick ? await startPostgraphile(bench) : null;
    if (postgraphile) running.push(postgraphile);
    const undo = separateCores(bench, running);
    try {
      for (const [n, { first, aim }] of pages.entries()) {
        const phones = samples[n] as string[];
        if (phones.length === 0) throw new Error(`No customer has ${first} touchpoints: make more data.`);
        if (floor) await assertEqualAnswers([ours, floor.target], phones.slice(0, 10), first);
        if (naive) await assertEqualAnswers([ours, naive.target], phones.slice(0, 10), first, comparableToNaive);
        const isPeerCompared = first === 20 || !bench.isQuick;
        const runs = await compareReads(
          bench,
          {
            ours,
            ...(floor ? { floor: floor.target } : {}),
            ...(naive && isPeerCompared ? { naive: naive.target } : {}),
            ...(postgraphile && isPeerCompared ? { postgraphile: postgraphile.target } : {}),
          } as Record<string, ReadTarget>,
          {
            phones,
            first,
            connections: 10,
            durationMs: bench.isQuick ? 350 : 2_500,
            warmUpMs: bench.isQuick ? (first === 20 ? 2_000 : 200) : 5_000,
            warmUpRequests: 2_000,
            rounds: bench.isQuick ? (first === 20 ? 4 : 3) : 7,
          },
        );
        const size = `${((runs['ours']?.[0]?.bytes ?? 0) / 1000).toFixed(0)} kB`;
        const add = (target: string, name: string, value: number, must: number, aimed: number, of: string) =>
          findings.push({
            target,
            name: `${name}, ${first} touchpoints (${size})`,
            value,
            must,
            aim: aimed,
            better: 'higher',
            unit: '×',
            detail: `ours ${describe(runs['ours'] ?? [])}; ${of} ${describe(runs[of] ?? [])}`,
          });
        const mine = runs['ours'] ?? [];
        if (runs['floor']) {
          add('P1', 'CPU against the floor', cpuRatio(mine, runs['floor']), 0.55, aim, 'floor');
          add('P1', 'throughput against the floor', throughputRatio(mine, runs['floor']), 0.55, aim, 'floor');
        }
        if (runs['naive']) add('P2', 'CPU against naive Nest', cpuRatio(mine, runs['naive']), 2, 3, 'naive');
        if (runs['postgraphile'])
          add('P2', 'CPU against PostGraphile 4', cpuRatio(mine, runs['postgraphile']), 1.5, 2.5, 'postgraphile');
      }
    } finally {
      undo();
    }
  } finally {
    for (const each of running.reverse()) await each.stop();
  }
  return findings;
}
