import { limits } from '../../platform/limits.js';
import { Refusal } from '../../platform/refusal.js';
import type { TouchpointInput } from '../../touchpoints/record.input.js';
import { isObject, type JsonObject } from '../json-value.js';
import type { Fields, IdentifierRule, Mapping, TouchpointRule } from './mapping.js';
import { lookUp, type Path } from './path.js';
import { references } from './touchpoint-fields.js';
import { type TouchpointParts, touchpointOf } from './touchpoint-parts.js';
import { holds, type Place, resolved } from './value.js';
import { Work } from './work.js';

/** What is mapped, and what a webhook brings beside its body. */
export interface Payload {
  readonly payload: unknown;
  readonly headers?: JsonObject;
  readonly query?: JsonObject;
  /** The source of touchpoints whose mapping names none. */
  readonly source?: string | undefined;
}

/** One touchpoint that a mapping made of a payload, or all that is wrong with it. */
export type Mapped = { readonly rule: number } & (
  | { readonly touchpoint: TouchpointInput }
  | { readonly refusals: readonly Refusal[] }
);

/**
 * Maps a payload: pure, and bounded by `limits.mappingStepsMax` whatever mapping and payload are. None when the payload
 * is to be skipped, or no rule applies to it.
 * @throws Refusal when the payload as a whole is too much
 */
export function applyMapping(mapping: Mapping, given: Payload): Mapped[] {
  const { payload, headers = {}, query = {} } = given;
  const place: Place = { payload, element: payload, headers, query, work: new Work() };
  if (mapping.skip && holds(mapping.skip, place)) return [];
  const all: Mapped[] = [];
  mapping.touchpoints.forEach((rule, index) => {
    for (const element of rule.each ? (lookUp(rule.each, place, place.work) as unknown[]) : [payload]) {
      const here = { ...place, element };
      if (rule.when && !holds(rule.when, here)) continue;
      all.push({ rule: index, ...mapOne(rule, here, given.source) });
      const limit = limits.mappedTouchpointsMax;
      if (all.length <= limit) continue;
      throw new Refusal('TOO_MANY', `One payload becomes at most ${limit} touchpoints.`, { field: 'payload', limit });
    }
  });
  return all;
}

function mapOne(rule: TouchpointRule, place: Place, source: string | undefined) {
  const refusals: Refusal[] = [];
  const attempt = <T>(act: () => T): T | undefined => {
    try {
      return act();
    } catch (error) {
      // Too much work is said of the whole payload, once.
      if (!(error instanceof Refusal) || error.where.field === 'payload') throw error;
      refusals.push(error);
      return undefined;
    }
  };
  const valuesOf = (fields: Fields, path: string) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => {
        const field = path === '' ? name : `${path}.${name}`;
        return [name, value && attempt(() => resolved(value, place, field))];
      }),
    );
  const objectAt = (fields: Path | Fields | undefined, path: string, bytesMax: number) => {
    if (fields === undefined) return undefined;
    const found = isPath(fields) ? lookUp(fields, place, place.work) : withoutMissing(valuesOf(fields, path));
    return attempt(() => requireObject(found, path, bytesMax, place.work));
  };
  const parts: TouchpointParts = {
    scalars: { source, ...withoutMissing(valuesOf(rule.scalars, '')) },
    identifiers: rule.identifiers.flatMap(
      (one, i) => attempt(() => identifiersOf(one, place, `identifiers[${i}]`)) ?? [],
    ),
    traits: objectAt(rule.traits, 'traits', limits.traitsPerItemMax * limits.traitValueBytesMax),
    attributes: objectAt(rule.attributes, 'attributes', limits.attributesBytesMax),
    references: Object.fromEntries(
      references.flatMap((name) => {
        const reference = rule.references[name];
        return reference ? [[name, valuesOf(reference, name)]] : [];
      }),
    ),
  };
  const shaped = touchpointOf(parts);
  // What failed on its way is missing now: it is not told a second time.
  const told = new Set(refusals.map((one) => one.where.field));
  const all =
    'refusals' in shaped ? [...refusals, ...shaped.refusals.filter((one) => !told.has(one.where.field))] : refusals;
  return all.length > 0 || 'refusals' in shaped ? { refusals: all } : shaped;
}

/** Several when the value is a list; none when there is no value. */
function identifiersOf(rule: IdentifierRule, place: Place, field: string): JsonObject[] {
  if (rule.when && !holds(rule.when, place)) return [];
  const found = resolved(rule.value, place, `${field}.value`);
  const part = (name: 'type' | 'region' | 'verification') => {
    const value = rule[name];
    return value && resolved(value, place, `${field}.${name}`);
  };
  const said = withoutMissing({ type: part('type'), region: part('region'), verification: part('verification') });
  return (Array.isArray(found) ? found : [found]).flatMap((value) =>
    value === undefined || value === null || value === '' ? [] : [{ ...said, value }],
  );
}

function requireObject(value: unknown, field: string, bytesMax: number, work: Work): JsonObject | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (!isObject(value)) throw new Refusal('INPUT_INVALID', `${field} takes an object.`, { field });
  work.requireSize(value, bytesMax, field);
  return value;
}

function isPath(fields: Path | Fields): fields is Path {
  return Array.isArray((fields as Path).segments);
}

function withoutMissing(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
