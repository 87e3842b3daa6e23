import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';

/** What one benchmark found: a figure, what it must be at least (or at most), and what we aim at. */
export interface Finding {
  /** `P1` and so on, as in the targets. */
  readonly target: string;
  readonly name: string;
  readonly value: number;
  readonly must?: number;
  readonly aim?: number;
  /** Ratios to a floor are better when higher, times and factors of slowing down when lower. */
  readonly better: 'higher' | 'lower';
  readonly unit: '×' | 'ms' | 's' | '/s';
  /** Figures behind it, for people. */
  readonly detail: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Deterministic random numbers in [0, 1), so that every run asks for the same customers in the same order. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function shuffled<T>(items: readonly T[], next: () => number): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}

/** CPU time of a process with all its threads, in microseconds; 0 when it has ended or cannot be read. */
export function cpuOf(pid: number): number {
  let nanoseconds = 0;
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const text = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8');
      nanoseconds += Number(text.split(' ')[0]);
    }
  } catch {
    // The process or one of its threads has just ended.
  }
  return nanoseconds / 1000;
}

/** CPU time of every backend that serves a client of this database, by process. */
async function backendsCpu(db: pg.Client): Promise<Map<number, number>> {
  const { rows } = await db.query(
    `select pid from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and backend_type in ('client backend', 'parallel worker')`,
  );
  return new Map(rows.map(({ pid }) => [pid, cpuOf(pid)]));
}

export interface Cpu {
  readonly node: number;
  readonly postgres: number;
}

/** Starts a measurement; what it answers with tells the microseconds of CPU since then. */
export async function startCpu(db: pg.Client, nodePid: number): Promise<() => Promise<Cpu>> {
  const backends = await backendsCpu(db);
  const node = cpuOf(nodePid);
  return async () => {
    const nodeAfter = cpuOf(nodePid);
    let postgres = 0;
    for (const [pid, cpu] of await backendsCpu(db)) postgres += cpu - (backends.get(pid) ?? 0);
    return { node: nodeAfter - node, postgres };
  };
}

/** The postmaster of a database on this machine, or null when it runs elsewhere. */
export async function postmasterOf(db: pg.Client): Promise<number | null> {
  const { rows } = await db.query('select pg_backend_pid() as pid');
  try {
    const status = readFileSync(`/proc/${rows[0].pid}/status`, 'utf8');
    const parent = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
    return /^Name:\s+postgres/m.test(readFileSync(`/proc/${parent}/status`, 'utf8')) ? parent : null;
  } catch {
    return null;
  }
}

/** Binds a process, its threads and its children to some cores where the machine can; says whether it could. */
export function pin(pid: number, cores: string): boolean {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    for (const each of [String(pid), ...children]) execFileSync('taskset', ['-acp', cores, each], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** One round runs every variant once, in random order; the answer is each variant's figures by round. */
export async function interleave<T, Name extends string>(
  variants: Record<Name, () => Promise<T>>,
  rounds: number,
  seed: number,
): Promise<Record<Name, T[]>> {
  const next = random(seed);
  const names = Object.keys(variants) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<Name, T[]>;
  for (let round = 0; round < rounds; round++)
    for (const name of shuffled(names, next)) results[name].push(await variants[name]());
  return results;
}

/** Median over the rounds of one variant's figure by another's: neighbours in time meet the same noise. */
export function pairedRatio<T>(above: readonly T[], below: readonly T[], figure: (result: T) => number): number {
  return median(above.map((result, round) => figure(result) / figure(below[round] as T)));
}
