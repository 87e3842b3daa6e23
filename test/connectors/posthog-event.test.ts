import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventsOf, keyIn, readPosthog } from '../../src/connectors/posthog/posthog-batch.js';
import { posthogDialect } from '../../src/connectors/posthog/posthog-event.js';
import { Refusal } from '../../src/platform/refusal.js';
import { anyOf } from './any-item.js';
import { context, now } from './checked-message.js';

const check = (event: unknown) => posthogDialect.check(event, 0, context);
const named = (event: object) =>
  check({ event: 'Seen', ...event })
    .identifiers.map(({ type, value }) => `${type.name} ${value}`)
    .sort();

describe('a body of PostHog', () => {
  const sent = [{ event: 'Größe > 3?', properties: { token: 'key', distinct_id: 'v-1', size: '~~~ÿ' } }];
  const text = Buffer.from(JSON.stringify(sent)).toString('base64');

  it.each([
    ['JSON', JSON.stringify(sent)],
    ['a form of a browser that may not pack it yet', `data=${encodeURIComponent(text)}`],
    ['a form whose plus signs are not encoded', `data=${text}&ver=1.0`],
  ])('is read as %s, with its key', (_, body) => {
    const read = readPosthog(Buffer.from(body));
    expect(read).toEqual(sent);
    expect(keyIn(read)).toBe('key');
  });

  it('that holds nothing is refused, and one that is no JSON is kept as it is', () => {
    expect(() => readPosthog(Buffer.from('data='))).toThrow(Refusal);
    expect(readPosthog(Buffer.from('data=QUJD'))).toBe('ABC');
  });
});

describe('an event of PostHog', () => {
  it.each([
    ['a visitor', { distinct_id: 'v-1' }, ['anonymous_id v-1']],
    ['a user', { distinct_id: 'u-1', properties: { $is_identified: true } }, ['anonymous_id u-1', 'user_id u-1']],
    [
      'a visitor who says who she is',
      { event: '$identify', distinct_id: 'u-1', properties: { $anon_distinct_id: 'v-1' } },
      ['anonymous_id u-1', 'anonymous_id v-1', 'user_id u-1'],
    ],
    [
      'somebody by her e-mail address',
      { distinct_id: 'Ann@Example.com' },
      ['anonymous_id Ann@Example.com', 'email ann@example.com'],
    ],
    [
      'what an old client says beside the properties',
      { event: '$identify', distinct_id: 'u-1', $set: { email: 'ann@example.com', phone: '+14155550123' } },
      ['anonymous_id u-1', 'email ann@example.com', 'phone +14155550123', 'user_id u-1'],
    ],
    [
      'two ids of an alias',
      { event: '$create_alias', distinct_id: 'u-1', properties: { alias: 'v-1' } },
      ['anonymous_id u-1', 'anonymous_id v-1'],
    ],
    ['an id that stands among the properties', { properties: { distinct_id: 7 } }, ['anonymous_id 7']],
  ])('names %s', (_, event, identifiers) => {
    expect(named(event)).toEqual(identifiers);
  });

  it.each([
    ['no object', 7, 'INPUT_INVALID event'],
    ['no name', { distinct_id: 'v-1' }, 'TOO_FEW event'],
    ['nobody', { event: 'Seen' }, 'TOO_FEW distinct_id'],
    ['an id of a wrong type', { event: 'Seen', distinct_id: {} }, 'INPUT_INVALID distinct_id'],
    ['an alias of nothing', { event: '$create_alias', distinct_id: 'u-1' }, 'TOO_FEW alias'],
    ['properties in a list', { event: 'Seen', distinct_id: 'v', properties: [] }, 'INPUT_INVALID properties'],
    ['person properties as text', { event: 'Seen', distinct_id: 'v', $set: 'gold' }, 'INPUT_INVALID $set'],
  ])('with %s is refused, naming the field', (_, event, reason) => {
    let told = 'nothing';
    try {
      check(event);
    } catch (error) {
      told = `${(error as Refusal).reason} ${(error as Refusal).where.field}`;
    }
    expect(told).toBe(reason);
  });

  it('keeps a first value out of the traits: a later one would take its place', () => {
    const { traits } = check({ event: '$identify', distinct_id: 'u', $set_once: { plan: 'a' }, $set: { name: 'Ann' } });
    expect(traits.map((trait) => trait.key)).toEqual(['name']);
  });

  it('mends a wrong clock by the time of sending', () => {
    const day = 86_400_000;
    const iso = (time: number) => new Date(time).toISOString();
    const event = { event: 'Seen', distinct_id: 'v', timestamp: iso(now - 3 * day), sent_at: iso(now - 2 * day) };
    expect(check(event).at).toBe(now - day);
  });

  it('leaves out what names a device or an address of the network', () => {
    const { touchpoint } = check({
      event: 'Seen',
      distinct_id: 'v',
      properties: { $device_id: 'device', $ip: '192.0.2.1', $device_type: 'Mobile', colour: 'red' },
    });
    expect(touchpoint?.attributes).toMatchObject({ device: { type: 'Mobile' }, properties: { colour: 'red' } });
    expect(JSON.stringify(touchpoint?.attributes)).not.toMatch(/192\.0\.2\.1|"device"[^:]/);
  });

  it('any JSON becomes something that can be stored, or a refusal, and nothing else', () => {
    const names = ['event', 'distinct_id', 'properties', '$set', 'timestamp', 'sent_at', 'uuid'];
    const events = ['Seen', '$identify', '$create_alias', '$groupidentify', '$pageview', '$screen', '$exception'];
    const inner = ['$set', '$groups', '$exception_list', '$current_url', 'alias', '$group_type', '$group_key'];
    fc.assert(
      fc.property(anyOf(names, { event: events, properties: anyOf(inner) }), (event) => {
        try {
          check(event);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a request of PostHog', () => {
  it('has one event, a list of them, or a batch with the time of sending', () => {
    expect(eventsOf({ api_key: 'k', event: 'A', distinct_id: 'v' })).toEqual([{ event: 'A', distinct_id: 'v' }]);
    expect(eventsOf([{ event: 'A', properties: { token: 'k' } }])).toEqual([{ event: 'A', properties: {} }]);
    expect(eventsOf({ api_key: 'k', batch: [{ event: 'A' }, 7], sent_at: 's' })).toEqual([
      { event: 'A', sent_at: 's' },
      7,
    ]);
  });

  it('has its key in the body, and no event keeps it', () => {
    for (const body of [
      { api_key: 'k', batch: [] },
      { token: 'k', event: 'A' },
      { event: 'A', properties: { token: 'k' } },
      [{ event: 'A', properties: { token: 'k' } }],
    ]) {
      expect(keyIn(body)).toBe('k');
      expect(JSON.stringify(eventsOf(body))).not.toContain('"k"');
    }
  });
});
