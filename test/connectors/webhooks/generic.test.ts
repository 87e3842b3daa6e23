import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MadeConnector, startWebhookClient, type WebhookClient } from './webhook-client.js';

let client: WebhookClient;

beforeAll(async () => {
  client = await startWebhookClient();
});
afterAll(() => client?.t.stop());

const mapping = {
  touchpoints: [
    {
      each: '$.events[*]',
      externalId: '@.id',
      channel: { path: '@.medium', map: { tel: 'CALL', mail: 'EMAIL' } },
      kind: { template: 'desk.{$headers.X-Event}' },
      occurredAt: { path: '@.at', apply: [{ date: { format: 'seconds' } }] },
      identifiers: [{ type: 'email', value: '@.who' }],
      attributes: { team: '$query.team' },
    },
  ],
};

const event = (id: string, more: object = {}) => ({
  id,
  medium: 'tel',
  at: 1_714_557_600,
  who: 'ann@example.com',
  ...more,
});
const body = (...events: object[]) => JSON.stringify({ events });
const settings = (verification: object, more: object = {}) => ({ source: 'desk', verification, mapping, ...more });

const now = () => Math.floor(Date.now() / 1000);

async function statusOf(
  made: MadeConnector,
  text: string,
  headers: Record<string, string>,
  query = '',
): Promise<number> {
  return (await client.post(made.url + query, text, headers)).status;
}

describe('a webhook of any system', () => {
  it('stores what its mapping makes of a payload, its headers and its query', async () => {
    const made = await client.make('generic', { settings: settings({ type: 'token' }) });
    const text = body(event('a-1'), event('a-2', { medium: 'mail' }));
    const answer = await client.post(`${made.url}?team=blue&token=${made.secret}`, text, {
      'x-event': 'opened',
      'x-other': 'y',
    });
    expect(answer.status).toBe(200);
    expect(await client.touchpoints('a-%')).toMatchObject([
      { source: 'desk', external_id: 'a-1', kind: 'desk.opened', channel: 0, attributes: { team: 'blue' } },
      { source: 'desk', external_id: 'a-2', kind: 'desk.opened', channel: 2 },
    ]);
    const [stored] = await client.requests(made);
    expect(stored?.headers).toEqual({ 'x-event': 'opened' });
    // The same body under another header is another request; under the same one it is the same.
    for (const [kind, count] of [
      ['opened', 1],
      ['closed', 2],
    ] as const) {
      await client.post(`${made.url}?team=blue&token=${made.secret}`, text, { 'x-event': kind });
      expect(await client.requests(made)).toHaveLength(count);
    }
  });

  it('keeps what cannot be mapped as a dead letter with its reason, and stores its neighbours', async () => {
    const made = await client.make('generic', { settings: settings({ type: 'none' }) });
    await client.post(made.url, body(event('b-1'), event('b-2', { medium: 'fax' }), event('b-3')), { 'x-event': 'x' });
    expect((await client.touchpoints('b-%')).map((one) => one.external_id)).toEqual(['b-1', 'b-3']);
    const letters = (await client.deadLetters()).filter((one) => one.raw.includes('fax'));
    expect(letters).toMatchObject([{ source: 'generic', reason: 'INPUT_INVALID', state: 0 }]);
    const [request] = await client.requests(made);
    expect(request).toMatchObject({ touchpoints: 2, dead_letters: 1 });
    // A better mapping understands it.
    const { version } = await client.shown(made.id);
    const [rule] = mapping.touchpoints;
    const better = { touchpoints: [{ ...rule, channel: { path: '@.medium', map: { tel: 'CALL', '*': 'OTHER' } } }] };
    const updated = await client.t.graphql(
      `mutation ($input: UpdateConnectorInput!) { updateConnector(input: $input) { connector { id } } }`,
      { input: { id: made.id, version, settings: settings({ type: 'none' }, { mapping: better }) } },
    );
    expect(updated.errors).toBeUndefined();
    const again = await client.t.graphql(
      `mutation ($input: ReplayRequestsInput!) { replayRequests(input: $input) { requests } }`,
      { input: { connectorId: made.id, from: '2020-01-01T00:00:00Z' } },
    );
    expect(again.errors).toBeUndefined();
    await client.worker.tick();
    expect((await client.touchpoints('b-%')).map((one) => one.external_id)).toEqual(['b-1', 'b-2', 'b-3']);
  });

  it('gives what has no id one by its payload, so that it is stored once', async () => {
    const [{ externalId: _, ...rule } = { externalId: '' }] = mapping.touchpoints;
    const made = await client.make('generic', {
      settings: settings({ type: 'none' }, { source: 'nameless', mapping: { touchpoints: [rule] } }),
    });
    for (let i = 0; i < 2; i++) await client.post(made.url, body(event('c'), event('c')), { 'x-event': 'x' });
    const { rows } = await client.t.database.owner.query(
      `select count(*)::int as n from touchpoint where source = 'nameless'`,
    );
    expect(rows).toEqual([{ n: 2 }]);
  });

  it('reads forms as well', async () => {
    const made = await client.make('generic', {
      settings: {
        source: 'form',
        verification: { type: 'none' },
        mapping: {
          touchpoints: [
            {
              channel: 'WEB',
              kind: 'form.sent',
              externalId: '$.id',
              identifiers: [{ type: 'email', value: '$.mail' }],
            },
          ],
        },
      },
    });
    const form = new URLSearchParams({ id: 'd-1', mail: 'ann@example.com' }).toString();
    await client.post(made.url, form, { 'content-type': 'application/x-www-form-urlencoded' });
    expect(await client.touchpoints('d-%')).toMatchObject([{ source: 'form', kind: 'form.sent' }]);
  });
});

