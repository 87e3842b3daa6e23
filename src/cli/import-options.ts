import { readFile } from 'node:fs/promises';
import { type ImportRequest, readRequest } from '../connectors/import/import-wish.js';
import { Refusal } from '../platform/refusal.js';
import { optionalText, UsageError, type Values } from './command.js';

export const importOptions = {
  url: { type: 'string' },
  key: { type: 'string' },
  workspace: { type: 'string' },
  mapping: { type: 'string' },
  preset: { type: 'string' },
  guess: { type: 'boolean' },
  'save-mapping': { type: 'string' },
  identifier: { type: 'string' },
  source: { type: 'string' },
  name: { type: 'string' },
  zone: { type: 'string' },
  region: { type: 'string' },
  format: { type: 'string' },
  encoding: { type: 'string' },
  delimiter: { type: 'string' },
  quote: { type: 'string' },
  'dry-run': { type: 'boolean' },
  backfill: { type: 'boolean' },
  'no-backfill': { type: 'boolean' },
  report: { type: 'string' },
  checkpoint: { type: 'string' },
  restart: { type: 'boolean' },
} as const;

const texts = [
  'preset',
  'identifier',
  'source',
  'name',
  'zone',
  'region',
  'format',
  'encoding',
  'delimiter',
  'quote',
] as const;

/** What the options say of an import; the same words as the query of `POST /v1/import`, with the same checks. */
export async function requestOf(values: Values): Promise<ImportRequest> {
  const written: Record<string, unknown> = {
    guess: String(values['guess'] === true),
    dryRun: String(values['dry-run'] === true),
    backfill: String(values['no-backfill'] !== true),
  };
  for (const name of texts) {
    const value = optionalText(values, name);
    if (value !== undefined) written[name] = value;
  }
  const file = optionalText(values, 'mapping');
  if (file !== undefined) written['mapping'] = await mappingText(file);
  try {
    return readRequest(written);
  } catch (error) {
    if (error instanceof Refusal) throw new UsageError(`--${error.message}`);
    throw error;
  }
}

async function mappingText(file: string): Promise<string> {
  try {
    const text = await readFile(file, 'utf8');
    JSON.parse(text);
    return text;
  } catch (error) {
    throw new UsageError(`${file} cannot be read as a mapping: ${(error as Error).message}`);
  }
}
