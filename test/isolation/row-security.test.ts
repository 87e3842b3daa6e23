import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MatchUpkeep } from '../../src/identity/suggestions/match-upkeep.service.js';
import { appConnection, Database } from '../../src/platform/database.js';
import { SegmentDueService } from '../../src/segments/segment-due.service.js';
import { makeWorld } from '../access/world.js';
import { startTestService, type TestService } from '../setup/service.js';
import { dump, workspaceTables } from './dump.js';

let it: TestService;
let app: pg.Client;
let theirs: number;
let tables: string[];

/** Rows that no public way makes yet, so that each table has one to be stolen. */
async function fill(workspace: number): Promise<void> {
  const profiles = '(select id from profile where workspace_id = $1 order by id limit 1) p';
  const extra = [
    `insert into do_not_link (workspace_id, profile_a, profile_b) select $1, p.id, p.id from ${profiles}`,
    `insert into merge (workspace_id, survivor_id, absorbed_id, rule) select $1, p.id, p.id, 'test' from ${profiles}`,
    `insert into profile_pointer (workspace_id, profile_id, canonical_id) select $1, p.id, p.id from ${profiles}`,
    `insert into identity_link (workspace_id, profile_a, profile_b, touchpoint_id, rule)
     select $1, p.id, p.id, gen_random_uuid(), 'test' from ${profiles} on conflict do nothing`,
    `insert into outbox (workspace_id, kind, payload, due_at) values ($1, 'test', '{}', 'infinity')`,
    'insert into feed_sweep (workspace_id) values ($1) on conflict do nothing',
    `insert into segment_due (workspace_id, profile_id) select $1, p.id from ${profiles} on conflict do nothing`,
    `insert into touchpoint_version
     select t.*, t.recorded_at, now() from touchpoint t where t.workspace_id = $1 limit 1 on conflict do nothing`,
    `insert into touchpoint_message (workspace_id, touchpoint_id, version, content_hash, message)
     values ($1, gen_random_uuid(), 1, 1, '{}')`,
    'insert into identity_settings (workspace_id) values ($1) on conflict do nothing',
    'insert into intake_settings (workspace_id) values ($1) on conflict do nothing',
    `insert into identifier_use (workspace_id, type, value, profile_id, uses, last_seen_at)
     select $1, 'phone', 'test', p.id, 1, now() from ${profiles}`,
    `insert into identifier_event (workspace_id, type, value, act, reason)
     values ($1, 'phone', 'test', 'DETACHED', 'test')`,
    `insert into identifier_owner (workspace_id, type, value, profile_id, valid_to, first_seen_at, last_seen_at,
       recorded_at, replaced_at, actor)
     select $1, 'phone', 'test', p.id, now(), now(), now(), now(), now(), 'test' from ${profiles}`,
    `insert into claimed_link (workspace_id, profile_a, profile_b, first_at, last_at, times, touchpoint_id, rule)
     select $1, p.id, p.id, now(), now(), 1, gen_random_uuid(), 'test' from ${profiles}`,
    `insert into match_person (workspace_id, customer_id, place, person, keys) select $1, p.id, 1, '{}', '{1}' from ${profiles}`,
    `insert into match_key (workspace_id, key, place, customer_id) select $1, 1, 1, p.id from ${profiles}`,
    `insert into match_due (workspace_id, profile_id, lane, is_forced) select $1, p.id, 1, true from ${profiles}
     on conflict do nothing`,
    `insert into match_suggestion (workspace_id, customer_a, customer_b, id, score, status, band, model, fields, evidence)
     select $1, p.id, p.id + 1, encode(int8send(p.id) || int8send(p.id + 1), 'hex')::uuid, 1, 0, 0, 'test', '[]', '[]' from ${profiles}`,
    `insert into match_decision (workspace_id, customer_a, customer_b, decided_at, score, band, act, actor, model, fields,
       evidence)
     select $1, p.id, p.id + 1, now(), 1, 0, 'REJECTED', 'test', 'test', '[]', '[]' from ${profiles}`,
    `insert into match_weights (workspace_id, version, status, created_by) values ($1, 1, 'READY', 'test')`,
    `insert into dead_letter (workspace_id, id, received_at, source, reason, message, raw)
     values ($1, gen_random_uuid(), now(), 'test', 'TEST', 'test', '{}')`,
    `insert into resume_code (workspace_id, id, journey_id, code_hash, token_hash, verification, uses_max, created_at,
       expires_at, actor)
     values ($1, gen_random_uuid(), gen_random_uuid(), '\\x01', '\\x01', 0, 1, now(), now(), 'test')`,
    `insert into resume_attempts (workspace_id, actor, attempts, until_at) values ($1, 'test', 1, now())`,
    `insert into survey_attempts (workspace_id, bucket, attempts, until_at) values ($1, 1, 1, now())`,
    `insert into resume_salt (workspace_id, salt) values ($1, '\\x01')`,
    `insert into reason_count (workspace_id, learned_at, rule, after, topic, hits, tries)
     values ($1, now(), 0, '', 'test', 1, 1) on conflict do nothing`,
    `insert into export (workspace_id, id, created_at, alive_at, state, is_stream, is_masked, is_formula_safe, what, format,
       compression, columns, filters, purpose, actor)
     values ($1, gen_random_uuid(), now(), now(), 2, true, false, true, 'issues', 'csv', 'none', '{}', '{}', 'test', 'test')`,
    `insert into export_due (workspace_id, export_id, due_at) values ($1, gen_random_uuid(), 'infinity')`,
    `insert into export_part (workspace_id, export_id, n, row_count, byte_count, sha256)
     values ($1, gen_random_uuid(), 0, 1, 1, '\\x01')`,
    `insert into export_download (workspace_id, id, export_id, at, from_byte, byte_count, actor)
     values ($1, gen_random_uuid(), gen_random_uuid(), now(), 0, 1, 'test')`,
    `insert into inbound_due (workspace_id, request_id, due_at) values ($1, gen_random_uuid(), 'infinity')`,
  ];
  for (const statement of extra) await it.database.owner.query(statement, [workspace]);
}

