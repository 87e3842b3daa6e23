import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRestartable } from '../connectors/restartable.js';
import { eventually } from '../setup/service.js';
import { ended, type ImportDesk, openImportDesk } from './import-desk.js';

let desk: ImportDesk;
let throughline: ImportDesk['throughline'];
let write: ImportDesk['write'];
let at: ImportDesk['at'];
let stored: ImportDesk['stored'];

beforeAll(async () => {
  desk = await openImportDesk();
  ({ throughline, write, at, stored } = desk);
});
afterAll(() => desk?.close());

describe('an import that is broken off', () => {
  const rows = 8_000;
  const refusedLines = Array.from({ length: rows / 100 }, (_, i) => i * 100 + 101);
  const reported = (name: string) =>
    readFileSync(at(name), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).line);

  it('goes on where it was killed, and gives each row once', { timeout: 180_000 }, async () => {
    const file = await desk.bigTable('killed.csv', rows);
    const args = [file, '--source', 'killed', '--report', 'killed.ndjson'];
    for (const count of [1_000, 4_000]) {
      const child = desk.start(args, desk.toService());
      const isAt = async () => {
        if (!existsSync(at('killed.csv.checkpoint'))) return false;
        const text = readFileSync(at('killed.csv.checkpoint'), 'utf8');
        return JSON.parse(text).counts.rows >= count;
      };
      await eventually(isAt);
      child.kill('SIGKILL');
      await ended(child);
      expect(await stored('killed')).toBeLessThan(rows * 0.99);
      const [listed, ...others] = await desk.imports('killed.csv');
      expect(others).toEqual([]);
      expect(listed).toMatchObject({ state: 'RUNNING', backfill: true, failureReason: null });
      expect(listed?.rows).toBeGreaterThanOrEqual(count);
      expect(listed?.refused).toBe((listed?.rows ?? 0) / 100);
    }
    await desk.t.database.owner.query(`update import set updated_at = updated_at - interval '16 minutes'`);
    expect(await desk.imports('killed.csv')).toMatchObject([{ state: 'STALLED' }]);
    const last = await throughline(args);
    expect(last).toMatchObject({ status: 3, stderr: '' });
    expect(last.stdout).toMatch(/Went on behind line \d+,\d\d\d\./);
    expect(last.stdout).toContain('8,000 rows of killed.csv');
    expect(last.stdout).toContain('80 refused');
    expect(await stored('killed')).toBe(rows * 0.99);
    expect(reported('killed.ndjson')).toEqual(refusedLines);
    expect(existsSync(at('killed.csv.checkpoint'))).toBe(false);
    const [listed] = await desk.imports('killed.csv');
    expect(listed).toMatchObject({ state: 'COMPLETED', rows, skipped: 0, refused: rows / 100 });
    // What was stored when it was killed, and not yet noted, is known already when it goes on.
    expect((listed?.created ?? 0) + (listed?.duplicates ?? 0)).toBe(rows * 0.99);
    expect(listed?.refusals.map((refusal) => refusal.line)).toEqual(refusedLines);
    const again = await throughline([...args, '--json']);
    const [latest] = await desk.imports('killed.csv');
    expect(latest?.id).not.toBe(listed?.id);
    expect(JSON.parse(again.stdout)).toMatchObject({
      import: latest?.id,
      created: 0,
      duplicates: rows * 0.99,
      refused: rows / 100,
      resumedAtLine: null,
    });
    expect(await stored('killed')).toBe(rows * 0.99);
  });

  it('that was killed in its first batch is one import for all that, unless another key goes on with it', async () => {
    const file = await desk.bigTable('first.csv', 1_500);
    const args = [file, '--source', 'first', '--name', 'calls of May', '--no-backfill', '--json'];
    const { owner } = desk.t.database;
    for (const _ of [1, 2]) {
      await owner.query('begin; lock table touchpoint in exclusive mode');
      const child = desk.start(args, desk.toService());
      await eventually(async () => existsSync(at('first.csv.checkpoint')));
      child.kill('SIGKILL');
      await ended(child);
      await owner.query('rollback');
    }
    const [first, ...others] = await desk.imports('calls of May');
    expect(others).toEqual([]);
    expect(first).toMatchObject({ state: 'RUNNING', backfill: false, rows: 0 });
    const ran = JSON.parse(
      (await throughline(args, desk.toService(await desk.t.makeKey(['touchpoints:write'])))).stdout,
    );
    expect(ran).toMatchObject({ rows: 1_500, resumedAtLine: null });
    const [second] = await desk.imports('calls of May');
    expect(second).toMatchObject({ id: ran.import, state: 'COMPLETED', rows: 1_500 });
    expect(ran.import).not.toBe(first?.id);
  });

  it('by what the file holds is one that failed, with the reason', async () => {
    const rows = Array.from({ length: 9_000 }, (_, n) => `${n},call,CALL,u-${Math.sin(n)}\n`);
    const packed = gzipSync(`externalId,kind,channel,identifier.user_id\n${rows.join('')}`);
    const args = [write('half.gz', packed.subarray(0, packed.length - 9_000)), '--source', 'half'];
    expect(await throughline(args)).toMatchObject({
      status: 1,
      stderr: 'The gzip data ends in the middle.\nThe same command goes on where this one ended.\n',
    });
    const [failed] = await desk.imports('half.gz');
    expect(failed).toMatchObject({ state: 'FAILED', failureReason: 'BODY_MALFORMED' });
    expect(failed?.failure).toBe('The gzip data ends in the middle.');
    expect(failed?.created).toBe(await stored('half'));
    expect(failed?.rows).toBe(failed?.created);
  });

  it('begins anew when the file is another, and when it is told to', async () => {
    const file = write('anew.csv', 'externalId,kind,channel,identifier.user_id\n1,call,CALL,u-1\n');
    const position = { bytes: 50, lines: 1 };
    const counts = { rows: 7, created: 7, updated: 0, duplicates: 0, skipped: 0, refused: 0 };
    const stale = JSON.stringify({ of: 'another', id: 'a1'.repeat(16), position, counts, reportBytes: 0 });
    for (const left of [stale, 'no JSON', '{}']) {
      write('anew.csv.checkpoint', left);
      const ran = await throughline([file, '--source', 'anew', '--json']);
      expect(JSON.parse(ran.stdout)).toMatchObject({ rows: 1, resumedAtLine: null });
    }
    write('elsewhere', stale);
    expect(await throughline([file, '--source', 'anew', '--checkpoint', 'elsewhere', '--restart'])).toMatchObject({
      status: 0,
    });
    expect(existsSync(at('elsewhere'))).toBe(false);
  });

  it('waits for a service that restarts in the middle', async () => {
    const service = await startRestartable();
    try {
      const file = await desk.bigTable('restart.csv', 8_000);
      const child = desk.start([file, '--source', 'restart'], {
        THROUGHLINE_URL: service.url,
        THROUGHLINE_KEY: service.key,
      });
      const end = ended(child);
      await eventually(async () => existsSync(at('restart.csv.checkpoint')));
      await service.stop();
      await service.start();
      expect(await end).toMatchObject({ status: 3, stdout: expect.stringContaining('80 refused') });
      const { rows: found } = await service.database.owner.query(
        `select count(*)::int as n from touchpoint where source = 'restart'`,
      );
      expect(found).toEqual([{ n: 7_920 }]);
    } finally {
      await service.end();
    }
  });
});
