import type { EntityManager } from 'typeorm';

/** A request of a vendor as it is stored. */
export interface InboundRequest {
  readonly id: string;
  readonly connector: string;
  /** An id that the signature covers; no second request may bear it. */
  readonly signatureId: string | null;
  readonly receivedAt: Date;
  readonly method: 'GET' | 'POST';
  /** Path and query, without what proves the sender. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** How often it was translated anew. */
  readonly generation: number;
}

/** A request with what its translation needs. */
export interface ClaimedRequest extends InboundRequest {
  readonly kind: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Stores a request with its place in the queue; false when it is there already, or its signature is. */
export async function insertRequest(
  db: EntityManager,
  workspace: number,
  request: InboundRequest,
  dueAt: Date,
): Promise<boolean> {
  const rows: unknown[] = await db.query(
    `with fresh as (
       insert into inbound_request
         (workspace_id, id, connector_id, signature_id, received_at, method, url, headers, body)
       values ($1::int, $2::uuid, $3::uuid, $4::uuid, $5::timestamptz, $6::text, $7::text, $8::json, $9::bytea)
       on conflict do nothing
       returning id
     )
     insert into inbound_due (workspace_id, request_id, due_at, attempts)
     select $1::int, id, $10::timestamptz, 1 from fresh
     returning request_id`,
    [
      workspace,
      request.id,
      request.connector,
      request.signatureId,
      request.receivedAt,
      request.method,
      request.url,
      JSON.stringify(request.headers),
      request.body,
      dueAt,
    ],
  );
  return rows.length > 0;
}

export async function isRequestKnown(db: EntityManager, workspace: number, id: string): Promise<boolean> {
  const rows: unknown[] = await db.query(
    `select from inbound_request
     where workspace_id = $1::int and id = $2::uuid`,
    [workspace, id],
  );
  return rows.length > 0;
}

export interface Claim {
  readonly workspace: number;
  readonly request: string;
  readonly attempts: number;
}

/** Takes what is due, of all workspaces, and holds it until `heldUntil`; what another instance takes is passed over. */
export async function claimDue(db: EntityManager, now: Date, heldUntil: Date, rowsMax: number): Promise<Claim[]> {
  const [rows]: [Claim[], number] = await db.query(
    `update inbound_due d
     set due_at = $2::timestamptz, attempts = d.attempts + 1
     from (
       select workspace_id, request_id
       from inbound_due
       where due_at <= $1::timestamptz
       order by due_at
       limit $3
       for update skip locked
     ) due
     where d.workspace_id = due.workspace_id and d.request_id = due.request_id
     returning d.workspace_id as workspace, replace(d.request_id::text, '-', '') as request, d.attempts`,
    [now, heldUntil, rowsMax],
  );
  return rows;
}

/** By primary key; a connector that is deleted or disabled since does not keep back what it took before. */
export async function readRequests(
  db: EntityManager,
  workspace: number,
  ids: readonly string[],
): Promise<ClaimedRequest[]> {
  return db.query(
    `select replace(r.id::text, '-', '') as id, replace(r.connector_id::text, '-', '') as connector,
       r.signature_id as "signatureId", r.received_at as "receivedAt", r.method, r.url, r.headers, r.body, r.generation,
       c.kind, c.settings
     from inbound_request r
     join connector c on c.workspace_id = $1::int and c.id = r.connector_id
     where r.workspace_id = $1::int and r.id = any($2::uuid[])
     order by r.received_at, r.id`,
    [workspace, ids],
  );
}

/** What became of a request. */
export interface Finished {
  readonly id: string;
  readonly isTranslated: boolean;
  readonly touchpoints: number;
  readonly deadLetters: number;
  /** Of the first dead letter. */
  readonly reason: string | null;
}

/** Notes the outcome and takes the requests off the queue, in one statement. */
export async function finishRequests(
  db: EntityManager,
  workspace: number,
  finished: readonly Finished[],
  now: Date,
): Promise<void> {
  await db.query(
    `with told as (
       select u.*
       from unnest($2::uuid[], $3::smallint[], $4::int[], $5::int[], $6::text[])
         as u (id, state, touchpoints, dead_letters, reason)
     ), done as (
       delete from inbound_due d
       using told
       where d.workspace_id = $1::int and d.request_id = told.id
     )
     update inbound_request r
     set state = told.state, touchpoints = told.touchpoints, dead_letters = told.dead_letters, reason = told.reason,
       finished_at = $7::timestamptz
     from told
     where r.workspace_id = $1::int and r.id = told.id`,
    [
      workspace,
      finished.map((one) => one.id),
      finished.map((one) => (one.isTranslated ? 1 : 2)),
      finished.map((one) => one.touchpoints),
      finished.map((one) => one.deadLetters),
      finished.map((one) => one.reason),
      now,
    ],
  );
}

/** Lets others try again at once, or later each time. */
export async function postponeRequests(
  db: EntityManager,
  workspace: number,
  ids: readonly string[],
  now: Date,
  firstDelayMs: number,
  delayMsMax: number,
): Promise<void> {
  await db.query(
    `update inbound_due
     set due_at = $3::timestamptz
       + least($5::float8, $4::float8 * power(2, least(attempts, 20) - 1)) * interval '1 millisecond'
     where workspace_id = $1::int and request_id = any($2::uuid[])`,
    [workspace, ids, now, firstDelayMs, delayMsMax],
  );
}

/** Puts requests back into the queue, to be translated anew; their dead letters count as replayed. */
export async function requeueRequests(
  db: EntityManager,
  workspace: number,
  wish: {
    readonly connector: string;
    readonly ids: readonly string[] | null;
    readonly from: Date | null;
    readonly to: Date | null;
    /** Who asks for it. */
    readonly actor: string;
  },
  now: Date,
  rowsMax: number,
): Promise<{ readonly id: string; readonly receivedAt: Date }[]> {
  return db.query(
    `with again as (
       select r.id, r.received_at
       from inbound_request r
       where r.workspace_id = $1::int and r.connector_id = $2::uuid
         and ($3::uuid[] is null or r.id = any($3::uuid[]))
         and ($4::timestamptz is null or r.received_at >= $4::timestamptz)
         and ($5::timestamptz is null or r.received_at < $5::timestamptz)
       order by r.received_at, r.id
       limit $7
       for update
     ), renewed as (
       update inbound_request r
       set state = 0, finished_at = null, generation = least(r.generation + 1, 255)
       from again
       where r.workspace_id = $1::int and r.id = again.id
     ), letters as (
       update dead_letter l
       set state = 1, settled_at = $6::timestamptz, settled_by = $8::text, settled_reason = 'request translated anew'
       from again
       where l.workspace_id = $1::int and l.request_id = again.id and l.state = 0
     ), queued as (
       insert into inbound_due (workspace_id, request_id, due_at)
       select $1::int, again.id, $6::timestamptz from again
       on conflict (workspace_id, request_id) do update set due_at = excluded.due_at, attempts = 0
     )
     select replace(id::text, '-', '') as id, received_at as "receivedAt"
     from again
     order by received_at, id`,
    [workspace, wish.connector, wish.ids, wish.from, wish.to, now, rowsMax, wish.actor],
  );
}
