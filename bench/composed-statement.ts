import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ComposeAnswer, ComposeTask } from './compose-worker.js';
import type { Bench } from './context.js';

export interface ComposedStatement {
  readonly sql: string;
  values(phone: string, first: number): unknown[];
}

/** The statement that the service runs for the one query, with its values for these customers. */
export async function composedStatement(
  bench: Bench,
  phones: readonly string[],
  pages: readonly number[],
): Promise<ComposedStatement> {
  const { ownerUrl, appUrl } = bench.database;
  const child = fork(fileURLToPath(new URL('./compose-worker.js', import.meta.url)), [], {
    serialization: 'advanced',
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      DATABASE_URL: ownerUrl,
      ...(appUrl ? { DATABASE_APP_URL: appUrl } : {}),
      MIGRATE_ON_START: 'false',
    },
  });
  const task: ComposeTask = { phones, pages, workspace: bench.workspaces.read };
  const answer = await new Promise<ComposeAnswer>((resolve, reject) => {
    child.once('message', (message) => resolve(message as ComposeAnswer));
    child.once('exit', (code) => reject(new Error(`The composer's process ended with code ${code}.`)));
    child.send(task);
  });
  const places = new Map(
    phones.flatMap((phone, n) => pages.map((first, m) => [`${phone} ${first}`, n * pages.length + m])),
  );
  return {
    sql: answer.sql,
    values: (phone, first) => {
      const values = answer.values[places.get(`${phone} ${first}`) ?? -1];
      if (!values) throw new Error(`No values were composed for ${phone} and ${first} touchpoints.`);
      return values;
    },
  };
}
