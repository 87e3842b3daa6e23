import { type Bench, separateCores, startService } from './context.js';
import { type BenchCustomer, pickCustomers } from './data.js';
import type { Finding } from './measure.js';
import { interleave, median, pairedRatio } from './measure.js';
import { serviceTarget } from './p1-one-query.js';
import { type ReadPlan, type ReadRun, readOnce } from './reads.js';
import type { Running } from './service.js';

const phonesOf = (customers: readonly BenchCustomer[]) => customers.map(({ phone }) => phone);

/** P3: what a customer costs does not depend on how long the history is, how large the table, how many profiles. */
export async function growth(bench: Bench): Promise<Finding[]> {
  const { db } = bench.database;
  const plan = (customers: readonly BenchCustomer[]): ReadPlan => ({
    phones: phonesOf(customers),
    first: 20,
    connections: 4,
    durationMs: bench.isQuick ? 250 : 2_000,
    warmUpMs: 0,
    warmUpRequests: 0,
    rounds: bench.isQuick ? 3 : 9,
  });
  const whale = await pickCustomers(db, ['whale'], 0, 1);
  const fifty = await pickCustomers(db, ['fifty'], 0, 8);
  const cluster = await pickCustomers(db, ['cluster20'], 0, 10);
  const single = await pickCustomers(db, ['single500'], 0, 10);
  const running: Running[] = [];
  try {
    const service = await startService(bench.database);
    running.push(service);
    const target = serviceTarget(service, bench.keys.read);
    const undo = separateCores(bench, running);
    try {
      const ask = (customers: readonly BenchCustomer[]) => () => readOnce(bench, target, plan(customers));
      const variants = { whale: ask(whale), fifty: ask(fifty), cluster: ask(cluster), single: ask(single) };
      for (const warm of Object.values(variants)) await warm();
      const runs = await interleave(variants, plan([]).rounds, 3);
      const history = whale[0]?.touchpoints.toLocaleString('en') ?? '';
      return [
        finding(`customer with ${history} touchpoints against one with 50`, runs.whale, runs.fifty, 1.5, 1.1),
        finding('cluster of 20 profiles against 1', runs.cluster, runs.single, 3, 2.2),
        ...(bench.tenth ? [await tableGrowth(bench, target, running)] : []),
      ];
    } finally {
      undo();
    }
  } finally {
    for (const each of running.reverse()) await each.stop();
  }
}

/** The same kind of customers in a database with a tenth of the rows. */
async function tableGrowth(bench: Bench, large: ReturnType<typeof serviceTarget>, running: Running[]) {
  const { database, key } = bench.tenth as NonNullable<Bench['tenth']>;
  const service = await startService(database);
  running.push(service);
  const undo = separateCores(bench, [service]);
  try {
    const small = serviceTarget(service, key);
    const plan = { first: 20, connections: 4, durationMs: 2_000, warmUpMs: 0, warmUpRequests: 0, rounds: 9 };
    const ask = async (of: typeof database, target: typeof small) => {
      const phones = phonesOf(await pickCustomers(of.db, ['regular'], 20, 300));
      return () => readOnce({ ...bench, database: of }, target, { ...plan, phones });
    };
    const variants = { large: await ask(bench.database, large), small: await ask(database, small) };
    for (const warm of Object.values(variants)) await warm();
    const runs = await interleave(variants, plan.rounds, 4);
    const rows = (n: number) => n.toLocaleString('en');
    const name = `${rows(bench.database.size.touchpoints)} rows against ${rows(database.size.touchpoints)}`;
    return finding(name, runs.large, runs.small, 1.3, 1.1);
  } finally {
    undo();
  }
}

function finding(
  name: string,
  above: readonly ReadRun[],
  below: readonly ReadRun[],
  must: number,
  aim: number,
): Finding {
  const of = (runs: readonly ReadRun[]) =>
    `${Math.round(median(runs.map((run) => run.cpu)))} µs, p50 ${median(runs.map((run) => run.p50)).toFixed(2)} ms`;
  return {
    target: 'P3',
    name: `CPU: ${name}`,
    value: pairedRatio(above, below, (run) => run.cpu),
    must,
    aim,
    better: 'lower',
    unit: '×',
    detail: `${of(above)} against ${of(below)}`,
  };
}
