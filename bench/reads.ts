import type { Bench } from './context.js';
import { type Cpu, interleave, median, pairedRatio, startCpu } from './measure.js';

/** A server that answers the one query, and what to send to it for each customer. */
export interface ReadTarget {
  readonly pid: number;
  readonly port: number;
  readonly path: string;
  readonly headers: Record<string, string>;
  /** Answers begin so; an error never does. */
  readonly answerStart: string;
  bodies(phones: readonly string[], first: number): readonly string[];
}

/** One run of one server. CPU is in microseconds for each request. */
export interface ReadRun extends Cpu {
  readonly cpu: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly bytes: number;
}

export interface ReadPlan {
  readonly phones: readonly string[];
  readonly first: number;
  readonly connections: number;
  readonly durationMs: number;
  /** Before the first round each server works for so long, or for so many requests. */
  readonly warmUpMs: number;
  readonly warmUpRequests: number;
  readonly rounds: number;
}

export async function readOnce(bench: Bench, target: ReadTarget, plan: ReadPlan): Promise<ReadRun> {
  const task = {
    port: target.port,
    path: target.path,
    headers: target.headers,
    bodies: target.bodies(plan.phones, plan.first),
    connections: plan.connections,
    answerStart: target.answerStart,
    answerNever: '"errors":[',
  };
  const end = await startCpu(bench.database.db, target.pid);
  const result = await bench.load.run({ ...task, durationMs: plan.durationMs });
  const { node, postgres } = await end();
  return {
    node: node / result.requests,
    postgres: postgres / result.requests,
    cpu: (node + postgres) / result.requests,
    perSecond: result.requests / result.seconds,
    p50: median(result.latencies),
    bytes: result.bytes / result.requests,
  };
}

/** All servers in turn, in shuffled rounds. Each works for a while before, so that code, plans and pages are warm. */
export async function compareReads<Name extends string>(
  bench: Bench,
  targets: Record<Name, ReadTarget>,
  plan: ReadPlan,
): Promise<Record<Name, ReadRun[]>> {
  for (const target of Object.values<ReadTarget>(targets))
    await bench.load.run({
      ...target,
      bodies: target.bodies(plan.phones, plan.first),
      connections: plan.connections,
      durationMs: plan.warmUpMs,
      requestsMax: plan.warmUpRequests,
    });
  const variants = Object.fromEntries(
    Object.entries<ReadTarget>(targets).map(([name, target]) => [name, () => readOnce(bench, target, plan)]),
  ) as Record<Name, () => Promise<ReadRun>>;
  return interleave(variants, plan.rounds, plan.first);
}

/** How many times less CPU `above` takes than `below`: 1 is equal, more is better. */
export function cpuRatio(ours: readonly ReadRun[], other: readonly ReadRun[]): number {
  return pairedRatio(other, ours, (run) => run.cpu);
}

export function throughputRatio(ours: readonly ReadRun[], other: readonly ReadRun[]): number {
  return pairedRatio(ours, other, (run) => run.perSecond);
}

export function describe(runs: readonly ReadRun[]): string {
  const of = (figure: (run: ReadRun) => number) => median(runs.map(figure));
  const us = (figure: (run: ReadRun) => number) => Math.round(of(figure));
  return `${us((run) => run.node)} + ${us((run) => run.postgres)} µs (Node + Postgres), ${us((run) => run.perSecond)}/s`;
}

/** The same question to two servers must give the same JSON, or the comparison means nothing. */
export async function assertEqualAnswers(
  [ours, other]: readonly [ReadTarget, ReadTarget],
  phones: readonly string[],
  first: number,
  comparable: (answer: unknown) => unknown = (answer) => answer,
): Promise<void> {
  for (const phone of phones) {
    const answers = await Promise.all([answerOf(ours, phone, first), answerOf(other, phone, first)]);
    const [mine, theirs] = answers.map((answer) => JSON.stringify(comparable(answer))) as [string, string];
    if (mine === theirs) continue;
    const at = [...mine].findIndex((letter, n) => letter !== theirs[n]);
    const around = (text: string) => text.slice(Math.max(0, at - 200), at + 300);
    throw new Error(`Two servers answer differently for ${phone}:\n${around(mine)}\n${around(theirs)}`);
  }
}

export async function answerOf(target: ReadTarget, phone: string, first: number): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${target.port}${target.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...target.headers },
    body: target.bodies([phone], first)[0] as string,
  });
  const text = await response.text();
  if (!text.startsWith(target.answerStart)) throw new Error(`Not the answer that was expected: ${text.slice(0, 500)}`);
  return JSON.parse(text);
}
