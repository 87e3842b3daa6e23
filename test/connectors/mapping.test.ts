import { describe, expect, it } from 'vitest';
import { applyMapping, type Payload } from '../../src/connectors/mapping/apply-mapping.js';
import { textOfHtml } from '../../src/connectors/mapping/html.js';
import { parseMapping } from '../../src/connectors/mapping/mapping.schema.js';
import { limits } from '../../src/platform/limits.js';
import { Refusal } from '../../src/platform/refusal.js';

const phone = { type: 'phone', value: '$.from' };
const call = { source: 'pbx', channel: 'CALL', kind: 'call', identifiers: [phone] };

function map(touchpoint: object, payload: unknown, more: Partial<Payload> = {}, top: object = {}) {
  return applyMapping(parseMapping({ ...top, touchpoints: [touchpoint] }, 'mapping'), { payload, ...more });
}

/** The one touchpoint that a mapping makes of a payload. */
function made(more: object, payload: object = {}): Record<string, unknown> {
  const [mapped] = map({ ...call, ...more }, { from: '+4930901820', ...payload });
  if (!mapped || 'refusals' in mapped) throw new Error(JSON.stringify(mapped?.refusals.map((one) => one.message)));
  return mapped.touchpoint as unknown as Record<string, unknown>;
}

function refused(more: object, payload: object = {}): [string, string | undefined, string][] {
  const [mapped] = map({ ...call, ...more }, { from: '+4930901820', ...payload });
  if (!mapped || !('refusals' in mapped)) throw new Error('It was not refused.');
  return mapped.refusals.map((one) => [one.reason, one.where.field, one.message]);
}

describe('a value', () => {
  it.each([
    ['a constant', 'billing', {}, 'billing'],
    ['a path', '$.a', { a: 'x' }, 'x'],
    ['a number as text', '$.a', { a: 17 }, '17'],
    ['a name as a table writes it', '$.case:concept:name', { 'case:concept:name': 'x' }, 'x'],
    ['a name with blanks', '$.Call Start', { 'Call Start': 'x' }, 'x'],
    ['a quoted name', '$["a.b"][\'c d\']', { 'a.b': { 'c d': 'x' } }, 'x'],
    ['an element', '$.a[1]', { a: ['x', 'y'] }, 'y'],
    ['an element from the end', '$.a[-1].b', { a: [{ b: 'x' }, { b: 'y' }] }, 'y'],
    ['the first that is there', { first: ['$.a', '$.b', 'c'] }, { a: '', b: null }, 'c'],
    ['a template', { template: '{$.a}-{$.b.c} {{}}' }, { a: 1, b: { c: 'x' } }, '1-x {}'],
    ['nothing, where a hole of a template is empty', { template: '{$.a}-{$.b}' }, { a: 1 }, undefined],
    ['a default', { path: '$.a', default: 'x' }, {}, 'x'],
    ['a default for an empty cell', { path: '$.a', default: 'x' }, { a: '' }, 'x'],
    ['a word of a map', { path: '$.a', map: { tel: 'x' } }, { a: 'tel' }, 'x'],
    ['a number of a map', { path: '$.a', map: { 3: 'x' } }, { a: 3 }, 'x'],
    ['any other word of a map', { path: '$.a', map: { tel: 'x', '*': 'y' } }, { a: 'fax' }, 'y'],
    ['a constant that begins with $', { value: '$5' }, {}, '$5'],
    ['nothing of a prototype', '$.constructor', {}, undefined],
    ['nothing where the path leaves the payload', '$.a.b.c', { a: 'x' }, undefined],
    ['transforms in order', { path: '$.a', apply: ['trim', 'lower', { cut: 3 }] }, { a: ' ABCD ' }, 'abc'],
    ['a part', { path: '$.a', apply: [{ split: { by: '|', at: -1 } }] }, { a: 'a|b|c' }, 'c'],
    ['parts joined', { path: '$.a', apply: [{ split: { by: '|' } }, 'upper', { join: '+' }] }, { a: 'a|b' }, 'A+B'],
    ['a list joined', { path: '$.a[*].b', apply: [{ join: ', ' }] }, { a: [{ b: 1 }, {}, { b: 'x' }] }, '1, x'],
    ['what stands before', { path: '$.a', apply: [{ before: '@' }] }, { a: 'ann@x@y' }, 'ann'],
    ['what stands behind', { path: '$.a', apply: [{ after: ':' }] }, { a: 'tel:+49' }, '+49'],
    ['without its prefix', { path: '$.a', apply: [{ removePrefix: 'x:' }] }, { a: 'x:x:1' }, 'x:1'],
    ['with a prefix, once', { template: '{$.a}{$.b}', apply: [{ addPrefix: '+' }] }, { a: '+', b: '1' }, '+1'],
    ['replaced', { path: '$.a', apply: [{ replace: { text: '.', with: '$&' } }] }, { a: '1.2' }, '1$&2'],
    ['HTML as text', { path: '$.a', apply: ['stripHtml'] }, { a: '<p>1 &lt; 2</p><b>so</b>' }, '1 < 2\nso'],
    ['never half a character', { path: '$.a', apply: [{ cut: 2 }] }, { a: 'a😀' }, 'a'],
  ])('may be %s', (_, topic, payload, expected) => {
    expect(made({ topic }, payload)['topic']).toEqual(expected);
  });

  it('is looked up in JSON inside a text, and in headers and query of a webhook', () => {
    const rule = { ...call, topic: '$headers.x-topic', queue: '$query["q"]' };
    const [mapped] = map(rule, { from: '1' }, { headers: { 'x-topic': 'push' }, query: { q: 'sales' } });
    expect(mapped).toMatchObject({ touchpoint: { topic: 'push', queue: 'sales' } });
    const parsed = { path: '$.a', apply: ['parseJson'] };
    expect(made({ attributes: { inner: parsed } }, { a: '{"b":[1]}' })).toMatchObject({
      attributes: { inner: { b: [1] } },
    });
  });

  it('gets the type of its field', () => {
    const columns = { waitSeconds: '$.w', abandoned: '$.a', sentiment: '$.s', direction: '$.d', externalId: '$.i' };
    expect(made(columns, { w: '40', a: 'yes', s: '-0.5', d: 'outbound', i: 7 })).toMatchObject({
      waitSeconds: 40,
      abandoned: true,
      sentiment: -0.5,
      direction: 'OUTBOUND',
      externalId: '7',
    });
  });
});

