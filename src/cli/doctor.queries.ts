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

/** Reads every touchpoint: for a quiet hour. */
export async function wrongActivities(db: pg.Client): Promise<number> {
  const { rows } = await db.query(
    `select count(*)::int as wrong
     from profile_activity a
     full join (
       select workspace_id, profile_id, count(*)::int as touchpoints, min(occurred_at) as first_at, max(occurred_at) as last_at
       from touchpoint
       group by workspace_id, profile_id
     ) t using (workspace_id, profile_id)
     where (a.touchpoints, a.first_at, a.last_at) is distinct from (t.touchpoints, t.first_at, t.last_at)`,
  );
  return rows[0].wrong;
}

/** Reads every touchpoint of a conversation: for a quiet hour. A row that counts none stands for nothing. */
export async function wrongConversations(db: pg.Client): Promise<number> {
  const { rows } = await db.query(
    `select count(*)::int as wrong
     from (select * from conversation where touchpoints > 0) c
     full join (
       select workspace_id, profile_id, conversation_id as id, count(*)::int as touchpoints,
         min(occurred_at) as first_at, max(occurred_at) as last_at
       from touchpoint
       where conversation_id is not null
       group by workspace_id, profile_id, conversation_id
     ) t using (workspace_id, profile_id, id)
     where (c.touchpoints, c.first_at, c.last_at) is distinct from (t.touchpoints, t.first_at, t.last_at)`,
  );
  return rows[0].wrong;
}
