import type { ParseArgsConfig } from 'node:util';
import type { INestApplicationContext } from '@nestjs/common';
import { readCommandConfig } from '../platform/config.js';
import { Database } from '../platform/database.js';
import { migrate } from '../platform/migrate.js';
import { createApp, openStore } from '../service.js';

export type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

/** What a command has to say: to people and, with --json, to programs. */
export interface Output {
  readonly text: string;
  readonly data: unknown;
  readonly failed?: boolean;
  /** When it is neither 0 for done nor 1 for failed. */
  readonly exitCode?: number;
}

export interface Command {
  readonly usage: string;
  readonly does: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  run(positionals: readonly string[], values: Values): Promise<Output>;
}

/** The command was called wrongly: exit code 2. */
export class UsageError extends Error {}

/** Runs with the services of the product on a migrated database, without listening anywhere. */
export async function withServices<T>(act: (app: INestApplicationContext) => Promise<T>): Promise<T> {
  const config = readCommandConfig();
  const store = await openStore(config);
  try {
    if (config.migrateOnStart) await migrate(store.ownerUrl);
    const app = await createApp(config, store.connection);
    try {
      await app.get(Database).connect();
      return await act(app);
    } finally {
      await app.close();
    }
  } finally {
    await store.stop();
  }
}

export function requireText(values: Values, name: string): string {
  const value = values[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new UsageError(`--${name} is missing.`);
}

export function optionalText(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}
