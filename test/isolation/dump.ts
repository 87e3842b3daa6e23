import type pg from 'pg';

export type Row = Readonly<Record<string, unknown>>;

/** Every table that has rows of workspaces. */
export async function workspaceTables(owner: pg.Client): Promise<string[]> {
  const { rows } = await owner.query(
    `select c.relname as name from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id'
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
     order by 1`,
  );
  return rows.map((row) => row.name);
}

/** Kept up in the background, a second or so after what they are made of: they change while nobody does anything. */
const upkeep = new Set(['feed_sweep', 'match_due', 'match_key', 'match_person', 'match_suggestion']);

const tablesOfActs = async (owner: pg.Client) => (await workspaceTables(owner)).filter((table) => !upkeep.has(table));

/** All rows of a workspace in all tables, or in some, as text in a fixed order. */
export async function dump(owner: pg.Client, workspace: number, tables?: string[]): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const table of tables ?? (await workspaceTables(owner))) {
    const { rows } = await owner.query(
      `select to_jsonb(t)::text as row from "${table}" t where workspace_id = $1 order by 1`,
      [workspace],
    );
    all[table] = rows.map((row) => row.row);
  }
  const { rows } = await owner.query('select to_jsonb(t)::text as row from workspace t where id = $1', [workspace]);
  all['workspace'] = rows.map((row) => row.row);
  return all;
}

/** As `dump`, of what changes by somebody's act only. */
export async function dumpOfActs(owner: pg.Client, workspace: number): Promise<Record<string, string[]>> {
  return dump(owner, workspace, await tablesOfActs(owner));
}

/** How many rows there are in each table, of all workspaces. */
export async function counts(owner: pg.Client): Promise<Record<string, number>> {
  const all: Record<string, number> = {};
  for (const table of [...(await tablesOfActs(owner)), 'workspace']) {
    const { rows } = await owner.query(`select count(*)::int as n from "${table}"`);
    all[table] = rows[0].n;
  }
  return all;
}
