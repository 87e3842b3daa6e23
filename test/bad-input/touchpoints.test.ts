import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../../src/platform/limits.js';
import { dataOf, makeWorld, recordMutation } from '../access/world.js';
import { counts } from '../isolation/dump.js';
import { startTestService, type TestService } from '../setup/service.js';
import { type Expected } from './refusals.js';

let it: TestService;

beforeAll(async () => {
  it = await startTestService();
  await makeWorld(it, it.workspace, it.key, 'bad', '+4930901820');
});

afterAll(() => it?.stop());

const good = (more: object = {}): Record<string, unknown> => ({
  source: 'bad-input',
  externalId: randomUUID(),
  channel: 'CALL',
  kind: 'call.completed',
  identifiers: [{ type: 'email', value: `${randomUUID()}@example.com` }],
  ...more,
});
const record = (touchpoints: unknown) => it.graphql(recordMutation, { input: { touchpoints } });

/** The one item is rejected, nothing of it is stored, and its neighbours are. */
async function expectRejected(bad: object, { reason, field, limit }: Expected): Promise<void> {
  await it.settled();
  const before = await counts(it.database.owner);
  const alone = dataOf(await record([good(bad)])).recordTouchpoints.results;
  expect(alone).toHaveLength(1);
  expect(alone[0]).toMatchObject({ index: 0, outcome: 'REJECTED', touchpointId: null, customerId: null });
  expect(alone[0].error).toMatchObject({
    code: 'BAD_USER_INPUT',
    reason,
    ...(field === undefined ? {} : { field: `touchpoints[0].${field}`.replace(/\.$/, '') }),
    ...(limit === undefined ? {} : { limit }),
  });
  expect(alone[0].error.message.length).toBeGreaterThan(10);
  expect(await counts(it.database.owner)).toEqual(before);

  const [first, last] = [good(), good()];
  const { results } = dataOf(await record([first, good(bad), last])).recordTouchpoints;
  expect(results.map((one: { outcome: string }) => one.outcome)).toEqual(['CREATED', 'REJECTED', 'CREATED']);
  expect(results[1].error.field).toMatch(/^touchpoints\[1\]/);
  const { rows } = await it.database.owner.query(
    'select count(*)::int as n from touchpoint where external_id = any($1)',
    [[first['externalId'], last['externalId']]],
  );
  expect(rows[0].n).toBe(2);
  expect((await counts(it.database.owner))['touchpoint']).toBe((before['touchpoint'] ?? 0) + 2);
}

const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) });
const identifiers = (value: unknown, type = 'email') => ({ identifiers: [{ type, value }] });
const many = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ type: 'anonymous_id', value: `a-${i}-${randomUUID()}` }));

