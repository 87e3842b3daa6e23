import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messagesOf } from '../../src/connectors/segment/segment-batch.js';
import { sourceOf } from '../../src/connectors/segment/segment-identifiers.js';
import { translateMessage } from '../../src/connectors/segment/segment-message.js';
import { Refusal } from '../../src/platform/refusal.js';
import type { IdentifyCustomerInput, TouchpointInput } from '../../src/touchpoints/record.input.js';
import { anyItem } from './any-item.js';
import { checked, now } from './checked-message.js';

function touchpointOf(message: object): TouchpointInput {
  const translated = translateMessage(message, now);
  if (!('touchpoint' in translated)) throw new Error('This became no touchpoint.');
  return translated.touchpoint;
}

function identificationOf(message: object): IdentifyCustomerInput {
  const translated = translateMessage(message, now);
  if (!('identification' in translated)) throw new Error('This became no identification.');
  return translated.identification;
}

function refusalOf(message: unknown): Refusal {
  try {
    checked(message);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

const named = ({ identifiers }: TouchpointInput | IdentifyCustomerInput) =>
  identifiers.map(({ type, value }) => `${type}=${value}`);

describe('what a message means', () => {
  it('a page of a browser is a web touchpoint with its title, address, campaign and language', () => {
    const page = touchpointOf({
      type: 'page',
      anonymousId: 'cookie',
      name: 'Pricing',
      messageId: 'm-1',
      timestamp: '2026-11-24T11:00:00.000Z',
      sentAt: '2026-11-24T11:59:59.000Z',
      properties: { title: 'What it costs', url: 'https://shop.example/pricing', tab: 2 },
      context: {
        page: { url: 'https://shop.example/pricing?utm_source=news', referrer: 'https://news.example/' },
        campaign: { source: 'news', medium: 'email' },
        locale: 'de_AT',
        library: { name: 'analytics.js', version: 'next-1.84.3' },
        ip: '203.0.113.9',
      },
    });
    expect(page).toEqual({
      source: 'segment',
      externalId: 'm-1',
      identifiers: [{ type: 'anonymous_id', value: 'cookie' }],
      channel: 'WEB',
      kind: 'page.viewed',
      subject: 'What it costs',
      occurredAt: '2026-11-24T11:00:00.000Z',
      sentAt: '2026-11-24T11:59:59.000Z',
      language: 'de-AT',
      traits: {},
      attributes: {
        name: 'Pricing',
        url: 'https://shop.example/pricing?utm_source=news',
        referrer: 'https://news.example/',
        campaign: { source: 'news', medium: 'email' },
        library: { name: 'analytics.js', version: 'next-1.84.3' },
        properties: { title: 'What it costs', url: 'https://shop.example/pricing', tab: 2 },
      },
    });
  });

  it.each([
    [{ context: { page: { url: 'https://a.example' }, app: { name: 'site' } } }, 'WEB'],
    [{ channel: 'web' }, 'WEB'],
    [{ context: { app: { name: 'Shop' } } }, 'APP'],
    [{ context: { device: { id: 'd' } } }, 'APP'],
    [{ channel: 'mobile' }, 'APP'],
    [{ channel: 'server' }, 'OTHER'],
    [{}, 'OTHER'],
  ])('a tracked event with %j took place in %s', (more, channel) => {
    expect(touchpointOf({ type: 'track', userId: 'u', event: 'Order Completed', ...more })).toMatchObject({
      channel,
      kind: 'Order Completed',
    });
  });

  it('every id, the e-mail address and the telephone of the traits name the customer', () => {
    const message = {
      type: 'track',
      event: 'e',
      userId: 17,
      anonymousId: 'cookie',
      context: { traits: { email: 'a@example.com', phone: '+14155550123', plan: 'gold' }, device: { id: 'phone-1' } },
    };
    expect(named(touchpointOf(message))).toEqual([
      'user_id=17',
      'email=a@example.com',
      'phone=+14155550123',
      'device_id=phone-1',
      'anonymous_id=cookie',
    ]);
    expect(touchpointOf(message).traits).toEqual({ email: 'a@example.com', phone: '+14155550123', plan: 'gold' });
  });

  it('identify says who somebody is, and its own traits win over those of the context', () => {
    const message = {
      type: 'identify',
      userId: 'u',
      traits: { plan: 'gold', email: 'new@example.com' },
      context: { traits: { plan: 'tin', city: 'Graz' } },
      timestamp: '2026-11-24T11:00:00Z',
    };
    expect(identificationOf(message)).toMatchObject({
      traits: { plan: 'gold', email: 'new@example.com', city: 'Graz' },
      occurredAt: '2026-11-24T11:00:00.000Z',
    });
    expect(named(identificationOf(message))).toEqual(['user_id=u', 'email=new@example.com']);
  });

  it('alias joins the previous id to the user as an anonymous one; with itself there is nothing to join', () => {
    expect(named(identificationOf({ type: 'alias', previousId: 'before', userId: 'u' }))).toEqual([
      'user_id=u',
      'anonymous_id=before',
    ]);
    expect(named(identificationOf({ type: 'alias', previousId: 'u', userId: 'u' }))).toEqual(['user_id=u']);
    expect(refusalOf({ type: 'alias', userId: 'u' })).toMatchObject({
      reason: 'TOO_FEW',
      where: { field: 'previousId' },
    });
    expect(refusalOf({ type: 'alias', previousId: 'p' })).toMatchObject({
      reason: 'TOO_FEW',
      where: { field: 'userId' },
    });
  });

  it('group is what is known of the customer, and the group’s address is not hers', () => {
    const message = { type: 'group', userId: 'u', groupId: 'acme', traits: { email: 'info@acme.example', seats: 3 } };
    expect(named(identificationOf(message))).toEqual(['user_id=u']);
    expect(identificationOf(message).traits).toEqual({
      group_id: 'acme',
      'group.email': 'info@acme.example',
      'group.seats': 3,
    });
    expect(refusalOf({ type: 'group', userId: 'u' })).toMatchObject({ where: { field: 'groupId' } });
  });

  it.each([
    [{ context: { library: { name: '@segment/analytics-node' } } }, 'segment'],
    [{ context: { library: { name: 'RudderLabs JavaScript SDK' } } }, 'rudderstack'],
    [{ context: { library: { name: 'analytics-node' } }, originalTimestamp: 'x' }, 'rudderstack'],
    [{ context: { library: { name: 'analytics-node' } }, originalTimestamp: 'x', receivedAt: 'y' }, 'segment'],
    [{}, 'segment'],
    ['nonsense', 'segment'],
  ])('%j comes from %s', (message, source) => {
    expect(sourceOf(message)).toBe(source);
  });

  it.each([
    [{ type: 'track', event: 'e' }, 'TOO_FEW', 'userId'],
    [{ type: 'track', event: 'e', userId: {} }, 'INPUT_INVALID', 'userId'],
    [{ type: 'track', userId: 'u' }, 'TOO_FEW', 'event'],
    [{ type: 'track', userId: 'u', event: {} }, 'INPUT_INVALID', 'event'],
    [{ type: 'page', userId: 'u', properties: 'x' }, 'INPUT_INVALID', 'properties'],
    [{ type: 'identify', userId: 'u', traits: 'x' }, 'INPUT_INVALID', 'traits'],
    [{ type: 'delete', userId: 'u' }, 'INPUT_INVALID', 'type'],
    [{ userId: 'u' }, 'INPUT_INVALID', 'type'],
    [{ type: 'track', userId: 'u', event: 'x'.repeat(201) }, 'TOO_LONG', 'touchpoint.kind'],
    [{ type: 'page', userId: 'u', messageId: 'x'.repeat(513) }, 'TOO_LONG', 'touchpoint.externalId'],
    [[], 'INPUT_INVALID', 'message'],
    [null, 'INPUT_INVALID', 'message'],
  ])('%j is refused with %s of %s', (message, reason, field) => {
    expect(refusalOf(message)).toMatchObject({ reason, where: { field } });
  });
});

describe('a batch', () => {
  it('gives its context and its clock to each message, and keeps the write key out', () => {
    const body = {
      writeKey: 'secret',
      sentAt: 'batch',
      context: { locale: 'en', library: { name: 'batch' } },
      batch: [{ type: 'track', writeKey: 'secret', sentAt: 'own', context: { library: { name: 'own' } } }, 7],
    };
    expect(messagesOf('batch', body)).toEqual([
      { type: 'track', sentAt: 'batch', context: { locale: 'en', library: { name: 'own' } } },
      7,
    ]);
  });

  it('of one message takes its type from the address', () => {
    expect(messagesOf('page', { type: 'track', userId: 'u', writeKey: 'secret' })).toEqual([
      { type: 'page', userId: 'u' },
    ]);
  });
});

describe('whatever comes', () => {
  it('any JSON becomes something that can be stored, or a refusal, and nothing else', () => {
    const seen = { touchpoints: 0, identifications: 0, refusals: 0 };
    fc.assert(
      fc.property(anyItem, (item) => {
        try {
          if (checked(item).touchpoint) seen.touchpoints++;
          else seen.identifications++;
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          seen.refusals++;
        }
      }),
      { numRuns: 4_000 },
    );
    // Else the generator would prove nothing.
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(100);
  });
});
