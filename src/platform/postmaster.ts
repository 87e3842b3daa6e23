import { execFile, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type ProgramOptions, programPath } from './embedded-binaries.js';
import { livingProcess } from './file-lock.js';

const pollMs = 25;
const retryDelayMs = 250;
const startAttemptsMax = 40;
// Recovery after a crash replays at most max_wal_size, yet a slow disk may need minutes for it.
const startWaitMsMax = 600_000;
const fastStopMsMax = 60_000;
const immediateStopMsMax = 15_000;
const stderrTailCharsMax = 4_000;

/** The server process that a data folder's `postmaster.pid` names. */
export interface Postmaster {
  pid: number;
  port: number;
  status: string;
}

/** Finds the server that runs on this data folder; undefined when there is none, whatever `postmaster.pid` says. */
export function runningPostmaster(data: string): Postmaster | undefined {
  const lines = pidFileLines(data);
  const pid = Number(lines[0]);
  if (!servesFolder(pid, data, lines[1] ?? '')) return undefined;
  return { pid, port: Number(lines[3]), status: lines[7]?.trim() ?? '' };
}

/** Waits till a server that is starting, recovering or stopping is ready or gone. */
export async function settledPostmaster(data: string): Promise<Postmaster | undefined> {
  const giveUpAtMs = performance.now() + startWaitMsMax;
  for (;;) {
    const found = runningPostmaster(data);
    if (!found || found.status === 'ready') return found;
    if (performance.now() > giveUpAtMs) {
      throw new Error(
        `Postgres process ${found.pid} on ${data} is "${found.status}" since ${startWaitMsMax / 1000} s.`,
      );
    }
    await pause(pollMs);
  }
}

/** What it takes to start a server. */
export interface LaunchOptions {
  native: string;
  data: string;
  program: ProgramOptions;
  /** Taken when it is free, else another one is. */
  port: number | undefined;
  settings: Record<string, string>;
  log: (line: string) => void;
}

/** Starts a server and waits till it takes connections; what passes by itself, like a port just taken, is tried again. */
export async function launchPostmaster(options: LaunchOptions): Promise<Postmaster> {
  let wantedPort = options.port ?? 0;
  for (let attempt = 1; ; attempt++) {
    removeMisleadingPidFile(options.data);
    const port = await freePort(wantedPort);
    const outcome = await launchOnce({ ...options, port });
    if (typeof outcome !== 'string') return outcome;
    const isPortTaken = /could not bind|could not create any TCP\/IP sockets/.test(outcome);
    // Right after a kill -9 of the server its old children still hold the shared memory for a moment.
    const isPassing = isPortTaken || /lock file "postmaster.pid"|pre-existing shared memory/.test(outcome);
    if (!isPassing || attempt === startAttemptsMax) throw new Error(`Postgres did not start: ${outcome}`);
    if (isPortTaken) wantedPort = 0;
    await pause(retryDelayMs);
  }
}

/** Ends the server in order: a fast shutdown, and an immediate one (recovery at the next start) if that hangs. */
export async function stopPostmaster(data: string, native: () => Promise<string>): Promise<void> {
  const running = runningPostmaster(data);
  if (!running) return;
  if (process.platform === 'win32') {
    // Windows knows no SIGINT between processes; pg_ctl speaks to the server through its own pipe.
    await promisify(execFile)(programPath(await native(), 'pg_ctl'), ['stop', '-D', data, '-m', 'fast', '-w']);
    return;
  }
  signal(running.pid, 'SIGINT');
  if (await isGone(data, running.pid, fastStopMsMax)) return;
  signal(running.pid, 'SIGQUIT');
  if (await isGone(data, running.pid, immediateStopMsMax)) return;
  throw new Error(`Postgres process ${running.pid} on ${data} does not end.`);
}

function pidFileLines(data: string): string[] {
  try {
    return fs.readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** A number in a file may long belong to another process, and a copied folder names the server of its original. */
function servesFolder(pid: number, data: string, recordedFolder: string): boolean {
  const found = livingProcess(pid);
  if (!found || path.basename(found.command ?? commandByPs(pid)) !== 'postgres') return false;
  try {
    // A server works inside its data folder, even when that has been renamed since.
    const [inside, folder] = [fs.statSync(`/proc/${pid}/cwd`), fs.statSync(data)];
    return inside.dev === folder.dev && inside.ino === folder.ino;
  } catch {
    // No /proc, or a container whose root may not look into it: the folder that the server wrote down has to do.
    return path.resolve(recordedFolder) === data;
  }
}

/** Asks the slow way where there is no `/proc`; Windows has neither, and there the number alone has to do. */
function commandByPs(pid: number): string {
  if (process.platform === 'win32') return 'postgres';
  return spawnSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() ?? '';
}

/**
 * Removes a `postmaster.pid` whose number belongs to a zombie or a stranger, or which is empty: Postgres would take it
 * for a living server and refuse for ever. The file of a process that is gone stays, since Postgres sees through that
 * by itself and looks for surviving children first.
 */
function removeMisleadingPidFile(data: string): void {
  const lines = pidFileLines(data);
  if (lines.length === 0 || runningPostmaster(data)) return;
  const pid = Number(lines[0]);
  let isTaken = true;
  try {
    if (Number.isInteger(pid) && pid > 0) process.kill(pid, 0);
  } catch (error) {
    isTaken = (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  if (isTaken) fs.rmSync(path.join(data, 'postmaster.pid'), { force: true });
}

function freePort(wantedPort: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => (wantedPort === 0 ? reject(error) : resolve(freePort(0))));
    probe.listen(wantedPort, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : wantedPort;
      probe.close(() => resolve(port));
    });
  });
}

/** Gives the ready server, or the reason why it ended before it was. */
async function launchOnce(options: LaunchOptions & { port: number }): Promise<Postmaster | string> {
  const settings = { ...options.settings, port: String(options.port) };
  const settingArguments = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(programPath(options.native, 'postgres'), ['-D', options.data, ...settingArguments], {
    ...options.program,
    // A process group of its own: Ctrl-C in a terminal reaches Node alone, which stops the server in order.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let tail = '';
  let unfinishedLine = '';
  let ending: string | undefined;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-stderrTailCharsMax);
    const lines = (unfinishedLine + text).split('\n');
    unfinishedLine = lines.pop() ?? '';
    for (const line of lines) options.log(line);
  });
  child.once('error', (error) => {
    ending = String(error);
  });
  // Not "exit": only at "close" has all of stderr been read.
  child.once('close', (code, signalName) => {
    ending ??= `${signalName ?? `exit code ${code}`}: ${tail.trim()}`;
  });
  const giveUpAtMs = performance.now() + startWaitMsMax;
  for (;;) {
    const found = runningPostmaster(options.data);
    if (found && found.pid === child.pid && found.status === 'ready') {
      // Neither the server nor its log keeps Node from ending.
      child.unref();
      (child.stderr as Socket).unref();
      return found;
    }
    if (ending !== undefined) return ending;
    if (performance.now() > giveUpAtMs) {
      child.kill('SIGINT');
      return `not ready after ${startWaitMsMax / 1000} s: ${tail.trim()}`;
    }
    await pause(pollMs);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function isGone(data: string, pid: number, waitMsMax: number): Promise<boolean> {
  const giveUpAtMs = performance.now() + waitMsMax;
  while (runningPostmaster(data)?.pid === pid || livingProcess(pid)?.command === 'postgres') {
    if (performance.now() > giveUpAtMs) return false;
    await pause(pollMs);
  }
  return true;
}
