import type { EntityManager } from 'typeorm';
import type { JsonObject } from '../json-value.js';

export interface ConnectorRow {
  readonly id: string;
  readonly workspace: number;
  readonly key: string;
  readonly name: string;
  readonly kind: string;
  readonly settings: JsonObject;
  readonly version: number;
  readonly isEnabled: boolean;
  readonly secret: Buffer | null;
  readonly previousSecret: Buffer | null;
  readonly previousSecretUntil: Date | null;
  readonly secretChangedAt: Date | null;
  readonly lastRejectedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const columns = `replace(c.id::text, '-', '') as id, c.workspace_id as workspace, c.key, c.name, c.kind, c.settings,
  c.version, c.is_enabled as "isEnabled", c.secret, c.previous_secret as "previousSecret",
  c.previous_secret_until as "previousSecretUntil", c.secret_changed_at as "secretChangedAt",
  c.last_rejected_at as "lastRejectedAt", c.created_at as "createdAt", c.updated_at as "updatedAt"`;

/** The connector that a vendor calls, by `connector_presented`; the policy shows this one row and no other. */
export async function findCalledConnector(db: EntityManager, id: string): Promise<ConnectorRow | null> {
  await db.query(`select set_config('app.connector', $1, true)`, [id]);
  const rows: ConnectorRow[] = await db.query(
    `select ${columns}
     from connector c
     where c.id = $1::uuid and c.deleted_at is null`,
    [id],
  );
  return rows[0] ?? null;
}

/** All connectors of a workspace; who makes or changes one next, waits. */
export async function holdConnectors(db: EntityManager, workspace: number): Promise<ConnectorRow[]> {
  return db.query(
    `select ${columns}
     from connector c
     where c.workspace_id = $1::int and c.deleted_at is null
     order by c.id
     for update`,
    [workspace],
  );
}

export interface NewConnector {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly kind: string;
  readonly settings: JsonObject;
  readonly secret: Buffer | null;
}

/** Null when the key is taken. The first sweep of its requests is planned with it. */
export async function insertConnector(
  db: EntityManager,
  workspace: number,
  connector: NewConnector,
  now: Date,
): Promise<ConnectorRow | null> {
  const rows: ConnectorRow[] = await db.query(
    `with c as (
       insert into connector (workspace_id, id, key, name, kind, settings, secret, secret_changed_at, created_at, updated_at)
       values ($1::int, $2::uuid, $3::text, $4::text, $5::text, $6::json, $7::bytea,
         case when $7::bytea is null then null else $8::timestamptz end, $8::timestamptz, $8::timestamptz)
       on conflict do nothing
       returning *
     ), sweep as (
       insert into connector_sweep (workspace_id, connector_id, due_at)
       select workspace_id, id, $8::timestamptz + interval '1 hour' from c
     )
     select ${columns} from c`,
    [
      workspace,
      connector.id,
      connector.key,
      connector.name,
      connector.kind,
      JSON.stringify(connector.settings),
      connector.secret,
      now,
    ],
  );
  return rows[0] ?? null;
}

export interface ConnectorChange {
  readonly name: string;
  readonly settings: JsonObject;
  readonly isEnabled: boolean;
}

export async function writeConnector(
  db: EntityManager,
  workspace: number,
  id: string,
  change: ConnectorChange,
  now: Date,
): Promise<void> {
  await db.query(
    `update connector
     set name = $3::text, settings = $4::json, is_enabled = $5::boolean, version = version + 1,
       updated_at = $6::timestamptz
     where workspace_id = $1::int and id = $2::uuid`,
    [workspace, id, change.name, JSON.stringify(change.settings), change.isEnabled, now],
  );
}

/** The present secret becomes the previous one until the overlap ends. */
export async function writeSecret(
  db: EntityManager,
  workspace: number,
  id: string,
  secret: Buffer,
  previousUntil: Date,
  now: Date,
): Promise<void> {
  await db.query(
    `update connector
     set previous_secret = case when $4::timestamptz > $5::timestamptz then secret end,
       previous_secret_until = case when $4::timestamptz > $5::timestamptz and secret is not null then $4::timestamptz end,
       secret = $3::bytea, secret_changed_at = $5::timestamptz, updated_at = $5::timestamptz, version = version + 1
     where workspace_id = $1::int and id = $2::uuid`,
    [workspace, id, secret, previousUntil, now],
  );
}

/** Its secrets go at once; its row stays, for what it told names it. */
export async function markConnectorDeleted(db: EntityManager, workspace: number, id: string, now: Date): Promise<void> {
  await db.query(
    `update connector
     set deleted_at = $3::timestamptz, updated_at = $3::timestamptz, version = version + 1, secret = null,
       previous_secret = null, previous_secret_until = null
     where workspace_id = $1::int and id = $2::uuid`,
    [workspace, id, now],
  );
}

export async function noteRejection(db: EntityManager, workspace: number, id: string, now: Date): Promise<void> {
  await db.query(
    `update connector
     set last_rejected_at = $3::timestamptz
     where workspace_id = $1::int and id = $2::uuid`,
    [workspace, id, now],
  );
}

/** What became of the requests of a connector that are still kept. */
export interface ConnectorState extends ConnectorRow {
  readonly lastReceivedAt: Date | null;
  readonly received: number;
  readonly waiting: number;
  readonly failed: number;
  readonly lastFailure: { readonly at: string; readonly reason: string; readonly request: string } | null;
}

const countedMax = 100_000;

/**
 * Connectors with what was received: by `inbound_request_received`, no further than 100,000, and the latest failure by
 * `inbound_request_failed`.
 */
export async function listConnectors(
  db: EntityManager,
  workspace: number,
  id: string | null = null,
): Promise<ConnectorState[]> {
  return db.query(
    `select ${columns}, last.received_at as "lastReceivedAt", counted.received, counted.waiting, failures.failed,
       failures.latest as "lastFailure"
     from connector c
     left join lateral (
       select r.received_at
       from inbound_request r
       where r.workspace_id = $1::int and r.connector_id = c.id
       order by r.received_at desc
       limit 1
     ) last on true
     cross join lateral (
       select count(*)::int as received, (count(*) filter (where r.state = 0))::int as waiting
       from (
         select r.state
         from inbound_request r
         where r.workspace_id = $1::int and r.connector_id = c.id
         order by r.received_at desc
         limit ${countedMax}
       ) r
     ) counted
     cross join lateral (
       select count(*)::int as failed, (array_agg(json_build_object(
         'at', r.received_at, 'reason', r.reason, 'request', replace(r.id::text, '-', '')) order by r.received_at desc))[1] as latest
       from (
         select r.id, r.received_at, coalesce(r.reason, 'UNEXPECTED') as reason
         from inbound_request r
         where r.workspace_id = $1::int and r.connector_id = c.id and (r.dead_letters > 0 or r.state = 2)
         order by r.received_at desc
         limit ${countedMax}
       ) r
     ) failures
     where c.workspace_id = $1::int and c.deleted_at is null and ($2::uuid is null or c.id = $2::uuid)
     order by c.created_at, c.id`,
    [workspace, id],
  );
}