describe('a time', () => {
  const at = (date: unknown, value: unknown) =>
    made({ occurredAt: { path: '$.t', apply: [date === undefined ? 'date' : { date }] } }, { t: value })['occurredAt'];

  it.each([
    [undefined, '2022-07-25T16:37:07+02:00', '2022-07-25T16:37:07+02:00'],
    [undefined, '2022-07-25 16:37:07.000000 UTC', '2022-07-25T16:37:07.000000Z'],
    [undefined, 'Mon, 25 Jul 2022 16:37:07 +0200', '2022-07-25T14:37:07.000Z'],
    [{ format: 'seconds' }, 1658759827, '2022-07-25T14:37:07.000Z'],
    [{ format: 'seconds' }, '1658759827.25', '2022-07-25T14:37:07.250Z'],
    [{ format: 'milliseconds' }, 1658759827123, '2022-07-25T14:37:07.123Z'],
    [{ zone: 'Europe/Berlin' }, '2022-07-25 16:37', '2022-07-25T14:37:00.000Z'],
    [{ zone: 'Europe/Berlin' }, '2022-01-25', '2022-01-24T23:00:00.000Z'],
    [{ zone: 'Europe/Berlin' }, '2022-07-25T16:37:07Z', '2022-07-25T16:37:07Z'],
    [{ format: 'dd.MM.yyyy HH:mm', zone: 'Europe/Berlin' }, '25.07.2022 16:37', '2022-07-25T14:37:00.000Z'],
    [{ format: 'M/d/yyyy h:mm a', zone: 'America/New_York' }, '7/25/2022 4:37 PM', '2022-07-25T20:37:00.000Z'],
    [{ format: 'yyyy-MM-dd HH:mm:ss ZZZ' }, '2022-07-25 16:37:07 +0200', '2022-07-25T14:37:07.000Z'],
  ])('of the form %j is understood: %j', (date, value, expected) => {
    expect(at(date, value)).toBe(expected);
  });

  it.each([
    [{}, '2022-07-25 16:37:07', 'needs a `zone`'],
    [{}, 1658759827, 'no time of the form ISO 8601'],
    [{ format: 'seconds' }, 'yesterday', 'no time of the form “seconds”'],
    [{ format: 'dd.MM.yyyy', zone: 'Europe/Berlin' }, '31.02.2022', 'no time of the form'],
    [{ format: 'dd.MM.yyyy' }, '03.02.2022', 'no time of the form'],
    [{}, 'x'.repeat(5_000), '…”'],
  ])('of the form %j is refused by its field', (date, value, sentence) => {
    const told = refused({ occurredAt: { path: '$.t', apply: [{ date }] } }, { t: value });
    expect(told).toEqual([['TIME_INVALID', 'occurredAt', expect.stringContaining(sentence)]]);
  });

  it.each([
    ['seconds', '12.6', 13],
    ['milliseconds', 1_500, 2],
    ['minutes', '2', 120],
    ['clock', '1:02:03', 3_723],
    ['clock', '02:03', 123],
  ])('as a duration in %s is whole seconds: %j', (duration, value, expected) => {
    expect(made({ waitSeconds: { path: '$.w', apply: [{ duration }] } }, { w: value })['waitSeconds']).toBe(expected);
  });
});