beforeAll(async () => {
  it = await startTestService();
  await it.service.app.get(SegmentDueService).stop();
  await it.service.app.get(MatchUpkeep).stop();
  const other = await it.makeWorkspace('theirs');
  theirs = other.workspace;
  await makeWorld(it, it.workspace, it.key, 'ours', '+4930901820');
  await makeWorld(it, theirs, other.key, 'theirs', '+4930901821');
  await fill(it.workspace);
  await fill(theirs);
  tables = await workspaceTables(it.database.owner);
  app = new pg.Client(appConnection(it.database.ownerUrl, true));
  await app.connect();
});

afterAll(async () => {
  await app?.end();
  await it?.stop();
});

/** Runs as the app role in a transaction that is rolled back; with null no workspace is set. */
async function as<T>(workspace: number | null, act: () => Promise<T>): Promise<T> {
  await app.query('begin');
  try {
    if (workspace !== null) await app.query(`select set_config('app.workspace', $1, true)`, [String(workspace)]);
    return await act();
  } finally {
    await app.query('rollback');
  }
}

/** What became of a statement: how many rows it touched, or Postgres' code of the refusal. */
async function outcome(statement: string, values: unknown[] = []): Promise<number | string> {
  try {
    return (await app.query(statement, values)).rowCount ?? 0;
  } catch (error) {
    return (error as pg.DatabaseError).code ?? String(error);
  }
}

const denied = '42501';
const copyOf = (table: string) =>
  `insert into "${table}" overriding system value select (jsonb_populate_record(null::"${table}", $1::jsonb)).*`;

test('the two workspaces have something in every table, else nothing here is proved', async () => {
  for (const workspace of [it.workspace, theirs]) {
    const all = await dump(it.database.owner, workspace);
    expect(Object.entries(all).filter(([, rows]) => rows.length === 0)).toEqual([]);
  }
});

describe('the app role in one workspace', () => {
  test('reads its own rows and none of another', async () => {
    for (const table of tables) {
      await as(it.workspace, async () => {
        expect(await outcome(`select from "${table}" where workspace_id = $1`, [it.workspace]), table).toBeGreaterThan(
          0,
        );
        expect(await outcome(`select from "${table}" where workspace_id <> $1`, [it.workspace]), table).toBe(0);
      });
    }
  });

  test('changes and removes no row of another', async () => {
    for (const table of tables) {
      for (const statement of [
        `update "${table}" set workspace_id = workspace_id where workspace_id = $1`,
        `delete from "${table}" where workspace_id = $1`,
      ]) {
        const touched = await as(it.workspace, () => outcome(statement, [theirs]));
        expect([0, denied], `${table}: ${statement.slice(0, 6)}`).toContain(touched);
      }
    }
  });

  test('hands no row of its own to another', async () => {
    for (const table of tables) {
      const moved = await as(it.workspace, () =>
        outcome(`update "${table}" set workspace_id = $2 where workspace_id = $1`, [it.workspace, theirs]),
      );
      expect(moved, table).toBe(denied);
    }
  });

  test('adds no row to another', async () => {
    const all = await dump(it.database.owner, theirs);
    for (const table of tables) {
      const row = all[table]?.[0];
      expect(await as(it.workspace, () => outcome(copyOf(table), [row])), table).toBe(denied);
      // The same row in its own workspace is known already: it was the workspace that was refused, not the row.
      expect(await as(theirs, () => outcome(copyOf(table), [row])), table).toBe('23505');
    }
  });

  test('sees of the list of workspaces itself alone', async () => {
    const { rows } = await as(it.workspace, () => app.query('select id from workspace'));
    expect(rows).toEqual([{ id: it.workspace }]);
    expect(await as(it.workspace, () => outcome('update workspace set name = $1 where id = $2', ['x', theirs]))).toBe(
      0,
    );
    expect(await as(it.workspace, () => outcome(`insert into workspace (key, name) values ('x', 'x')`))).toBe(denied);
  });

  test('sees no more by what a caller may have written into the setting', async () => {
    for (const value of [`${it.workspace} or true`, `${it.workspace},${theirs}`, '*', 'null', '1e0']) {
      await as(null, async () => {
        await app.query(`select set_config('app.workspace', $1, true)`, [value]);
        expect(await outcome('select from profile')).toBe('22P02');
      });
    }
  });
});

