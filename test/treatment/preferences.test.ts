import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scopes } from '../../src/access/caller.js';
import { portalTokenOf } from '../access/world.js';
import { startTestService, type TestService } from '../setup/service.js';
import { ago, treatmentDesk } from './treatment-desk.js';

let it: TestService;
const { tell, customer, ask, act, merge, unmerge, refused } = treatmentDesk(() => it);

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

const all = `channels { channels basis reason since statedBy } language { language basis reason }
  timeZone { timeZone } hours { timeZone windows { days from to } basis reason } agent { agentId }
  doNotDisturb { until isActive }`;
const set = act('setPreferences', 'SetPreferencesInput', `isChanged customer { preferences { ${all} } }`);
const preferencesOf = async (id: string, key?: string, asOf = '') =>
  (await ask(id, `preferences { ${all} }`, key, asOf)).preferences;
const nobody = { channels: null, language: null, timeZone: null, hours: null, agent: null, doNotDisturb: null };

describe('what was stated', () => {
  test('holds, with who said so and since when, until it is taken back', async () => {
    const id = await customer();
    expect(await preferencesOf(id)).toEqual(nobody);
    const answer = await set({
      customerId: id,
      channels: ['CHAT', 'EMAIL'],
      language: 'pt-br',
      timeZone: 'America/Sao_Paulo',
      hours: { timeZone: 'Europe/Vienna', windows: [{ days: [5, 1, 5], from: '09:00', to: '24:00' }] },
      agentId: 'agent-7',
      doNotDisturb: {},
      by: 'CUSTOMER',
    });
    expect(answer.data.setPreferences).toEqual({
      isChanged: true,
      customer: {
        preferences: {
          channels: {
            channels: ['CHAT', 'EMAIL'],
            basis: 'STATED',
            reason: 'Stated by the customer.',
            since: expect.stringMatching(/^20/),
            statedBy: 'CUSTOMER',
          },
          language: { language: 'pt-BR', basis: 'STATED', reason: 'Stated by the customer.' },
          timeZone: { timeZone: 'America/Sao_Paulo' },
          hours: {
            timeZone: 'Europe/Vienna',
            windows: [{ days: [1, 5], from: '09:00', to: '24:00' }],
            basis: 'STATED',
            reason: 'Stated by the customer.',
          },
          agent: { agentId: 'agent-7' },
          doNotDisturb: { until: null, isActive: true },
        },
      },
    });
    // The same again changes nothing, not even since when.
    const { channels } = answer.data.setPreferences.customer.preferences;
    const again = await set({ customerId: id, channels: ['CHAT', 'EMAIL'], language: 'pt-BR' });
    expect(again.data.setPreferences).toMatchObject({ isChanged: false, customer: { preferences: { channels } } });
    const back = await set({
      customerId: id,
      channels: null,
      language: null,
      timeZone: null,
      hours: null,
      agentId: null,
      doNotDisturb: null,
    });
    expect(back.data.setPreferences).toEqual({ isChanged: true, customer: { preferences: nobody } });
    expect((await set({ customerId: id, channels: null })).data.setPreferences.isChanged).toBe(false);
  });

  test('is in part left as it was, and as of an earlier time is what was stated by then', async () => {
    const id = await customer();
    await set({ customerId: id, language: 'de', channels: ['CALL'], by: 'SENDER' });
    const then = new Date().toISOString();
    await set({ customerId: id, language: 'fr', by: 'AGENT' });
    expect(await preferencesOf(id)).toMatchObject({
      channels: { channels: ['CALL'], reason: 'Stated by another system.' },
      language: { language: 'fr', reason: 'Stated by an agent.' },
    });
    expect(await preferencesOf(id, undefined, `, asOf: "${then}"`)).toMatchObject({ language: { language: 'de' } });
  });

  test('by two who became one is what either stated last, and each has its own again when they are parted', async () => {
    const [a, b] = [await customer(), await customer()];
    await set({ customerId: a, language: 'de', channels: ['CALL'] });
    await set({ customerId: b, language: 'fr' });
    const merged = await merge(a, b);
    const both = { channels: { channels: ['CALL'] }, language: { language: 'fr' } };
    expect(await preferencesOf(a)).toMatchObject(both);
    expect(await preferencesOf(b)).toMatchObject(both);
    // What either states is compared with what holds for both.
    expect((await set({ customerId: a, language: 'fr' })).data.setPreferences.isChanged).toBe(false);
    await set({ customerId: a, language: null });
    expect(await preferencesOf(b)).toMatchObject({ language: null });
    await unmerge(merged);
    expect(await preferencesOf(a)).toMatchObject({ channels: { channels: ['CALL'] }, language: null });
    expect(await preferencesOf(b)).toMatchObject({ channels: null, language: { language: 'fr' } });
  });

  test('not to disturb is over at its end', async () => {
    const id = await customer();
    await set({ customerId: id, doNotDisturb: { until: new Date(Date.now() + 3_600_000).toISOString() } });
    expect((await preferencesOf(id)).doNotDisturb).toMatchObject({ isActive: true });
    await it.database.owner.query(
      `update preference set stated_at = now() - interval '2 hours',
         value = jsonb_build_object('until', now() - interval '1 hour')
       where workspace_id = $1 and profile_id = $2`,
      [it.workspace, id.slice(4)],
    );
    expect((await preferencesOf(id)).doNotDisturb).toMatchObject({ isActive: false });
  });
});

