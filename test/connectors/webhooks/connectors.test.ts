import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ConnectorDirectory } from '../../../src/connectors/webhooks/connector-directory.service.js';
import { dataOf } from '../../access/world.js';
import { delivery, startWebhookClient, type WebhookClient } from './webhook-client.js';

let client: WebhookClient;

beforeAll(async () => {
  client = await startWebhookClient();
});
afterAll(() => client?.t.stop());

describe('a connector', () => {
  it('answers its address and, once, the secret that we made; later nobody reads it again', async () => {
    const made = await client.make('postmark');
    expect(made.url).toBe(`${client.t.url}/v1/webhooks/${made.id}`);
    expect(made.callUrl).toBe(`${made.url}?token=${made.secret}`);
    const secret = made.secret as string;
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(JSON.stringify(await client.shown(made.id))).not.toContain(secret);
    const { rows } = await client.t.database.owner.query('select secret from connector');
    for (const row of rows) {
      expect(row.secret.includes(Buffer.from(secret))).toBe(false);
      expect(row.secret.includes(Buffer.from(secret, 'base64url'))).toBe(false);
    }
  });

  it('takes the secret that the vendor has, and does not answer it', async () => {
    const made = await client.make('postmark', { secret: ' of-postmark ' });
    expect(made.secret).toBeNull();
    expect((await client.post(`${made.url}?token=of-postmark`, delivery('given'))).status).toBe(200);
  });

  it.each([
    ['a kind that we do not know', { kind: 'carrier_pigeon' }, 'input.kind'],
    ['a key that is none', { key: 'No Key', kind: 'postmark' }, 'input.key'],
    ['settings that its kind does not have', { kind: 'postmark', settings: { a: 1 } }, 'input.settings'],
    ['settings that are no object', { kind: 'postmark', settings: [1] }, 'input.settings'],
    ['a blank secret', { kind: 'postmark', secret: ' ' }, 'input.secret'],
    ['a secret of many kilobytes', { kind: 'postmark', secret: 'x'.repeat(5_000) }, 'input.secret'],
  ])('is refused with %s', async (_, input, field) => {
    const { errors } = await client.t.graphql(
      `mutation ($input: CreateConnectorInput!) { createConnector(input: $input) { secret } }`,
      { input: { key: 'refused', ...input } },
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
  });

  it('has a key of its own in its workspace, which is free again when it is deleted', async () => {
    const made = await client.make('postmark', { key: 'only-one' });
    const again = `mutation { createConnector(input: { key: "only-one", kind: "postmark" }) { secret } }`;
    expect((await client.t.graphql(again)).errors?.[0]?.extensions).toMatchObject({ reason: 'KEY_TAKEN' });
    dataOf(await client.t.graphql(`mutation { deleteConnector(input: { id: "${made.id}" }) { deletedId } }`));
    expect((await client.t.graphql(again)).errors).toBeUndefined();
  });

  it('is changed only by who has read it, and needs the scope admin', async () => {
    const made = await client.make('postmark');
    const change = (version: number) =>
      `mutation { updateConnector(input: { id: "${made.id}", version: ${version}, name: "N" }) { connector { version } } }`;
    expect(dataOf(await client.t.graphql(change(1))).updateConnector.connector.version).toBe(2);
    expect((await client.t.graphql(change(1))).errors?.[0]?.extensions).toMatchObject({ reason: 'VERSION_STALE' });
    const lesser = await client.t.makeKey(['touchpoints:write', 'customers:read']);
    expect((await client.t.graphql('{ connectors { id } }', {}, lesser)).errors?.[0]?.extensions).toMatchObject({
      reason: 'SCOPE_MISSING',
    });
  });

  it('looks the same from outside whether it is of nobody, deleted, turned off or no id at all', async () => {
    const off = await client.make('postmark');
    dataOf(
      await client.t.graphql(
        `mutation { updateConnector(input: { id: "${off.id}", version: 1, enabled: false }) { connector { id } } }`,
      ),
    );
    const gone = await client.make('postmark');
    dataOf(await client.t.graphql(`mutation { deleteConnector(input: { id: "${gone.id}" }) { deletedId } }`));
    const nobodys = `${client.t.url}/v1/webhooks/con_${'0'.repeat(32)}`;
    const answers = [];
    for (const url of [off.callUrl, gone.callUrl, nobodys, `${client.t.url}/v1/webhooks/1`]) {
      const answer = await client.post(url, delivery('nowhere'));
      answers.push({ status: answer.status, body: await answer.json() });
    }
    expect(answers[0]).toMatchObject({ status: 404, body: { reason: 'NOT_FOUND' } });
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await client.touchpoints('nowhere%')).toEqual([]);
  });

  it('shows what came, what failed, and when somebody was not believed', async () => {
    const made = await client.make('postmark');
    await client.post(made.callUrl, delivery('shown-1'));
    await client.post(made.callUrl, 'no JSON');
    await client.post(made.url, delivery('shown-2'));
    await expect.poll(async () => (await client.shown(made.id))['lastRejectedAt']).not.toBeNull();
    expect(await client.shown(made.id)).toMatchObject({
      receivedCount: 2,
      waitingCount: 0,
      failedCount: 1,
      lastReceivedAt: expect.any(String),
      lastFailure: { reason: 'BODY_MALFORMED', requestId: expect.stringMatching(/^req_/) },
    });
  });

  it('says of each kind whether it signs and who makes the secret', async () => {
    const { connectorKinds } = dataOf(await client.t.graphql('{ connectorKinds { name title signs secretFrom } }'));
    expect(connectorKinds).toContainEqual({ name: 'postmark', title: 'Postmark', signs: false, secretFrom: 'US' });
  });
});

