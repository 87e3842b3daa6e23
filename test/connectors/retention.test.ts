import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Retention } from '../../src/connectors/retention/retention.service.js';
import { WEBHOOK_CLOCK, type WebhookClock } from '../../src/connectors/webhooks/webhook-clock.js';
import { Database } from '../../src/platform/database.js';
import { dataOf } from '../access/world.js';
import { eventually } from '../setup/service.js';
import { delivery, startWebhookClient, type WebhookClient } from './webhooks/webhook-client.js';

const dayMs = 24 * 60 * 60 * 1000;

let client: WebhookClient;
let retention: Retention;
let clock: WebhookClock;

beforeAll(async () => {
  client = await startWebhookClient({ WEBHOOK_RETENTION_DAYS: '30' });
  retention = client.t.service.app.get(Retention);
  clock = client.t.service.app.get(WEBHOOK_CLOCK);
  // What is old is let go when a test says so.
  await retention.stop();
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => client?.t.stop());

/** Looks as if so many days had gone by. */
function lookAfter(days: number) {
  const now = Date.now();
  vi.spyOn(clock, 'now').mockImplementation(() => new Date(now + days * dayMs));
  return retention.tick();
}

async function decide(change: string, key = client.t.key) {
  const { intakeSettings } = dataOf(await client.t.graphql('{ intakeSettings { version } }', {}, key));
  const asked = `mutation {
    updateIntakeSettings(input: { version: ${intakeSettings.version}, ${change} }) {
      settings { ownMail requestRetentionDays deadLetterRetentionDays waitingDeadLetterRetentionDays }
    }
  }`;
  return client.t.graphql(asked, {}, key);
}

const decided = async (change: string, key?: string) => dataOf(await decide(change, key)).updateIntakeSettings.settings;

/** A track without its event cannot be stored. */
const send = (messageId: string, key = client.t.key) =>
  client.t.http.post('/v1/track').set('authorization', `Bearer ${key}`).send({ userId: 'ann', messageId });

async function letters(key = client.t.key): Promise<{ id: string; raw: string }[]> {
  return dataOf(await client.t.graphql('{ deadLetters { nodes { id raw } } }', {}, key)).deadLetters.nodes;
}

const waiting = async (key?: string) => (await letters(key)).map(({ raw }) => JSON.parse(raw).messageId);

async function discard(id: string | undefined): Promise<void> {
  const discard = `mutation { discardDeadLetters(input: { ids: ["${id}"], reason: "a test" }) { discardedIds } }`;
  expect(dataOf(await client.t.graphql(discard)).discardDeadLetters.discardedIds).toEqual([id]);
}

async function count(name: string, labels: string): Promise<number> {
  const text = await (await fetch(`${client.t.url}/metrics`)).text();
  return Number(new RegExp(`^${name}\\{${labels}\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
}

describe('how long is kept what came in', () => {
  it('is the server’s for requests, a year for settled letters, for ever for waiting ones, until the workspace decides', async () => {
    const read =
      '{ intakeSettings { ownMail requestRetentionDays deadLetterRetentionDays waitingDeadLetterRetentionDays } }';
    expect(dataOf(await client.t.graphql(read)).intakeSettings).toEqual({
      ownMail: [],
      requestRetentionDays: 30,
      deadLetterRetentionDays: 365,
      waitingDeadLetterRetentionDays: null,
    });
    await decided('ownMail: ["acme.example"], requestRetentionDays: 10');
    // What is left out stays.
    await decided('waitingDeadLetterRetentionDays: 400');
    const settled = await decided('deadLetterRetentionDays: 3650');
    expect(settled).toEqual({
      ownMail: ['acme.example'],
      requestRetentionDays: 10,
      deadLetterRetentionDays: 3650,
      waitingDeadLetterRetentionDays: 400,
    });
    expect(await decided('waitingDeadLetterRetentionDays: null')).toEqual({
      ...settled,
      waitingDeadLetterRetentionDays: null,
    });
    for (const [change, limit] of [
      ['requestRetentionDays: 0', 1],
      ['requestRetentionDays: 3651', 3650],
      ['deadLetterRetentionDays: -1', 1],
      ['deadLetterRetentionDays: 3651', 3650],
      ['waitingDeadLetterRetentionDays: 0', 1],
      ['waitingDeadLetterRetentionDays: 3651', 3650],
    ] as const) {
      const field = `input.${change.split(':')[0]}`;
      expect((await decide(change)).errors?.[0]?.extensions).toMatchObject({ reason: 'OUT_OF_RANGE', field, limit });
    }
  });

  it('ends for a request of a vendor, but for one that a waiting dead letter points to', async () => {
    await decided('requestRetentionDays: 10, deadLetterRetentionDays: 365');
    const made = await client.make('postmark');
    await client.post(made.callUrl, delivery('old'));
    await client.post(made.callUrl, 'old and unread');
    expect(await lookAfter(9.9)).toEqual({ requests: 0, deadLetters: 0 });
    const before = await count('throughline_webhook_requests_expired_total', 'kind="postmark"');
    expect(await lookAfter(11)).toMatchObject({ requests: 1 });
    expect((await client.requests(made)).map((request) => request.body.toString())).toEqual(['old and unread']);
    expect(await client.touchpoints('old%')).toHaveLength(1);
    expect(await count('throughline_webhook_requests_expired_total', 'kind="postmark"')).toBe(before + 1);
    // Within the hour nobody looks again.
    expect(await lookAfter(11)).toEqual({ requests: 0, deadLetters: 0 });
    // It waits however long nobody looks, and its letter with it.
    expect(await lookAfter(36_500)).toEqual({ requests: 0, deadLetters: 0 });
    // Once it is settled, both go.
    const [letter] = await letters();
    await discard(letter?.id);
    await client.t.database.owner.query(
      `update connector_sweep set due_at = now(); update dead_letter_sweep set due_at = now()`,
    );
    expect(await lookAfter(366)).toEqual({ requests: 1, deadLetters: 1 });
    expect(await client.requests(made)).toEqual([]);
  });

  it('does not end for a request that is put back while it is looked at', async () => {
    await decided('requestRetentionDays: 10');
    const made = await client.make('postmark');
    await client.post(made.callUrl, delivery('put-back'));
    const { owner } = client.t.database;
    await owner.query('update connector_sweep set due_at = now()');
    const { looking } = await client.t.service.app.get(Database).inWorkspace(client.t.workspace, async (db) => {
      await db.query('update inbound_request set state = 0 where connector_id = $1', [made.id.slice('con_'.length)]);
      let isDone = false;
      const looking = lookAfter(11).finally(() => {
        isDone = true;
      });
      await eventually(async () => {
        const { rows } = await owner.query(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return isDone || rows.length > 0;
      });
      return { looking };
    });
    expect(await looking).toMatchObject({ requests: 0 });
    expect(await client.requests(made)).toHaveLength(1);
  });

  it('ends for dead letters so long after they were settled, and for waiting ones where the workspace says so', async () => {
    await decided('deadLetterRetentionDays: 20');
    const other = await client.t.makeWorkspace('other');
    for (const id of ['discarded', 'held', 'waits']) await send(id);
    await send('elsewhere', other.key);
    const { owner } = client.t.database;
    // The test before looked a year ahead.
    await owner.query('update dead_letter_sweep set due_at = now()');
    await discard((await letters()).find(({ raw }) => raw.includes('"discarded"'))?.id);
    await owner.query(
      `update dead_letter set received_at = received_at - interval '15 days' where raw like '%"discarded"%'`,
    );
    await owner.query(`update dead_letter set held_until = now() + interval '30 days' where raw like '%"held"%'`);
    // That it came long ago does not count for one that was settled since.
    expect(await lookAfter(19)).toMatchObject({ deadLetters: 0 });
    const label = (state: string) => `source="segment",state="${state}"`;
    const name = 'throughline_dead_letters_expired_total';
    const before = await Promise.all(['DISCARDED', 'WAITING'].map((state) => count(name, label(state))));
    expect(await lookAfter(21)).toMatchObject({ deadLetters: 1 });
    expect((await waiting()).sort()).toEqual(['held', 'waits']);
    await decided('waitingDeadLetterRetentionDays: 20');
    await owner.query('update dead_letter_sweep set due_at = now()');
    expect(await lookAfter(21)).toMatchObject({ deadLetters: 1 });
    expect(await waiting()).toEqual(['held']);
    expect(await waiting(other.key)).toEqual(['elsewhere']);
    expect(await Promise.all(['DISCARDED', 'WAITING'].map((state) => count(name, label(state))))).toEqual(
      before.map((one) => one + 1),
    );
    // One that is sent again after it went, is taken again.
    await send('waits');
    expect((await waiting()).sort()).toEqual(['held', 'waits']);
  });
});
