import { z } from 'zod';
import { limits } from '../../platform/limits.js';
import { partOf } from '../../platform/schema-problem.js';
import { isStorable } from '../../platform/text-input.js';
import { durationForms, epochFormats } from './time.js';
import type { Transform } from './transform.js';

export const text = (max: number = limits.mappingConstantCharactersMax) =>
  z
    .string('must be a text')
    .max(max, `must have at most ${max} characters`)
    .refine(isStorable, 'must not hold a NUL or a lone surrogate');
export const filled = (max?: number) => text(max).min(1, 'must not be empty');
export const scalar = z.union([text(), z.number(), z.boolean()], 'must be a text, a number or a boolean');
export const atMost = (max: number, of: string) => `must have at most ${max} ${of}`;

const zone = z.string().refine(isZone, 'must be a time zone such as Europe/Berlin');

function isZone(name: string): boolean {
  try {
    return name.length <= 64 && Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch {
    return false;
  }
}

const transformObjects = {
  date: z
    .strictObject({
      format: filled(limits.mappingFormatCharactersMax).optional(),
      zone: zone.optional(),
    })
    .refine((form) => form.zone === undefined || !epochFormats.includes(form.format ?? ''), {
      path: ['zone'],
      error: 'has no meaning for seconds since 1970',
    }),
  duration: z.enum(durationForms, `must be one of ${durationForms.join(', ')}`),
  split: z.strictObject({ by: filled(), at: z.number().int('must be a whole number').optional() }),
  join: text(),
  cut: z.number().int('must be a whole number').min(1, 'must be at least 1').max(limits.mappingTextCharactersMax),
  before: filled(),
  after: filled(),
  removePrefix: filled(),
  addPrefix: filled(),
  replace: z.strictObject({ text: filled(), with: text() }),
} as const;

const transformWords = [
  'trim',
  'lower',
  'upper',
  'text',
  'number',
  'boolean',
  'stripHtml',
  'parseJson',
  'date',
] as const;
const transformNames = [...transformWords, ...Object.keys(transformObjects).filter((name) => name !== 'date')].join(
  ', ',
);

/** A transform is a word, or an object with one key; each has a message of its own. */
export const transform = z.unknown().transform((written, check): Transform => {
  if (transformWords.includes(written as (typeof transformWords)[number])) {
    return written === 'date' ? { date: {} } : (written as Transform);
  }
  const [name, ...others] = typeof written === 'object' && written !== null ? Object.keys(written) : [];
  if (name === undefined || others.length > 0 || !Object.hasOwn(transformObjects, name)) {
    check.addIssue({ code: 'custom', message: `must be one of ${transformNames}` });
    return z.NEVER;
  }
  const key = name as keyof typeof transformObjects;
  const schema: z.ZodType<unknown> = transformObjects[key];
  return { [key]: partOf(schema, (written as Record<string, unknown>)[key], check, [key]) } as unknown as Transform;
});