describe('a payload', () => {
  it('becomes several touchpoints, one for each element that fits', () => {
    const rule = {
      ...call,
      each: '$.events[*]',
      when: { path: '@.type', is: ['msg', 'note'] },
      externalId: { template: '{$.id}-{@.n}' },
      identifiers: [{ type: 'phone', value: '$.from' }],
      conversation: { externalId: '$.id' },
    };
    const events = [
      { type: 'msg', n: 1 },
      { type: 'typing', n: 2 },
      { type: 'note', n: 3 },
    ];
    expect(map(rule, { id: 'c1', from: '1', events })).toMatchObject([
      { rule: 0, touchpoint: { externalId: 'c1-1', conversation: { externalId: 'c1' } } },
      { rule: 0, touchpoint: { externalId: 'c1-3' } },
    ]);
  });

  it('names the customer by what it has: several of one type, one only when a condition holds', () => {
    const identifiers = [
      { type: 'email', value: '$.mails[*]' },
      { type: 'phone', value: '$.from', region: 'US', when: { path: '$.direction', is: 'in' } },
      { type: 'phone', value: '$.to', when: { not: { path: '$.direction', is: 'in' } } },
    ];
    expect(made({ identifiers }, { mails: ['a@x.de', 'b@x.de'], direction: 'in', from: '1', to: '2' })).toMatchObject({
      identifiers: [
        { type: 'email', value: 'a@x.de' },
        { type: 'email', value: 'b@x.de' },
        { type: 'phone', value: '1', region: 'US' },
      ],
    });
  });

  it.each([
    [{ path: '$.test', exists: true }],
    [{ path: '$.kind', is: 'ping' }],
    [{ path: '$.tags[*]', is: 'b' }],
    [{ path: '$.text', contains: 'load test' }],
    [{ path: '$.text', startsWith: 'A' }],
    [
      {
        any: [
          { path: '$.kind', is: 'pong' },
          {
            all: [
              { path: '$.n', is: 3 },
              { path: '$.none', exists: false },
            ],
          },
        ],
      },
    ],
  ])('is skipped when %j', (skip) => {
    const payload = { from: '1', test: true, kind: 'ping', tags: ['a', 'b'], text: 'A load test', n: 3 };
    expect(map(call, payload, {}, { skip })).toEqual([]);
    expect(map(call, payload, {}, { skip: { not: skip } })).toHaveLength(1);
  });

  it('keeps attributes and traits, one by one or whole', () => {
    const whole = made(
      { attributes: '$.custom', traits: { plan: '$.p', gone: '$.g' } },
      { custom: { a: [1] }, p: 'gold' },
    );
    expect(whole).toMatchObject({ attributes: { a: [1] }, traits: { plan: 'gold' } });
    expect(whole['traits']).not.toHaveProperty('gone');
  });

  it('has everything that is wrong with it told at once, by field', () => {
    const told = refused(
      {
        channel: { path: '$.medium', map: { tel: 'CALL' } },
        waitSeconds: '$.wait',
        occurredAt: { path: '$.t', apply: ['date'] },
        topic: '$.tags',
        identifiers: [{ type: '$.none', value: '$.from' }],
      },
      { medium: 'fax', wait: 'long', t: 'soon', tags: ['a'] },
    );
    expect(told.map(([reason, field]) => [reason, field])).toEqual([
      ['INPUT_INVALID', 'channel'],
      ['TIME_INVALID', 'occurredAt'],
      ['INPUT_INVALID', 'waitSeconds'],
      ['INPUT_INVALID', 'topic'],
      ['TOO_FEW', 'identifiers[0].type'],
    ]);
    expect(told[0]?.[2]).toBe('The map of channel does not know “fax”.');
  });
});

