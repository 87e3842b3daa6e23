import { z } from 'zod';
import { limits } from '../../platform/limits.js';
import { Refusal } from '../../platform/refusal.js';
import { partOf, schemaProblem } from '../../platform/schema-problem.js';
import { sizeWithin } from './json-size.js';
import type { Fields, Mapping, TouchpointRule } from './mapping.js';
import type { Path } from './path.js';
import { references, scalarFieldNames } from './touchpoint-fields.js';
import { atMost, filled } from './transform.schema.js';
import { condition, onePath, path, value } from './value.schema.js';

const fields = (max: number) =>
  z
    .record(filled(limits.traitKeyCharactersMax), value, 'must be an object, or a path to one')
    .refine((all) => Object.keys(all).length <= max, atMost(max, 'entries'));

/** An object of the payload as it is, or one that is made key by key. */
const objectFrom = (max: number) =>
  z
    .unknown()
    .transform((written, check): Path | Fields =>
      typeof written === 'string' ? partOf(onePath, written, check) : partOf(fields(max), written, check),
    );

const identifier = z.strictObject({
  when: condition.optional(),
  type: value,
  value,
  region: value.optional(),
  verification: value.optional(),
});

const optionalValues = Object.fromEntries(scalarFieldNames.map((name) => [name, value.optional()]));
const reference = z.strictObject({ externalId: value, source: value.optional() });

const touchpoint = z
  .strictObject({
    each: path.refine((one) => one.isMany, 'must have [*]: the list whose elements are told of').optional(),
    when: condition.optional(),
    ...optionalValues,
    channel: value,
    kind: value,
    identifiers: z
      .array(identifier, 'must be a list')
      .min(1, 'must name at least one')
      .max(limits.identifiersPerTouchpointMax, atMost(limits.identifiersPerTouchpointMax, 'entries')),
    traits: objectFrom(limits.traitsPerItemMax).optional(),
    attributes: objectFrom(limits.mappingAttributesMax).optional(),
    ...Object.fromEntries(references.map((name) => [name, reference.optional()])),
  })
  .transform((written): TouchpointRule => {
    const all = written as Readonly<Record<string, unknown>>;
    const given = (names: readonly string[]) =>
      Object.fromEntries(names.filter((name) => all[name] !== undefined).map((name) => [name, all[name]]));
    return {
      each: written.each,
      when: written.when,
      scalars: given(scalarFieldNames) as Fields,
      identifiers: written.identifiers,
      traits: written.traits,
      attributes: written.attributes,
      references: given(references) as TouchpointRule['references'],
    };
  });

const mapping = z.strictObject({
  name: filled(limits.nameCharactersMax).optional(),
  skip: condition.optional(),
  touchpoints: z
    .array(touchpoint, 'must be a list of touchpoints')
    .min(1, 'must tell at least one touchpoint')
    .max(limits.mappingTouchpointsMax, atMost(limits.mappingTouchpointsMax, 'touchpoints')),
});

/** Reads a mapping as a client wrote it; what is wrong is refused with the path to it, below `field`. */
export function parseMapping(written: unknown, field: string): Mapping {
  const { mappingBytesMax: limit, mappingDepthMax } = limits;
  if (typeof written !== 'object' || written === null || Array.isArray(written)) {
    throw new Refusal('MAPPING_INVALID', `${field} must be an object with touchpoints.`, { field });
  }
  if (sizeWithin(written, limit, mappingDepthMax) === null) {
    const sentence = `${field} has more than ${limit} bytes, or more than ${mappingDepthMax} levels.`;
    throw new Refusal('MAPPING_INVALID', sentence, { field, limit });
  }
  const parsed = mapping.safeParse(written);
  if (parsed.success) return parsed.data;
  const problem = schemaProblem(parsed.error.issues[0], field);
  throw new Refusal('MAPPING_INVALID', `${problem.field} ${problem.sentence}.`, { field: problem.field });
}