describe('a customer with a portal token', () => {
  test('sees and states her own, and neither somebody else’s nor agents', async () => {
    const [id, other] = [await customer(), await customer()];
    await set({ customerId: id, agentId: 'agent-7', language: 'de' });
    const token = await portalTokenOf(it, id, it.key);
    const shown = 'preferences { language { language basis reason since statedBy } hours { timeZone } }';
    const own = act('setPreferences', 'SetPreferencesInput', `isChanged customer { id ${shown} }`);
    const hours = { timeZone: 'Asia/Tokyo', windows: [{ days: [7], from: '10:00', to: '11:30' }] };
    expect((await own({ language: 'ja', hours }, token)).data.setPreferences).toMatchObject({
      isChanged: true,
      customer: {
        id,
        preferences: { language: { language: 'ja', statedBy: 'CUSTOMER' }, hours: { timeZone: 'Asia/Tokyo' } },
      },
    });
    for (const [input, field] of [
      [{ customerId: other, language: 'de' }, 'input.customerId'],
      [{ language: 'de', by: 'AGENT' }, 'input.by'],
      [{ agentId: 'agent-8' }, 'input.agentId'],
    ] as const) {
      expect(refused(await own(input, token)), field).toMatchObject({ field });
    }
    const agent = await it.graphql(`{ customer(id: "${id}") { preferences { agent { agentId } } } }`, {}, token);
    expect(refused(agent)).toMatchObject({ reason: 'FIELD_INTERNAL' });
  });
});

