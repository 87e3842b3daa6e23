import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/platform/limits.js';
import { Refusal } from '../../../src/platform/refusal.js';
import { csvOf, planOf, rowsOf, shown } from './file.js';

const awkward = fc.oneof(
  fc.constantFrom('', ' ', '"', '""', ',', ';', '\n', '\r\n', '\r', 'a,b', 'x"y', '  padded  ', 'é€😀', "'", '=1+1'),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);
/** What stands for lost letters is refused by design. */
const cell = awkward.filter((text) => !text.includes('\ufffd') && !text.includes('\ufeff'));
const size = fc.integer({ min: 1, max: 60 });

async function refusalOf(reading: Promise<unknown>): Promise<Refusal> {
  return reading.then(
    () => {
      throw new Error('It was read.');
    },
    (error: unknown) => {
      if (error instanceof Refusal) return error;
      throw error;
    },
  );
}

describe('a table', () => {
  const columns = ['first', 'second', 'third'];
  const told = { format: 'csv', delimiter: ',', quote: '"' } as const;

  it('is read back as it was written, whatever its cells hold and however its bytes come', async () => {
    const rows = fc.array(fc.tuple(cell, cell, cell), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom('\r\n', '\n', '\r'), size, async (written, lineEnd, pieces) => {
        const text = csvOf([columns, ...written], ',', lineEnd);
        const read = await rowsOf(text, told, { size: pieces });
        expect(read.map((row) => 'record' in row && Object.values(row.record as object))).toEqual(written);
      }),
      { numRuns: 400 },
    );
  });

  it('tells the line in which each row begins, also behind cells of many lines', async () => {
    const rows = fc.array(fc.tuple(cell, cell, cell), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(rows, size, async (written, pieces) => {
        const text = csvOf([columns, ...written], ',', '\n');
        let line = 2;
        const begins = written.map((row) => {
          const begin = line;
          line += (csvOf([row], ',', '\n').match(/\r\n|\r|\n/g) ?? []).length;
          return begin;
        });
        const read = await rowsOf(text, told, { size: pieces });
        expect(read.map((row) => row.line)).toEqual(begins);
      }),
      { numRuns: 400 },
    );
  });

  it('can be read on from the end of any row', async () => {
    const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(rows, size, fc.nat(), async (written, pieces, place) => {
        const text = `\ufeff${csvOf([columns, ...written])}`;
        const whole = await rowsOf(text, told, { size: pieces });
        const at = place % whole.length;
        const rest = await rowsOf(text, told, { size: pieces, from: whole[at]?.end as never });
        expect(rest).toEqual(whole.slice(at + 1));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['commas', 'a,b\n1,2\n', ',', '"'],
    ['semicolons', 'a;b\n1,5;2,5\n3,5;4,5\n', ';', '"'],
    ['tabs', 'a\tb c\n1, 2\t3\n', '\t', '"'],
    ['bars', 'a|b\n"1|2"|3\n', '|', '"'],
    ['single quotes', "a,b\n'1,2','3'\n'4','5'\n", ',', "'"],
    ['one column', 'a\n1\n', ',', '"'],
  ])('is known by its %s', async (_, text, delimiter, quote) => {
    const { form } = await planOf(text);
    expect(form).toMatchObject({ format: 'csv', dialect: { delimiter, quote } });
  });

  it('has rows refused alone that have too many or too few cells, or bytes that are not UTF-8', async () => {
    const text = Buffer.concat([
      Buffer.from(`a,b\n1,2\n3\n4,5,6\n\n"x\ny",7\n${'é,8\n'.repeat(70_000)}9,`),
      Buffer.from([0xff]),
      Buffer.from('\n5" screen,10'),
    ]);
    const rows = await rowsOf(text);
    expect(rows.slice(0, 4).map(shown)).toEqual([
      [2, { a: '1', b: '2' }],
      [3, 'INPUT_INVALID'],
      [4, 'INPUT_INVALID'],
      [6, { a: 'x\ny', b: '7' }],
    ]);
    expect(rows.slice(-2).map(shown)).toEqual([
      [70_008, 'TEXT_INVALID'],
      [70_009, { a: '5" screen', b: '10' }],
    ]);
  });

  it('ends where a quote is never closed, with the line of that row', async () => {
    const open = `a,b\n1,2\n3,"4\n${'5,6\n'.repeat(10)}`;
    expect(await refusalOf(rowsOf(open))).toMatchObject({
      reason: 'BODY_MALFORMED',
      message: 'The quote in the row at line 3 is never closed.',
    });
    const endless = `a,b\n1,2\n3,"4\n${'5,6\n'.repeat(limits.importRowBytesMax / 4)}`;
    expect((await refusalOf(rowsOf(endless))).message).toContain('The row at line 3 has more than 1048576 bytes');
  });

  it.each([
    ['two columns of one name', 'a,b,a\n1,2,3\n', 'Two columns have the name "a"'],
    ['nothing', '', 'nothing to import'],
    ['nothing but blanks', '\ufeff \n\n', 'nothing to import'],
    ['a JSON list', '[{"a":1}]', 'jq -c'],
    ['a header without end', `${'x'.repeat(300_000)},`, 'has no end'],
  ])('is refused when it has %s', async (_, text, sentence) => {
    expect((await refusalOf(planOf(text))).message).toContain(sentence);
  });
});

describe('lines of JSON', () => {
  it('are read back as they were written, whatever they hold and however their bytes come', async () => {
    const rows = fc.array(fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 2 })), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.constantFrom('\n', '\r\n', '\n\n'),
        size,
        fc.nat(),
        async (written, lineEnd, pieces, place) => {
          const plain = JSON.parse(JSON.stringify(written)) as unknown[];
          const text = plain.map((row) => JSON.stringify(row)).join(lineEnd);
          const whole = await rowsOf(text, { format: 'ndjson' }, { size: pieces });
          expect(whole.map((row) => 'record' in row && row.record)).toEqual(plain);
          expect(whole.map((row) => row.line)).toEqual(plain.map((_, i) => 1 + i * (lineEnd === '\n\n' ? 2 : 1)));
          const at = place % whole.length;
          expect(await rowsOf(text, { format: 'ndjson' }, { from: whole[at]?.end as never })).toEqual(
            whole.slice(at + 1),
          );
        },
      ),
      { numRuns: 400 },
    );
  });

  it('are refused alone where one is no JSON, too long, or not UTF-8; the next is read', async () => {
    const long = `{"a":"${'x'.repeat(limits.importRowBytesMax)}"}`;
    const text = Buffer.concat([
      Buffer.from(`{"a":1}\n{"a":\n${long}\n`),
      Buffer.from([0x22, 0xff, 0x22, 0x0a]),
      Buffer.from('7\n{"a":2}'),
    ]);
    expect((await rowsOf(text, { format: 'ndjson' }, { size: 5_000 })).map(shown)).toEqual([
      [1, { a: 1 }],
      [2, 'INPUT_INVALID'],
      [3, 'TOO_LONG'],
      [4, 'TEXT_INVALID'],
      [5, 7],
      [6, { a: 2 }],
    ]);
  });
});