describe('one bad touchpoint of a batch is rejected, its neighbours are stored:', () => {
  test.each<[string, object, Expected]>([
    [
      'an unknown identifier type',
      identifiers('x', 'fax'),
      { reason: 'IDENTIFIER_TYPE_UNKNOWN', field: 'identifiers[0].type' },
    ],
    [
      'a type that every object has',
      identifiers('x', 'constructor'),
      { reason: 'IDENTIFIER_TYPE_UNKNOWN', field: 'identifiers[0].type' },
    ],
    ['no identifier', { identifiers: [] }, { reason: 'TOO_FEW', field: 'identifiers', limit: 1 }],
    ['21 identifiers', { identifiers: many(21) }, { reason: 'TOO_MANY', field: 'identifiers', limit: 20 }],
    [
      'an identifier that is too long',
      identifiers('x'.repeat(513)),
      { reason: 'TOO_LONG', field: 'identifiers[0].value', limit: 512 },
    ],
    [
      'a region that is no country',
      { identifiers: [{ type: 'phone', value: '1', region: 'Germany' }] },
      { reason: 'INPUT_INVALID', field: 'identifiers[0].region' },
    ],
    ['an empty source', { source: '' }, { reason: 'TOO_FEW', field: 'source' }],
    ['an empty kind', { kind: '' }, { reason: 'TOO_FEW', field: 'kind' }],
    ['an empty external id', { externalId: '' }, { reason: 'TOO_FEW', field: 'externalId' }],
    [
      'an external id that is too long',
      { externalId: 'x'.repeat(513) },
      { reason: 'TOO_LONG', field: 'externalId', limit: 512 },
    ],
    ['a source that is too long', { source: 's'.repeat(201) }, { reason: 'TOO_LONG', field: 'source', limit: 200 }],
    [
      'a subject that is too long',
      { subject: 's'.repeat(10_001) },
      { reason: 'TOO_LONG', field: 'subject', limit: 10_000 },
    ],
    [
      'a summary that is too long',
      { summary: 's'.repeat(10_001) },
      { reason: 'TOO_LONG', field: 'summary', limit: 10_000 },
    ],
    ['a topic that is too long', { topic: 't'.repeat(201) }, { reason: 'TOO_LONG', field: 'topic', limit: 200 }],
    [
      'an empty conversation',
      { conversation: { externalId: '' } },
      { reason: 'TOO_FEW', field: 'conversation.externalId' },
    ],
    [
      'an empty source of an issue',
      { issue: { externalId: 'x', source: '' } },
      { reason: 'TOO_FEW', field: 'issue.source' },
    ],
    ['the year 9999', { occurredAt: '9999-12-31T23:59:59Z' }, { reason: 'OUT_OF_RANGE', field: 'occurredAt' }],
    ['the year 1969', { occurredAt: '1969-12-31T23:59:59Z' }, { reason: 'OUT_OF_RANGE', field: 'occurredAt' }],
    ['the year 1', { occurredAt: '0001-01-01T00:00:00Z' }, { reason: 'OUT_OF_RANGE', field: 'occurredAt' }],
    [
      'an end in the year 9999',
      { occurredAt: '2024-01-01T00:00:00Z', endedAt: '9999-12-31T23:59:59Z' },
      { reason: 'OUT_OF_RANGE', field: 'endedAt' },
    ],
    [
      'an end before its beginning',
      { occurredAt: '2024-01-02T00:00:00Z', endedAt: '2024-01-01T00:00:00Z' },
      { reason: 'OUT_OF_RANGE', field: 'endedAt' },
    ],
    ['negative seconds', { waitSeconds: -1 }, { reason: 'OUT_OF_RANGE', field: 'waitSeconds', limit: 0 }],
    [
      'seconds of more than a year',
      { durationSeconds: limits.secondsMax + 1 },
      { reason: 'OUT_OF_RANGE', field: 'durationSeconds', limit: limits.secondsMax },
    ],
    ['negative hold', { holdSeconds: -2_147_483_648 }, { reason: 'OUT_OF_RANGE', field: 'holdSeconds' }],
    ['negative handling', { handleSeconds: -1 }, { reason: 'OUT_OF_RANGE', field: 'handleSeconds' }],
    ['a negative sequence', { sequence: -1 }, { reason: 'OUT_OF_RANGE', field: 'sequence' }],
    ['a sentiment of 2', { sentiment: 2 }, { reason: 'OUT_OF_RANGE', field: 'sentiment' }],
    ['a sentiment of -1.0000001', { sentiment: -1.0000001 }, { reason: 'OUT_OF_RANGE', field: 'sentiment' }],
    [
      '1 MB of attributes',
      { attributes: { blob: 'x'.repeat(1_000_000) } },
      { reason: 'TOO_LONG', field: 'attributes', limit: 16_384 },
    ],
    [
      '16 kB of attributes in letters of three bytes',
      { attributes: { blob: '語'.repeat(6_000) } },
      { reason: 'TOO_LONG', field: 'attributes' },
    ],
    ['20 levels of attributes', { attributes: deep(20) }, { reason: 'TOO_MANY', field: 'attributes', limit: 16 }],
    [
      '17 levels of lists',
      { attributes: { a: JSON.parse('['.repeat(16) + ']'.repeat(16)) } },
      { reason: 'TOO_MANY', field: 'attributes' },
    ],
    ['attributes that are a list', { attributes: [1] }, { reason: 'INPUT_INVALID', field: 'attributes' }],
    ['attributes that are text', { attributes: 'x' }, { reason: 'INPUT_INVALID', field: 'attributes' }],
    ['traits that are a number', { traits: 7 }, { reason: 'INPUT_INVALID', field: 'traits' }],
    [
      '101 traits',
      { traits: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`t${i}`, i])) },
      { reason: 'TOO_MANY', field: 'traits', limit: 100 },
    ],
    ['a trait without a name', { traits: { '': 1 } }, { reason: 'TOO_FEW', field: 'traits' }],
    [
      'a trait with a long name',
      { traits: { ['k'.repeat(101)]: 1 } },
      { reason: 'TOO_LONG', field: 'traits', limit: 100 },
    ],
    [
      'a trait that is too long',
      { traits: { t: 'x'.repeat(4_096) } },
      { reason: 'TOO_LONG', field: 'traits.t', limit: 4_096 },
    ],
    ['a trait that is too deep', { traits: { t: deep(17) } }, { reason: 'TOO_MANY', field: 'traits.t', limit: 16 }],
  ])('%s', async (_, bad, expected) => expectRejected(bad, expected));
});

describe('a touchpoint at the limit is stored:', () => {
  test.each<[string, object]>([
    ['20 identifiers', { identifiers: many(20) }],
    ['16 levels', { attributes: deep(16) }],
    ['attributes of 16 kB', { attributes: { a: 'x'.repeat(16_384 - 8) } }],
    [
      'the longest texts',
      { subject: 's'.repeat(10_000), source: 's'.repeat(200), externalId: `x${randomUUID()}`.padEnd(512, 'x') },
    ],
    ['1970', { occurredAt: '1970-01-01T00:00:00Z' }],
    ['within a day ahead', { occurredAt: new Date(Date.now() + 23 * 3_600_000).toISOString() }],
    ['a leap day', { occurredAt: '2024-02-29T12:00:00+14:00' }],
    ['0 and a whole year of seconds', { waitSeconds: 0, durationSeconds: limits.secondsMax }],
    ['sentiments at both ends', { sentiment: -1 }],
    ['an end at its beginning', { occurredAt: '2024-01-01T00:00:00Z', endedAt: '2024-01-01T00:00:00Z' }],
    [
      'a national number in small letters of its country',
      { identifiers: [{ type: 'phone', value: '030 901821', region: 'de' }] },
    ],
    [
      'a number of a country that there is not',
      {
        identifiers: [
          { type: 'phone', value: '+4930901822', region: 'ZZ' },
          { type: 'user_id', value: randomUUID() },
        ],
      },
    ],
    [
      'unicode of every plane',
      { subject: '😀 𝒳 \u0301 \u202e עברית', attributes: { '\u{1f600}': '\u{10ffff}', nul: '\\u0000' } },
    ],
  ])('%s', async (_, more) => {
    const { results } = dataOf(await record([good(more)])).recordTouchpoints;
    expect(results).toMatchObject([{ outcome: 'CREATED', error: null }]);
  });
});