describe('what is observed', () => {
  const contact = (channel: string, days: number, more: object = {}) => ({
    channel,
    occurredAt: ago(24 * days),
    ...more,
  });

  test('is the channel on which most contacts went well, a conversation counting once', async () => {
    const thread = { conversation: { source: 'desk', externalId: randomUUID() } };
    const { customer: id } = await tell([
      contact('CALL', 1, { abandoned: true }),
      contact('CALL', 2, { abandoned: true }),
      contact('CALL', 3, { abandoned: true }),
      contact('CALL', 4, { abandoned: true }),
      contact('EMAIL', 5),
      contact('EMAIL', 6),
      contact('EMAIL', 7),
      contact('CHAT', 8, thread),
      contact('CHAT', 8.001, thread),
      contact('CHAT', 8.002, thread),
      contact('CHAT', 8.003, thread),
      contact('SMS', 9, { direction: 'OUTBOUND' }),
      contact('SMS', 10, { status: 'FAILED' }),
      contact('WEB', 11),
      contact('STORE', 100),
    ]);
    expect((await preferencesOf(id)).channels).toEqual({
      channels: ['EMAIL'],
      basis: 'OBSERVED',
      reason: '3 of 8 contacts in 90 days went well on EMAIL.',
      since: null,
      statedBy: null,
    });
    // What is stated goes before, and what is taken back makes room for it again.
    await set({ customerId: id, channels: ['SOCIAL'] });
    expect((await preferencesOf(id)).channels).toMatchObject({ channels: ['SOCIAL'], basis: 'STATED' });
    await set({ customerId: id, channels: null });
    expect((await preferencesOf(id)).channels).toMatchObject({ channels: ['EMAIL'], basis: 'OBSERVED' });
  });

  test('is of two channels that went equally well the one used last', async () => {
    const { customer: id } = await tell([1, 2, 3].flatMap((n) => [contact('CALL', n + 0.5), contact('CHAT', n)]));
    expect((await preferencesOf(id)).channels).toMatchObject({ channels: ['CHAT'] });
  });

  test('is the language of most of her latest touchpoints, never that of ours to her', async () => {
    const { customer: id } = await tell([
      contact('CHAT', 1, { language: 'fr' }),
      contact('CHAT', 2, { language: 'de-AT' }),
      contact('CHAT', 3, { language: 'DE-at' }),
      ...[4, 5, 6].map((days) => contact('CHAT', days, { language: 'en', direction: 'OUTBOUND' })),
    ]);
    expect((await preferencesOf(id)).language).toEqual({
      language: 'de-AT',
      basis: 'OBSERVED',
      reason: '2 of the last 3 touchpoints with a language were in de-AT.',
    });
  });

  test('are the hours at which she comes, on her own clock, else on the workspace’s', async () => {
    const { key } = await it.makeWorkspace(`hours-${randomUUID().slice(0, 8)}`);
    // Three Mondays and a Tuesday, weeks ago, in UTC; the first hour told twice.
    const monday = Math.floor((Date.now() / 86_400_000 - 4) / 7) * 7 * 86_400_000 + 4 * 86_400_000 - 28 * 86_400_000;
    const at = (days: number, hours: number) => new Date(monday + (days * 24 + hours) * 3_600_000).toISOString();
    const told = [at(0, 8.25), at(0, 8.75), at(7, 9), at(14, 12), at(15, 10)];
    const { customer: id } = await tell(
      told.map((occurredAt) => ({ channel: 'WEB', kind: 'page.viewed', occurredAt })),
      undefined,
      key,
    );
    const window = async () => (await preferencesOf(id, key)).hours;
    expect(await window()).toEqual({
      timeZone: 'UTC',
      windows: [{ days: [1, 2], from: '08:00', to: '13:00' }],
      basis: 'OBSERVED',
      reason: 'Came in 4 different hours of 90 days.',
    });
    const settings = act('updateTreatmentSettings', 'UpdateTreatmentSettingsInput', 'settings { version }');
    await settings({ version: 0, timeZone: 'Asia/Kolkata' }, key);
    expect(await window()).toMatchObject({
      timeZone: 'Asia/Kolkata',
      windows: [{ days: [1, 2], from: '13:00', to: '18:00' }],
    });
    await set({ customerId: id, timeZone: 'Etc/GMT+3' }, key);
    expect(await window()).toMatchObject({ timeZone: 'Etc/GMT+3', windows: [{ from: '05:00', to: '10:00' }] });
    await settings({ version: 1, observedContacts: 5 }, key);
    expect(await window()).toBeNull();
  });
});

