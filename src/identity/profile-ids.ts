interface Range {
  next: number;
  end: number;
}

/** As in the migration: the increment of the sequence. */
const block = 1_000;

/** Ids for new profiles, known before anything is written. They come from the database in blocks. */
export class ProfileIds {
  #free: Range[] = [];

  /**
   * Lends a batch as many ids as it can need; what it did not use comes back by `giveBack`. Ids that an aborted batch
   * took are burnt, which leaves gaps and does no harm.
   */
  async lend(count: number, nextBlock: () => Promise<number>): Promise<LentIds> {
    for (;;) {
      const lent = this.take(count);
      if (lent) return lent;
      const start = await nextBlock();
      this.#free.push({ next: start, end: start + block });
    }
  }

  giveBack(lent: LentIds): void {
    this.#free.push(...lent.left());
  }

  private take(count: number): LentIds | null {
    if (this.#free.reduce((sum, range) => sum + range.end - range.next, 0) < count) return null;
    const ranges: Range[] = [];
    for (let missing = count; missing > 0; ) {
      const range = this.#free[0] as Range;
      const size = Math.min(missing, range.end - range.next);
      ranges.push({ next: range.next, end: range.next + size });
      range.next += size;
      missing -= size;
      if (range.next === range.end) this.#free.shift();
    }
    return new LentIds(ranges);
  }
}

export class LentIds {
  constructor(private readonly ranges: Range[]) {}

  next(): number {
    const range = this.ranges.find((one) => one.next < one.end);
    if (!range) throw new Error('A batch made more profiles than it has items.');
    return range.next++;
  }

  left(): Range[] {
    return this.ranges.filter((range) => range.next < range.end);
  }
}
