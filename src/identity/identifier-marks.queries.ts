import type { EntityManager } from 'typeorm';

/** An identifier's row, held until the end of the transaction. */
export interface HeldRow {
  /** Whose it is, or was before it was detached. */
  readonly profile: string;
  readonly isShared: boolean;
  readonly isQuarantined: boolean;
  readonly isSharingDecided: boolean;
}

/** The first of the forms that is stored, by the primary key. */
export async function findStoredForm(
  db: EntityManager,
  workspace: number,
  type: string,
  forms: readonly string[],
): Promise<string | null> {
  const rows: { value: string }[] = await db.query(
    `select value
     from identifier
     where workspace_id = $1::int and type = $2::text and value = any($3::text[])
     order by array_position($3::text[], value)
     limit 1`,
    [workspace, type, forms],
  );
  return rows[0]?.value ?? null;
}

/** By the primary key. The customer is held too and its version rises: what was decided on it before decides again. */
export async function holdIdentifierRow(
  db: EntityManager,
  workspace: number,
  type: string,
  value: string,
): Promise<HeldRow | null> {
  const rows: HeldRow[] = await db.query(
    `select coalesce(profile_id, former_profile_id)::text as profile, is_shared as "isShared",
       is_quarantined as "isQuarantined", is_sharing_decided as "isSharingDecided"
     from identifier
     where workspace_id = $1::int and type = $2::text and value = $3::text`,
    [workspace, type, value],
  );
  const [row] = rows;
  if (!row) return null;
  await db.query(
    `update profile c
     set version = c.version + 1
     from profile p
     where p.workspace_id = $1::int and p.id = $2::bigint and c.workspace_id = $1::int and c.id = p.canonical_id`,
    [workspace, row.profile],
  );
  return row;
}

export interface Marks {
  readonly isShared: boolean;
  readonly isSharingDecided: boolean;
  readonly isQuarantined: boolean;
  /** Forgets whom it tried to join: the count begins anew. */
  readonly forgetsRivals: boolean;
}

export async function writeMarks(db: EntityManager, workspace: number, type: string, value: string, marks: Marks) {
  await db.query(
    `update identifier
     set is_shared = $4::boolean, is_sharing_decided = $5::boolean, is_quarantined = $6::boolean,
       rivals = case when not $7::boolean then rivals end
     where workspace_id = $1::int and type = $2::text and value = $3::text`,
    [workspace, type, value, marks.isShared, marks.isSharingDecided, marks.isQuarantined, marks.forgetsRivals],
  );
}

/** The first owner is a user too, from when it was seen last. */
export async function insertOwnersUse(db: EntityManager, workspace: number, type: string, value: string) {
  await db.query(
    `insert into identifier_use (workspace_id, type, value, profile_id, uses, last_seen_at)
     select workspace_id, type, value, profile_id, 1, last_seen_at
     from identifier
     where workspace_id = $1::int and type = $2::text and value = $3::text and profile_id is not null
     on conflict do nothing`,
    [workspace, type, value],
  );
}

export interface NewEvent {
  readonly type: string;
  readonly value: string;
  readonly act: string;
  readonly reason: string;
  readonly actor: string | null;
  readonly profile: string;
}

export async function insertIdentifierEvents(db: EntityManager, workspace: number, events: readonly NewEvent[]) {
  await db.query(
    `insert into identifier_event (workspace_id, type, value, act, reason, actor, from_profile_id)
     select $1::int, e.type, e.value, e.act, e.reason, e.actor, e.profile
     from json_to_recordset($2::json) e(type text, value text, act text, reason text, actor text, profile bigint)`,
    [workspace, JSON.stringify(events)],
  );
}

export interface StateRow {
  readonly customer: string | null;
  readonly verification: number;
  readonly is_shared: boolean;
  readonly is_sharing_decided: boolean;
  readonly is_quarantined: boolean;
  readonly detached_at: Date | null;
  readonly events: {
    act: string;
    reason: string;
    happened_at: string;
    actor: string | null;
    touchpoint_id: string | null;
    from_profile_id: number | null;
    to_profile_id: number | null;
  }[];
}

/** By the primary key; what happened by `identifier_event_of`, backwards. */
export async function findIdentifierState(
  db: EntityManager,
  workspace: number,
  type: string,
  value: string,
  eventsMax: number,
): Promise<StateRow | null> {
  const rows: StateRow[] = await db.query(
    `select p.canonical_id::text as customer, i.verification, i.is_shared, i.is_sharing_decided, i.is_quarantined,
       case when i.profile_id is null then i.detached_at end as detached_at, (
         select coalesce(json_agg(e order by e.id desc), '[]')
         from (
           select *
           from identifier_event
           where workspace_id = $1::int and type = $2::text and value = $3::text
           order by id desc
           limit $4::int
         ) e
       ) as events
     from identifier i
     left join profile p on p.workspace_id = $1::int and p.id = i.profile_id
     where i.workspace_id = $1::int and i.type = $2::text and i.value = $3::text`,
    [workspace, type, value, eventsMax],
  );
  return rows[0] ?? null;
}
