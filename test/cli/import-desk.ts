import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { dataOf } from '../access/world.js';
import { startTestService, type TestService } from '../setup/service.js';

export const script = path.resolve('dist/src/cli/main.js');

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A service, a folder of files, and the built command as a user runs it there. */
export interface ImportDesk {
  readonly t: TestService;
  toService(key?: string): Record<string, string>;
  /** It never blocks the service, which runs in here. */
  throughline(args: readonly string[], env?: Record<string, string>, input?: string): Promise<Ran>;
  start(args: readonly string[], env: Record<string, string>): ChildProcess;
  write(name: string, content: string | Uint8Array): string;
  at(name: string): string;
  bigTable(name: string, rows: number): Promise<string>;
  stored(source: string): Promise<number>;
  imports(name: string): Promise<ListedImport[]>;
  close(): Promise<void>;
}

/** An import as administrators see it. */
export interface ListedImport {
  readonly id: string;
  readonly startedBy: string;
  readonly state: string;
  readonly backfill: boolean;
  readonly rows: number;
  readonly created: number;
  readonly duplicates: number;
  readonly skipped: number;
  readonly refused: number;
  readonly failureReason: string | null;
  readonly failure: string | null;
  readonly refusals: readonly { readonly line: number; readonly reason: string; readonly field: string | null }[];
}

export async function openImportDesk(): Promise<ImportDesk> {
  const t = await startTestService();
  const folder = mkdtempSync(path.join(tmpdir(), 'throughline-import-'));
  const at = (name: string) => path.join(folder, name);
  const toService = (key = t.key) => ({ THROUGHLINE_URL: t.url, THROUGHLINE_KEY: key });
  const start = (args: readonly string[], env: Record<string, string>) =>
    spawn(process.execPath, [script, 'import', ...args], { cwd: folder, env: { PATH: process.env['PATH'], ...env } });
  return {
    t,
    at,
    toService,
    start,
    throughline: (args, env = toService(), input = '') => {
      const child = start(args, env);
      child.stdin.end(input);
      return ended(child);
    },
    write: (name, content) => {
      writeFileSync(at(name), content);
      return name;
    },
    bigTable: (name, rows) => writeBigTable(at(name), rows).then(() => name),
    stored: async (source) => {
      const count = 'select count(*)::int as n from touchpoint where source = $1';
      return (await t.database.owner.query(count, [source])).rows[0].n;
    },
    imports: async (name) => {
      const listed = dataOf(await t.graphql(`{ imports(first: 100) { nodes { ${listedFields} } } }`)).imports.nodes;
      return listed.filter((one: { name: string | null }) => one.name === name);
    },
    close: async () => {
      await t.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const listedFields = `id name startedBy state backfill rows created duplicates skipped refused failureReason failure
  refusals { line reason field }`;

export function ended(child: ChildProcess): Promise<Ran> {
  const out = { stdout: '', stderr: '' };
  child.stdout?.on('data', (piece) => (out.stdout += piece));
  child.stderr?.on('data', (piece) => (out.stderr += piece));
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, ...out })));
}

/** A big table in which every hundredth row names nobody. */
async function writeBigTable(name: string, rows: number): Promise<void> {
  const file = createWriteStream(name);
  file.write('externalId,kind,channel,identifier.user_id\n');
  for (let n = 0; n < rows; n++) {
    const user = n % 100 === 99 ? '' : `u-${n % 700}`;
    if (!file.write(`${n},call,CALL,${user}\n`))
      await new Promise<void>((resolve) => file.once('drain', () => resolve()));
  }
  file.end();
  await finished(file);
}