describe('what proves its sender', () => {
  const text = body(event('proof'));
  const sign = (algorithm: string, key: string | Buffer, signed: string, encoding: 'hex' | 'base64') =>
    createHmac(algorithm, key).update(signed).digest(encoding);

  it('may be a token: in the address, as bearer, or in a header that it names', async () => {
    const made = await client.make('generic', {
      secret: 'right',
      settings: settings({ type: 'token', header: 'X-Token' }),
    });
    for (const [status, headers, query] of [
      [200, { 'x-token': 'right' }, ''],
      [200, { authorization: 'Bearer right' }, ''],
      [200, {}, '?token=right'],
      [401, { 'x-token': 'wrong' }, ''],
      [401, { 'x-event': 'right' }, ''],
      [401, {}, ''],
    ] as const) {
      expect(await statusOf(made, text, headers, query)).toBe(status);
    }
    expect((await client.requests(made)).every((one) => !JSON.stringify(one.headers).includes('right'))).toBe(true);
  });

  it.each(['sha1', 'sha256', 'sha512'] as const)(
    'may be a signature by %s over the body, in hexadecimal or base64',
    async (algorithm) => {
      for (const encoding of ['hex', 'base64'] as const) {
        const made = await client.make('generic', {
          secret: 'shared',
          settings: settings({ type: 'hmac', header: 'X-Signature', algorithm, encoding, prefix: `${algorithm}=` }),
        });
        const right = `${algorithm}=${sign(algorithm, 'shared', text, encoding)}`;
        expect(await statusOf(made, text, { 'x-signature': right })).toBe(200);
        for (const wrong of [
          right.slice(1),
          `${right}0`,
          `${algorithm}=${sign(algorithm, 'other', text, encoding)}`,
          '',
        ]) {
          expect(await statusOf(made, text, { 'x-signature': wrong })).toBe(401);
        }
        expect(await statusOf(made, body(event('other')), { 'x-signature': right })).toBe(401);
        expect(await statusOf(made, text, {})).toBe(401);
      }
    },
  );

  it('may cover a time, after which it is worth nothing', async () => {
    const how = {
      type: 'hmac',
      header: 'x-sig',
      timestampHeader: 'X-Time',
      prefix: 'v0=',
      signed: 'v0:{timestamp}:{body}',
    };
    const made = await client.make('generic', { secret: 'shared', settings: settings(how) });
    const at = (time: string, covered = time) => ({
      'x-time': time,
      'x-sig': `v0=${sign('sha256', 'shared', `v0:${covered}:${text}`, 'hex')}`,
    });
    expect(await statusOf(made, text, at(String(now())))).toBe(200);
    expect(await statusOf(made, text, at(String(Date.now())))).toBe(200);
    for (const time of [now() - 301, now() + 301]) expect(await statusOf(made, text, at(String(time)))).toBe(401);
    expect(await statusOf(made, text, at(String(now()), String(now() - 10)))).toBe(401);
    expect(await statusOf(made, text, at('soon'))).toBe(401);
    const { 'x-sig': signature } = at(String(now()));
    expect(await statusOf(made, text, { 'x-sig': signature })).toBe(401);
  });

  it('may be that of Standard Webhooks', async () => {
    const key = Buffer.from('a key of twenty-four bytes');
    const made = await client.make('generic', {
      secret: `whsec_${key.toString('base64')}`,
      settings: settings({ type: 'standard-webhooks' }),
    });
    const headers = (time: number, signed = text, names = 'webhook') => ({
      [`${names}-id`]: 'msg_1',
      [`${names}-timestamp`]: String(time),
      [`${names}-signature`]: `v1,bm90IHRoaXMgb25l v1,${sign('sha256', key, `msg_1.${time}.${signed}`, 'base64')}`,
    });
    expect(await statusOf(made, text, headers(now()))).toBe(200);
    expect(await statusOf(made, text, headers(now(), text, 'svix'))).toBe(200);
    expect(await statusOf(made, text, headers(now() - 301))).toBe(401);
    expect(await statusOf(made, text, headers(now(), `${text} `))).toBe(401);
    expect(await statusOf(made, text, { ...headers(now()), 'webhook-signature': '' })).toBe(401);
  });

  it('is another workspace’s for another workspace', async () => {
    const other = await client.t.makeWorkspace('generic-others');
    const made = await client.make('generic', { secret: 'theirs', settings: settings({ type: 'token' }) }, other.key);
    expect(await statusOf(made, body(event('e-1')), { 'x-event': 'x' }, '?token=theirs')).toBe(200);
    const { rows } = await client.t.database.owner.query(
      `select workspace_id from touchpoint where external_id = 'e-1'`,
    );
    expect(rows).toEqual([{ workspace_id: other.workspace }]);
  });
});

