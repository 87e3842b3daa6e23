import { z } from 'zod';
import { limits } from '../../platform/limits.js';
import { partOf } from '../../platform/schema-problem.js';
import { isObject } from '../json-value.js';
import type { Condition, Value } from './mapping.js';
import { looksLikePath, parsePath } from './path.js';
import { parseTemplate, type Template } from './template.js';
import { atMost, filled, scalar, text, transform } from './transform.schema.js';

export const path = z.string('must be a path such as $.call.id').transform((value, check) => {
  const parsed = parsePath(value);
  if (parsed) return parsed;
  check.addIssue({
    code: 'custom',
    message:
      'must be a path such as $.call.id, @.name, $.items[0] or $.items[*]; names with dots or brackets are quoted: $["a.b"]',
  });
  return z.NEVER;
});

export const onePath = path.refine((value) => !value.isMany, 'must not have [*] here');

const alternatives = <T>(item: z.ZodType<T>) =>
  z
    .array(item, 'must be a list')
    .min(1, 'must not be empty')
    .max(limits.mappingAlternativesMax, atMost(limits.mappingAlternativesMax, 'entries'));

const sources = ['path', 'value', 'template', 'first'] as const;

/** A constant, a path written as text, or an object that says where a value comes from. */
export const value: z.ZodType<Value> = z.unknown().transform((written, check): Value => {
  if (written === undefined) {
    check.addIssue({ code: 'custom', message: 'is required' });
    return z.NEVER;
  }
  if (typeof written === 'object' && written !== null) return partOf(composed, written, check);
  if (typeof written !== 'string' || !looksLikePath(written)) {
    return { from: { constant: partOf(scalar, written, check) }, apply: [] };
  }
  const parsed = parsePath(written);
  if (parsed) return { from: { path: parsed }, apply: [] };
  check.addIssue({
    code: 'custom',
    message: 'must be a path such as $.call.id, or {"value": …} when it is a constant that begins with $ or @',
  });
  return z.NEVER;
});

const composed: z.ZodType<Value> = z
  .strictObject({
    path: path.optional(),
    value: scalar.optional(),
    template: filled().transform(templateOf).optional(),
    first: alternatives(value).optional(),
    apply: z
      .array(transform, 'must be a list of transforms')
      .max(limits.mappingTransformsMax, atMost(limits.mappingTransformsMax, 'transforms'))
      .default([]),
    map: z.record(text(), scalar, 'must be an object: their word → ours').optional(),
    default: scalar.optional(),
  })
  .refine((written) => sources.filter((key) => written[key] !== undefined).length === 1, {
    error: `needs exactly one of ${sources.join(', ')}`,
  })
  .transform(({ path, value, template, first, apply, map, default: otherwise }): Value => {
    const from = path ? { path } : template ? { template } : first ? { first } : { constant: value };
    return { from, apply, map: map && new Map(Object.entries(map)), default: otherwise };
  });

function templateOf(written: string, check: z.core.$RefinementCtx<string>): Template {
  const parsed = parseTemplate(written);
  if (parsed) return parsed;
  check.addIssue({ code: 'custom', message: 'must have a path in each pair of braces, such as "call.{$.status}"' });
  return z.NEVER;
}

const tests = ['is', 'exists', 'contains', 'startsWith'] as const;
const words = z.union([
  scalar.transform((one) => [one]),
  z
    .array(scalar)
    .min(1, 'must name at least one')
    .max(limits.mappingWordsMax, atMost(limits.mappingWordsMax, 'entries')),
]);

const test: z.ZodType<Condition> = z
  .strictObject({
    path,
    is: words.transform((list) => list.map(String)).optional(),
    exists: z.boolean('must be true or false').optional(),
    contains: filled().optional(),
    startsWith: filled().optional(),
  })
  .refine((written) => tests.filter((key) => written[key] !== undefined).length === 1, {
    error: `needs exactly one test: ${tests.join(', ')}`,
  });

export const condition: z.ZodType<Condition> = z.unknown().transform((written, check): Condition => {
  if (!isObject(written)) {
    check.addIssue({ code: 'custom', message: 'must have all, any, not, or a path with a test' });
    return z.NEVER;
  }
  const shape = (['all', 'any', 'not'] as const).find((key) => Object.hasOwn(written, key));
  return partOf(shape ? combined[shape] : test, written, check);
});

const combined: Readonly<Record<'all' | 'any' | 'not', z.ZodType<Condition>>> = {
  all: z.strictObject({ all: alternatives(condition) }),
  any: z.strictObject({ any: alternatives(condition) }),
  not: z.strictObject({ not: condition }),
};
