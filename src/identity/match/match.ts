import { blocksOf, candidatesOf, samplePairs } from './blocks.js';
import { cluster, type Link } from './clusters.js';
import { type LevelShares, probability, scratch, weighOrVeto } from './compare.js';
import { estimate } from './estimate.js';
import { matchKeys, narrowingKeys } from './keys.js';
import type { Person } from './person.js';

export interface Identified {
  readonly id: string;
  readonly person: Person;
}

export type Band = 'strong' | 'possible';

export interface MatchedPair {
  readonly idA: string;
  readonly idB: string;
  readonly score: number;
  readonly band: Band;
}

export interface Matched {
  readonly pairs: readonly MatchedPair[];
  readonly candidates: number;
  readonly clusters: number;
  /** Links between clusters whose people do not agree on the whole. */
  readonly refusedLinks: number;
  /** Keys that more than 200 people share, narrowed by a second key; and those still too big, cut into neighbours. */
  readonly narrowedBlocks: number;
  readonly cutBlocks: number;
}

export type Stage = 'index' | 'learn' | 'compare';

const strongScore = 0.99;
/** The weights are fitted to the candidates of so many people. */
const learnPeopleMax = 5_000;

/**
 * Finds who is whom among these people, whatever their order: blocks, fits the weights, compares, clusters. Each pair
 * once, `idA` before `idB`, sorted.
 * @param learned level shares of one person to start from instead of the shipped ones
 */
export function matchPeople(
  identified: readonly Identified[],
  progress: (stage: Stage, done: number, total: number) => void = () => {},
  learned?: LevelShares,
): Matched {
  const sorted = [...identified].sort((x, y) => (x.id < y.id ? -1 : 1));
  const people = sorted.map(({ person }) => person);
  const count = people.length;
  const blocks = blocksOf(
    {
      count,
      keys: (index) => matchKeys(people[index]!),
      narrowingKeys: (index) => narrowingKeys(people[index]!),
      order: (index) => orderOf(people[index]!),
    },
    (done) => progress('index', done, count),
  );
  progress('learn', 0, 1);
  const context = estimate({
    people,
    pairs: samplePairs(blocks, count, learnPeopleMax),
    ...(learned ? { m: learned } : {}),
  });
  const room = scratch();
  const weightOf = (a: number, b: number) => weighOrVeto(people[a]!, people[b]!, context, room);
  const links: Link[] = [];
  const seen = new Int32Array(count).fill(-1);
  let candidates = 0;
  for (let a = 0; a < count; a++) {
    candidatesOf(blocks, a, seen, (b) => {
      candidates++;
      const weight = weightOf(a, b);
      if (weight >= 0) links.push({ a, b, weight });
    });
    if (a % 512 === 0) progress('compare', a, count);
  }
  const { pairs, clusters, refused } = cluster(count, links, weightOf);
  return {
    pairs: [...pairs]
      .sort((x, y) => x.a - y.a || x.b - y.b)
      .map(({ a, b, weight }) => {
        const score = probability(weight);
        const band = score >= strongScore ? 'strong' : 'possible';
        return { idA: sorted[a]!.id, idB: sorted[b]!.id, score, band };
      }),
    candidates,
    clusters,
    refusedLinks: refused,
    narrowedBlocks: blocks.narrowed,
    cutBlocks: blocks.cut,
  };
}

function orderOf({ surname, given, birth, postcode }: Person): string {
  return `${surname?.text ?? ''}|${given?.text ?? ''}|${birth?.text ?? ''}|${postcode}`;
}
