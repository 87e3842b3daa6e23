import { CloudEvent, type EmitterFunction, emitterFor, httpTransport, Mode } from 'cloudevents';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { askCustomer } from './ask-customer.js';
import { type Restartable, startRestartable } from './restartable.js';
import { type SegmentClient, startSegmentClient } from './segment-client.js';

let client: SegmentClient;

beforeAll(async () => {
  client = await startSegmentClient();
});
afterAll(() => client.t.stop());

const bearer = () => ({ authorization: `Bearer ${client.t.key}` });
const emitter = (mode: Mode): EmitterFunction => emitterFor(httpTransport(`${client.t.url}/v1/events`), { mode });
const send = (body: unknown, contentType: string, path = '/v1/events', headers: Record<string, string> = {}) =>
  client.post(path, typeof body === 'string' ? body : JSON.stringify(body), {
    ...bearer(),
    'content-type': contentType,
    ...headers,
  });

const structured = 'application/cloudevents+json';
const batched = 'application/cloudevents-batch+json';

const event = (id: string, more: object = {}) => ({
  specversion: '1.0',
  type: 'com.acme.email.opened',
  source: '/shop',
  id,
  time: '2026-01-15T10:00:00Z',
  identity: `${id}@example.com`,
  identitytype: 'email',
  ...more,
});

describe('the published CloudEvents SDK, unmodified', () => {
  it('says the same in binary and in structured mode, and in a batch: it is stored once', async () => {
    const told = new CloudEvent({
      id: 'mode-1',
      type: 'com.acme.chat.ended',
      source: '/desk',
      subject: 'Refund of order 7 “Café”',
      time: '2026-01-15T10:00:00.000Z',
      data: { taskId: 'task-1', direction: 'inbound', agentId: 'agent-7', note: 'é' },
      identity: 'modes@example.com',
      identitytype: 'email',
      priority: 7,
    });
    // The SDK writes headers as they are, and Node’s HTTP takes no quotation mark that is beyond Latin-1 there.
    const inHeaders = told.cloneWith({ subject: encodeURIComponent(told.subject as string) });
    await emitter(Mode.BINARY)(inHeaders, { headers: bearer() });
    await emitter(Mode.STRUCTURED)(told, { headers: bearer() });
    expect((await send([told, told], batched)).status).toBe(200);
    const customer = await askCustomer(client.t, 'email', 'modes@example.com');
    expect(customer?.touchpoints).toMatchObject([
      {
        channel: 'CHAT',
        direction: 'INBOUND',
        kind: 'com.acme.chat.ended',
        subject: 'Refund of order 7 “Café”',
        source: '/desk',
        externalId: 'mode-1',
        occurredAt: '2026-01-15T10:00:00+00:00',
        conversation: { touchpointCount: 1 },
        attributes: { data: { note: 'é' } },
      },
    ]);
    const { rows } = await client.t.database.owner.query(
      `select count(*)::int as messages from touchpoint_message m
       join touchpoint t on t.workspace_id = m.workspace_id and t.id = m.touchpoint_id where t.external_id = 'mode-1'`,
    );
    expect(rows).toEqual([{ messages: 0 }]);
    expect(await client.deadLetters('mode-1')).toEqual([]);
  });

  it.each([
    ['bytes', Buffer.from([1, 2, 255]), 'application/octet-stream', { data_base64: 'AQL/' }],
    ['text', '<order id="7"/>', 'text/xml', { data: '<order id="7"/>' }],
    ['JSON of its own type', { a: 1 }, 'application/vnd.acme+json', { data: { a: 1 } }],
  ])('%s arrive alike in both modes', async (name, data, datacontenttype, attributes) => {
    for (const mode of [Mode.BINARY, Mode.STRUCTURED]) {
      const id = `data-${name}-${mode}`;
      const told = { id, type: 't', source: '/s', data, datacontenttype, identity: id, identitytype: 'customerId' };
      await emitter(mode)(new CloudEvent(told), { headers: bearer() });
      const customer = await askCustomer(client.t, 'user_id', id);
      expect(customer?.touchpoints).toMatchObject([{ attributes }]);
    }
  });
});

describe('an integration written for Webex’s Journey Data Service', () => {
  const webex = (body: object) => send(body, 'application/json', '/publish/v1/api/event?workspaceId=63fe');
  const task = (id: string, more: object) => ({
    specversion: '1.0',
    type: 'task:new',
    source: 'wxcc',
    id,
    datacontenttype: 'application/json',
    ...more,
  });

  it.each([
    ['telephony', 'CALL', '+12263762555', 'phone', 'phone +12263762555'],
    ['email', 'EMAIL', 'webex@example.com', 'email', 'email webex@example.com'],
    ['chat', 'CHAT', 'customer-7', 'customerId', 'user_id customer-7'],
    ['social', 'SOCIAL', 'visitor-7', 'temporaryId', 'anonymous_id visitor-7'],
  ])('works with its address changed (%s)', async (channelType, channel, identity, identitytype, identifier) => {
    const data = { taskId: `task-${channelType}`, origin: identity, channelType };
    const sent = await webex(task(`webex-${channelType}`, { identity, identitytype, data }));
    expect(sent.status).toBe(202);
    const [type = '', value = ''] = identifier.split(' ');
    const customer = await askCustomer(client.t, type, value);
    expect(customer?.identifiers).toEqual([identifier]);
    expect(customer?.touchpoints).toMatchObject([{ channel, kind: 'task:new', source: 'wxcc', attributes: { data } }]);
  });

  it('joins a temporary id to the customer that it turns out to be', async () => {
    await webex(task('before', { identity: 'temp-1', identitytype: 'temporaryId', data: { channelType: 'chat' } }));
    const known = { identity: 'known@example.com', identitytype: 'email', previousidentity: 'temp-1' };
    await webex(task('after', { ...known, data: { channelType: 'telephony' } }));
    const customer = await askCustomer(client.t, 'anonymous_id', 'temp-1');
    expect(customer?.identifiers).toEqual(['anonymous_id temp-1', 'email known@example.com']);
    expect(customer?.touchpoints.map((one) => one.externalId).sort()).toEqual(['after', 'before']);
  });
});

