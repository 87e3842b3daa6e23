/** Two profiles that live evidence joins, the smaller id first. */
export interface Pair {
  readonly a: string;
  readonly b: string;
  /** How many pieces of evidence join them, as far as they were counted. */
  readonly strength: number;
}

/** Ids are numbers in text: the smaller one is the older profile. */
export function byAge(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** Profiles that hang together, each group and the groups oldest first. */
export function componentsOf(profiles: readonly string[], pairs: readonly Pair[]): string[][] {
  const next = neighbours(pairs);
  const seen = new Set<string>();
  const components: string[][] = [];
  for (const start of [...profiles].sort(byAge)) {
    if (seen.has(start)) continue;
    const component = [start];
    seen.add(start);
    for (const one of component) {
      for (const other of next.get(one)?.keys() ?? []) {
        if (seen.has(other)) continue;
        seen.add(other);
        component.push(other);
      }
    }
    components.push(component.sort(byAge));
  }
  return components;
}

/** The fewest steps from one profile to another, both included; of equal ways the one over older profiles. */
export function pathBetween(pairs: readonly Pair[], from: string, to: string): string[] | null {
  const next = neighbours(pairs);
  const cameFrom = new Map<string, string>([[from, from]]);
  const reached = [from];
  for (const one of reached) {
    if (one === to) break;
    for (const other of [...(next.get(one)?.keys() ?? [])].sort(byAge)) {
      if (cameFrom.has(other)) continue;
      cameFrom.set(other, one);
      reached.push(other);
    }
  }
  if (!cameFrom.has(to)) return null;
  const path = [to];
  for (let at = to; at !== from; ) {
    at = cameFrom.get(at) as string;
    path.unshift(at);
  }
  return path;
}

/**
 * Where to part two profiles so that the least evidence is lost (a minimum cut, by augmenting paths): the profiles that
 * go with `to`. Of equal cuts the one nearest to `to`, so that who hangs as strongly on either stays with `from`.
 */
export function weakestCut(pairs: readonly Pair[], from: string, to: string): Set<string> {
  const room = neighbours(pairs);
  for (;;) {
    const side = reaching(room, to);
    if (!side.has(from)) return new Set(side.keys());
    let flow = Number.POSITIVE_INFINITY;
    walk(side, from, to, (one, other) => {
      flow = Math.min(flow, room.get(one)?.get(other) ?? 0);
    });
    walk(side, from, to, (one, other) => {
      add(room, one, other, -flow);
      add(room, other, one, flow);
    });
  }
}

/** Who still has room on some way to `to`, each with its next step there. */
function reaching(room: Graph, to: string): Map<string, string> {
  const steps = new Map<string, string>([[to, to]]);
  for (const one of steps.keys()) {
    for (const other of room.get(one)?.keys() ?? []) {
      if (!steps.has(other) && (room.get(other)?.get(one) ?? 0) > 0) steps.set(other, one);
    }
  }
  return steps;
}

function walk(steps: Map<string, string>, from: string, to: string, visit: (one: string, other: string) => void): void {
  for (let at = from; at !== to; ) {
    const other = steps.get(at) as string;
    visit(at, other);
    at = other;
  }
}

type Graph = Map<string, Map<string, number>>;

function neighbours(pairs: readonly Pair[]): Graph {
  const graph: Graph = new Map();
  for (const { a, b, strength } of pairs) {
    add(graph, a, b, strength);
    add(graph, b, a, strength);
  }
  return graph;
}

function add(graph: Graph, one: string, other: string, strength: number): void {
  const row = graph.get(one) ?? new Map<string, number>();
  graph.set(one, row);
  row.set(other, (row.get(other) ?? 0) + strength);
}
