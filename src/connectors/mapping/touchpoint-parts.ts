import { Refusal } from '../../platform/refusal.js';
import type { ExternalRef, TouchpointInput } from '../../touchpoints/record.input.js';
import { isObject, type JsonObject } from '../json-value.js';
import { type FieldKind, type Reference, references, type ScalarField, scalarFields } from './touchpoint-fields.js';
import { booleanOf, numberOf, quoted, scalarText } from './transform.js';

/** A touchpoint as somebody else wrote it: every value is still of any type. */
export interface TouchpointParts {
  readonly scalars: JsonObject;
  readonly identifiers: readonly JsonObject[];
  readonly traits?: JsonObject | undefined;
  readonly attributes?: JsonObject | undefined;
  readonly references: Readonly<Record<string, JsonObject>>;
}

export type Shaped = { readonly touchpoint: TouchpointInput } | { readonly refusals: readonly Refusal[] };

/**
 * Gives each value the type of its field: `"40"` becomes 40, `inbound` becomes INBOUND. What has none is refused; all
 * refusals are told at once. What a value may be is checked afterwards, where all touchpoints are.
 */
export function touchpointOf(parts: TouchpointParts): Shaped {
  const refusals: Refusal[] = [];
  const typed = (values: JsonObject, kindOf: (name: string) => FieldKind | undefined, path: string) => {
    const entries = Object.entries(values).flatMap(([name, value]) => {
      const field = path === '' ? name : `${path}.${name}`;
      const result = typedValue(value, kindOf(name), field);
      if (!(result instanceof Refusal)) return result === undefined ? [] : [[name, result]];
      refusals.push(result);
      return [];
    });
    return Object.fromEntries(entries) as Record<string, unknown>;
  };
  const identifiers = parts.identifiers.map((one, i) => typed(one, kindOfIdentifierPart, `identifiers[${i}]`));
  const scalars = typed(parts.scalars, (name) => scalarFields[name as ScalarField], '');
  const belongsTo = Object.entries(parts.references).flatMap(([name, reference]) => {
    const ref = typed(reference, (part) => (isReferencePart(part) ? 'text' : undefined), name);
    // A reference of which only the source is known refers to nothing.
    return ref['externalId'] === undefined ? [] : [[name, ref as unknown as ExternalRef]];
  });
  for (const field of ['source', 'channel', 'kind']) requirePresent(scalars[field], field, refusals);
  identifiers.forEach((one, i) => {
    for (const part of ['type', 'value']) requirePresent(one[part], `identifiers[${i}].${part}`, refusals);
  });
  if (refusals.length > 0) return { refusals };
  const touchpoint = {
    ...scalars,
    identifiers,
    ...(parts.traits === undefined ? {} : { traits: parts.traits }),
    ...(parts.attributes === undefined ? {} : { attributes: parts.attributes }),
    ...Object.fromEntries(belongsTo),
  };
  return { touchpoint: touchpoint as unknown as TouchpointInput };
}

/** The parts of a JSON object that has the shape of a touchpoint; a field that no touchpoint has is refused. */
export function partsOf(written: JsonObject): TouchpointParts | { readonly refusals: readonly Refusal[] } {
  const refusals: Refusal[] = [];
  const scalars: Record<string, unknown> = {};
  const found: Partial<Record<Reference, JsonObject>> = {};
  for (const [name, value] of Object.entries(written)) {
    if (value === null) continue;
    if (Object.hasOwn(scalarFields, name)) scalars[name] = value;
    else if (references.includes(name as Reference)) {
      if (isObject(value)) found[name as Reference] = value;
      else refusals.push(new Refusal('INPUT_INVALID', `${name} is an object with externalId.`, { field: name }));
    } else if (!['identifiers', 'traits', 'attributes'].includes(name)) {
      refusals.push(new Refusal('INPUT_INVALID', `A touchpoint has no field ${quoted(name)}.`, { field: name }));
    }
  }
  const objectIn = (field: 'traits' | 'attributes') => {
    const value = written[field];
    if (value === undefined || value === null) return undefined;
    if (isObject(value)) return value;
    refusals.push(new Refusal('INPUT_INVALID', `${field} is an object.`, { field }));
    return undefined;
  };
  const { identifiers } = written;
  const isList = Array.isArray(identifiers) && identifiers.every(isObject);
  if (!isList) {
    const sentence = 'A touchpoint has a list of identifiers, each with type and value.';
    refusals.push(new Refusal('INPUT_INVALID', sentence, { field: 'identifiers' }));
  }
  const parts = { scalars, traits: objectIn('traits'), attributes: objectIn('attributes'), references: found };
  return refusals.length > 0 ? { refusals } : { ...parts, identifiers: identifiers as JsonObject[] };
}

const identifierParts: Readonly<Record<string, FieldKind>> = {
  type: 'text',
  value: 'text',
  region: 'text',
  verification: 'word',
};

const kindOfIdentifierPart = (name: string) =>
  Object.hasOwn(identifierParts, name) ? identifierParts[name] : undefined;
const isReferencePart = (name: string) => name === 'externalId' || name === 'source';

function requirePresent(value: unknown, field: string, refusals: Refusal[]): void {
  if (value !== undefined || refusals.some((one) => one.where.field === field)) return;
  refusals.push(new Refusal('TOO_FEW', `${field} is required.`, { field, limit: 1 }));
}

function typedValue(value: unknown, kind: FieldKind | undefined, field: string): unknown {
  if (kind === undefined) return new Refusal('INPUT_INVALID', `${field} is not known here.`, { field });
  if (value === undefined || value === null || value === '') return undefined;
  try {
    return typedText(scalarText(value, field), value, kind, field);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

function typedText(text: string, value: unknown, kind: FieldKind, field: string): unknown {
  const refuse = (sentence: string) => new Refusal('INPUT_INVALID', `${field} ${sentence}.`, { field });
  if (kind === 'text') return text;
  if (kind === 'word') return text.trim().toUpperCase();
  if (kind === 'boolean') return booleanOf(text) ?? refuse(`takes true or false, not ${quoted(text)}`);
  if (kind === 'instant') {
    return typeof value === 'string'
      ? value.trim()
      : refuse('is a time as text; a number needs a mapping that says its unit');
  }
  const number = numberOf(text);
  if (number === null) return refuse(`takes a number, not ${quoted(text)}`);
  if (kind === 'whole' && !Number.isInteger(number)) return refuse(`takes a whole number, not ${quoted(text)}`);
  return number;
}
