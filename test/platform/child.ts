import { type ChildProcess, spawn } from 'node:child_process';
import { eventually } from '../setup/service.js';

/** A process of the built product. What it writes is kept. */
export interface Child {
  readonly process: ChildProcess;
  output(): string;
  /** Resolves with the exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** `npm test` builds before it runs; `npx tsc -p tsconfig.build.json` does so for one file. */
export function run(script: string, args: readonly string[], environment: Record<string, string>): Child {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [script, ...args], {
    env: { PATH, HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<number | string>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  return { process: child, output: () => output, ended };
}

/** The built service, once it listens. */
export async function runService(environment: Record<string, string>): Promise<Child & { readonly url: string }> {
  const child = run('dist/src/main.js', [], { PORT: '0', MIGRATE_ON_START: 'false', ...environment });
  let code: number | string | null = null;
  void child.ended.then((ended) => {
    code = ended;
  });
  const listening = /listens at (http:\S+)\/graphql/;
  await eventually(async () => {
    if (code !== null) throw new Error(`The service ended with ${code}: ${child.output()}`);
    return listening.test(child.output());
  });
  return { ...child, url: listening.exec(child.output())?.[1] as string };
}
