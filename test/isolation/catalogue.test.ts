import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../setup/postgres.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database?.drop());

/** The list of workspaces itself has no workspace; the list of migrations is the owner's, and the app role sees none of it. */
const withoutWorkspace = ['migration', 'workspace'];
/** Nobody's alone: what a key is found by before its workspace is known, and the name of a workspace. */
const uniqueEverywhere = ['api_key_prefix_key', 'workspace_key_key', 'workspace_pkey'];
/** What tells of the past is added to, never changed. */
const appendOnly = [
  'blueprint_version',
  'brief_opening',
  'consent',
  'export_download',
  'identifier_owner',
  'issue_comment',
  'issue_version',
  'journey_act',
  'journey_version',
  'match_decision',
  'preference',
  'profile_pointer',
  'scorecard_version',
  'touchpoint_message',
  'touchpoint_version',
];
/**
 * Rows that may go: work that was done, what was kept long enough, a rule or a link that was taken back, words of a name
 * that is no more.
 */
const deletable = [
  'dead_letter',
  'do_not_link',
  'export_due',
  'export_part',
  'feed',
  'inbound_due',
  'inbound_request',
  'issue_link',
  'journey_touchpoint',
  'match_due',
  'match_key',
  'match_person',
  'match_suggestion',
  'outbox',
  'reason_count',
  'search_word',
];
/** Tables that hold no customer's data and that the dispatching of work reads across workspaces. */
const openToSystem = [
  'connector_sweep',
  'dead_letter_sweep',
  'export_due',
  'feed_sweep',
  'inbound_due',
  'journey_due',
  'match_due',
  'outbox',
  'segment_due',
  'workspace',
];

async function rows<Row>(sql: string): Promise<Row[]> {
  return (await database.owner.query(sql)).rows as Row[];
}

interface Table {
  readonly name: string;
  readonly enabled: boolean;
  readonly forced: boolean;
  readonly policies: number;
  readonly key: string[] | null;
}

const tables = () =>
  rows<Table>(`
    select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
      (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies,
      (select array_agg(a.attname::text order by k.n) from pg_index i
       cross join unnest(i.indkey) with ordinality k(attnum, n)
       join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
       where i.indrelid = c.oid and i.indisprimary) as key
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'f', 'm')
    order by 1`);

describe('every table', () => {
  test('has row-level security on, forced on its owner too, with a policy', async () => {
    const all = await tables();
    expect(all.length).toBeGreaterThan(15);
    const open = all.filter((table) => !(table.enabled && table.forced && table.policies > 0));
    expect(open.map((table) => table.name)).toEqual([]);
  });

  test('leads its primary key with the workspace', async () => {
    const others = (await tables()).filter((table) => table.key?.[0] !== 'workspace_id');
    expect(others.map((table) => table.name)).toEqual(withoutWorkspace);
  });

  test('leads every unique index with the workspace, so that no key of one can be taken by another', async () => {
    const found = await rows<{ name: string }>(`
      select i.indexrelid::regclass::text as name
      from pg_index i
      join pg_class c on c.oid = i.indrelid
      join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
      where c.relnamespace = 'public'::regnamespace and i.indisunique and a.attname <> 'workspace_id'
        and c.relname <> 'migration'
      order by 1`);
    expect(found.map((index) => index.name)).toEqual(uniqueEverywhere);
  });

  test('says the workspace of each row, which is never null', async () => {
    const found = await rows<{ name: string }>(`
      select c.relname as name from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not exists (
        select from pg_attribute a where a.attrelid = c.oid and a.attname = 'workspace_id' and a.attnotnull
          and a.atttypid = 'int4'::regtype)
      order by 1`);
    expect(found.map((table) => table.name)).toEqual(withoutWorkspace);
  });

  test('opens to the system scope only when it dispatches work', async () => {
    const found = await rows<{ name: string }>(`
      select distinct tablename as name from pg_policies
      where schemaname = 'public' and (qual || coalesce(with_check, '')) like '%app.scope%' order by 1`);
    expect(found.map((policy) => policy.name)).toEqual(openToSystem);
  });

  test('opens to a presented key only where keys are, and only for reading', async () => {
    const found = await rows<{ name: string; cmd: string }>(`
      select tablename as name, cmd from pg_policies
      where schemaname = 'public' and (qual || coalesce(with_check, '')) like '%app.key_prefix%'`);
    expect(found).toEqual([{ name: 'api_key', cmd: 'SELECT' }]);
  });

  test('opens to a vendor that presents the id of a connector only that connector, and only for reading', async () => {
    const found = await rows<{ name: string; cmd: string }>(`
      select tablename as name, cmd from pg_policies
      where schemaname = 'public' and (qual || coalesce(with_check, '')) like '%app.connector%'`);
    expect(found).toEqual([{ name: 'connector', cmd: 'SELECT' }]);
  });

  test('lets nothing refer across: a foreign key leads to a workspace or carries it', async () => {
    const found = await rows<{ name: string; target: string }>(`
      select conrelid::regclass::text as name, confrelid::regclass::text as target from pg_constraint
      where contype = 'f' and connamespace = 'public'::regnamespace`);
    expect(found.filter((key) => key.target !== 'workspace')).toEqual([]);
  });
});

