import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ImportDesk, openImportDesk, script } from './import-desk.js';

let desk: ImportDesk;
let t: ImportDesk['t'];
let throughline: ImportDesk['throughline'];
let write: ImportDesk['write'];
let at: ImportDesk['at'];
let stored: ImportDesk['stored'];

beforeAll(async () => {
  desk = await openImportDesk();
  ({ t, throughline, write, at, stored } = desk);
});
afterAll(() => desk?.close());

const calls = [
  'Call ID;Start;Caller;Wait time;Agent;Note',
  '7001;25.07.2022 16:37;+49 30 901820;40;eve;"asked for\r\na refund"',
  '7002;25.07.2022 16:41;+49 30 901821;5;bob;',
  '7003;26.07.2022 09:10;;12;eve;\u001b[31mred',
  '',
].join('\r\n');

describe('throughline import', () => {
  it('shows what it takes the columns for, and imports nothing until somebody says that it is right', async () => {
    const file = write('calls.csv', calls);
    const shown = await throughline([file]);
    expect(shown).toMatchObject({ status: 2, stderr: '' });
    expect(shown.stdout).toBe(
      [
        'column       becomes           type                               samples',
        'Call ID      externalId        whole number                       7001 | 7002 | 7003',
        'Start        occurredAt        time, dd.MM.yyyy HH:mm, no offset  25.07.2022 16:37 | 25.07.2022 16:41 | 26.07.2022 09:10',
        'Caller       identifier phone  phone                              +49 30 901820 | +49 30 901821',
        'Wait time    waitSeconds       whole number                       40 | 5 | 12',
        'Agent        agentId           text                               eve | bob',
        'Note         summary           text                               asked for··a refund | ·[31mred',
        '(no column)  channel           constant                           CALL',
        '(no column)  kind              constant                           imported',
        '',
        'Nothing was imported. If that is right, add --guess. Else --save-mapping map.json writes it down, to be changed and given as --mapping.',
        '',
      ].join('\n'),
    );
    const asData = await throughline([file, '--json']);
    expect(JSON.parse(asData.stdout)).toMatchObject({
      imported: false,
      columns: [{ name: 'Call ID', field: 'externalId' }, {}, {}, {}, {}, {}],
    });
    expect(await stored('guess')).toBe(0);
    const guess = ['--guess', '--zone', 'Europe/Berlin', '--source', 'guess'];
    const imported = await throughline([file, ...guess, '--report', 'refused.ndjson']);
    expect(imported).toMatchObject({ status: 3, stderr: '' });
    expect(imported.stdout).toBe(
      [
        `3 rows of calls.csv to ${t.url}: 2 stored, 0 updated, 0 known already, 1 refused.`,
        '  line 5: identifiers: A touchpoint names at least one identifier.',
        'All are in refused.ndjson.',
        '',
      ].join('\n'),
    );
    expect(JSON.parse(readFileSync(at('refused.ndjson'), 'utf8'))).toEqual({
      line: 5,
      errors: [{ reason: 'TOO_FEW', field: 'identifiers', message: 'A touchpoint names at least one identifier.' }],
      row: {
        'Call ID': '7003',
        Start: '26.07.2022 09:10',
        Caller: '',
        'Wait time': '12',
        Agent: 'eve',
        Note: '\u001b[31mred',
      },
    });
    const { rows } = await t.database.owner.query(
      `select occurred_at from touchpoint where source = 'guess' order by external_id`,
    );
    expect(rows[0].occurred_at.toISOString()).toBe('2022-07-25T14:37:00.000Z');
  });

  it('writes its guess down as a mapping that can be changed and given', async () => {
    const file = write('calls-2.csv', calls);
    expect(await throughline([file, '--save-mapping', 'map.json', '--zone', 'Europe/Berlin'])).toMatchObject({
      status: 0,
    });
    const mapping = JSON.parse(readFileSync(at('map.json'), 'utf8'));
    expect(mapping.touchpoints[0].occurredAt).toEqual({
      path: '$.Start',
      apply: [{ date: { format: 'dd.MM.yyyy HH:mm', zone: 'Europe/Berlin' } }],
    });
    mapping.touchpoints[0].source = 'mapped';
    mapping.skip = { path: '$.Caller', exists: false };
    write('map.json', JSON.stringify(mapping));
    const imported = await throughline([file, '--mapping', 'map.json']);
    expect(imported).toMatchObject({ status: 0, stderr: '' });
    expect(imported.stdout).toContain('2 stored, 0 updated, 0 known already, 1 skipped, 0 refused');
    expect(await stored('mapped')).toBe(2);
  });

  it('takes standard input, packed files and data for programs', async () => {
    const row = {
      source: 'stdin',
      externalId: '1',
      channel: 'CALL',
      kind: 'call',
      identifiers: [{ type: 'user_id', value: 'u' }],
    };
    const piped = await throughline(['-', '--json'], desk.toService(), JSON.stringify(row));
    expect(piped).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(piped.stdout)).toEqual({
      import: expect.stringMatching(/^imp_[0-9a-f]{32}$/),
      file: '-',
      to: t.url,
      isDryRun: false,
      resumedAtLine: null,
      rows: 1,
      created: 1,
      updated: 0,
      duplicates: 0,
      skipped: 0,
      refused: 0,
      report: null,
    });
    const packed = write('rows.ndjson.gz', gzipSync(`${JSON.stringify({ ...row, externalId: '2' })}\n`));
    expect(await throughline([packed])).toMatchObject({ status: 0 });
    expect(await stored('stdin')).toBe(2);
    const half = write('half.gz', gzipSync(`${JSON.stringify(row)}\n`.repeat(50)).subarray(0, 100));
    expect(await throughline([half])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('The gzip data ends in the middle.'),
    });
  });

  it('stores nothing in a dry run, and leaves nothing behind', async () => {
    const file = write('dry.csv', calls);
    const dry = await throughline([file, '--guess', '--source', 'dry', '--dry-run']);
    expect(dry).toMatchObject({ status: 3, stderr: '' });
    expect(dry.stdout).toContain('2 would be new, 0 would be updated, 0 known already, 1 refused');
    expect(dry.stdout).toContain('Nothing was stored');
    expect(await stored('dry')).toBe(0);
    expect(await desk.imports('dry.csv')).toEqual([]);
    expect(existsSync(at('dry.csv.checkpoint'))).toBe(false);
  });

  it('works on the database itself when no service is named', async () => {
    const file = write('direct.csv', calls);
    const args = [file, '--guess', '--source', 'direct'];
    const direct = await throughline(args, { DATABASE_URL: t.database.ownerUrl });
    expect(direct).toMatchObject({
      status: 3,
      stderr: '',
      stdout: expect.stringContaining('to workspace default: 2 stored'),
    });
    expect(await stored('direct')).toBe(2);
    expect(await desk.imports('direct.csv')).toMatchObject([
      {
        startedBy: 'cli',
        state: 'COMPLETED',
        rows: 3,
        created: 2,
        refused: 1,
        refusals: [{ line: 5, reason: 'TOO_FEW', field: 'identifiers' }],
      },
    ]);
    const nowhere = await throughline([...args, '--workspace', 'nowhere'], { DATABASE_URL: t.database.ownerUrl });
    expect(nowhere).toMatchObject({ status: 1, stderr: 'There is no workspace nowhere.\n' });
  });

  it.each([
    ['no file', [], 2, 'Name a file'],
    ['a file that is not there', ['nowhere.csv'], 1, 'there is no such file'],
    ['an unknown preset', ['calls.csv', '--preset', 'sap'], 2, '--preset takes one of event-log'],
    ['an unknown encoding', ['calls.csv', '--encoding', 'ebcdic'], 2, '--encoding takes one of utf-8'],
    ['a mapping that is no JSON', ['calls.csv', '--mapping', 'calls.csv'], 2, 'cannot be read as a mapping'],
    ['no key', ['calls.csv', '--guess', '--key', ''], 1, 'The service answers 401'],
    [
      'a wrong key',
      ['calls.csv', '--guess', '--key', 'tl_wrong'],
      1,
      'The service answers 401: This API key is not known.',
    ],
    ['a service that is not there', ['calls.csv', '--guess', '--url', 'http://127.0.0.1:9'], 1, 'cannot be reached'],
    ['an unknown option', ['calls.csv', '--fast'], 2, '--fast'],
  ])('says what is wrong with %s', async (_, args, status, sentence) => {
    write('calls.csv', calls);
    const ran = await throughline(args);
    expect(ran).toMatchObject({ status, stdout: '' });
    expect(ran.stderr).toContain(sentence);
    expect(ran.stderr).not.toMatch(/\n\s+at /);
  });

  it('names the place in a mapping that is wrong', async () => {
    const map = write('wrong.json', '{"touchpoints":[{"channel":"CALL","kind":"$.a[","identifiers":[]}]}');
    const ran = await throughline([write('calls.csv', calls), '--mapping', map]);
    expect(ran).toMatchObject({ status: 1, stdout: '' });
    expect(ran.stderr).toContain('mapping.touchpoints[0].kind must be a path');
  });
});

describe('throughline --help', () => {
  it('lists import and its exit codes', () => {
    const { stdout } = spawnSync(process.execPath, [script, '--help'], { encoding: 'utf8' });
    expect(stdout).toContain('import <file|->');
    expect(stdout).toContain('3 done but for what was refused');
  });
});
