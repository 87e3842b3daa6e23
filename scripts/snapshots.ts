import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { lexicographicSortSchema, printSchema } from 'graphql';
import pg from 'pg';
import { readConfig } from '../src/platform/config.js';
import { appConnection } from '../src/platform/database.js';
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres.js';
import { migrate } from '../src/platform/migrate.js';
import { createApp } from '../src/service.js';
import { schemaSql } from './schema-sql.js';

/** Writes `schema.graphql` and `schema.sql`; with --check it only says whether they are fresh. */
async function main(): Promise<void> {
  const isCheck = process.argv.includes('--check');
  const stale: string[] = [];
  const keep = (file: string, text: string) => {
    if (!isCheck) writeFileSync(file, text);
    else if (readFileSync(file, 'utf8') !== text) stale.push(file);
  };
  const dir = mkdtempSync(path.join(tmpdir(), 'throughline-snapshots-'));
  const postgres = await startEmbeddedPostgres({ dir });
  try {
    await migrate(postgres.ownerUrl);
    const owner = new pg.Client({ connectionString: postgres.ownerUrl });
    await owner.connect();
    keep('schema.sql', await schemaSql(owner));
    await owner.end();
    const app = await createApp(readConfig({ LOG_LEVEL: 'silent' }), appConnection(postgres.appUrl, false));
    await app.init();
    const { schema } = app.get(GraphQLSchemaHost, { strict: false });
    keep('schema.graphql', `${printSchema(lexicographicSortSchema(schema))}\n`);
    await app.close();
  } finally {
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  }
  if (stale.length > 0) {
    process.stderr.write(`Stale: ${stale.join(', ')}. Run npm run snapshots and commit what it writes.\n`);
    process.exitCode = 1;
  }
}

await main();