describe('the app role', () => {
  test('has no power over row-level security', async () => {
    expect(
      await rows(`select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication
        from pg_roles where rolname = 'throughline_app'`),
    ).toEqual([
      { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false, rolreplication: false },
    ]);
  });

  test('is a member of no role', async () => {
    expect(await rows(`select from pg_auth_members where member = 'throughline_app'::regrole`)).toEqual([]);
  });

  test('owns nothing and can make nothing', async () => {
    expect(await rows(`select relname from pg_class where relowner = 'throughline_app'::regrole`)).toEqual([]);
    expect(await rows(`select proname from pg_proc where proowner = 'throughline_app'::regrole`)).toEqual([]);
    expect(
      await rows(`select has_schema_privilege('throughline_app', 'public', 'create') as schema,
        has_database_privilege('throughline_app', current_database(), 'create') as database`),
    ).toEqual([{ schema: false, database: false }]);
  });

  const privileges = () =>
    rows<{ name: string; can: string[] }>(`
      select c.relname as name, array_agg(p.can order by p.can) filter (
        where has_table_privilege('throughline_app', c.oid, p.can)) as can
      from pg_class c
      cross join unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) p(can)
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
      group by 1 order by 1`);

  test('adds to what tells of the past, and neither changes nor removes it', async () => {
    const found = (await privileges()).filter((table) => appendOnly.includes(table.name));
    expect(found).toEqual(appendOnly.map((name) => ({ name, can: ['INSERT', 'SELECT'] })));
  });

  test('removes rows only where a row is not a fact', async () => {
    const found = (await privileges()).filter((table) => table.can?.includes('DELETE'));
    expect(found.map((table) => table.name)).toEqual(deletable);
  });

  test('empties no table, hangs nothing on one, and does not see the migrations', async () => {
    const found = await privileges();
    expect(found.filter((table) => table.can?.some((can) => /TRUNCATE|REFERENCES|TRIGGER/.test(can)))).toEqual([]);
    expect(found.find((table) => table.name === 'migration')?.can).toBeNull();
  });

  test('cannot turn a sequence back', async () => {
    const found = await rows(`
      select sequencename from pg_sequences
      where schemaname = 'public'
        and has_sequence_privilege('throughline_app', format('%I.%I', schemaname, sequencename), 'UPDATE')`);
    expect(found).toEqual([]);
  });

  test('finds no view and no function that runs with another’s rights', async () => {
    expect(
      await rows(`select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm')`),
    ).toEqual([]);
    expect(await rows(`select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef`)).toEqual(
      [],
    );
  });

  test('is all that anybody else is let in as: PUBLIC has no right to any table', async () => {
    const found = await rows(`
      select c.relname from pg_class c cross join aclexplode(c.relacl) a
      where c.relnamespace = 'public'::regnamespace and a.grantee = 0`);
    expect(found).toEqual([]);
  });
});
