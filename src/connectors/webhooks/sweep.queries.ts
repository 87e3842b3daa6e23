import type { EntityManager } from 'typeorm';

export interface DueSweep {
  readonly workspace: number;
  readonly connector: string;
}

/** Connectors whose old requests are to go, of all workspaces; each is planned anew as it is taken. */
export async function claimSweeps(db: EntityManager, now: Date, next: Date, rowsMax: number): Promise<DueSweep[]> {
  const [rows]: [DueSweep[], number] = await db.query(
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

/**
 * Removes requests that are worked off and older than the limit, by `inbound_request_received`, so many at once. One
 * that a waiting dead letter points to stays, by `dead_letter_request`.
 * @returns how many went
 */
export async function sweepRequests(
  db: EntityManager,
  workspace: number,
  connectors: readonly string[],
  receivedBefore: Date,
  rowsMax: number,
): Promise<number> {
  const [, count]: [unknown, number] = await db.query(
    `delete from inbound_request r
     using (
       select id
       from inbound_request
       where workspace_id = $1::int and connector_id = any($2::uuid[]) and received_at < $3::timestamptz
         and state > 0 and not exists (
           select from dead_letter l
           where l.workspace_id = $1::int and l.request_id = inbound_request.id and l.state = 0)
       limit $4
     ) old
     where r.workspace_id = $1::int and r.id = old.id`,
    [workspace, connectors, receivedBefore, rowsMax],
  );
  return count;
}
