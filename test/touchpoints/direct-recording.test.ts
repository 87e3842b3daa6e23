import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { Metrics } from '../../src/platform/metrics.js';
import { Refusal } from '../../src/platform/refusal.js';
import { Ingest } from '../../src/touchpoints/ingest.service.js';
import { type GraphqlAnswer, startTestService, type TestService } from '../setup/service.js';

/** The same mutation, so written that it goes directly, and so that graphql-js carries it out. */
const fields = 'results { index outcome touchpointId customerId error { code reason message field limit } }';
const direct = `mutation Record($input: RecordTouchpointsInput!) { done: recordTouchpoints(input: $input) { ${fields} } }`;
const normal = direct.replace(fields, `... on RecordTouchpointsPayload { ${fields} }`);

let service: TestService;
const workspaces: { key: string; powerless: string }[] = [];

beforeAll(async () => {
  service = await startTestService();
  for (const name of ['by-the-direct-way', 'by-the-normal-way']) {
    const { workspace, key } = await service.makeWorkspace(name);
    workspaces.push({ key, powerless: await service.makeKey(['customers:read'], { workspace }) });
  }
});

afterAll(() => service?.stop());
afterEach(() => vi.restoreAllMocks());

const one = (n: number, more: object = {}) => ({
  source: 'pbx',
  externalId: `call-${n}`,
  channel: 'CALL',
  kind: 'call.completed',
  occurredAt: '2026-11-01T10:00:00+02:00',
  identifiers: [{ type: 'email', value: `a${n}@example.com` }],
  attributes: { queue: 'x', steps: [1, { two: null }] },
  ...more,
});

async function answered(): Promise<number> {
  const metric = await service.service.app.get(Metrics).registry.getSingleMetric('throughline_fast_path_total')?.get();
  return metric?.values.find(({ labels }) => labels['outcome'] === 'answered')?.value ?? 0;
}

/** Without the ids, which are each workspace's own, and places in the text of the query. */
function told({ status, data, errors }: GraphqlAnswer) {
  const same = JSON.stringify({ status, data, errors }, (key, value) =>
    key === 'touchpointId' || key === 'customerId' ? typeof value : key === 'locations' ? undefined : value,
  );
  return JSON.parse(same) as unknown;
}

const inputs: [string, unknown, boolean][] = [
  ['touchpoints of every kind', { touchpoints: [one(1), one(2, { waitSeconds: 3, sentiment: -0.5 })] }, true],
  ['the same again, and more of one', { touchpoints: [one(1), one(2, { status: 'FAILED', sequence: 4 })] }, true],
  [
    'some that cannot be stored',
    { touchpoints: [one(3, { externalId: '' }), one(4), one(5, { waitSeconds: -1 }), one(6, { identifiers: [] })] },
    true,
  ],
  ['imported history', { touchpoints: [one(7)], backfill: true }, true],
  ['none', { touchpoints: [] }, false],
  ['a time without offset', { touchpoints: [one(8, { occurredAt: '2026-11-01T10:00:00' })] }, false],
  ['a field that there is not', { touchpoints: [one(9, { colour: 'red' })] }, false],
  ['a word that there is not', { touchpoints: [one(10, { channel: 'PIGEON' })] }, false],
  ['no list, but one', { touchpoints: one(11) }, false],
  ['nothing', null, false],
];

describe('recordTouchpoints answers alike, asked plainly or not', () => {
  test.each(inputs)('with %s', async (_, input, isDirect) => {
    const [plain, other] = workspaces as [(typeof workspaces)[0], (typeof workspaces)[0]];
    const before = await answered();
    const byDirect = await service.graphql(direct, { input }, plain.key);
    expect((await answered()) - before).toBe(isDirect ? 1 : 0);
    const byNormal = await service.graphql(normal, { input }, other.key);
    expect((await answered()) - before).toBe(isDirect ? 1 : 0);
    expect(told(byDirect)).toEqual(told(byNormal));
  });

  test('to a key that may not write', async () => {
    const input = { touchpoints: [one(20)] };
    const [plain, other] = workspaces as [(typeof workspaces)[0], (typeof workspaces)[0]];
    const byDirect = await service.graphql(direct, { input }, plain.powerless);
    expect(byDirect.errors?.[0]?.extensions['reason']).toBe('SCOPE_MISSING');
    expect(told(byDirect)).toEqual(told(await service.graphql(normal, { input }, other.powerless)));
  });

  test.each([
    ['a refusal', () => new Refusal('DATABASE_UNAVAILABLE', 'The database does not answer.')],
    ['a mistake of ours', () => new Error('Something that nobody foresaw.')],
  ])('when it fails with %s, and is not done twice', async (_, failure) => {
    const record = vi.spyOn(service.service.app.get(Ingest), 'record').mockRejectedValue(failure());
    const input = { touchpoints: [one(30)] };
    const [plain] = workspaces as [(typeof workspaces)[0]];
    const byDirect = await service.graphql(direct, { input }, plain.key);
    expect(record).toHaveBeenCalledTimes(1);
    const byNormal = await service.graphql(normal, { input }, plain.key);
    expect(byDirect.errors?.length).toBe(1);
    expect(told(byDirect)).toEqual(told(byNormal));
  });
});
