import { byAge, componentsOf, type Pair } from './link-graph.js';

/** One customer as it is after a split: the profiles that are one, and the one whose id stands for all. */
export interface Part {
  readonly root: string;
  readonly members: readonly string[];
}

/**
 * What becomes of a customer when some of its evidence is taken back: the parts that still hang together, the one that
 * keeps the customer's id first. Only who stood at one end of the evidence can part: profiles that nothing ever joined
 * by a link stay where they are.
 * @param ends profiles at either end of what was taken back
 * @param absorbed profiles that a merge which still holds made part of another, each with that other one
 */
export function partsOf(
  members: readonly string[],
  root: string,
  pairs: readonly Pair[],
  ends: ReadonlySet<string>,
  absorbed: readonly { readonly survivor: string; readonly absorbed: string }[],
): Part[] {
  const staying: string[] = [];
  const parting: string[][] = [];
  for (const component of componentsOf(members, pairs)) {
    if (component.includes(root) || !component.some((one) => ends.has(one))) staying.push(...component);
    else parting.push(component);
  }
  return [
    { root, members: staying.sort(byAge) },
    ...parting.map((component) => ({ root: rootOf(component, absorbed), members: component })),
  ];
}

/** Who stood for these profiles before: the one that none of the others absorbed; the oldest, where that is not clear. */
function rootOf(
  component: readonly string[],
  absorbed: readonly { readonly survivor: string; readonly absorbed: string }[],
): string {
  const within = new Set(component);
  const below = new Set(absorbed.filter((one) => within.has(one.survivor)).map((one) => one.absorbed));
  const roots = component.filter((one) => !below.has(one));
  return (roots[0] ?? component[0]) as string;
}