describe('bad input', () => {
  test.each([
    ['input.timeZone', { timeZone: 'Europe/Atlantis' }],
    ['input.timeZone', { timeZone: '+05:30' }],
    ['input.hours.timeZone', { hours: { timeZone: 'Vienna', windows: [{ days: [1], from: '09:00', to: '10:00' }] } }],
    ['input.hours.windows', { hours: { timeZone: 'UTC', windows: [] } }],
    ['input.hours.windows[0].to', { hours: { timeZone: 'UTC', windows: [{ days: [1], from: '22:00', to: '06:00' }] } }],
    [
      'input.hours.windows[0].days',
      { hours: { timeZone: 'UTC', windows: [{ days: [8], from: '09:00', to: '10:00' }] } },
    ],
    ['input.language', { language: 'zz' }],
    ['input.language', { language: 'en_GB' }],
    ['input.channels', { channels: [] }],
    ['input.channels[1]', { channels: ['CALL', 'CALL'] }],
    ['input.agentId', { agentId: ' ' }],
    ['input.doNotDisturb.until', { doNotDisturb: { until: '2020-01-01T00:00:00Z' } }],
    ['input.customerId', { customerId: null }],
    ['input.customerId', { customerId: 'cus_998001', language: 'de' }],
  ])('is named: %s', async (field, input) => {
    const id = await customer();
    expect(refused(await set({ customerId: id, ...input }))).toMatchObject({ field });
    expect(await preferencesOf(id)).toEqual(nobody);
  });

  test('is also more in a day than anybody means', async () => {
    const id = await customer();
    await it.database.owner.query(
      `insert into preference (workspace_id, id, profile_id, kind, stated_at, stated_by, actor)
       select $1, gen_random_uuid(), $2, 1, now() - interval '1 hour', 0, 'test' from generate_series(1, 200)`,
      [it.workspace, id.slice(4)],
    );
    expect(refused(await set({ customerId: id, language: 'de' }))).toMatchObject({ reason: 'TOO_MANY', limit: 200 });
  });
});

test('only who may write customers states what they prefer, and only who may read them is shown it', async () => {
  const id = await customer();
  const writer = await it.makeKey(['customers:write']);
  const states = act('setPreferences', 'SetPreferencesInput', 'isChanged');
  expect((await states({ customerId: id, language: 'de' }, writer)).data.setPreferences.isChanged).toBe(true);
  expect(refused(await set({ customerId: id, language: 'fr' }, writer))).toMatchObject({ reason: 'SCOPE_MISSING' });
  const reader = await it.makeKey(scopes.filter((one) => one !== 'customers:write'));
  expect(refused(await states({ customerId: id, language: 'it' }, reader))).toMatchObject({ reason: 'SCOPE_MISSING' });
});

test('settings are changed by who administers the workspace, within what makes sense, never over somebody else’s', async () => {
  const { key, workspace } = await it.makeWorkspace(`set-${randomUUID().slice(0, 8)}`);
  const update = act(
    'updateTreatmentSettings',
    'UpdateTreatmentSettingsInput',
    'settings { version timeZone observedDays }',
  );
  const settings = { version: 1, timeZone: 'Europe/Vienna', observedDays: 30 };
  expect((await update({ ...settings, version: 0 }, key)).data.updateTreatmentSettings.settings).toEqual(settings);
  expect((await it.graphql('{ treatmentSettings { version timeZone observedDays } }', {}, key)).data).toEqual({
    treatmentSettings: settings,
  });
  expect(refused(await update({ version: 0 }, key))).toMatchObject({ reason: 'VERSION_STALE', currentVersion: 1 });
  for (const [field, input, reason] of [
    ['input.observedDays', { observedDays: 366 }, 'OUT_OF_RANGE'],
    ['input.observedContacts', { observedContacts: 0 }, 'OUT_OF_RANGE'],
    ['input.timeZone', { timeZone: 'Nowhere' }, 'INPUT_INVALID'],
  ] as const) {
    expect(refused(await update({ version: 1, ...input }, key))).toMatchObject({ field, reason });
  }
  const agent = await it.makeKey(['customers:read', 'customers:write'], { workspace });
  expect(refused(await update({ version: 1 }, agent))).toMatchObject({ code: 'FORBIDDEN' });
});
