import { Refusal } from '../../platform/refusal.js';
import type { Condition, Value } from './mapping.js';
import { lookUp, type Roots } from './path.js';
import type { Template } from './template.js';
import { quoted, requireLength, scalarText, transformed } from './transform.js';
import type { Work } from './work.js';

/** Where values are looked up, and what that may cost. */
export interface Place extends Roots {
  readonly work: Work;
}

/**
 * The value that a rule gives for a payload; undefined when there is none. An empty text is none: tables have no other
 * way to leave a cell out.
 * @throws Refusal naming `field`
 */
export function resolved(value: Value, place: Place, field: string): unknown {
  place.work.spend(1);
  const source = sourceOf(value, place, field);
  const changed = isMissing(source) ? undefined : transformed(source, value.apply, field, place.work);
  const mapped = isMissing(changed) || !value.map ? changed : translated(changed, value.map, field, place.work);
  return isMissing(mapped) ? value.default : mapped;
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function sourceOf({ from }: Value, place: Place, field: string): unknown {
  if ('constant' in from) return from.constant;
  if ('path' in from) return lookUp(from.path, place, place.work);
  if ('template' in from) return filledIn(from.template, place, field);
  for (const one of from.first) {
    const found = resolved(one, place, field);
    if (!isMissing(found)) return found;
  }
  return undefined;
}

/** A template with an empty hole says nothing. */
function filledIn(template: Template, place: Place, field: string): string | undefined {
  const parts: string[] = [];
  for (const part of template) {
    const found = typeof part === 'string' ? part : lookUp(part, place, place.work);
    if (isMissing(found)) return undefined;
    parts.push(requireLength(scalarText(found, field), field));
  }
  const text = parts.join('');
  place.work.spendOnText(text);
  return requireLength(text, field);
}

function translated(value: unknown, map: ReadonlyMap<string, unknown>, field: string, work: Work): unknown {
  if (Array.isArray(value)) {
    work.spend(value.length);
    return value.map((one) => translated(one, map, field, work));
  }
  const word = scalarText(value, field);
  const ours = map.get(word) ?? map.get('*');
  if (ours !== undefined) return ours;
  throw new Refusal('INPUT_INVALID', `The map of ${field} does not know ${quoted(word)}.`, { field });
}

/** Whether a condition holds; of a path with `[*]`, whether it holds of any. */
export function holds(condition: Condition, place: Place): boolean {
  place.work.spend(1);
  if ('all' in condition) return condition.all.every((one) => holds(one, place));
  if ('any' in condition) return condition.any.some((one) => holds(one, place));
  if ('not' in condition) return !holds(condition.not, place);
  const found = lookUp(condition.path, place, place.work);
  const all = (condition.path.isMany ? (found as unknown[]) : [found]).filter((one) => !isMissing(one));
  if (condition.exists !== undefined) return all.length > 0 === condition.exists;
  return all.some((one) => passes(one, condition, place.work));
}

interface Test {
  readonly is?: readonly string[] | undefined;
  readonly contains?: string | undefined;
  readonly startsWith?: string | undefined;
}

function passes(value: unknown, { is, contains, startsWith }: Test, work: Work): boolean {
  if (typeof value === 'object') return false;
  const text = String(value);
  if (is) {
    work.spend(is.length);
    return is.includes(text);
  }
  if (startsWith !== undefined) return text.startsWith(startsWith);
  work.spendOnText(text);
  return contains !== undefined && text.includes(contains);
}
