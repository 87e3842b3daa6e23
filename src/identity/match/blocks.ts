/** A block holds at most so many people; a bigger one is narrowed, and cut where that does not help. */
export const blockPeopleMax = 200;

/** People that share a key, as flat arrays: who is in which block, and which blocks a person is in. */
export interface Blocks {
  /** `members` from `starts[b]` to `starts[b + 1]` are the people of block b, ascending. */
  readonly starts: Int32Array;
  readonly members: Int32Array;
  /** `blocks` from `personStarts[i]` to `personStarts[i + 1]` are the blocks of person i. */
  readonly personStarts: Int32Array;
  readonly blocks: Int32Array;
  /** Keys that more than the limit of people share: narrowed by a second key. */
  readonly narrowed: number;
  /** Narrowed blocks that were still too big: cut into overlapping runs of neighbours. */
  readonly cut: number;
}

export interface Keying {
  readonly count: number;
  keys(index: number): readonly string[];
  narrowingKeys(index: number): readonly string[];
  /** By what neighbours are neighbours in a block that is cut. */
  order(index: number): string;
}

/** Puts people into blocks by their keys. A key is known by its hash: two keys that share one only cost comparisons. */
export function blocksOf(keying: Keying, progress: (done: number) => void = () => {}): Blocks {
  const { count } = keying;
  const entries = new Numbers();
  for (let i = 0; i < count; i++) {
    for (const key of keying.keys(i)) entries.push(hashOf(key) * count + i);
    if (i % 4096 === 0) progress(i);
  }
  const built = new Builder();
  let narrowed = 0;
  let cut = 0;
  for (const people of runsOf(entries.sorted(), count)) {
    if (people.length <= blockPeopleMax) {
      built.add(people);
      continue;
    }
    narrowed++;
    const narrower = new Numbers();
    for (const i of people) for (const key of keying.narrowingKeys(i)) narrower.push(hashOf(key) * count + i);
    for (const some of runsOf(narrower.sorted(), count)) {
      if (some.length <= blockPeopleMax) built.add(some);
      else {
        cut++;
        cutBlock(some, keying, built);
      }
    }
  }
  return { ...built.finish(count), narrowed, cut };
}

const runPeople = 40;

/** Neighbours by name and birth date stay together: runs of forty that overlap by half. */
function cutBlock(people: readonly number[], keying: Keying, built: Builder): void {
  const order = new Map(people.map((i) => [i, keying.order(i)]));
  const sorted = [...people].sort((a, b) =>
    order.get(a)! < order.get(b)! ? -1 : order.get(a) === order.get(b) ? a - b : 1,
  );
  for (let start = 0; start < sorted.length; start += runPeople / 2) {
    built.add(sorted.slice(start, start + runPeople).sort((a, b) => a - b));
  }
}

function* runsOf(entries: Float64Array, count: number): Generator<number[]> {
  let start = 0;
  while (start < entries.length) {
    const key = Math.floor(entries[start]! / count);
    let end = start + 1;
    while (end < entries.length && entries[end]! < (key + 1) * count) end++;
    if (end - start > 1) {
      const people = Array.from(entries.subarray(start, end), (entry) => entry - key * count);
      // Two keys of one person may share a hash.
      const distinct = people.filter((person, index) => index === 0 || person !== people[index - 1]);
      if (distinct.length > 1) yield distinct;
    }
    start = end;
  }
}

/** The first 32 bits of FNV-1a, mixed. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** Calls with every person of a higher number that shares a block with `person`, each once. */
export function candidatesOf(blocks: Blocks, person: number, seen: Int32Array, visit: (other: number) => void): void {
  for (let b = blocks.personStarts[person]!; b < blocks.personStarts[person + 1]!; b++) {
    const block = blocks.blocks[b]!;
    for (let k = blocks.starts[block + 1]! - 1; k >= blocks.starts[block]!; k--) {
      const other = blocks.members[k]!;
      if (other <= person) break;
      if (seen[other] === person) continue;
      seen[other] = person;
      visit(other);
    }
  }
}

/** Candidate pairs: person `a[n]` and person `b[n]`. */
export interface Pairs {
  readonly a: Int32Array;
  readonly b: Int32Array;
  /** Which share of all candidates they are. */
  readonly share: number;
}

/** The candidates of every so-manieth person: all of them up to `peopleMax` people. */
export function samplePairs(blocks: Blocks, count: number, peopleMax: number): Pairs {
  const step = Math.max(1, Math.ceil(count / peopleMax));
  const a = new Numbers();
  const b = new Numbers();
  const seen = new Int32Array(count).fill(-1);
  let people = 0;
  for (let i = 0; i < count; i += step) {
    people++;
    candidatesOf(blocks, i, seen, (other) => {
      a.push(i);
      b.push(other);
    });
  }
  return { a: a.ints(), b: b.ints(), share: people / count };
}

/** A growing array of numbers outside the heap of objects. */
class Numbers {
  private values = new Float64Array(1024);
  private length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const bigger = new Float64Array(this.length * 2);
      bigger.set(this.values);
      this.values = bigger;
    }
    this.values[this.length++] = value;
  }

  sorted(): Float64Array {
    return this.values.subarray(0, this.length).sort();
  }

  ints(): Int32Array {
    return Int32Array.from(this.values.subarray(0, this.length));
  }
}

class Builder {
  private readonly starts = new Numbers();
  private readonly members = new Numbers();
  private total = 0;

  add(people: readonly number[]): void {
    if (people.length < 2) return;
    this.starts.push(this.total);
    for (const person of people) this.members.push(person);
    this.total += people.length;
  }

  finish(count: number): Pick<Blocks, 'starts' | 'members' | 'personStarts' | 'blocks'> {
    this.starts.push(this.total);
    const starts = this.starts.ints();
    const members = this.members.ints();
    const personStarts = new Int32Array(count + 1);
    for (const person of members) personStarts[person + 1]!++;
    for (let i = 0; i < count; i++) personStarts[i + 1]! += personStarts[i]!;
    const next = personStarts.slice();
    const blocks = new Int32Array(members.length);
    for (let b = 0; b + 1 < starts.length; b++) {
      for (let k = starts[b]!; k < starts[b + 1]!; k++) blocks[next[members[k]!]!++] = b;
    }
    return { starts, members, personStarts, blocks };
  }
}
