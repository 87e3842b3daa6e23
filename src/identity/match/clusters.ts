/** A pair of people by their numbers, with the log-odds in bits that both are one person. */
export interface Link {
  readonly a: number;
  readonly b: number;
  readonly weight: number;
}

export interface ClusterOptions {
  readonly linkAtLeast: number;
  readonly meanAtLeast: number;
  readonly most: number;
}

/** Pairs looked at for one joining: of bigger clusters, the first so many. */
const checkedPairsMax = 400;

/**
 * Joins people into clusters, strongest link first. Two clusters are joined by a link only when the people of the one
 * agree with the people of the other on the whole: the mean of their log-odds, each bounded so that none decides alone.
 * Returns the cluster of each person, by the number of one of its members.
 */
export function cluster(
  count: number,
  links: readonly Link[],
  weightOf: (a: number, b: number) => number,
  { linkAtLeast, meanAtLeast, most }: ClusterOptions,
): Int32Array {
  const of = Int32Array.from({ length: count }, (_, i) => i);
  const members = new Map<number, number[]>();
  const membersOf = (one: number) => members.get(one) ?? [one];
  const sorted = links
    .filter((link) => link.weight >= linkAtLeast)
    .sort((x, y) => y.weight - x.weight || x.a - y.a || x.b - y.b);
  for (const { a, b, weight } of sorted) {
    const left = of[a]!;
    const right = of[b]!;
    if (left === right) continue;
    const some = membersOf(left);
    const others = membersOf(right);
    let sum = 0;
    let checked = 0;
    for (const i of some) {
      for (const j of others) {
        if (checked >= checkedPairsMax) break;
        const one = (i === a && j === b) ? weight : weightOf(i, j);
        sum += Math.max(-most, Math.min(most, one));
        checked++;
      }
    }
    if (sum / checked < meanAtLeast) continue;
    const joined = [...some, ...others];
    for (const i of others) of[i] = left;
    members.set(left, joined);
    members.delete(right);
  }
  return of;
}
