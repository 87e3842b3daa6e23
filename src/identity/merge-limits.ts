import type { IdentifierType } from './identifier-type.js';

/** A limit of identifiers that a customer would pass by a merge. */
export interface BrokenLimit {
  readonly type: string;
  readonly limit: number;
  /** How many the customer would have. */
  readonly count: number;
  /** True when two values of this type mean two customers. */
  readonly isUnique: boolean;
}

/**
 * Which limits the customer would pass that two customers make: what each has already is no matter of the merge.
 * @param sides identifiers per type name, of each of the two
 */
export function brokenLimits(
  types: ReadonlyMap<string, IdentifierType>,
  sides: readonly [ReadonlyMap<string, number>, ReadonlyMap<string, number>],
): BrokenLimit[] {
  const broken: BrokenLimit[] = [];
  for (const type of types.values()) {
    const [one, other] = sides.map((counts) => counts.get(type.name) ?? 0) as [number, number];
    const { isUnique, limitPerCustomer: limit } = type;
    if (one === 0 || other === 0 || one + other <= limit) continue;
    broken.push({ type: type.name, limit, count: one + other, isUnique });
  }
  return broken;
}
