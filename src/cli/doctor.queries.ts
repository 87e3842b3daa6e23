import type pg from 'pg';

export async function serverVersion(db: pg.Client): Promise<number> {
  const { rows } = await db.query(`select current_setting('server_version_num')::int as version`);
  return rows[0].version;
}

/** What the role of this connection has that would let it see past row-level security. */
export async function powersOfRole(db: pg.Client): Promise<{ role: string; powers: string[] }> {
  const { rows } = await db.query(
    `select r.rolname as role, array_remove(array[
       case when r.rolsuper then 'superuser' end,
       case when r.rolbypassrls then 'bypassrls' end,
       case when exists (
         select from pg_class c
         join pg_namespace n on n.oid = c.relnamespace
         where c.relowner = r.oid and n.nspname = 'public'
       ) then 'tables of its own' end
     ], null) as powers
     from pg_roles r
     where r.rolname = current_user`,
  );
  return rows[0];
}

export async function tablesWithoutRowSecurity(db: pg.Client): Promise<string[]> {
  const { rows } = await db.query(
    `select c.relname
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p')
       and not (c.relrowsecurity and c.relforcerowsecurity)
     order by c.relname`,
  );
  return rows.map((row) => row.relname);
}

export async function outboxBacklog(db: pg.Client): Promise<{ waiting: number; failing: number }> {
  const { rows } = await db.query(
    `select count(*)::int as waiting, count(*) filter (where attempts > 0)::int as failing from outbox`,
  );
  return rows[0];
}

/** What is kept of touchpoints, and of those that a customer may see herself (direction 2 is internal). */
const sums = `count(*)::int as touchpoints, min(occurred_at) as first_at, max(occurred_at) as last_at,
         count(*) filter (where direction <> 2)::int as shown_touchpoints,
         min(occurred_at) filter (where direction <> 2) as shown_first_at,
         max(occurred_at) filter (where direction <> 2) as shown_last_at`;

const differ = (kept: string) => {
  const columns = (row: string, names: string) => `(${names.split(' ').map((name) => `${row}.${name}`)})`;
  const always = 'touchpoints first_at last_at shown_touchpoints';
  // Where she may see none, the instants of what she saw before stand for nothing.
  const some = `${always} shown_first_at shown_last_at`;
  return `case when t.shown_touchpoints > 0
       then ${columns(kept, some)} is distinct from ${columns('t', some)}
       else ${columns(kept, always)} is distinct from ${columns('t', always)} end`;
};

/** Reads every touchpoint: for a quiet hour. */
export async function wrongActivities(db: pg.Client): Promise<number> {
  const { rows } = await db.query(
    `select count(*)::int as wrong
     from profile_activity a
     full join (
       select workspace_id, profile_id, ${sums}
       from touchpoint
       group by workspace_id, profile_id
     ) t using (workspace_id, profile_id)
     where ${differ('a')}`,
  );
  return rows[0].wrong;
}

/** Reads every touchpoint of a conversation: for a quiet hour. A row that counts none stands for nothing. */
export async function wrongConversations(db: pg.Client): Promise<number> {
  const { rows } = await db.query(
    `select count(*)::int as wrong
     from (select * from conversation where touchpoints > 0) c
     full join (
       select workspace_id, profile_id, conversation_id as id, ${sums}
       from touchpoint
       where conversation_id is not null
       group by workspace_id, profile_id, conversation_id
     ) t using (workspace_id, profile_id, id)
     where ${differ('c')}`,
  );
  return rows[0].wrong;
}
