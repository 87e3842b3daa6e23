import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fake1000, shuffle } from '../../bench/identity/data-sets.js';
import { UsageError } from '../../src/cli/command.js';
import { match } from '../../src/cli/match.js';
import { csvCell } from '../../src/identity/match/csv.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'match-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const input = path.join(folder, 'people.csv');
const output = path.join(folder, 'pairs.csv');
const run = () => match.run([], { input, output });

async function matched(text: string | Uint8Array) {
  writeFileSync(input, text);
  const { text: said, data } = await run();
  return { said, data: data as Record<string, unknown>, pairs: readFileSync(output, 'utf8') };
}

const refused = async (text: string | Uint8Array) => {
  writeFileSync(input, text);
  return run().then(
    () => 'nothing',
    (error: Error) => error.message.replace(input, 'people.csv'),
  );
};

const twins =
  'id,given_name,surname,dob,email\n1,Ann,Ledger,1980-04-12,ann@x.org\n2,Bob,Hope,1950-01-02,\n3,Anne,Ledger,12/04/1980,ann@x.org\n';

describe('throughline match', () => {
  it('writes the pairs with score and band', async () => {
    const { pairs, data } = await matched(twins);
    expect(pairs).toMatch(/^id_a,id_b,score,band\n1,3,(0\.\d{6}|1\.000000),(strong|possible)\n$/);
    expect(data).toMatchObject({ records: 3, pairs: 1, ignoredColumns: [] });
  });

  it('reads quotes, any line ending, a byte order mark, spaces and capitals in the header', async () => {
    const plain = (await matched(twins)).pairs;
    const other = `\uFEFF"ID", Given_Name ,Surname,DOB,email\r\n${twins.split('\n').slice(1, 4).join('\r\n')}`;
    expect((await matched(other.replace('Bob', '"Bob\r\n ""B."""'))).pairs).toBe(plain);
  });

  it('skips empty rows, and reads whole numbers that a program wrote as fractions', async () => {
    const rows = (dob: string, postcode: string) =>
      `id,given_name,surname,dob,postcode\n1,Ann,Ledger,${dob},${postcode}\n,, ,,\n\n2,Bob,Hope,,\n3,Ann,Ledger,12/04/1980,2914\n,,,,\n`;
    const { pairs, data } = await matched(rows('19800412.0', '2914.0'));
    expect(data).toMatchObject({ records: 3, pairs: 1 });
    expect(pairs).toBe((await matched(rows('1980-04-12', '2914'))).pairs);
  });

  it('gives the same file for shuffled rows, and twice', async () => {
    const data = fake1000();
    const columns = Object.keys(data.raw[0]!) as (keyof (typeof data.raw)[number])[];
    const rows = data.raw
      .slice(0, 400)
      .map((raw, index) => [`r${index}`, ...columns.map((column) => csvCell(raw[column] ?? ''))].join(','));
    const file = (lines: readonly string[]) => `${[['id', ...columns].join(','), ...lines].join('\n')}\n`;
    const first = (await matched(file(rows))).pairs;
    expect(first.split('\n').length).toBeGreaterThan(100);
    expect((await matched(file(rows))).pairs).toBe(first);
    expect((await matched(file(shuffle(rows, 3)))).pairs).toBe(first);
  });

  it('says which columns it ignored', async () => {
    const { said, data } = await matched('id,given_name,surname,Shoe Size\n1,Ann,Ledger,38\n');
    expect(said).toContain('Ignored columns: Shoe Size.');
    expect(data).toMatchObject({ ignoredColumns: ['Shoe Size'], pairs: 0 });
  });

  it('takes the order of day and month from the column', async () => {
    const { data } = await matched('id,surname,dob\n1,Lee,04/05/1980\n2,Poe,04/25/1980\n');
    expect(data).toMatchObject({ dateOrder: 'month-first' });
  });

  it('writes a header alone when there is nobody', async () => {
    expect((await matched('id,surname\n')).pairs).toBe('id_a,id_b,score,band\n');
  });

  it('says in one sentence what is wrong with the file, and in which line', async () => {
    expect(await refused('name,dob\nx,y\n')).toBe('people.csv: The header has no column id; it has name, dob.');
    expect(await refused('id,surname\n1,a\n2,b\n1,c\n')).toBe(
      'people.csv: Line 4 has the id 1, which line 2 has already.',
    );
    expect(await refused('id,surname\n1,a\n2,b,c\n')).toBe('people.csv: Line 3 has 3 cells, but the header has 2.');
    expect(await refused('id,surname\n1,a\n ,b\n')).toBe('people.csv: Line 3 has no id.');
    expect(await refused('id,surname\n1,"a\n2,b\n')).toBe(
      'people.csv: The quote in the row at line 2 is never closed.',
    );
    expect(await refused('id,surname,surname\n')).toBe('people.csv: The header has the column surname twice.');
    expect(await refused('id,shoe_size\n1,38\n')).toMatch(
      /^people.csv: The header has nothing to compare people by: give some of given_name/,
    );
    expect(await refused('')).toBe('people.csv: The file is empty: it needs a header with the column id.');
    const latin1 = Buffer.from('id,surname\n1,M\xfcller\n', 'latin1');
    expect(await refused(latin1)).toMatch(/^people.csv: The file is not UTF-8/);
  });

  it('says so when a file cannot be read or written, and leaves nothing half done', async () => {
    await expect(match.run([], { input: path.join(folder, 'none.csv'), output })).rejects.toThrow(
      /none.csv cannot be read: there is no such file or folder\.$/,
    );
    await expect(match.run([], { input: folder, output })).rejects.toThrow(
      /cannot be read: it is not a regular file\.$/,
    );
    writeFileSync(input, twins);
    const nowhere = path.join(folder, 'no', 'pairs.csv');
    await expect(match.run([], { input, output: nowhere })).rejects.toThrow(/cannot be written: there is no such/);
    expect(readdirSync(folder).sort()).toEqual(['pairs.csv', 'people.csv']);
  });

  it('is called wrongly without its two files, or with one for both', async () => {
    await expect(match.run([], { input })).rejects.toThrow(UsageError);
    await expect(match.run([], { output })).rejects.toThrow(UsageError);
    await expect(match.run([], { input, output: input })).rejects.toThrow(UsageError);
  });
});