describe('a mapping', () => {
  const at = (place: object) => ({ touchpoints: [{ ...call, ...place }] });

  it.each([
    [null, 'mapping', 'must be an object'],
    [{ touchpoints: [] }, 'mapping.touchpoints', 'at least one'],
    [{ touchpoints: [{ ...call, channel: undefined }] }, 'mapping.touchpoints[0].channel', 'is required'],
    [at({ colour: 'red' }), 'mapping.touchpoints[0].colour', 'not known here'],
    [at({ topic: '$.a[' }), 'mapping.touchpoints[0].topic', 'must be a path'],
    [at({ topic: '$..a' }), 'mapping.touchpoints[0].topic', 'must be a path'],
    [at({ topic: '$.a[?(@.b)]' }), 'mapping.touchpoints[0].topic', 'must be a path'],
    [at({ topic: { path: '$.a', value: 'x' } }), 'mapping.touchpoints[0].topic', 'exactly one of'],
    [at({ topic: { path: '$.a', apply: ['rot13'] } }), 'mapping.touchpoints[0].topic.apply[0]', 'must be one of trim'],
    [
      at({ topic: { path: '$.a', apply: [{ constructor: 1 }] } }),
      'mapping.touchpoints[0].topic.apply[0]',
      'one of trim',
    ],
    [at({ topic: { path: '$.a', apply: [{ cut: 0 }] } }), 'mapping.touchpoints[0].topic.apply[0].cut', 'at least 1'],
    [
      at({ occurredAt: { path: '$.a', apply: [{ date: { zone: 'Mars/Base' } }] } }),
      'mapping.touchpoints[0].occurredAt.apply[0].date.zone',
      'must be a time zone',
    ],
    [at({ topic: { template: 'x{$.a' } }), 'mapping.touchpoints[0].topic.template', 'path in each pair of braces'],
    [at({ each: '$.a' }), 'mapping.touchpoints[0].each', 'must have [*]'],
    [at({ attributes: '$.a[*]' }), 'mapping.touchpoints[0].attributes', 'must not have [*]'],
    [at({ when: { path: '$.a' } }), 'mapping.touchpoints[0].when', 'exactly one test'],
    [at({ identifiers: [] }), 'mapping.touchpoints[0].identifiers', 'at least one'],
    [at({ identifiers: [{ type: 'email' }] }), 'mapping.touchpoints[0].identifiers[0].value', 'is required'],
    [at({ issue: { id: '$.a' } }), 'mapping.touchpoints[0].issue', ''],
    [at({ topic: 'x'.repeat(70_000) }), 'mapping', 'more than 65536 bytes'],
    [at({ topic: 'x\0' }), 'mapping.touchpoints[0].topic', 'NUL'],
  ])('is refused with the place that is wrong', (written, field, sentence) => {
    let told: Refusal | null = null;
    try {
      parseMapping(written, 'mapping');
    } catch (error) {
      told = error as Refusal;
    }
    expect(told).toBeInstanceOf(Refusal);
    expect([told?.reason, told?.where.field]).toEqual(['MAPPING_INVALID', expect.stringContaining(field)]);
    expect(told?.message).toContain(sentence);
  });

  it('that nests without end is refused, not followed', () => {
    const deep = JSON.parse(`${'{"not":'.repeat(5_000)}1${'}'.repeat(5_000)}`);
    expect(() => parseMapping({ skip: deep, touchpoints: [call] }, 'mapping')).toThrow(/more than 24 levels/);
  });
});

describe('what a payload may cost', () => {
  const tooMuch = (rule: object, payload: unknown) => {
    try {
      return map({ ...call, ...rule }, payload).length;
    } catch (error) {
      const { reason, where } = error as Refusal;
      return [reason, where.field, where.limit];
    }
  };

  it('is bounded: a million elements, a thousand big parts, a thousand long texts', () => {
    const steps = ['TOO_MANY', 'payload', limits.mappingStepsMax];
    const million = Array.from({ length: 1_000_000 }, () => 1);
    const thousand = Array.from({ length: 1_000 }, (_, n) => n);
    expect(tooMuch({ topic: { path: '$.a[*]', apply: [{ join: '' }] } }, { from: '1', a: million })).toEqual(steps);
    expect(tooMuch({ each: '$.a[*]' }, { from: '1', a: [...thousand, 1] })).toEqual([
      'TOO_MANY',
      'payload',
      limits.mappedTouchpointsMax,
    ]);
    const big = { b: 'x'.repeat(900_000) };
    const html = { path: '$.big.b', apply: ['stripHtml'] };
    expect(tooMuch({ each: '$.a[*]', summary: html }, { from: '1', a: thousand, big })).toEqual(steps);
    const traits = { traits: Object.fromEntries(thousand.slice(0, 90).map((n) => [`t${n}`, '$.list'])) };
    const list = { from: '1', a: thousand, list: thousand };
    expect(tooMuch({ each: '$.a[*]', ...traits }, list)).toEqual(steps);
  });

  it('never reads what is too big for attributes to its end', () => {
    expect(refused({ attributes: '$' }, { big: 'x'.repeat(100_000) })).toEqual([
      ['TOO_LONG', 'attributes', expect.stringContaining('16384 bytes')],
    ]);
  });

  it.each([
    ['open tags', '<div>'.repeat(100_000)],
    ['open brackets', '<'.repeat(500_000)],
    ['open comments', '<!--'.repeat(120_000)],
    ['open scripts', '<script>'.repeat(60_000)],
    ['tags that never end', '<a '.repeat(150_000)],
    ['blanks', `a${' \n'.repeat(250_000)}b`],
    ['characters', '&lt'.repeat(150_000)],
  ])('of HTML grows with its length only: %s', (_, html) => {
    expect(textOfHtml(html).length).toBeLessThanOrEqual(html.length);
  });
});
