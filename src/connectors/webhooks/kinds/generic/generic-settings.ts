import { z } from 'zod';
import { limits } from '../../../../platform/limits.js';
import { Refusal } from '../../../../platform/refusal.js';
import { schemaProblem } from '../../../../platform/schema-problem.js';
import type { JsonObject } from '../../../json-value.js';
import { headersRead } from '../../../mapping/headers-read.js';
import type { Mapping } from '../../../mapping/mapping.js';
import { parseMapping } from '../../../mapping/mapping.schema.js';

const header = z
  .string('must be the name of a header')
  .max(limits.shortTextCharactersMax)
  .regex(/^[A-Za-z0-9-]+$/, 'must be the name of a header')
  .transform((name) => name.toLowerCase());

const hmac = z
  .strictObject({
    type: z.literal('hmac'),
    /** Where the signature stands. */
    header,
    algorithm: z.enum(['sha1', 'sha256', 'sha512'], 'must be sha1, sha256 or sha512').default('sha256'),
    encoding: z.enum(['hex', 'base64'], 'must be hex or base64').default('hex'),
    /** What stands before the signature, such as `sha256=`. */
    prefix: z.string().max(limits.shortTextCharactersMax).default(''),
    /** Where the signed time stands, in seconds or milliseconds since 1970; older than five minutes is refused. */
    timestampHeader: header.optional(),
    /** What is signed: the body, and before it the time and what else the sender writes. */
    signed: z
      .string()
      .max(limits.shortTextCharactersMax)
      .refine((text) => text.endsWith('{body}') && text.split('{body}').length === 2, 'must end with {body}, once')
      .optional(),
  })
  .refine(({ signed, timestampHeader }) => !signed?.includes('{timestamp}') || timestampHeader !== undefined, {
    path: ['timestampHeader'],
    error: 'is needed where {timestamp} is signed',
  })
  .refine(({ signed, timestampHeader }) => timestampHeader === undefined || signed?.includes('{timestamp}') !== false, {
    path: ['signed'],
    error: 'must have {timestamp}: a time that is not signed proves nothing',
  });

const verification = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('none') }),
    z.strictObject({ type: z.literal('token'), header: header.optional() }),
    hmac,
    z.strictObject({ type: z.literal('standard-webhooks') }),
  ],
  'must have a type: none, token, hmac or standard-webhooks',
);

const settings = z.strictObject({
  source: z.string('must be a text').min(1, 'must not be empty').max(limits.shortTextCharactersMax).default('generic'),
  verification: verification.default({ type: 'token' }),
  mapping: z.unknown().optional(),
});

export type Verification = z.output<typeof verification>;

export interface GenericSettings {
  /** The source of touchpoints whose mapping names none. */
  readonly source: string;
  readonly verification: Verification;
  readonly mapping: Mapping;
}

/** @throws Refusal naming the place below `field` */
export function readGenericSettings(written: JsonObject, field: string): GenericSettings {
  const parsed = settings.safeParse(written);
  if (!parsed.success) {
    const problem = schemaProblem(parsed.error.issues[0], field);
    throw new Refusal('INPUT_INVALID', `${problem.field} ${problem.sentence}.`, { field: problem.field });
  }
  const mapping = parseMapping(parsed.data.mapping, `${field}.mapping`);
  const secret = secretHeaders(parsed.data.verification);
  const told = headersRead(mapping).find((name) => secret.includes(name));
  if (told === undefined) return { ...parsed.data, mapping };
  const sentence = `${field}.mapping reads the header ${told}, which proves the sender and is never kept.`;
  throw new Refusal('MAPPING_INVALID', sentence, { field: `${field}.mapping` });
}

/** How requests prove themselves; what else the settings say is not looked at. */
export function readVerification(written: JsonObject): Verification {
  return verification.default({ type: 'token' }).parse(written['verification']);
}

function secretHeaders(how: Verification): string[] {
  const own = how.type === 'token' && how.header !== undefined ? [how.header] : [];
  return ['authorization', 'proxy-authorization', 'cookie', ...own];
}
