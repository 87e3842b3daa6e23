import { z } from 'zod';
import { limits } from '../../platform/limits.js';
import { Refusal } from '../../platform/refusal.js';
import { schemaProblem } from '../../platform/schema-problem.js';
import { isStorable } from '../../platform/text-input.js';
import { type Encoding, encodings } from './bytes.js';
import { formats } from './file-form.js';
import type { ImportWish } from './import-plan.js';
import { presetNames } from './presets.js';

/** All that may be said of an import, whichever way it comes. */
export interface ImportRequest {
  readonly wish: ImportWish;
  /** The source of touchpoints that name none. */
  readonly source: string;
  readonly isDryRun: boolean;
  /** True for history, which raises no alarm. */
  readonly isBackfill: boolean;
  /** What the sender calls it. */
  readonly name: string | null;
  /** Whether it is listed among the imports. */
  readonly isListed: boolean;
}

const delimiterWords: Readonly<Record<string, string>> = {
  comma: ',',
  semicolon: ';',
  tab: '\t',
  pipe: '|',
  '\\t': '\t',
};

const encodingWords: Readonly<Record<string, Encoding>> = {
  utf8: 'utf-8',
  'utf-16': 'utf-16le',
  utf16: 'utf-16le',
  latin1: 'windows-1252',
  'latin-1': 'windows-1252',
  'iso-8859-1': 'windows-1252',
  cp1252: 'windows-1252',
};

const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false'], 'takes true or false')
    .default(fallback ? 'true' : 'false')
    .transform((text) => text === 'true');

const json = z.string().transform((text, check): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    check.addIssue({ code: 'custom', message: 'is not JSON' });
    return z.NEVER;
  }
});

const word = z.string().min(1, 'must not be empty').max(limits.shortTextCharactersMax);

const request = z
  .strictObject({
    format: z.enum(formats, `takes one of ${formats.join(', ')}`).optional(),
    encoding: z
      .string()
      .transform((text) => encodingWords[text.toLowerCase()] ?? text.toLowerCase())
      .pipe(z.enum(encodings, `takes one of ${encodings.join(', ')}, latin1`))
      .optional(),
    delimiter: z
      .string()
      .transform((text) => delimiterWords[text.toLowerCase()] ?? text)
      .pipe(z.string().length(1, 'takes one character, or comma, semicolon, tab, pipe'))
      .optional(),
    quote: z.string().length(1, 'takes one character').optional(),
    source: word.default('import'),
    mapping: json.optional(),
    preset: z.enum(presetNames, `takes one of ${presetNames.join(', ')}`).optional(),
    identifier: word.optional(),
    zone: z.string().max(64).optional(),
    region: z
      .string()
      .regex(/^[A-Za-z]{2}$/, 'takes an ISO country code such as US')
      .optional(),
    guess: flag(false),
    dryRun: flag(false),
    backfill: flag(true),
    name: z.string().max(limits.nameCharactersMax).refine(isStorable, 'must not hold a NUL').optional(),
    listed: flag(true),
  })
  .refine((all) => all.mapping === undefined || all.preset === undefined, {
    path: ['preset'],
    error: 'has no meaning beside a mapping',
  })
  .transform(
    ({ source, dryRun, backfill, name, listed, ...wish }): ImportRequest => ({
      wish,
      source,
      isDryRun: dryRun,
      isBackfill: backfill,
      name: name ?? null,
      // A dry run stores nothing, nor that it was.
      isListed: listed && !dryRun,
    }),
  );

/** Reads what was said of an import, as texts by name: the query of a request, the options of a command. */
export function readRequest(written: Readonly<Record<string, unknown>>): ImportRequest {
  const parsed = request.safeParse(written);
  if (parsed.success) return parsed.data;
  const { field, sentence } = schemaProblem(parsed.error.issues[0], '');
  const name = field.replace(/^\./, '');
  throw new Refusal('INPUT_INVALID', `${name} ${sentence}.`, { field: name });
}
