import type { BenchDatabase } from './database.js';
import type { LoadGenerator } from './load.js';
import { pin } from './measure.js';
import { type Running, serviceProgram, startProgram } from './service.js';

/** What every benchmark is given. */
export interface Bench {
  readonly database: BenchDatabase;
  readonly load: LoadGenerator;
  /** Keys of the two workspaces, with the scopes that they need. */
  readonly keys: { readonly read: string; readonly write: string };
  readonly workspaces: { readonly read: number; readonly write: number };
  readonly isQuick: boolean;
  /** The database of a tenth of the size, when growth is measured too. */
  readonly tenth?: { readonly database: BenchDatabase; readonly key: string };
  tell(line: string): void;
}

/** The real service, as `npm start` runs it, on the database of the benchmark. */
export function startService(database: BenchDatabase, env: Record<string, string> = {}): Promise<Running> {
  return startProgram(serviceProgram, {
    DATABASE_URL: database.ownerUrl,
    ...(database.appUrl ? { DATABASE_APP_URL: database.appUrl } : {}),
    ...env,
  });
}

export const authorization = (key: string) => ({ authorization: `Bearer ${key}` });

/**
 * While reads are measured, servers and Postgres share core 0 and the load has core 1, so that the load costs the
 * measured nothing. Answers with what undoes it.
 */
export function separateCores(bench: Bench, servers: readonly Running[]): () => void {
  const measured = [
    ...servers.map(({ pid }) => pid),
    ...(bench.database.postmaster ? [bench.database.postmaster] : []),
  ];
  const isPinned = pin(bench.load.pid, '1') && measured.every((pid) => pin(pid, '0'));
  if (!isPinned) bench.tell('  (taskset cannot bind processes to cores here: the load shares them with the servers)');
  return () => {
    for (const pid of [...measured, bench.load.pid]) pin(pid, '0,1');
  };
}