describe('the app role without a workspace', () => {
  test('reads nothing at all', async () => {
    for (const table of [...tables, 'workspace']) {
      expect(await as(null, () => outcome(`select from "${table}"`)), table).toBe(0);
    }
    expect(await as(null, () => outcome('select from migration'))).toBe(denied);
  });

  test('writes nothing at all', async () => {
    const all = await dump(it.database.owner, theirs);
    for (const table of tables) {
      expect(await as(null, () => outcome(copyOf(table), [all[table]?.[0]])), table).toBe(denied);
      const changed = await as(null, () => outcome(`update "${table}" set workspace_id = workspace_id`));
      expect([0, denied], table).toContain(changed);
    }
  });

  test('sees in the system scope only what dispatches work', async () => {
    const seen: string[] = [];
    for (const table of [...tables, 'workspace']) {
      await as(null, async () => {
        await app.query(`select set_config('app.scope', 'system', true)`);
        if (Number(await outcome(`select from "${table}"`)) > 0) seen.push(table);
      });
    }
    expect(seen.sort()).toEqual([
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
    ]);
  });

  test('sees by a presented prefix that one key, and cannot change it', async () => {
    const { rows } = await it.database.owner.query('select prefix from api_key where workspace_id = $1 limit 1', [
      theirs,
    ]);
    await as(null, async () => {
      await app.query(`select set_config('app.key_prefix', $1, true)`, [rows[0].prefix]);
      expect((await app.query('select prefix from api_key')).rows).toEqual(rows);
      expect(await outcome('update api_key set revoked_at = now()')).toBe(0);
    });
  });
});

describe('a vendor that presents the id of a connector', () => {
  test('sees that one connector, and cannot change it', async () => {
    const { rows } = await it.database.owner.query('select id from connector where workspace_id = $1', [theirs]);
    await as(null, async () => {
      await app.query(`select set_config('app.connector', $1, true)`, [rows[0].id]);
      expect((await app.query('select id from connector')).rows).toEqual(rows);
      expect(await outcome('select from inbound_request')).toBe(0);
      expect(await outcome('update connector set deleted_at = now()')).toBe(0);
    });
  });
});

describe('a pooled connection', () => {
  const visible = async (db: Database) =>
    (
      await db.source.query(`select current_setting('app.workspace', true) as workspace,
      current_setting('app.scope', true) as scope, current_setting('app.key_prefix', true) as prefix,
      (select count(*)::int from profile) as profiles, current_user::text as role`)
    )[0];
  const clean = { profiles: 0, role: 'throughline_app' };

  test('carries nothing over to the next one who borrows it, after success and after failure', async () => {
    const db = it.service.app.get(Database);
    const single = new Database(appConnection(it.database.ownerUrl, true), { poolSize: 1 } as never);
    await single.connect();
    try {
      const left = async () => {
        const { workspace, scope, prefix, ...rest } = await visible(single);
        expect([workspace, scope, prefix].map((value) => value || '')).toEqual(['', '', '']);
        expect(rest).toEqual(clean);
      };
      await left();
      expect(await single.inWorkspace(it.workspace, (m) => m.query('select from profile limit 1'))).toHaveLength(1);
      await left();
      await expect(single.inWorkspace(it.workspace, (m) => m.query('select 1/0'))).rejects.toThrow();
      await left();
      await expect(single.inWorkspace(it.workspace, async () => Promise.reject(new Error('ours')))).rejects.toThrow(
        'ours',
      );
      await left();
      await single.inSystem((m) => m.query('select from workspace'));
      await left();
      await expect(single.inSystem((m) => m.query('nonsense'))).rejects.toThrow();
      await left();
    } finally {
      await single.onApplicationShutdown();
    }
    expect(await visible(db)).toMatchObject(clean);
  });

  test('of the service carries nothing over between callers of two workspaces, errors in between', async () => {
    const other = await it.makeWorkspace('third');
    const questions = Array.from({ length: 60 }, (_, i) => {
      if (i % 3 === 0) return it.graphql('{ customers { nodes { id } } }', {}, other.key);
      if (i % 3 === 1) return it.graphql('{ customers { nodes { id } } }');
      return it.graphql('{ customer(id: "cus_999999999999999999") { touchpoints(first: 0) { nodes { id } } } }');
    });
    const answers = await Promise.all(questions);
    for (const [i, { data }] of answers.entries()) {
      if (i % 3 === 0) expect(data.customers.nodes).toEqual([]);
      if (i % 3 === 1) expect(data.customers.nodes).toHaveLength(2);
    }
  });
});
