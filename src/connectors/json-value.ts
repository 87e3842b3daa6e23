/** An object out of somebody else's JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value when it is an object; else an empty one, so that one can look on. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** The list; anything else that there is as the only one of a list: many systems send a single one bare. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** The text when there is some; numbers count, since many systems have numbers for ids. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** The entries that have a value; undefined when none has. */
export function presentOf(fields: JsonObject): JsonObject | undefined {
  return filledOf(Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));
}

/** The object as it is; undefined when it is empty. */
export function filledOf(fields: JsonObject): JsonObject | undefined {
  return Object.keys(fields).length > 0 ? fields : undefined;
}

const writtenLevelsMax = 64;

/** JSON of anything that came in as JSON. What nests so deeply that it means nothing is cut, never a failure. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(shallow(value, writtenLevelsMax));
}

function shallow(value: unknown, left: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (left === 0) return '…';
  if (Array.isArray(value)) return value.map((inner) => shallow(inner, left - 1));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shallow(inner, left - 1)]));
}
