/** Two people by their numbers, with the log-odds in bits that both are one person. */
export interface Link {
  readonly a: number;
  readonly b: number;
  readonly weight: number;
}

export interface Clustered {
  /** Every pair of people of one cluster that nothing forbids. */
  readonly pairs: readonly Link[];
  readonly clusters: number;
  /** Links that would have joined clusters whose people do not agree on the whole. */
  readonly refused: number;
}

/** A link joins only when it is likelier right than wrong. */
const linkBits = 0;
/** The people of two clusters agree on the whole when the mean of their odds is not far below even. */
const meanBits = -3;
/** No pair decides alone. */
const pairBitsMax = 10;
const checkedPairsMax = 400;
const clusterPeopleMax = 500;

/**
 * Joins people into clusters, strongest link first, and gives all pairs within the clusters. Two clusters are joined only
 * when their people agree on the whole, so one chance link makes no chain. A pair that does not convince by itself gets
 * the mean of its own odds and those of the link that joined it: a third record speaks for it.
 */
export function cluster(count: number, links: readonly Link[], weightOf: (a: number, b: number) => number): Clustered {
  const home = Int32Array.from({ length: count }, (_, i) => i);
  const members = new Map<number, number[]>();
  const pairs: Link[] = [];
  let refused = 0;
  const strongestFirst = links
    .filter((link) => link.weight >= linkBits)
    .sort((x, y) => y.weight - x.weight || x.a - y.a || x.b - y.b);
  for (const { a, b, weight } of strongestFirst) {
    const left = home[a]!;
    const right = home[b]!;
    if (left === right) continue;
    const some = members.get(left) ?? [left];
    const others = members.get(right) ?? [right];
    const cross = crossPairs(some, others, weightOf);
    if (some.length + others.length > clusterPeopleMax || meanOf(cross) < meanBits) {
      refused++;
      continue;
    }
    for (const one of cross) {
      if (one.weight === Number.NEGATIVE_INFINITY) continue;
      const supported = Math.max(one.weight, 0, (weight + Math.max(one.weight, -pairBitsMax)) / 2);
      pairs.push({ ...one, weight: supported });
    }
    for (const person of others) home[person] = left;
    members.set(left, [...some, ...others]);
    members.delete(right);
  }
  return { pairs, clusters: members.size, refused };
}

function crossPairs(
  some: readonly number[],
  others: readonly number[],
  weightOf: (a: number, b: number) => number,
): Link[] {
  return some.flatMap((i) =>
    others.map((j) => ({ a: Math.min(i, j), b: Math.max(i, j), weight: weightOf(Math.min(i, j), Math.max(i, j)) })),
  );
}

/** Of many pairs, some hundred spread evenly stand for all. */
function meanOf(pairs: readonly Link[]): number {
  const step = Math.max(1, Math.floor(pairs.length / checkedPairsMax));
  let sum = 0;
  let checked = 0;
  for (let n = 0; n < pairs.length; n += step) {
    sum += Math.max(-pairBitsMax, Math.min(pairBitsMax, pairs[n]!.weight));
    checked++;
  }
  return sum / checked;
}
