import type { Step } from './blueprint.js';

/** What is wrong with the way through the steps, and at which of them. */
export interface BrokenWay {
  readonly step: string;
  readonly fault: 'UNREACHABLE' | 'CANNOT_END';
}

/** Steps that no way from the first one leads to, and steps from which no way leads to an end. */
export function brokenWays(steps: readonly Step[]): BrokenWay[] {
  const [first] = steps;
  if (!first) return [];
  const byKey = new Map(steps.map((step) => [step.key, step]));
  const nextOf = (key: string) => byKey.get(key)?.next ?? [];
  const before = new Map<string, string[]>();
  for (const step of steps) for (const key of step.next) before.set(key, [...(before.get(key) ?? []), step.key]);
  const reachable = reached([first.key], nextOf);
  const ends = steps.filter((step) => step.terminal).map((step) => step.key);
  const canEnd = reached(ends, (key) => before.get(key) ?? []);
  return steps.flatMap(({ key }): BrokenWay[] => {
    if (!reachable.has(key)) return [{ step: key, fault: 'UNREACHABLE' }];
    return canEnd.has(key) ? [] : [{ step: key, fault: 'CANNOT_END' }];
  });
}

function reached(from: readonly string[], follow: (key: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set(from);
  for (const key of found) for (const next of follow(key)) found.add(next);
  return found;
}
