import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCloudEvent } from '../../src/connectors/cloudevents/cloudevent.js';
import { channelOf } from '../../src/connectors/cloudevents/cloudevent-channel.js';
import { cloudeventDialect } from '../../src/connectors/cloudevents/cloudevent-dialect.js';
import { eventsOf } from '../../src/connectors/cloudevents/cloudevent-request.js';
import { Refusal } from '../../src/platform/refusal.js';
import { anyOf } from './any-item.js';
import { context } from './checked-message.js';

const base = { specversion: '1.0', id: '1', source: '/s', type: 't', identity: 'a@example.com', identitytype: 'email' };
const check = (event: unknown) => cloudeventDialect.check(event, 0, context);
const named = (event: object) =>
  check({ ...base, ...event }).identifiers.map(({ type, value }) => `${type.name} ${value}`);

describe('an event', () => {
  it.each([
    ['com.acme.email.opened', {}, 'EMAIL'],
    ['CallEnded', {}, 'CALL'],
    ['page_view', {}, 'WEB'],
    ['com.acme.shop.order', {}, 'OTHER'],
    ['order', { data: { channelType: 'telephony' } }, 'CALL'],
    ['order', { data: { channel: 'WhatsApp' } }, 'SOCIAL'],
    ['sms.sent', { data: { channel: 'CHAT' } }, 'CHAT'],
    ['order', { channel: 'store' }, 'STORE'],
  ])('%s with %o is on %s', (type, more, channel) => {
    expect(channelOf(readCloudEvent({ ...base, type, ...more }))).toBe(channel);
  });

  it.each([
    [{ identity: 'crm-7', identitytype: 'crm_id' }, ['crm_id crm-7']],
    [{ identity: 'phone:+12263762555', identitytype: undefined }, ['phone +12263762555']],
    [{ previousidentity: 'old@example.com' }, ['email a@example.com', 'email old@example.com']],
    [{ previousidentity: '+12263762555' }, ['email a@example.com', 'phone +12263762555']],
    [{ previousidentity: '7', previousidentitytype: 'customerId' }, ['email a@example.com', 'user_id 7']],
    [{ identity: undefined, data: { userId: 7, email: 'b@example.com' } }, ['user_id 7', 'email b@example.com']],
    [
      { identity: undefined, data_base64: Buffer.from('{"email":"b@example.com"}').toString('base64') },
      ['email b@example.com'],
    ],
    [{ identity: undefined, data: '{"email":"b@example.com"}' }, ['email b@example.com']],
  ])('with %o names %o', (event, identifiers) => {
    expect(named(event)).toEqual(identifiers);
  });

  it('a bad time costs the time, not the event', () => {
    const { touchpoint } = check({ ...base, time: 'yesterday' });
    expect(touchpoint).toMatchObject({
      occurredAt: null,
      attributes: { clock: { reason: 'INVALID', sent: 'yesterday' } },
    });
  });

  it('any JSON becomes something that can be stored, or a refusal, and nothing else', () => {
    const names = [
      ...Object.keys(base),
      'time',
      'subject',
      'data',
      'data_base64',
      'datacontenttype',
      'previousidentity',
    ];
    const data = anyOf(['taskId', 'channel', 'direction', 'email', 'agentId', 'language', 'title']);
    fc.assert(
      fc.property(
        anyOf(names, { specversion: ['1.0'], identitytype: ['email', 'customerId', 'crm_id'], data }),
        (event) => {
          try {
            check(event);
          } catch (error) {
            expect(error).toBeInstanceOf(Refusal);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('a request', () => {
  it('in binary mode has its attributes in headers, percent-encoded and perhaps quoted', () => {
    const headers = { 'ce-id': '1', 'ce-subject': '"caf%C3%A9 \\"7\\""', 'ce-broken': '100%', host: 'h' };
    expect(eventsOf(headers, 'text/plain; charset=utf-8', Buffer.from('x'))).toEqual({
      events: [
        { id: '1', subject: 'café "7"', broken: '100%', datacontenttype: 'text/plain; charset=utf-8', data: 'x' },
      ],
      isBatch: false,
    });
  });

  it('of any bytes, headers and content type is read or refused, and nothing else', () => {
    const type = fc.oneof(
      fc.constantFrom(
        '',
        'application/json',
        'application/cloudevents+json',
        'application/cloudevents-batch+json',
        'text/xml',
      ),
      fc.string(),
    );
    const headers = fc.dictionary(
      fc.constantFrom('ce-id', 'ce-type', 'ce-', 'ce-__proto__', 'accept'),
      fc.string({ unit: 'binary' }),
    );
    const body = fc.oneof(
      fc.uint8Array(),
      fc.json().map((text) => new TextEncoder().encode(text)),
    );
    fc.assert(
      fc.property(headers, type, body, (one, contentType, bytes) => {
        try {
          eventsOf(one, contentType, Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
