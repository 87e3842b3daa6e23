import { type ChildProcess, fork, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The repository: this file runs from `dist/bench`. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const serviceProgram = path.join(root, 'dist/src/main.js');

const readyWaitMsMax = 60_000;
const stopWaitMsMax = 20_000;

/** What runs must not outlive the benchmark, however that ends. */
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

export interface Running {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Starts a program that listens at `PORT` and waits until it says that it is ready. */
export async function startProgram(
  program: string,
  env: Record<string, string>,
  readyPath = '/health/ready',
  isReady: (status: number) => boolean = (status) => status === 200,
): Promise<Running> {
  if (!existsSync(program)) throw new Error(`${program} is missing: run \`npm run build\` first.`);
  const port = await freePort();
  const child = spawn(process.execPath, ['--max-semi-space-size=64', program], {
    cwd: root,
    env: { ...cleanEnvironment(), NODE_ENV: 'production', LOG_LEVEL: 'warn', ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output = (output + chunk).slice(-4_000);
    });
  await ready(child, `http://127.0.0.1:${port}${readyPath}`, isReady, () => output);
  return { pid: child.pid as number, port, stop: () => stop(child) };
}

/** Starts a worker of our own, hands it its settings and waits until it tells its port. */
export async function startWorker(file: string, settings: object): Promise<Running> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [], { serialization: 'advanced' });
  children.add(child);
  child.send(settings);
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { port: number }).port));
    child.once('exit', (code) => reject(new Error(`${file} ended with code ${code}.`)));
  });
  return { pid: child.pid as number, port, stop: () => stop(child) };
}

/** Nothing of the caller's own settings of the service may leak into what is measured. */
function cleanEnvironment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'USER'];
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name] as string]] : [])));
}

async function ready(
  child: ChildProcess,
  url: string,
  isReady: (status: number) => boolean,
  output: () => string,
): Promise<void> {
  const givesUpAt = Date.now() + readyWaitMsMax;
  while (Date.now() < givesUpAt) {
    if (child.exitCode !== null) throw new Error(`The program ended with code ${child.exitCode}:\n${output()}`);
    const answer = await fetch(url).catch(() => null);
    await answer?.arrayBuffer();
    if (answer && isReady(answer.status)) return;
    await pause(5);
  }
  child.kill('SIGKILL');
  throw new Error(`${url} was not ready within ${readyWaitMsMax / 1000} s:\n${output()}`);
}

async function stop(child: ChildProcess): Promise<void> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const isGone = await Promise.race([gone.then(() => true), pause(stopWaitMsMax, false, { ref: false })]);
  if (!isGone) child.kill('SIGKILL');
  await gone;
}
