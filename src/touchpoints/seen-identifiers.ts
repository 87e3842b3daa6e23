import type { Remark } from '../identity/resolution-outcome.js';
import type { CheckedIdentifier } from './identifier-check.js';
import type { CheckedItem } from './touchpoint-check.js';
import type { SeenIdentifier } from './touchpoint-message.js';

/** By words of small fixed sets, fit for the labels of a metric: the name of a type is left out. */
export function countRemarks(counts: Map<string, number>, item: CheckedItem, remarks: readonly Remark[]): void {
  const add = (outcome: string, reason: string) => {
    const key = `${outcome} ${reason}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  for (const { status, reason } of remarks) add(status, reason.split(' ')[0] as string);
  for (const { status, reason } of item.seen) if (status !== 'LINKED') add(status, reason ?? '');
}

export function withRemarks(
  seen: readonly SeenIdentifier[],
  remarks: readonly Remark[],
  identifiers: readonly CheckedIdentifier[],
): SeenIdentifier[] {
  return seen.map((one) => {
    if (one.status !== 'LINKED') return one;
    const remark = remarks.find(({ identifier }) => {
      const named = identifiers[identifier];
      return named?.type.name === one.type && named.value === one.value;
    });
    return remark ? { ...one, status: remark.status, reason: remark.reason } : one;
  });
}

export function mergeSeen(known: SeenIdentifier[], more: readonly SeenIdentifier[]): SeenIdentifier[] {
  const added = more.filter((one) => !known.some((other) => other.type === one.type && other.value === one.value));
  return added.length > 0 ? [...known, ...added] : known;
}