describe('a file', () => {
  const table = 'name,city\nÄnne,Köln\nZoë,Liège\n';
  const rows = [
    { name: 'Änne', city: 'Köln' },
    { name: 'Zoë', city: 'Liège' },
  ];
  const swapped = (text: string) => Buffer.from(text, 'utf16le').swap16();

  it.each([
    ['UTF-8', Buffer.from(table), 'utf-8'],
    ['UTF-8 with its mark', Buffer.from(`\ufeff${table}`), 'utf-8'],
    ['UTF-16 with its mark', Buffer.from(`\ufeff${table}`, 'utf16le'), 'utf-16le'],
    ['UTF-16, big end first', swapped(`\ufeff${table}`), 'utf-16be'],
    ['UTF-16 without its mark', Buffer.from(table, 'utf16le'), 'utf-16le'],
    ['UTF-16 without its mark, big end first', swapped(table), 'utf-16be'],
    ['Latin-1', Buffer.from(table, 'latin1'), 'windows-1252'],
  ])('in %s is known by its bytes, packed or not', async (_, bytes, encoding) => {
    for (const content of [bytes, gzipSync(bytes)]) {
      expect(await planOf(content)).toMatchObject({ encoding });
      const read = await rowsOf(content, {}, { size: 7 });
      expect(read.map((row) => 'record' in row && row.record)).toEqual(rows);
      const [first] = read;
      expect(await rowsOf(content, {}, { from: first?.end as never })).toEqual(read.slice(1));
    }
  });

  it('is read in the encoding that is told, with the signs of Windows', async () => {
    const bytes = Buffer.from([0x61, 0x2c, 0x62, 0x0a, 0x80, 0x2c, 0x93, 0x0a]);
    expect((await rowsOf(bytes, { encoding: 'windows-1252' })).map(shown)).toEqual([[2, { a: '€', b: '“' }]]);
  });

  it('whose gzip ends in the middle gives the rows before it, and then says so', async () => {
    const whole = Array.from({ length: 200_000 }, (_, i) => `{"i":${i},"r":"${Math.sin(i)}"}`).join('\n');
    const packed = gzipSync(whole);
    const plan = await planOf(packed.subarray(0, packed.length - 1_000));
    const { readRows } = await import('../../../src/connectors/import/import-plan.js');
    let read = 0;
    const reading = (async () => {
      for await (const _ of readRows(plan.form, plan.text)) read++;
    })();
    expect(await refusalOf(reading)).toMatchObject({
      reason: 'BODY_MALFORMED',
      message: 'The gzip data ends in the middle.',
    });
    expect(read).toBeGreaterThan(100_000);
    const damaged = Buffer.from(packed);
    damaged.fill(0, 100, 5_000);
    expect(await refusalOf(rowsOf(damaged))).toMatchObject({ reason: 'BODY_MALFORMED' });
  });

  it('of any bytes at all is read or refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), size, fc.boolean(), async (bytes, pieces, isPacked) => {
        const content = isPacked ? gzipSync(bytes).subarray(0, bytes.length) : bytes;
        await rowsOf(content, {}, { size: pieces }).catch((error: unknown) => {
          if (!(error instanceof Refusal)) throw error;
        });
      }),
      { numRuns: 500 },
    );
  });
});
