import { jsonText } from '../platform/json-input.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { text } from './field-checks.js';

export interface CheckedTrait {
  readonly key: string;
  /** JSON text. */
  readonly value: string;
}

export interface CheckedAttributes {
  readonly value: Readonly<Record<string, unknown>>;
  /** Written once, for its size: it is stored as it stands here. */
  readonly json: string;
}

const none: CheckedAttributes = { value: {}, json: '{}' };

export function attributes(value: unknown, field: string): CheckedAttributes {
  if (value == null) return none;
  if (!isObject(value)) throw new Refusal('INPUT_INVALID', 'Attributes are an object.', { field });
  return { value, json: jsonText(value, field, limits.attributesBytesMax) };
}

export function traits(value: unknown, field: string): CheckedTrait[] {
  if (value == null) return [];
  if (!isObject(value)) throw new Refusal('INPUT_INVALID', 'Traits are an object.', { field });
  const entries = Object.entries(value);
  const limit = limits.traitsPerItemMax;
  if (entries.length > limit) throw new Refusal('TOO_MANY', `At most ${limit} traits come at once.`, { field, limit });
  return entries.map(([key, inner]) => {
    text(key, field, limits.traitKeyCharactersMax, 1);
    return { key, value: jsonText(inner, `${field}.${key}`, limits.traitValueBytesMax) };
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