describe('a secret', () => {
  const rotate = async (id: string, more = '') =>
    dataOf(
      await client.t.graphql(
        `mutation { rotateConnectorSecret(input: { id: "${id}"${more} }) { callUrl secret connector { previousSecretUntil } } }`,
      ),
    ).rotateConnectorSecret;

  it('that is new is valid at once, the old one for as long as was said, one before that no more', async () => {
    const made = await client.make('postmark');
    const second = await rotate(made.id, ', overlapSeconds: 3600');
    expect(Date.parse(second.connector.previousSecretUntil)).toBeGreaterThan(Date.now() + 3_500_000);
    const third = await rotate(made.id, ', secret: "third", overlapSeconds: 3600');
    expect(third.secret).toBeNull();
    const statuses = [];
    for (const url of [made.callUrl, second.callUrl, third.callUrl]) {
      statuses.push((await client.post(url, delivery('rotated'))).status);
    }
    expect(statuses).toEqual([401, 200, 200]);
    await client.t.database.owner.query(`update connector set previous_secret_until = now() - interval '1 second'`);
    client.t.service.app.get(ConnectorDirectory).forget(made.id.slice('con_'.length));
    expect((await client.post(second.callUrl, delivery('rotated'))).status).toBe(401);
    expect((await client.post(third.callUrl, delivery('rotated'))).status).toBe(200);
  });

  it('without an overlap ends the old one at once', async () => {
    const made = await client.make('postmark');
    const second = await rotate(made.id, ', overlapSeconds: 0');
    expect(second.connector.previousSecretUntil).toBeNull();
    expect((await client.post(made.callUrl, delivery('ended'))).status).toBe(401);
    expect((await client.post(second.callUrl, delivery('ended'))).status).toBe(200);
  });

  it('that another instance has changed is valid here at once', async () => {
    const made = await client.make('postmark');
    await client.post(made.callUrl, delivery('warm'));
    const directory = client.t.service.app.get(ConnectorDirectory);
    const forget = vi.spyOn(directory, 'forget').mockImplementation(() => undefined);
    const second = await rotate(made.id);
    forget.mockRestore();
    expect((await client.post(second.callUrl, delivery('elsewhere'))).status).toBe(200);
  });
});
