import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import supertest from 'supertest';
import { ApiKeys } from '../../src/access/api-keys.service.js';
import { type Scope, scopes } from '../../src/access/caller.js';
import { Workspaces } from '../../src/access/workspaces.service.js';
import { readConfig } from '../../src/platform/config.js';
import { type RunningService, startService } from '../../src/service.js';
import { createTestDatabase, type TestDatabase } from './postgres.js';

export interface GraphqlAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers are asserted, not typed.
  readonly data: any;
  readonly errors?: readonly { message: string; path?: readonly unknown[]; extensions: Record<string, unknown> }[];
}

export interface TestService {
  readonly service: RunningService;
  readonly url: string;
  readonly http: ReturnType<typeof supertest>;
  readonly database: TestDatabase;
  /** Number of the first workspace, whose admin key is `key`. */
  readonly workspace: number;
  /** A key with every scope. */
  readonly key: string;
  /** A further key of a workspace (the first one when left out). */
  makeKey(scopes: readonly Scope[], options?: { workspace?: number; masked?: boolean }): Promise<string>;
  /** A further workspace with a key of every scope. */
  makeWorkspace(key: string, options?: { defaultRegion?: string }): Promise<{ workspace: number; key: string }>;
  graphql(query: string, variables?: object, key?: string | null): Promise<GraphqlAnswer>;
  /** Waits until every published event was handled. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** The real service on a port of its own and a database of its own. */
export async function startTestService(environment: Record<string, string> = {}): Promise<TestService> {
  const database = await createTestDatabase();
  const exportDir = mkdtempSync(path.join(tmpdir(), 'throughline-test-exports-'));
  const service = await startService(
    readConfig({
      NODE_ENV: 'test',
      PORT: '0',
      LOG_LEVEL: 'silent',
      POOL_SIZE: '4',
      DATABASE_URL: database.ownerUrl,
      MIGRATE_ON_START: 'false',
      SHUTDOWN_GRACE_MS: '0',
      SECRETS_KEY: 'a1'.repeat(32),
      EXPORT_DIR: exportDir,
      ...environment,
    }),
  );
  const { app, url } = service;
  const workspace = (await app.get(Workspaces).find('default')) as number;
  const keys = app.get(ApiKeys);
  const key = (await keys.make(workspace, { name: 'test', scopes })).secret;
  const http = supertest(url);
  return {
    service,
    url,
    http,
    database,
    workspace,
    key,
    makeKey: async (granted, options = {}) =>
      (await keys.make(options.workspace ?? workspace, { name: 'test', scopes: granted, masked: options.masked }))
        .secret,
    makeWorkspace: async (name, options = {}) => {
      const made = await app.get(Workspaces).create({ key: name, ...options });
      return { workspace: made, key: (await keys.make(made, { name: 'test', scopes })).secret };
    },
    graphql: async (query, variables = {}, as = key) => {
      const request = http.post('/graphql').set('content-type', 'application/json');
      if (as !== null) request.set('authorization', `Bearer ${as}`);
      const answer = await request.send(JSON.stringify({ query, variables }));
      return { status: answer.status, ...answer.body };
    },
    settled: () => eventually(async () => (await database.owner.query('select from outbox')).rowCount === 0),
    stop: async () => {
      await service.stop();
      await database.drop();
      rmSync(exportDir, { recursive: true, force: true });
    },
  };
}

/** Polls until a condition holds; fails after 20 seconds. */
export async function eventually(condition: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > until) throw new Error('The condition never held.');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
