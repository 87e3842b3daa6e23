import { limits } from '../../platform/limits.js';
import { Refusal } from '../../platform/refusal.js';
import { referencesOf } from './compiler.js';
import { invalid, type Rule, termsOf } from './rule.js';

/** A segment as far as others may rest on it. */
export interface Named {
  readonly key: string;
  readonly rule: Rule;
  readonly entitlements: readonly string[];
}

/**
 * Refuses a segment that rests on what is not there, on itself by whatever way, or on too many levels of others; and one
 * that would change the very promise that it looks at.
 * @param others the other segments of the workspace
 */
export function checkReferences(segment: Named, others: readonly Named[], field: string): void {
  const known = new Map([...others, segment].map((one) => [one.key, one]));
  for (const { condition, at } of termsOf(segment.rule)) {
    if ('segment' in condition && !known.has(condition.segment)) {
      throw invalid(`${field}${at}.segment`, `names ‘${condition.segment}’, which is no segment`);
    }
  }
  const circle = circleFrom(segment.key, known);
  if (circle) {
    throw new Refusal('RULE_CIRCULAR', `The segment would rest on itself: ${circle.join(' → ')}.`, { field });
  }
  const limit = limits.segmentLevelsMax;
  for (const key of [segment.key, ...known.keys()]) {
    if (levelsOf(key, known) <= limit) continue;
    throw new Refusal('RULE_INVALID', `‘${key}’ would rest on more than ${limit} levels of segments.`, {
      field,
      limit,
    });
  }
  for (const one of known.values()) {
    const at = breachIn(one.key, known);
    if (at === null || !one.entitlements.some((name) => name.startsWith('sla:'))) continue;
    const sentence = `‘${one.key}’ gives a tier of promises and rests on slaBreached (of ‘${at}’), which the tier changes.`;
    throw new Refusal('RULE_CIRCULAR', sentence, { field });
  }
}

/** The way from a segment back to itself; null when there is none. */
function circleFrom(key: string, known: ReadonlyMap<string, Named>): string[] | null {
  const done = new Set<string>();
  const visit = (at: string, way: readonly string[]): string[] | null => {
    for (const next of namedBy(at, known)) {
      if (next === key) return [...way, next];
      if (done.has(next)) continue;
      done.add(next);
      const found = visit(next, [...way, next]);
      if (found) return found;
    }
    return null;
  };
  return visit(key, [key]);
}

/** Levels of segments below one; there is no circle. */
function levelsOf(key: string, known: ReadonlyMap<string, Named>, measured = new Map<string, number>()): number {
  const before = measured.get(key);
  if (before !== undefined) return before;
  const levels = Math.max(0, ...namedBy(key, known).map((next) => levelsOf(next, known, measured) + 1));
  measured.set(key, levels);
  return levels;
}

/** The segment, this one or one below, whose rule looks at promises broken. */
function breachIn(key: string, known: ReadonlyMap<string, Named>, done = new Set<string>()): string | null {
  if (done.has(key)) return null;
  done.add(key);
  const rule = known.get(key)?.rule;
  if (!rule) return null;
  const looks = termsOf(rule).some(
    ({ condition }) => 'issues' in condition && condition.issues.slaBreached !== undefined,
  );
  if (looks) return key;
  for (const next of namedBy(key, known)) {
    const found = breachIn(next, known, done);
    if (found) return found;
  }
  return null;
}

const namedBy = (key: string, known: ReadonlyMap<string, Named>) => {
  const segment = known.get(key);
  return segment ? referencesOf(segment.rule) : [];
};
