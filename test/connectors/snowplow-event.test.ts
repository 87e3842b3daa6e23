import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snowplowDialect } from '../../src/connectors/snowplow/snowplow-event.js';
import { eventOfQuery, eventsOf } from '../../src/connectors/snowplow/snowplow-payload.js';
import { Refusal } from '../../src/platform/refusal.js';
import { anyOf } from './any-item.js';
import { context, now } from './checked-message.js';

const check = (event: unknown) => snowplowDialect.check(event, 0, context);
const contexts = (...data: unknown[]) => JSON.stringify({ schema: 'iglu:s/contexts/jsonschema/1-0-0', data });
const entity = (name: string, data: object) => ({ schema: `iglu:com.acme/${name}/jsonschema/1-0-0`, data });
const unstruct = (name: string, data: unknown) =>
  JSON.stringify({
    schema: 'iglu:s/unstruct_event/jsonschema/1-0-0',
    data: { schema: `iglu:com.acme/${name}/j/1`, data },
  });
const base64 = (text: string) => Buffer.from(text).toString('base64url');

describe('an event of the Snowplow protocol', () => {
  it.each([
    ['the id of a user and of her browser', { uid: 'u-1', duid: 'v-1' }, ['anonymous_id v-1', 'user_id u-1']],
    ['cookies of the network', { nuid: 'n-1', tnuid: 'n-2' }, ['anonymous_id n-1', 'anonymous_id n-2']],
    [
      'a user in an entity',
      { co: contexts(entity('user', { id: 'u-1', email: 'A@B.example' })) },
      ['email a@b.example', 'user_id u-1'],
    ],
    [
      'a guest in an entity, packed',
      { cx: base64(contexts(entity('user', { id: 'guest-7', is_guest: true, phone: '+14155550123' }))) },
      ['phone +14155550123'],
    ],
    ['the session of an app', { co: contexts(entity('client_session', { userId: 's-1' })) }, ['anonymous_id s-1']],
  ])('names %s', (_, more, identifiers) => {
    const named = check({ e: 'pv', ...more }).identifiers.map(({ type, value }) => `${type.name} ${value}`);
    expect(named.sort()).toEqual(identifiers);
  });

  it.each([
    ['pv', {}, 'WEB page.viewed'],
    ['pp', {}, 'WEB page.pinged'],
    ['se', { se_ac: 'play', p: 'mob' }, 'APP play'],
    ['ue', { ue_pr: unstruct('order_placed', {}), p: 'srv' }, 'OTHER order_placed'],
    ['ue', { ue_px: base64(unstruct('order_placed', {})), url: 'https://shop.example/' }, 'WEB order_placed'],
    ['ue', { ue_pr: unstruct('screen_view', { name: 'Basket' }) }, 'APP screen.viewed'],
    ['tr', { tr_id: 'o-1' }, 'OTHER transaction'],
    ['ti', { ti_id: 'o-1' }, 'OTHER transaction.item'],
  ])('%s with %o is %s', (e, more, told) => {
    const { touchpoint } = check({ e, uid: 'u', ...more });
    const channels = ['CALL', 'CHAT', 'EMAIL', 'WEB', 'SOCIAL', 'SMS', 'APP', 'STORE', 'OTHER'];
    expect(`${channels[touchpoint?.channel as number]} ${touchpoint?.kind}`).toBe(told);
  });

  it.each([
    ['no object', null, 'INPUT_INVALID data'],
    ['an unknown type', { e: 'xx', uid: 'u' }, 'INPUT_INVALID e'],
    ['nobody', { e: 'pv' }, 'TOO_FEW uid'],
    ['no action', { e: 'se', uid: 'u' }, 'TOO_FEW se_ac'],
    ['no data', { e: 'ue', uid: 'u' }, 'TOO_FEW ue_px'],
    ['data that is no JSON', { e: 'ue', uid: 'u', ue_pr: '{"schema":' }, 'INPUT_INVALID ue_pr'],
    ['data that is no base64 of JSON', { e: 'ue', uid: 'u', ue_px: '€' }, 'INPUT_INVALID ue_px'],
    ['data without a schema', { e: 'ue', uid: 'u', ue_pr: '{"data":{}}' }, 'INPUT_INVALID ue_pr'],
    ['broken entities', { e: 'pv', uid: 'u', cx: 'e30' }, 'INPUT_INVALID cx'],
  ])('with %s is refused, naming the parameter', (_, event, reason) => {
    let told = 'nothing';
    try {
      check(event);
    } catch (error) {
      told = `${(error as Refusal).reason} ${(error as Refusal).where.field}`;
    }
    expect(told).toBe(reason);
  });

  it('takes the true time before the device’s, and mends the device’s by the time of sending', () => {
    const day = 86_400_000;
    const told = { e: 'pv', uid: 'u', dtm: String(now - 3 * day), stm: String(now - 2 * day) };
    expect(check(told).at).toBe(now - day);
    expect(check({ ...told, stm: undefined, ttm: String(now - 5 * day) }).at).toBe(now - 5 * day);
    const { touchpoint } = check({ ...told, dtm: 'yesterday' });
    expect(touchpoint?.attributes).toMatchObject({ clock: { reason: 'INVALID', sent: 'yesterday' } });
  });

  it('any parameters become something that can be stored, or a refusal, and nothing else', () => {
    const names = [
      'e',
      'eid',
      'uid',
      'duid',
      'dtm',
      'stm',
      'url',
      'page',
      'p',
      'lang',
      'co',
      'cx',
      'ue_pr',
      'ue_px',
      'se_ac',
      'tr_tt',
    ];
    const json = fc.json({ maxDepth: 3 });
    const self = anyOf(['schema', 'data'], {
      schema: ['iglu:a/b/c/1', 'iglu:a/user/c/1'],
      data: anyOf(['schema', 'data', 'id', 'email']),
    });
    const sent = fc.oneof(
      json,
      self.map((value) => JSON.stringify(value) ?? ''),
    );
    fc.assert(
      fc.property(
        anyOf(names, {
          e: ['pv', 'pp', 'ue', 'se', 'tr', 'ti'],
          co: sent,
          cx: sent.map(base64),
          ue_pr: sent,
          ue_px: sent.map(base64),
        }),
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

describe('a request of a tracker', () => {
  it('is payload_data, whatever its version', () => {
    const schema = 'iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4';
    expect(eventsOf({ schema, data: [{ e: 'pv' }, 7] })).toEqual([{ e: 'pv' }, 7]);
    // What is none becomes one event, which is refused and kept.
    const others: unknown[] = [{ schema: 'iglu:com.acme/other/jsonschema/1-0-0', data: [] }, { schema, data: {} }, 'x'];
    for (const other of others) {
      expect(eventsOf(other)).toEqual([other]);
      expect(() => check(other)).toThrow(Refusal);
    }
  });

  it('may be a query, of which a repeated parameter counts once', () => {
    expect(eventOfQuery({ e: 'pv', uid: ['u-1', 'u-2'] })).toEqual({ e: 'pv', uid: 'u-1' });
  });
});
