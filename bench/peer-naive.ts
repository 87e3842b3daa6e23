import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Bench } from './context.js';
import { contextBody } from './query.js';
import type { ReadTarget } from './reads.js';
import { type Running, root, startProgram } from './service.js';

/** Compiled at its first use, to `dist/bench-peers`, since it is no part of the product's build. */
function compile(): string {
  const sources = path.join(root, 'bench/peers/naive');
  const program = path.join(root, 'dist/bench-peers/naive/main.js');
  const newest = Math.max(...readdirSync(sources).map((file) => statSync(path.join(sources, file)).mtimeMs));
  if (existsSync(program) && statSync(program).mtimeMs > newest) return program;
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', sources], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The naive peer does not compile:\n${stdout}`);
  return program;
}

export async function startNaive(bench: Bench): Promise<Running & { target: ReadTarget }> {
  const running = await startProgram(
    compile(),
    { DATABASE_URL: bench.database.ownerUrl, POOL_SIZE: '8', WORKSPACE: String(bench.workspaces.read) },
    '/graphql',
    () => true,
  );
  const target: ReadTarget = {
    pid: running.pid,
    port: running.port,
    path: '/graphql',
    headers: {},
    answerStart: '{"data":{"customer":{',
    bodies: (phones, first) => phones.map((phone) => contextBody(phone, first)),
  };
  return { ...running, target };
}

/** What both must answer alike: JavaScript's dates know milliseconds only, and cursors differ. */
export function comparableToNaive(answer: unknown): unknown {
  const text = JSON.stringify(answer, (key, value) => {
    if (key === 'cursor' || key === 'endCursor') return undefined;
    if (key === 'segments') return [...value].sort((a, b) => (a.segment.key < b.segment.key ? -1 : 1));
    return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value).toISOString() : value;
  });
  return JSON.parse(text);
}
