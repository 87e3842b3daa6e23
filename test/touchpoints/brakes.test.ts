import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../src/platform/limits.js';
import type { TouchpointInput } from '../../src/touchpoints/record.input.js';
import { type IngestProcess, startIngestProcess } from '../setup/ingest.js';
import { createTestDatabase, type TestDatabase } from '../setup/postgres.js';

let database: TestDatabase;
let ingest: IngestProcess;
let workspace: number;

beforeAll(async () => {
  database = await createTestDatabase();
  ingest = await startIngestProcess(database);
  const { rows } = await database.owner.query(
    `insert into workspace (key, name) values ('brakes', 'brakes') returning id`,
  );
  workspace = rows[0].id;
  await database.owner.query(
    `insert into identifier_type (workspace_id, name, priority, limit_per_customer, comparison)
     values ($1, 'number', 4, 1000, 'exact'), ($1, 'card', 3, 1000, 'exact')`,
    [workspace],
  );
});

afterAll(async () => {
  await ingest?.stop();
  await database?.drop();
});

let sent = 0;
const touchpoint = (...identifiers: string[]): TouchpointInput => ({
  source: 'test',
  externalId: `touchpoint ${++sent}`,
  channel: 'CALL',
  kind: 'call',
  identifiers: identifiers.map((name) => {
    const [type, value] = name.split(':') as [string, string];
    return { type, value };
  }),
});

async function record(touchpoints: readonly TouchpointInput[]) {
  return (await ingest.record(workspace, touchpoints)).map((one) => {
    if ('refusal' in one) throw one.refusal;
    return one.customer;
  });
}

const rows = async (text: string) => (await database.owner.query(text, [workspace])).rows;
const metric = async (name: string) => (await ingest.metrics.registry.getSingleMetric(name)?.get())?.values ?? [];

describe('past a brake', () => {
  it('a customer of a thousand identifiers gets no more, its touchpoints are stored, and one alarm is raised', async () => {
    const identifiers = Array.from({ length: limits.identifiersPerCustomerMax - 1 }, (_, n) => `number:${n + 1}`);
    const [owner] = await record(identifiers.map((one) => touchpoint('card:big', one)));
    const after = await record([touchpoint('card:big', 'number:a'), touchpoint('card:big', 'number:b')]);
    expect(after).toEqual([owner, owner]);
    expect(await record([touchpoint('card:big', 'number:c')])).toEqual([owner]);
    expect(await rows(`select count(*)::int as n from identifier where workspace_id = $1`)).toEqual([
      { n: limits.identifiersPerCustomerMax },
    ]);
    const alarms = await rows(`select payload from feed where workspace_id = $1 and kind = 'identity.brake'`);
    expect(alarms).toMatchObject([{ payload: { customer: String(owner), reason: 'TOO_MANY_IDENTIFIERS' } }]);
    expect(await metric('throughline_identity_brakes_total')).toMatchObject([{ value: 1 }]);
    expect(await metric('throughline_identifiers_total')).toContainEqual(
      expect.objectContaining({ labels: { outcome: 'DEMOTED', reason: 'TOO_MANY_IDENTIFIERS' }, value: 3 }),
    );
  });

  it('a customer of a hundred merges joins nobody, its touchpoints are stored, and one alarm is raised', async () => {
    const others = Array.from({ length: limits.mergesPerCustomerMax + 1 }, (_, n) => `number:m${n}`);
    await record([touchpoint('card:hub'), ...others.map((one) => touchpoint(one))]);
    const joined = await record(others.map((one) => touchpoint('card:hub', one)));
    expect(new Set(joined).size).toBe(1);
    const [{ merges }] = await rows(`select max(merges) as merges from profile where workspace_id = $1`);
    expect(merges).toBe(limits.mergesPerCustomerMax);
    const alarms = await rows(`select payload from feed where workspace_id = $1 and kind = 'identity.brake'`);
    expect(alarms.filter((alarm) => alarm.payload.reason === 'TOO_MANY_MERGES')).toHaveLength(1);
    const stored = await rows(
      `select s->>'reason' as reason from touchpoint t, json_array_elements(t.identifiers_seen) s
       where t.workspace_id = $1 and s->>'reason' = 'TOO_MANY_MERGES'`,
    );
    expect(stored).toHaveLength(1);
  });
});
