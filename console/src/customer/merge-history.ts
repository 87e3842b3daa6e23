/** What is loaded of a history: newest first, as far as it has been scrolled. */
export interface Loaded<T> {
  readonly touchpoints: readonly T[];
  readonly after: string | null;
  readonly hasMore: boolean;
}

interface Told {
  readonly id: string;
  readonly occurredAt: string;
}

/**
 * The newest page, asked for again, in place of what it covers; older ones that were loaded stay. Where more came than
 * one page holds, it begins anew: what lies between is not known.
 */
export function withNewestPage<T extends Told>(before: Loaded<T>, page: Loaded<T>): Loaded<T> {
  const known = new Set(before.touchpoints.map(({ id }) => id));
  const oldest = page.touchpoints.findLast(({ id }) => known.has(id));
  if (!page.hasMore || !oldest) return page;
  const covered = new Set(page.touchpoints.map(({ id }) => id));
  const from = before.touchpoints.findIndex(({ id }) => id === oldest.id);
  const older = before.touchpoints.slice(from + 1).filter(({ id }) => !covered.has(id));
  return older.length === 0 ? page : { ...before, touchpoints: [...page.touchpoints, ...older] };
}

/** What a change told of: in place of what was known of it, or where it belongs by its time, if that far is loaded. */
export function withTold<T extends Told>(before: Loaded<T>, told: readonly T[]): Loaded<T> {
  let { touchpoints } = before;
  for (const one of told) {
    const others = touchpoints.filter(({ id }) => id !== one.id);
    const isNew = others.length === touchpoints.length;
    const at = others.findIndex(({ occurredAt }) => Date.parse(occurredAt) <= Date.parse(one.occurredAt));
    if (at < 0 && isNew && before.hasMore) continue;
    touchpoints = others.toSpliced(at < 0 ? others.length : at, 0, one);
  }
  return touchpoints === before.touchpoints ? before : { ...before, touchpoints };
}
