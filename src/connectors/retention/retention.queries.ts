import type { EntityManager } from 'typeorm';

export interface DueConnectors {
  readonly workspace: number;
  readonly connector: string;
}

/** Connectors whose old requests are to go, of all workspaces; each is planned anew as it is taken. */
export async function claimConnectors(
  db: EntityManager,
  now: Date,
  next: Date,
  rowsMax: number,
): Promise<DueConnectors[]> {
  const [rows]: [DueConnectors[], number] = await db.query(
    `update connector_sweep s
     set due_at = $2::timestamptz
     from (
       select workspace_id, connector_id
       from connector_sweep
       where due_at <= $1::timestamptz
       order by due_at
       limit $3
       for update skip locked
     ) due
     where s.workspace_id = due.workspace_id and s.connector_id = due.connector_id
     returning s.workspace_id as workspace, s.connector_id as connector`,
    [now, next, rowsMax],
  );
  return rows;
}

/** Workspaces whose old dead letters are to go; each is planned anew as it is taken. */
export async function claimWorkspaces(db: EntityManager, now: Date, next: Date, rowsMax: number): Promise<number[]> {
  const [rows]: [{ workspace: number }[], number] = await db.query(
    `update dead_letter_sweep s
     set due_at = $2::timestamptz
     from (
       select workspace_id
       from dead_letter_sweep
       where due_at <= $1::timestamptz
       order by due_at
       limit $3
       for update skip locked
     ) due
     where s.workspace_id = due.workspace_id
     returning s.workspace_id as workspace`,
    [now, next, rowsMax],
  );
  return rows.map((row) => row.workspace);
}

/** What a look is about: what is older than the workspace keeps it, or than `days` where it has decided nothing. */
export interface Look {
  readonly now: Date;
  readonly days: number;
  readonly rowsMax: number;
}

/** The instant before which things are old, `$2` being now and `$3` the days where the workspace has decided nothing. */
const oldest = (days: 'request_days' | 'dead_letter_days') =>
  `$2::timestamptz - interval '24 hours' * coalesce(
         (select ${days} from intake_settings where workspace_id = $1::int), $3::int)`;

/**
 * Removes requests that are worked off and old, by `inbound_request_received`, so many at once. One that a waiting dead
 * letter points to stays, by `dead_letter_request`.
 * @returns how many went, by the kind of their connector
 */
export async function removeRequests(
  db: EntityManager,
  workspace: number,
  connectors: readonly string[],
  { now, days, rowsMax }: Look,
): Promise<{ kind: string; count: number }[]> {
  return db.query(
    `with gone as (
       delete from inbound_request r
       using (
         select id
         from inbound_request
         where workspace_id = $1::int and connector_id = any($4::uuid[]) and received_at < ${oldest('request_days')}
           and state > 0 and not exists (
             select from dead_letter l
             where l.workspace_id = $1::int and l.request_id = inbound_request.id and l.state = 0)
         limit $5
       ) old
       -- Once more, since it is asked of the row as it is when it is had: meanwhile somebody may have put it back.
       where r.workspace_id = $1::int and r.id = old.id and r.state > 0
       returning r.connector_id
     )
     select c.kind, count(*)::int as count
     from gone g
     join connector c on c.workspace_id = $1::int and c.id = g.connector_id
     group by c.kind`,
    [workspace, now, days, connectors, rowsMax],
  );
}

/**
 * Removes old dead letters, so many at once: settled ones so long after that, by `dead_letter_settled`; those that wait
 * only where the workspace has said how long they may, by `dead_letter_state`, unless a replay works on them.
 * @returns how many went, by source and state
 */
export async function removeDeadLetters(
  db: EntityManager,
  workspace: number,
  { now, days, rowsMax }: Look,
): Promise<{ source: string; state: number; count: number }[]> {
  return db.query(
    `with old as (
       select id
       from dead_letter
       where workspace_id = $1::int and state > 0 and settled_at < ${oldest('dead_letter_days')}
       union all
       select id
       from dead_letter
       where workspace_id = $1::int and state = 0
         -- Nothing is older than null.
         and received_at < $2::timestamptz - interval '24 hours' * (
           select waiting_dead_letter_days from intake_settings where workspace_id = $1::int)
         and (held_until is null or held_until <= $2::timestamptz)
       limit $4
     ), gone as (
       delete from dead_letter d
       using old
       where d.workspace_id = $1::int and d.id = old.id
       returning d.source, d.state
     )
     select source, state, count(*)::int as count
     from gone
     group by source, state`,
    [workspace, now, days, rowsMax],
  );
}
