import { createHash } from 'node:crypto';
import type { ExportWish } from '../exports/export-wish.js';
import { readClientConfig } from '../platform/config.js';
import { type Command, type Output, optionalText, UsageError, type Values } from './command.js';
import { exportFromDatabase } from './export-database.js';
import { exportOptions, fileNameOf, wishOf } from './export-options.js';
import { PartialFile } from './export-partial.js';
import { type Exported, ServiceExport } from './export-service.js';

export const exportFile: Command = {
  usage: '<what> --purpose … [--format parquet] [--filter name=value …]',
  does: 'Writes rows of any number into a file; see docs/exports.md.',
  options: exportOptions,
  async run([what], values) {
    if (!what) throw new UsageError('Say what: throughline export touchpoints --purpose "monthly report".');
    const wish = wishOf(what, values);
    const file = optionalText(values, 'out') ?? fileNameOf(wish);
    const url = optionalText(values, 'url') ?? readClientConfig().url;
    const partial = new PartialFile(file, keyOf(wish, url ?? ''));
    if (values['restart'] === true) await partial.forget();
    const exported =
      url === undefined
        ? await exportFromDatabase(optionalText(values, 'workspace'), values['masked'] === true, wish, partial)
        : await fromService(url, wish, values, partial);
    return outputOf(file, exported);
  },
};

function fromService(url: string, wish: ExportWish, values: Values, partial: PartialFile): Promise<Exported> {
  const key = optionalText(values, 'key') ?? readClientConfig().key;
  if (key === undefined) throw new UsageError('--key is missing, and so is THROUGHLINE_KEY.');
  if (!URL.canParse(url)) throw new UsageError('--url takes an address such as http://127.0.0.1:4000.');
  if (values['masked'] === true || values['workspace'] !== undefined) {
    throw new UsageError(
      'A key decides by itself what is masked, and whose it is: leave out --masked and --workspace.',
    );
  }
  return new ServiceExport(url, key, wish, partial).run();
}

/** What tells one command from another, that goes on with another file. */
function keyOf(wish: ExportWish, url: string): string {
  return createHash('sha256')
    .update(JSON.stringify([url, wish]))
    .digest('hex');
}

function outputOf(file: string, { id, rows, bytes, sha256, resumedAt }: Exported): Output {
  const number = (value: number) => value.toLocaleString('en');
  const lines = [`${number(rows)} rows in ${file}, ${number(bytes)} bytes. SHA-256 ${sha256}, as the export says.`];
  if (resumedAt !== null) lines.push(`Went on behind byte ${number(resumedAt)}.`);
  return { text: lines.join('\n'), data: { file, export: id, rows, bytes, sha256, resumedAt } };
}