describe('what is refused', () => {
  it.each(['specversion', 'id', 'source', 'type'])('a single event without %s is a 400 that names it', async (name) => {
    const told = event('lacking', { [name]: undefined });
    for (const sent of [await send(told, structured), await send(told, 'application/json')]) {
      expect(sent).toMatchObject({ status: 400, body: { reason: 'TOO_FEW', field: name } });
    }
    const { [name as 'id']: _, ...rest } = event('lacking');
    const headers = Object.fromEntries(Object.entries(rest).map(([key, value]) => [`ce-${key}`, value]));
    const binary = await send({ a: 1 }, 'application/json', '/v1/events', headers);
    expect(binary).toMatchObject({ status: 400, body: { reason: 'TOO_FEW', field: name } });
    expect(await client.deadLetters('lacking')).toEqual([]);
  });

  it.each([
    ['another version', { specversion: '0.3' }, 'specversion'],
    ['an id that is no text', { id: 7 }, 'id'],
    ['nobody', { identity: undefined, identitytype: undefined }, 'identity'],
    ['an identity of no type', { identitytype: undefined }, 'identitytype'],
    ['an identity of an unknown type', { identitytype: 'shoeSize' }, 'identitytype'],
    ['data told twice', { data: {}, data_base64: 'e30=' }, 'data_base64'],
    ['attributes that pass a limit', { data: { text: 'x'.repeat(20_000) } }, 'touchpoint.attributes'],
  ])('%s is a 400 for a single event', async (_, more, field) => {
    expect(await send(event('single-bad', more), structured)).toMatchObject({ status: 400, body: { field } });
    expect(await client.deadLetters('single-bad')).toEqual([]);
  });

  it('in a batch a bad event is a dead letter and its neighbours are stored', async () => {
    const events = [event('batch-1'), event('batch-bad', { source: undefined }), 'text', event('batch-2')];
    expect((await send(events, batched)).status).toBe(200);
    expect(await client.storedIds('batch-%')).toEqual(['batch-1', 'batch-2']);
    expect(await client.deadLetters('batch-bad')).toMatchObject([
      { source: 'cloudevents', reason: 'TOO_FEW', field: 'source' },
    ]);
    expect(await client.deadLetters('"text"')).toMatchObject([{ reason: 'INPUT_INVALID', field: 'event' }]);
  });

  it.each([
    'application/cloudevents+avro',
    'application/cloudevents-batch+avro',
    'application/cloudevents',
    'text/plain',
    'application/x-www-form-urlencoded',
    'nonsense',
  ])('%s without attributes in headers is a 415', async (contentType) => {
    const sent = await send(event('unknown-mode'), contentType);
    expect(sent).toMatchObject({ status: 415, body: { reason: 'BODY_TYPE_UNSUPPORTED' } });
  });

  it.each([
    ['broken JSON', '{"specversion":"1.0"', structured, 'BODY_MALFORMED'],
    ['a list where there is one event', '[]', structured, 'BODY_MALFORMED'],
    ['one event where there is a list', '{}', batched, 'INPUT_INVALID'],
    ['JSON of JSON', JSON.stringify(JSON.stringify(event('twice'))), structured, 'BODY_MALFORMED'],
  ])('%s is a 400', async (_, body, contentType, reason) => {
    expect(await send(body, contentType)).toMatchObject({ status: 400, body: { reason } });
  });

  it('who has no key gets a 401 before the body is looked at', async () => {
    for (const path of ['/v1/events', '/publish/v1/api/event']) {
      const sent = await client.post(path, '{', { 'content-type': structured });
      expect(sent).toMatchObject({ status: 401, body: { reason: 'KEY_MISSING' } });
    }
  });
});

it('a sender that asks before it sends is told that it may', async () => {
  const answer = await fetch(`${client.t.url}/v1/events`, {
    method: 'OPTIONS',
    headers: { 'webhook-request-origin': 'events.example' },
  });
  expect(answer.status).toBe(204);
  expect(answer.headers.get('webhook-allowed-origin')).toBe('events.example');
});

describe('a service that goes away in the middle', () => {
  let service: Restartable;

  afterEach(() => service.end());

  it('gets each event once from a sender that sends again until it is told yes', async () => {
    service = await startRestartable();
    const emit = emitterFor(httpTransport(`${service.url}/v1/events`), { mode: Mode.BINARY });
    const headers = { authorization: `Bearer ${service.key}` };
    const events = [1, 2, 3, 4].map(
      (n) =>
        new CloudEvent({
          id: `e-${n}`,
          type: 't',
          source: '/s',
          data: { n },
          identity: 'kim',
          identitytype: 'customerId',
        }),
    );
    await emit(events[0] as CloudEvent<unknown>, { headers });
    await service.stop();
    await expect(emit(events[1] as CloudEvent<unknown>, { headers })).rejects.toThrow();
    await service.start();
    for (const one of events) await emit(one as CloudEvent<unknown>, { headers });
    const { rows } = await service.database.owner.query(
      'select count(*)::int as stored, count(distinct external_id)::int as ids from touchpoint',
    );
    expect(rows).toEqual([{ stored: 4, ids: 4 }]);
  });
});
