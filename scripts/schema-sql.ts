import type pg from 'pg';

/**
 * The tables of a migrated database as readable SQL: columns, constraints, indexes, policies and the app role's grants.
 * Made from the catalogue, so that it needs no tool beside the database and says the same on every version of Postgres.
 */
export async function schemaSql(db: pg.Client): Promise<string> {
  const { rows: tables } = await db.query(
    `select c.oid, c.relname as name, c.reloptions as options
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind = 'r' and c.relname <> 'migration'
     order by c.relname`,
  );
  const parts: string[] = ['-- Made by `npm run snapshots` from a migrated database. Do not edit: write a migration.'];
  for (const sequence of await lines(db, sequences)) parts.push(sequence);
  for (const table of tables) parts.push(await tableSql(db, table));
  return `${parts.join('\n\n')}\n`;
}

async function tableSql(db: pg.Client, table: { oid: number; name: string; options: string[] | null }) {
  const columns = await lines(db, columnLines, [table.oid]);
  const constraints = await lines(db, constraintLines, [table.oid]);
  const options = table.options ? ` with (${table.options.join(', ')})` : '';
  const body = [...columns, ...constraints].map((line) => `  ${line}`).join(',\n');
  return [
    `create table ${table.name} (\n${body}\n)${options};`,
    ...(await lines(db, indexLines, [table.oid])),
    ...(await lines(db, rowSecurityLines, [table.oid])),
    ...(await lines(db, grantLines, [table.oid])),
  ].join('\n');
}

async function lines(db: pg.Client, text: string, values: readonly unknown[] = []): Promise<string[]> {
  const { rows } = await db.query(text, [...values]);
  return rows.map((row) => row.line);
}

const sequences = `
  select format('create sequence %s increment by %s minvalue %s start with %s;', s.seqrelid::regclass, s.seqincrement, s.seqmin, s.seqstart) as line
  from pg_sequence s
  where not exists (select from pg_depend d where d.objid = s.seqrelid and d.deptype in ('i', 'a'))
  order by s.seqrelid::regclass::text`;

const columnLines = `
  select a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
    || case when a.attcollation <> 0 and a.attcollation <> t.typcollation then ' collate ' || quote_ident(c.collname) else '' end
    || case when a.attidentity <> '' then ' generated always as identity' else '' end
    || case when a.attnotnull then ' not null' else '' end
    || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as line
  from pg_attribute a
  join pg_type t on t.oid = a.atttypid
  left join pg_collation c on c.oid = a.attcollation
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped
  order by a.attnum`;

const constraintLines = `
  select 'constraint ' || conname || ' ' || pg_get_constraintdef(oid) as line
  from pg_constraint
  where conrelid = $1 and contype in ('p', 'u', 'f', 'c')
  order by array_position('{p,u,f,c}'::"char"[], contype), conname`;

const indexLines = `
  select replace(pg_get_indexdef(i.indexrelid), ' public.', ' ') || ';' as line
  from pg_index i
  where i.indrelid = $1 and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
  order by i.indexrelid::regclass::text`;

const rowSecurityLines = `
  select line from (
    select 0 as place, 'alter table ' || relname || ' enable row level security;' as line
    from pg_class where oid = $1 and relrowsecurity
    union all
    select 1, 'alter table ' || relname || ' force row level security;'
    from pg_class where oid = $1 and relforcerowsecurity
    union all
    select 2, format('create policy %s on %s for %s using %s%s;', polname, polrelid::regclass,
      case polcmd when '*' then 'all' when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' else 'delete' end,
      pg_get_expr(polqual, polrelid), coalesce(' with check ' || pg_get_expr(polwithcheck, polrelid), ''))
    from pg_policy where polrelid = $1
  ) x
  order by place, line`;

const grantLines = `
  select 'grant ' || string_agg(lower(privilege_type), ', ' order by privilege_type) || ' on ' || $1::oid::regclass || ' to throughline_app;' as line
  from pg_class c
  cross join lateral aclexplode(c.relacl) a
  where c.oid = $1 and a.grantee = (select oid from pg_roles where rolname = 'throughline_app')
  having count(*) > 0`;
