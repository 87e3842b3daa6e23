import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { CsvError, type CsvReader, csvCell } from '../identity/match/csv.js';
import { type Matched, matchPeople } from '../identity/match/match.js';
import { type ColumnFacts, PeopleCheck, PeopleReading } from '../identity/match/people-file.js';
import { type Command, requireText, UsageError } from './command.js';

export const match: Command = {
  usage: '--input people.csv --output pairs.csv',
  does: 'Finds records of one person in a CSV file; needs no service. See docs/matching.md.',
  options: { input: { type: 'string' }, output: { type: 'string' } },
  async run(_, values) {
    const input = requireText(values, 'input');
    const output = requireText(values, 'output');
    if (path.resolve(input) === path.resolve(output)) throw new UsageError('--output would overwrite --input.');
    const started = performance.now();
    const bar = progressBar();
    try {
      const facts = await checkFile(input, (share) => bar('check', share));
      const reading = new PeopleReading(facts);
      const people = await readInto(
        reading.reader,
        input,
        (share) => bar('read', share),
        () => reading.people,
      );
      const matched = matchPeople(people, (stage, done, total) => bar(stage, done / total));
      await writePairs(output, matched.pairs);
      const strong = matched.pairs.filter((pair) => pair.band === 'strong').length;
      const data = {
        input,
        output,
        records: facts.rows,
        columns: facts.columns,
        ignoredColumns: facts.ignored,
        dateOrder: facts.dateOrder,
        comparisons: matched.candidates,
        pairs: matched.pairs.length,
        strong,
        possible: matched.pairs.length - strong,
        customersWithSeveralRecords: matched.clusters,
        refusedLinks: matched.refusedLinks,
        narrowedBlocks: matched.narrowedBlocks,
        cutBlocks: matched.cutBlocks,
        seconds: Math.round((performance.now() - started) / 100) / 10,
      };
      return { text: summaryOf(data), data };
    } finally {
      bar(null, 0);
    }
  },
};

interface Summary {
  readonly output: string;
  readonly records: number;
  readonly ignoredColumns: readonly string[];
  readonly pairs: number;
  readonly strong: number;
  readonly possible: number;
  readonly comparisons: number;
  readonly narrowedBlocks: number;
  readonly cutBlocks: number;
  readonly seconds: number;
}

function summaryOf(data: Summary): string {
  const lines = [
    `${data.pairs} pairs among ${data.records} records (${data.strong} strong, ${data.possible} possible) in ${data.seconds} s: ${data.output}`,
  ];
  if (data.ignoredColumns.length > 0) lines.push(`Ignored columns: ${data.ignoredColumns.join(', ')}.`);
  if (data.narrowedBlocks > 0) {
    lines.push(
      `${data.narrowedBlocks} keys are shared by more than 200 records and were narrowed; ${data.cutBlocks} of the narrower blocks were still too big, and only neighbours in them were compared.`,
    );
  }
  return lines.join('\n');
}

/** What the first reading remembers of every row is gone before the second begins. */
function checkFile(file: string, progress: (share: number) => void): Promise<ColumnFacts> {
  const check = new PeopleCheck();
  return readInto(check.reader, file, progress, () => check.facts());
}

async function readInto<T>(
  reader: CsvReader,
  file: string,
  progress: (share: number) => void,
  result: () => T,
): Promise<T> {
  try {
    const found = await stat(file);
    // It is read twice: first for what its columns say.
    if (!found.isFile()) throw new Error('it is not a regular file');
    let done = 0;
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
      reader.write(chunk as Buffer);
      done += (chunk as Buffer).length;
      progress(done / found.size);
    }
    reader.end();
    return result();
  } catch (cause) {
    if (cause instanceof CsvError) throw new Error(`${file}: ${cause.message}`, { cause });
    throw new Error(`${file} cannot be read: ${reasonOf(cause)}.`, { cause });
  }
}

/** The file appears under its name only when it is whole. */
async function writePairs(file: string, pairs: Matched['pairs']): Promise<void> {
  const unfinished = `${file}.part`;
  try {
    const stream = createWriteStream(unfinished);
    stream.write('id_a,id_b,score,band\n');
    for (let start = 0; start < pairs.length; start += rowsPerWrite) {
      const rows = pairs
        .slice(start, start + rowsPerWrite)
        .map(({ idA, idB, score, band }) => `${csvCell(idA)},${csvCell(idB)},${score.toFixed(6)},${band}\n`);
      if (!stream.write(rows.join(''))) await once(stream, 'drain');
    }
    stream.end();
    await once(stream, 'finish');
    await rename(unfinished, file);
  } catch (cause) {
    await rm(unfinished, { force: true });
    throw new Error(`${file} cannot be written: ${reasonOf(cause)}.`, { cause });
  }
}

const rowsPerWrite = 5_000;

function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  const known: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file or folder',
    EISDIR: 'it is a folder',
    EACCES: 'permission denied',
    ENOSPC: 'the disk is full',
  };
  return known[code ?? ''] ?? message;
}

const barWidth = 30;
const redrawMs = 100;

/** Draws on a terminal only, and on stderr, so that --json stays clean. */
function progressBar(): (stage: string | null, share: number) => void {
  if (!process.stderr.isTTY) return () => {};
  let last = 0;
  let stageNow: string | null = null;
  return (stage, share) => {
    if (stage === null) {
      process.stderr.write('\r\x1b[K');
      return;
    }
    const now = performance.now();
    if (stage === stageNow && now - last < redrawMs) return;
    last = now;
    stageNow = stage;
    const filled = Math.round(Math.min(1, share) * barWidth);
    const bar = '#'.repeat(filled).padEnd(barWidth, '.');
    process.stderr.write(`\r\x1b[K${stage.padEnd(8)}[${bar}] ${Math.floor(Math.min(1, share) * 100)} %`);
  };
}
