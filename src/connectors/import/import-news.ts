import { z } from 'zod';
import { limits } from '../../platform/limits.js';
import { catalogue, Refusal } from '../../platform/refusal.js';
import { schemaProblem } from '../../platform/schema-problem.js';
import { isStorable } from '../../platform/text-input.js';
import { parseObject } from '../request-body.js';
import type { ImportNews } from './import-entry.js';

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const text = (charactersMax: number) =>
  z.string().max(charactersMax).refine(isStorable, 'must hold neither a NUL nor a lone surrogate');
const sentence = text(limits.importSentenceCharactersMax);
const fault = {
  reason: z.string().refine((reason) => Object.hasOwn(catalogue, reason), 'takes a reason of docs/errors.md'),
  message: sentence,
  field: sentence.nullable(),
  limit: z.number().nullable(),
};

const form = z.strictObject({
  name: text(limits.nameCharactersMax).nullable(),
  isBackfill: z.boolean(),
  counts: z.strictObject({
    rows: count,
    created: count,
    updated: count,
    duplicates: count,
    skipped: count,
    refused: count,
  }),
  refusals: z.array(z.strictObject({ line: count, ...fault })).max(limits.refusalsPerImportMax),
  isFinished: z.boolean(),
  failure: z.strictObject(fault).nullable(),
});

/** How far an import is that its sender reads itself and sends in batches, as it travels: its id is in the address. */
export type ToldNews = Omit<ImportNews, 'id'>;

/** @throws Refusal naming the field */
export function readNews(bytes: Buffer): ToldNews {
  const parsed = form.safeParse(parseObject(bytes));
  if (parsed.success) return parsed.data;
  const { field, sentence: says } = schemaProblem(parsed.error.issues[0], '');
  const name = field.replace(/^\./, '');
  throw new Refusal('INPUT_INVALID', `${name} ${says}.`, { field: name });
}
