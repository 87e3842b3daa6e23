import { IdentifierTypes } from '../../src/identity/identifier-types.js';
import { readConfig } from '../../src/platform/config.js';
import { appConnection, Database } from '../../src/platform/database.js';
import { Events } from '../../src/platform/events.js';
import { FeedWakes } from '../../src/platform/feed-wakes.js';
import { Log } from '../../src/platform/log.js';
import { Metrics } from '../../src/platform/metrics.js';
import { Relay } from '../../src/platform/relay.js';
import { Ingest, type Recorded } from '../../src/touchpoints/ingest.service.js';
import { ProtectionReport } from '../../src/touchpoints/protection-report.js';
import type { TouchpointInput } from '../../src/touchpoints/record.input.js';
import { checkTouchpoint } from '../../src/touchpoints/touchpoint-check.js';
import type { TestDatabase } from './postgres.js';

export interface IngestProcess {
  record(workspace: number, touchpoints: readonly TouchpointInput[]): Promise<Recorded[]>;
  readonly metrics: Metrics;
  stop(): Promise<void>;
}

/** The ingest of one process, with connections and id blocks of its own: several of them race as several servers do. */
export async function startIngestProcess(database: TestDatabase): Promise<IngestProcess> {
  const config = readConfig({ LOG_LEVEL: 'silent', POOL_SIZE: '6' });
  const connection = appConnection(database.ownerUrl, true);
  const db = new Database(connection, config);
  await db.connect();
  const metrics = new Metrics();
  const log = new Log(config);
  const relay = new Relay(db, new Events(), log, metrics);
  const wakes = new FeedWakes(db, log, connection);
  const protection = new ProtectionReport(metrics, log);
  const ingest = new Ingest(db, new IdentifierTypes(db), relay, metrics, config, protection, wakes);
  return {
    metrics,
    record: (workspace, touchpoints) =>
      ingest.record(workspace, touchpoints, (one, i, context) => checkTouchpoint(one, `touchpoints[${i}]`, context)),
    stop: async () => {
      await wakes.onApplicationShutdown();
      await db.onApplicationShutdown();
    },
  };
}

/** A workspace whose identifier types have neither limit nor uniqueness: there the order of arrival cannot matter. */
export async function createUnlimitedWorkspace(database: TestDatabase, key: string): Promise<number> {
  const { rows } = await database.owner.query('insert into workspace (key, name) values ($1, $1) returning id', [key]);
  await database.owner.query(
    `insert into identifier_type (workspace_id, name, priority, limit_per_customer, is_unique, comparison)
     select $1, name, priority, 1000000, false, 'exact'
     from (values ('a', 1), ('b', 2), ('c', 3)) t(name, priority)`,
    [rows[0].id],
  );
  return rows[0].id;
}
