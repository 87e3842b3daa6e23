import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Intake } from '../../../src/connectors/intake.service.js';
import { Inbound } from '../../../src/connectors/webhooks/inbound.service.js';
import { postmarkKind } from '../../../src/connectors/webhooks/kinds/postmark.js';
import { dataOf } from '../../access/world.js';
import { delivery, startWebhookClient, type WebhookClient } from './webhook-client.js';

let client: WebhookClient;

beforeAll(async () => {
  client = await startWebhookClient();
});
afterAll(() => client?.t.stop());

const dueNow = () => client.t.database.owner.query(`update inbound_due set due_at = now() - interval '1 second'`);

describe('what is stored and not yet translated', () => {
  it('is picked up after a crash, once', async () => {
    const made = await client.make('postmark');
    const inbound = client.t.service.app.get(Inbound);
    const crash = vi.spyOn(inbound, 'workOff').mockResolvedValue(undefined);
    expect((await client.post(made.callUrl, delivery('crashed'))).status).toBe(200);
    crash.mockRestore();
    expect(await client.shown(made.id)).toMatchObject({ waitingCount: 1 });
    // Whoever took it is given time before another does it.
    expect(await client.worker.tick()).toBe(0);
    await dueNow();
    expect((await Promise.all([client.worker.tick(), client.worker.tick()])).reduce((a, b) => a + b)).toBe(1);
    expect(await client.touchpoints('crashed%')).toHaveLength(1);
    expect((await client.requests(made))[0]).toMatchObject({ state: 1, touchpoints: 1 });
    expect(await client.worker.tick()).toBe(0);
  });

  it('is tried again later when the work fails, and becomes a dead letter at last', async () => {
    const made = await client.make('postmark');
    const { owner } = client.t.database;
    // A failure of the work itself, which no item is to blame for.
    const failing = vi.spyOn(client.t.service.app.get(Intake), 'take').mockRejectedValue(new Error('not today'));
    expect((await client.post(made.callUrl, delivery('stubborn'))).status).toBe(200);
    const { rows } = await owner.query('select attempts, due_at > now() as later from inbound_due');
    expect(rows).toEqual([{ attempts: 1, later: true }]);
    await dueNow();
    await client.worker.tick();
    expect((await owner.query('select attempts from inbound_due')).rows).toEqual([{ attempts: 2 }]);
    failing.mockRestore();
    await owner.query('update inbound_due set attempts = 20');
    await dueNow();
    await client.worker.tick();
    expect((await client.requests(made))[0]).toMatchObject({ state: 2, dead_letters: 1, reason: 'UNEXPECTED' });
    expect((await owner.query('select from inbound_due')).rowCount).toBe(0);
  });
});

describe('replay', () => {
  const replay = async (input: string) =>
    dataOf(await client.t.graphql(`mutation { replayRequests(input: { ${input} }) { requests nextFrom } }`))
      .replayRequests;

  it('translates anew: what is told better updates what is there, nothing is stored twice', async () => {
    const made = await client.make('postmark');
    const opening = { RecordType: 'Open', MessageID: 'anew-1', Recipient: 'ann@example.com' };
    await client.post(made.callUrl, delivery('anew-1'));
    await client.post(made.callUrl, JSON.stringify(opening));
    await client.post(made.callUrl, delivery('anew-2'));
    const before = await client.touchpoints('anew%');
    const all = { requests: 3, nextFrom: null };
    expect(await replay(`connectorId: "${made.id}", from: "2020-01-01T00:00:00Z"`)).toEqual(all);
    await client.worker.tick();
    expect(await client.touchpoints('anew%')).toEqual(before);

    const translate = postmarkKind.translate.bind(postmarkKind);
    const better = vi
      .spyOn(postmarkKind, 'translate')
      .mockImplementation((...told) => translate(...told).map((item) => ({ ...item, topic: 'orders' })));
    const ids = (await client.requests(made)).map((request) => `"req_${request.id.replaceAll('-', '')}"`);
    expect(await replay(`connectorId: "${made.id}", ids: [${ids.join()}]`)).toMatchObject({ requests: 3 });
    await client.worker.tick();
    better.mockRestore();
    const same = before.map(({ external_id, kind, occurred_at }) => ({ external_id, kind, occurred_at }));
    expect(await client.touchpoints('anew%')).toMatchObject(same.map((one) => ({ ...one, topic: 'orders' })));
    expect(same.map(({ kind }) => kind).sort()).toEqual(['email.delivered', 'email.opened']);
  });

  it('settles the dead letters of what is understood now, and leaves those that still are none', async () => {
    const made = await client.make('postmark');
    const broken = vi.spyOn(postmarkKind, 'translate').mockImplementation(() => {
      throw new TypeError('a mistake of ours');
    });
    await client.post(made.callUrl, delivery('mended'));
    await client.post(made.callUrl, 'still no JSON');
    broken.mockRestore();
    const ofConnector = async () => {
      const ids = (await client.requests(made)).map((request) => request.id);
      return (await client.deadLetters()).filter((letter) => ids.includes(letter.request_id));
    };
    expect((await ofConnector()).map(({ reason, state }) => [reason, state])).toEqual([
      ['UNEXPECTED', 0],
      ['UNEXPECTED', 0],
    ]);
    await replay(`connectorId: "${made.id}", to: "2999-01-01T00:00:00Z"`);
    await client.worker.tick();
    expect(await client.touchpoints('mended%')).toHaveLength(1);
    const open = (await ofConnector()).filter(({ state }) => state === 0);
    expect(open).toMatchObject([{ reason: 'BODY_MALFORMED' }]);
    await replay(`connectorId: "${made.id}", to: "2999-01-01T00:00:00Z"`);
    await client.worker.tick();
    expect((await ofConnector()).filter(({ state }) => state === 0)).toHaveLength(1);
  });

  it('wants to know which', async () => {
    const made = await client.make('postmark');
    const reasonOf = async (more: string) => {
      const asked = `mutation { replayRequests(input: { connectorId: "${made.id}"${more} }) { requests } }`;
      return (await client.t.graphql(asked)).errors?.[0]?.extensions;
    };
    const both = ', ids: [], from: "2020-01-01T00:00:00Z"';
    expect(await reasonOf('')).toMatchObject({ reason: 'ONE_OF_REQUIRED' });
    expect(await reasonOf(both)).toMatchObject({ reason: 'ONE_OF_REQUIRED' });
    expect(await reasonOf(', ids: ["x"]')).toMatchObject({ field: 'input.ids[0]' });
  });
});
