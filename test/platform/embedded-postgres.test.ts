import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import pg from 'pg';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from '../../src/platform/embedded-postgres.js';
import { livingProcess, withFolderLock } from '../../src/platform/file-lock.js';

const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === 'linux';
const nobody = { uid: 65534, gid: 65534 };
const built = fileURLToPath(new URL('../../dist/src/platform/embedded-postgres.js', import.meta.url));
const system = process.platform === 'win32' ? 'windows' : process.platform;
const installed = createRequire(import.meta.url).resolve(`@embedded-postgres/${system}-${process.arch}`);
const native = path.resolve(installed, '../../native');

const folders: string[] = [];
const children: ChildProcess[] = [];

beforeAll(() => {
  if (!fs.existsSync(built))
    throw new Error(`${built} is missing, which the child processes run: npm run build first.`);
});

afterEach(async () => {
  for (const child of children.splice(0)) killGroup(child);
  for (const folder of folders.splice(0)) {
    await killServers(folder);
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
});

describe('a started server', () => {
  it('keeps its data over a restart, with the same passwords', async () => {
    const dir = freshFolder();
    const first = await startEmbeddedPostgres({ dir });
    await query(first.ownerUrl, 'create table kept (word text)');
    await query(first.ownerUrl, "insert into kept values ('hello')");
    await first.stop();

    const second = await startEmbeddedPostgres({ dir });

    expect([first.attached, second.attached]).toEqual([false, false]);
    expect(await query(second.ownerUrl, 'select word from kept')).toEqual([{ word: 'hello' }]);
    expect(new URL(second.appUrl).password).toBe(new URL(first.appUrl).password);
    await second.stop();
    expect(serverPid(dir)).toBeUndefined();
  });

  it('lets the app in as a role that is no superuser, obeys row-level security, makes nothing and owns nothing', async () => {
    const dir = freshFolder();
    const first = await startEmbeddedPostgres({ dir });
    const role = `select rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication,
                    (select count(*)::int from pg_shdepend
                      where refclassid = 'pg_authid'::regclass and refobjid = pg_roles.oid and deptype = 'o') as owned
                  from pg_roles where rolname = current_user`;
    const harmless = {
      rolname: 'throughline_app',
      rolsuper: false,
      rolbypassrls: false,
      rolcreatedb: false,
      rolcreaterole: false,
      rolreplication: false,
      owned: 0,
    };
    expect(await query(first.appUrl, role)).toEqual([harmless]);

    await query(first.ownerUrl, 'alter role throughline_app superuser bypassrls');
    await query(first.ownerUrl, 'revoke connect on database throughline from public, throughline_app');
    await first.stop();
    const second = await startEmbeddedPostgres({ dir });
    expect(await query(second.appUrl, role), 'a start narrows a role that was widened').toEqual([harmless]);
  });

  it.runIf(process.platform !== 'win32')(
    'keeps its two passwords in files that only their owner can read',
    async () => {
      const dir = freshFolder();
      await startEmbeddedPostgres({ dir });
      const modes = ['owner.secret', 'app.secret'].map((name) => fs.statSync(path.join(dir, name)).mode & 0o777);
      expect(modes).toEqual([0o600, 0o600]);
      const [owner, app] = ['owner.secret', 'app.secret'].map((name) => fs.readFileSync(path.join(dir, name), 'utf8'));
      expect(owner).not.toBe(app);
    },
  );

  it('takes the settings of its caller, yet listens to this machine alone', async () => {
    const dir = freshFolder();
    const settings = { work_mem: '7MB', listen_addresses: '*' };
    const server = await startEmbeddedPostgres({ dir, database: 'a "journey"', settings });
    const rows = await query(
      server.appUrl,
      `select current_database() as name, current_setting('work_mem') as memory, current_setting('timezone') as zone,
              current_setting('listen_addresses') as listens`,
    );
    expect(rows).toEqual([{ name: 'a "journey"', memory: '7MB', zone: 'UTC', listens: '127.0.0.1' }]);
  });

  it('is not left behind by a start that fails', async () => {
    const dir = freshFolder();
    await (await startEmbeddedPostgres({ dir })).stop();
    fs.writeFileSync(path.join(dir, 'owner.secret'), 'wrong');
    await expect(startEmbeddedPostgres({ dir })).rejects.toThrow(/refuses the password in .*owner\.secret/);
    expect(serverPid(dir)).toBeUndefined();
  });

  it('compares letters beyond ASCII without regard to case', async () => {
    const server = await startEmbeddedPostgres({ dir: freshFolder() });
    expect(await query(server.appUrl, "select lower('ÉŽ') as low, 'É' ilike 'é' as alike")).toEqual([
      { low: 'éž', alike: true },
    ]);
  });

  it('has the wanted port when that is free, and another one when it is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    try {
      const other = await startEmbeddedPostgres({ dir: freshFolder(), port });
      expect(other.port).not.toBe(port);
      expect(await query(other.appUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    } finally {
      taken.close();
      await once(taken, 'close');
    }
    expect((await startEmbeddedPostgres({ dir: freshFolder(), port })).port).toBe(port);
  });
});

describe('after kill -9', () => {
  it('of Node the next start takes the living server over with all its data, and its stop ends it', async () => {
    const dir = freshFolder();
    const parent = await startInChild({ dir });
    await query(parent.server.ownerUrl, 'create table kept as select 1 as one');
    const pid = serverPid(dir);
    await kill(parent.child);

    const next = await startEmbeddedPostgres({ dir });

    expect(next.attached).toBe(true);
    expect(serverPid(dir)).toBe(pid);
    expect(await query(next.ownerUrl, 'select one from kept')).toEqual([{ one: 1 }]);
    await (await startEmbeddedPostgres({ dir })).stop();
    expect(serverPid(dir), 'a third does not own it').toBe(pid);
    await next.stop();
    expect(serverPid(dir)).toBeUndefined();
  });

  it('of Node and of the server the next start recovers every committed row', async () => {
    const dir = freshFolder();
    const parent = await startInChild({ dir });
    await query(parent.server.ownerUrl, 'create table kept as select generate_series(1, 1000) as number');
    await kill(parent.child);
    process.kill(serverPid(dir) ?? 0, 'SIGKILL');

    const next = await startEmbeddedPostgres({ dir });

    expect(next.attached).toBe(false);
    expect(await query(next.ownerUrl, 'select count(*)::int as count from kept')).toEqual([{ count: 1000 }]);
  });

  it.runIf(isLinux)('of the server a start does not mistake the zombie that is left for a living server', async () => {
    const dir = freshFolder();
    const parent = await startInChild({ dir });
    const pid = serverPid(dir) ?? 0;
    // A parent that is stopped cannot bury its child.
    parent.child.kill('SIGSTOP');
    process.kill(pid, 'SIGKILL');
    await until(() => / Z /.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8')));

    const next = await startEmbeddedPostgres({ dir });

    expect(next.attached).toBe(false);
    expect(await query(next.appUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'), 'the zombie was there all the time').toMatch(/ Z /);
  });

  it.runIf(process.platform !== 'win32').each(['Node alone', 'Node and initdb'])(
    'of %s in the first start the next start makes whole data',
    async (victims) => {
      const dir = freshFolder();
      const child = spawnStarter({ dir });
      const unfinished = () => fs.readdirSync(dir).filter((name) => name.startsWith('pgdata.new-'));
      await until(() => unfinished().some((name) => fs.existsSync(path.join(dir, name, 'PG_VERSION'))));
      if (victims === 'Node alone') child.kill('SIGKILL');
      else killGroup(child);
      await once(child, 'exit');
      expect(fs.existsSync(path.join(dir, 'pgdata')), 'initdb was half way').toBe(false);

      const next = await startEmbeddedPostgres({ dir });

      expect(await query(next.appUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
      if (victims === 'Node and initdb') expect(unfinished()).toEqual([]);
    },
  );

  it('of the owner, one that had attached before ends the server when it stops', async () => {
    const dir = freshFolder();
    const owner = await startInChild({ dir });
    const other = await startEmbeddedPostgres({ dir });
    await kill(owner.child);
    expect(other.attached).toBe(true);
    await other.stop();
    expect(serverPid(dir)).toBeUndefined();
  });

  it.runIf(process.platform !== 'win32')(
    'or Ctrl-C, which a terminal sends to all it started, Node alone ends',
    async () => {
      const dir = freshFolder();
      const parent = await startInChild({ dir });
      const pid = serverPid(dir);
      const exit = once(parent.child, 'exit');
      process.kill(-(parent.child.pid ?? 0), 'SIGINT');
      await exit;

      const next = await startEmbeddedPostgres({ dir });

      expect(next.attached).toBe(true);
      expect(serverPid(dir)).toBe(pid);
    },
  );

  it.runIf(isLinux)('a number in postmaster.pid that a stranger has got since does not stop the start', async () => {
    const dir = freshFolder();
    const first = await startEmbeddedPostgres({ dir });
    const pidFile = path.join(dir, 'pgdata/postmaster.pid');
    const lines = fs.readFileSync(pidFile, 'utf8').split('\n');
    await first.stop();
    // Postgres takes only a process of its own user for its like.
    const { uid, gid } = fs.statSync(path.join(dir, 'pgdata'));
    const stranger = spawn('sleep', ['600'], { detached: true, ...(isRoot ? { uid, gid } : {}) });
    children.push(stranger);
    fs.writeFileSync(pidFile, [stranger.pid, ...lines.slice(1)].join('\n'));
    fs.chownSync(pidFile, uid, gid);

    const next = await startEmbeddedPostgres({ dir });

    expect(next.attached).toBe(false);
    await next.stop();
    expect(livingProcess(stranger.pid ?? 0), 'and the stranger lives on').toBeDefined();
  });
});

describe('several processes on one folder', () => {
  it('share one server when they start at once, and only the one that started it stops it', async () => {
    const dir = freshFolder();
    const starters = await Promise.all([1, 2, 3].map(() => startInChild({ dir })));
    const owner = starters.find(({ server }) => !server.attached);
    const guests = starters.filter(({ server }) => server.attached);
    expect(guests).toHaveLength(2);
    expect(new Set(starters.map(({ server }) => server.port)).size).toBe(1);

    const pid = serverPid(dir);
    for (const guest of guests) await stopAndExit(guest.child);
    expect(serverPid(dir)).toBe(pid);
    expect(await query(owner?.server.appUrl ?? '', 'select 1 as one')).toEqual([{ one: 1 }]);
    if (owner) await stopAndExit(owner.child);
    expect(serverPid(dir)).toBeUndefined();
  });

  it('a copy of a folder gets a server of its own, and does not write into the original', async () => {
    const dir = freshFolder();
    const original = await startEmbeddedPostgres({ dir });
    const copied = freshFolder();
    fs.cpSync(dir, copied, { recursive: true });
    // Newer Nodes do not copy the mode of folders, and Postgres insists on it.
    fs.chmodSync(path.join(copied, 'pgdata'), 0o700);
    if (isRoot) {
      const { uid, gid } = fs.statSync(path.join(dir, 'pgdata'));
      chownTree(path.join(copied, 'pgdata'), uid, gid);
      fs.chownSync(path.join(copied, 'owner.secret'), uid, gid);
    }

    const copy = await startEmbeddedPostgres({ dir: copied });

    expect(copy.attached).toBe(false);
    expect(copy.port).not.toBe(original.port);
    await copy.stop();
    expect(await query(original.appUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('are never two at a time behind the lock', async () => {
    const dir = freshFolder();
    let inside = 0;
    const seen: number[] = [];
    const act = async () => {
      seen.push(++inside);
      await pause(1);
      inside--;
    };
    await Promise.all(Array.from({ length: 12 }, () => withFolderLock(dir, act)));
    expect(seen).toEqual(Array(12).fill(1));
    expect(fs.readdirSync(dir)).toEqual([]);
  });

  it('are never two at a time behind the lock, even when both looked before either announced itself', async () => {
    const dir = freshFolder();
    // Each waits for the other after its first look and after its announcement; who is inside stays till no other is left.
    const program = `
      import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      import { setImmediate } from 'node:timers/promises';
      import { withFolderLock } from ${JSON.stringify(new URL('file-lock.js', pathToFileURL(built)).href)};
      const { openSync, readdirSync } = fs;
      const named = (start) => readdirSync('.').filter((name) => name.startsWith(start)).length;
      const meetAfter = (name, original) => {
        fs[name] = (...args) => {
          fs[name] = original;
          syncBuiltinESMExports();
          const result = original(...args);
          fs.writeFileSync(name + process.pid, '');
          while (named(name) < 2);
          return result;
        };
      };
      meetAfter('readdirSync', readdirSync);
      meetAfter('openSync', openSync);
      syncBuiltinESMExports();
      await withFolderLock('.', async () => {
        fs.closeSync(openSync('inside', 'wx'));
        while (named('starting-') > 1) await setImmediate();
        fs.rmSync('inside');
      });`;
    const ended = Array.from({ length: 2 }, async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], { cwd: dir, detached: true });
      children.push(child);
      let errors = '';
      child.stderr.on('data', (text) => {
        errors += text;
      });
      await once(child, 'close');
      return errors;
    });
    expect(await Promise.all(ended)).toEqual(['', '']);
  });

  it.runIf(isLinux)('do not wait for a lock of a dead process whose number a living one has got', async () => {
    const dir = freshFolder();
    fs.writeFileSync(path.join(dir, `starting-${process.pid}-1-00.lock`), '');
    expect(await withFolderLock(dir, async () => 'done')).toBe('done');
  });
});

describe('the binaries', () => {
  it('are mended where an install without scripts left the links between libraries out', async () => {
    const binaries = copyOfBinaries();
    const links = JSON.parse(fs.readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
    expect(links.length).toBeGreaterThan(0);

    const server = await startEmbeddedPostgres({ dir: freshFolder(), binaries });

    expect(await query(server.appUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    for (const { target } of links) expect(fs.existsSync(path.join(binaries, '..', target)), target).toBe(true);
  });

  it.runIf(isRoot)(
    'are copied beside the data when their folder is closed to the user that Postgres runs as',
    async () => {
      const binaries = copyOfBinaries();
      fs.chmodSync(path.dirname(binaries), 0o700);
      fs.chmodSync(path.join(binaries, 'share/postgresql/postgres.bki'), 0o600);
      const dir = freshFolder();

      const server = await startEmbeddedPostgres({ dir, binaries });

      expect(await query(server.appUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
      expect(fs.readdirSync(dir).filter((name) => name.startsWith('binaries-'))).toHaveLength(1);
    },
  );

  it.runIf(isRoot)('are copied for an ordinary user who cannot mend their folder', async () => {
    const binaries = copyOfBinaries();
    const dir = freshFolder(nobody);
    const { server } = await startInChild({ dir, binaries }, nobody);
    expect(await query(server.appUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(fs.existsSync(path.join(binaries, 'lib/libicuuc.so.60')), 'the original is as it was').toBe(false);
  });

  it('that are missing are told in a sentence that names DATABASE_URL', async () => {
    const start = startEmbeddedPostgres({ dir: freshFolder(), binaries: path.join(os.tmpdir(), 'nowhere') });
    await expect(start).rejects.toThrow(/holds no Postgres binaries.*DATABASE_URL/);
  });

  it.runIf(isLinux)('of another C library are told in a sentence that names DATABASE_URL', async () => {
    const binaries = copyOfBinaries();
    const program = path.join(binaries, 'bin/postgres');
    const loader = /\/ld-linux/.exec(fs.readFileSync(program, 'latin1'));
    const file = fs.openSync(program, 'r+');
    fs.writeSync(file, '/ld-other', loader?.index ?? 0);
    fs.closeSync(file);
    const start = startEmbeddedPostgres({ dir: freshFolder(), binaries });
    await expect(start).rejects.toThrow(/another C library than glibc.*DATABASE_URL/);
  });
});

describe('the user', () => {
  it.runIf(isRoot)('can be an ordinary one', async () => {
    const dir = freshFolder(nobody);
    const { server, child } = await startInChild({ dir }, nobody);
    expect(await query(server.appUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(fs.statSync(path.join(dir, 'pgdata')).uid).toBe(nobody.uid);
    await stopAndExit(child);
    expect(serverPid(dir)).toBeUndefined();

    const asRoot = await startEmbeddedPostgres({ dir });
    await asRoot.stop();
    const again = await startInChild({ dir }, nobody);
    expect(await query(again.server.appUrl, 'select 1 as one'), 'also after root had used it').toEqual([{ one: 1 }]);
  });

  it.runIf(isRoot)('is told which folder keeps Postgres from the data, when Node is root', async () => {
    const closed = freshFolder();
    fs.writeFileSync(path.join(closed, 'other'), '');
    const inside = startEmbeddedPostgres({ dir: path.join(closed, 'data') });
    await expect(inside).rejects.toThrow(`cannot enter ${closed} on the way to the data folder ${closed}/data`);
    await expect(startEmbeddedPostgres({ dir: closed })).rejects.toThrow(`cannot enter ${closed} on the way`);
    expect(fs.statSync(closed).mode & 0o777, 'a folder with other things in it is not opened').toBe(0o700);
  });

  it.runIf(isRoot)('is told when the data folder belongs to someone else', async () => {
    const dir = freshFolder();
    fs.chmodSync(dir, 0o755);
    await expect(startInChild({ dir }, nobody)).rejects.toThrow(`The data folder ${dir} is not writable for this user`);
  });
});

/** Makes a temporary folder that is removed, with any server on it, when the test ends. */
function freshFolder(owner?: { uid: number; gid: number }): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'throughline-embedded-')));
  if (owner) fs.chownSync(folder, owner.uid, owner.gid);
  folders.push(folder);
  return folder;
}

/** Copies the installed binaries as `npm ci --ignore-scripts` leaves them: without links. */
function copyOfBinaries(): string {
  const folder = freshFolder();
  fs.chmodSync(folder, 0o755);
  const copy = path.join(folder, 'native');
  fs.cpSync(native, copy, { recursive: true, filter: (file) => !fs.lstatSync(file).isSymbolicLink() });
  return copy;
}

function chownTree(file: string, uid: number, gid: number): void {
  fs.lchownSync(file, uid, gid);
  if (!fs.lstatSync(file).isDirectory()) return;
  for (const name of fs.readdirSync(file)) chownTree(path.join(file, name), uid, gid);
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(5);
}

/** Runs a Node that starts (or attaches to) the server, tells where it is, and stops it at a word on its stdin. */
function spawnStarter(options: EmbeddedPostgresOptions, user?: { uid: number; gid: number }): ChildProcess {
  const program = `
    import { startEmbeddedPostgres } from ${JSON.stringify(pathToFileURL(built).href)};
    const server = await startEmbeddedPostgres(${JSON.stringify(options)});
    console.log(JSON.stringify(server));
    process.stdin.once('data', () => server.stop().then(() => process.exit()));`;
  const flags = ['--input-type=module', '-e', program];
  // A group of its own, so that the end of the test finds its children too.
  const child = spawn(process.execPath, flags, { ...user, cwd: options.dir, detached: true, stdio: 'pipe' });
  children.push(child);
  return child;
}

async function startInChild(
  options: EmbeddedPostgresOptions,
  user?: { uid: number; gid: number },
): Promise<{ child: ChildProcess; server: Omit<EmbeddedPostgres, 'stop'> }> {
  const child = spawnStarter(options, user);
  let [output, errors] = ['', ''];
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', (text) => {
      errors += text;
    });
    child.stdout?.on('data', (text) => {
      output += text;
      if (output.endsWith('\n')) resolve({ child, server: JSON.parse(output) });
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(`The starter ended: ${errors}`)));
  });
}

async function stopAndExit(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.stdin?.write('stop\n');
  await exit;
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** Gives the id of the server that runs on the folder, by other means than the code under test. */
function serverPid(dir: string): number | undefined {
  const pidFile = path.join(dir, 'pgdata/postmaster.pid');
  if (!fs.existsSync(pidFile)) return undefined;
  const pid = Number(fs.readFileSync(pidFile, 'utf8').split('\n')[0]);
  const found = livingProcess(pid);
  return found && (found.command ?? 'postgres') === 'postgres' ? pid : undefined;
}

async function killServers(dir: string): Promise<void> {
  const pid = serverPid(dir);
  if (pid === undefined) return;
  process.kill(pid, 'SIGKILL');
  await until(() => livingProcess(pid) === undefined);
}
