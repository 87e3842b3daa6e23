import type { Step } from '../journeys/blueprint.js';

/**
 * The steps between two on the shortest way that a blueprint has from the one to the other, null when it has none. Of
 * ways as short, the one whose steps the blueprint names first.
 */
export function stepsBetween(steps: readonly Step[], from: string, to: string): string[] | null {
  const nextOf = new Map(steps.map((step) => [step.key, step.next]));
  const cameFrom = new Map<string, string>();
  for (const step of reachedFrom(from, nextOf, cameFrom)) {
    if (step !== to) continue;
    const between: string[] = [];
    for (let at = cameFrom.get(to); at !== undefined && at !== from; at = cameFrom.get(at)) between.unshift(at);
    return between;
  }
  return null;
}

/** Every step that moves lead to, the nearest first. */
function* reachedFrom(
  from: string,
  nextOf: ReadonlyMap<string, readonly string[]>,
  cameFrom: Map<string, string>,
): Generator<string> {
  const queue = [from];
  for (const step of queue) {
    for (const next of nextOf.get(step) ?? []) {
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, step);
      queue.push(next);
      yield next;
    }
  }
}