describe('its settings', () => {
  const refused = async (given: unknown) => {
    const { errors } = await client.t.graphql(
      `mutation ($input: CreateConnectorInput!) { createConnector(input: $input) { secret } }`,
      { input: { key: 'refused', kind: 'generic', settings: given } },
    );
    return [errors?.[0]?.extensions['reason'], errors?.[0]?.extensions['field']];
  };
  const hmac = (more: object) => settings({ type: 'hmac', header: 'x', ...more });
  const reading = (header: string) => ({
    touchpoints: [{ channel: 'WEB', kind: `$headers.${header}`, identifiers: [{ type: 'email', value: '$.a' }] }],
  });

  it.each([
    [{}, 'MAPPING_INVALID', 'input.settings.mapping'],
    [{ mapping: { touchpoints: [{}] } }, 'MAPPING_INVALID', 'input.settings.mapping.touchpoints[0].channel'],
    [settings({ type: 'magic' }), 'INPUT_INVALID', 'input.settings.verification.type'],
    [hmac({ algorithm: 'md5' }), 'INPUT_INVALID', 'input.settings.verification.algorithm'],
    [hmac({ header: 'x y' }), 'INPUT_INVALID', 'input.settings.verification.header'],
    [hmac({ signed: '{body}!' }), 'INPUT_INVALID', 'input.settings.verification.signed'],
    [hmac({ signed: '{timestamp}{body}' }), 'INPUT_INVALID', 'input.settings.verification.timestampHeader'],
    [hmac({ timestampHeader: 't', signed: '{body}' }), 'INPUT_INVALID', 'input.settings.verification.signed'],
    [{ mapping, colour: 'red' }, 'INPUT_INVALID', 'input.settings.colour'],
    [{ mapping: reading('Authorization') }, 'MAPPING_INVALID', 'input.settings.mapping'],
    [
      { mapping: reading('X-Token'), verification: { type: 'token', header: 'x-token' } },
      'MAPPING_INVALID',
      'input.settings.mapping',
    ],
  ])('are checked when they are saved: %#', async (given, reason, field) => {
    expect(await refused(given)).toEqual([reason, field]);
  });
});
