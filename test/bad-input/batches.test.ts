import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataOf, makeWorld, recordMutation } from '../access/world.js';
import { counts } from '../isolation/dump.js';
import { startTestService, type TestService } from '../setup/service.js';
import { type Expected, expectRefused } from './refusals.js';

let it: TestService;

beforeAll(async () => {
  it = await startTestService();
  await makeWorld(it, it.workspace, it.key, 'batches', '+4930901820');
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
const identifiers = (value: unknown, type = 'email') => ({ identifiers: [{ type, value }] });
const many = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ type: 'anonymous_id', value: `a-${i}-${randomUUID()}` }));

describe('a batch is refused whole', () => {
  const whole = 'input.touchpoints';
  const inside = (field: string) => `input.touchpoints[1].${field}`;
  test.each<[string, () => unknown, Expected]>([
    ['with no touchpoint', () => [], { reason: 'TOO_FEW', field: whole, limit: 1 }],
    [
      'with 1,001',
      () => Array.from({ length: 1_001 }, () => good()),
      { reason: 'TOO_MANY', field: whole, limit: 1_000 },
    ],
    ['that is null', () => null, { reason: 'INPUT_INVALID', field: whole }],
    ['that holds null', () => [good(), null], { reason: 'INPUT_INVALID', field: `${whole}[1]` }],
    ['that is text', () => 'x', { reason: 'INPUT_INVALID', field: whole }],
    [
      'with a wrong enum',
      () => [good(), good({ channel: 'PIGEON' })],
      { reason: 'INPUT_INVALID', field: inside('channel') },
    ],
    [
      'with a wrong direction',
      () => [good(), good({ direction: 'inbound' })],
      { reason: 'INPUT_INVALID', field: inside('direction') },
    ],
    ['with a wrong status', () => [good(), good({ status: 0 })], { reason: 'INPUT_INVALID', field: inside('status') }],
    [
      'without a channel',
      () => [good(), good({ channel: undefined })],
      { reason: 'INPUT_INVALID', field: inside('channel') },
    ],
    [
      'without identifiers',
      () => [good(), good({ identifiers: undefined })],
      { reason: 'INPUT_INVALID', field: inside('identifiers') },
    ],
    [
      'with an unknown field',
      () => [good(), good({ password: 'x' })],
      { reason: 'INPUT_INVALID', field: inside('password') },
    ],
    [
      'with fractional seconds',
      () => [good(), good({ waitSeconds: 1.5 })],
      { reason: 'INPUT_INVALID', field: inside('waitSeconds') },
    ],
    [
      'with 2^31 seconds',
      () => [good(), good({ waitSeconds: 2 ** 31 })],
      { reason: 'INPUT_INVALID', field: inside('waitSeconds') },
    ],
    [
      'with seconds as text',
      () => [good(), good({ waitSeconds: '5' })],
      { reason: 'INPUT_INVALID', field: inside('waitSeconds') },
    ],
    [
      'with a sentiment as text',
      () => [good(), good({ sentiment: 'NaN' })],
      { reason: 'INPUT_INVALID', field: inside('sentiment') },
    ],
    [
      'with a source that is a number',
      () => [good(), good({ source: 5 })],
      { reason: 'INPUT_INVALID', field: inside('source') },
    ],
    [
      'with a subject that is an object',
      () => [good(), good({ subject: {} })],
      { reason: 'INPUT_INVALID', field: inside('subject') },
    ],
    [
      'with an identifier that is a number',
      () => [good(), good(identifiers(4930901820))],
      { reason: 'INPUT_INVALID', field: inside('identifiers[0].value') },
    ],
    [
      'with abandoned as text',
      () => [good(), good({ abandoned: 'yes' })],
      { reason: 'INPUT_INVALID', field: inside('abandoned') },
    ],
    ...[
      'not a time',
      'tomorrow',
      '2024-02-31T10:00:00Z',
      '2023-02-29T10:00:00Z',
      '2024-01-01T10:00:00',
      '2024-01-01',
      '1700000000',
      '2024-13-01T00:00:00Z',
      '2024-01-01T25:00:00Z',
      '2024-01-01T10:60:00Z',
      '2024-01-01T10:00:00+99:00',
      '+010000-01-01T00:00:00Z',
      '-000001-01-01T00:00:00Z',
      '0000-01-01T00:00:00Z',
      '',
    ].map((occurredAt): [string, () => unknown, Expected] => [
      `with the time “${occurredAt}”`,
      () => [good(), good({ occurredAt })],
      { reason: 'TIME_INVALID', field: inside('occurredAt') },
    ]),
    [
      'with a time as a number',
      () => [good(), good({ endedAt: 1_700_000_000_000 })],
      { reason: 'TIME_INVALID', field: inside('endedAt') },
    ],
    [
      'with a time as an object',
      () => [good(), good({ sentAt: {} })],
      { reason: 'TIME_INVALID', field: inside('sentAt') },
    ],
  ])('%s', async (_, touchpoints, expected) => {
    await expectRefused(it, () => record(touchpoints()), expected);
  });

  test('of 1,000 is stored', async () => {
    const { results } = dataOf(
      await record(Array.from({ length: 1_000 }, () => good({ identifiers: many(1) }))),
    ).recordTouchpoints;
    expect(new Set(results.map((one: { outcome: string }) => one.outcome))).toEqual(new Set(['CREATED']));
    expect(results).toHaveLength(1_000);
  });

  test('written into the query text, with the field at fault', async () => {
    const mutation = (fields: string) =>
      `mutation { recordTouchpoints(input: { touchpoints: [{ source: "s", channel: CALL, kind: "k",
        identifiers: [{ type: "email", value: "x@example.com" }], ${fields} }] }) { results { outcome error { reason field } } } }`;
    for (const [fields, field] of [
      ['occurredAt: "tomorrow"', 'input.touchpoints[0].occurredAt'],
      ['waitSeconds: 2147483648', 'input.touchpoints[0].waitSeconds'],
      ['status: DONE', 'input.touchpoints[0].status'],
      ['sentiment: NaN', 'input.touchpoints[0].sentiment'],
      ['conversation: {}', 'input.touchpoints[0].conversation.externalId'],
      ['password: 1', 'input.touchpoints[0].password'],
    ]) {
      await it.settled();
      const before = await counts(it.database.owner);
      const answer = await it.graphql(mutation(fields as string));
      expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
      expect(await counts(it.database.owner)).toEqual(before);
    }
    const huge = dataOf(await it.graphql(mutation('sentiment: 1e999')));
    expect(huge.recordTouchpoints.results).toMatchObject([{ outcome: 'REJECTED', error: { reason: 'OUT_OF_RANGE' } }]);
  });
});
