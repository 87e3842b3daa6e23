import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../setup/service.js';
import { decisionDesk } from './decision-desk.js';
import { segmentDesk, someone } from './segment-desk.js';

let it: TestService;

beforeAll(async () => {
  it = await startTestService();
});

afterAll(async () => {
  await it?.stop();
});

const { create, record, remove, update } = segmentDesk(() => it);
const { done, merge } = decisionDesk(() => it);

const fields = 'entitlements { name group value segment { key } reason overruled }';
const of = async (customer: string, more = '') => {
  const { data, errors } = await it.graphql(`query ($id: ID!) { customer(id: $id ${more}) { ${fields} } }`, {
    id: customer,
  });
  expect(errors).toBeUndefined();
  return data.customer.entitlements as { name: string; reason: string; overruled: string[] }[];
};
const byIdentifier = async (type: string, value: string) => {
  const { data } = await it.graphql(
    `query ($identifier: IdentifierInput!) { customer(identifier: $identifier) { ${fields} } }`,
    { identifier: { type, value } },
  );
  return data.customer.entitlements as { name: string }[];
};

describe('gold on the phone', () => {
  test('is gold on e-mail, in the chat and by whatever else she is known', async () => {
    const tag = randomUUID();
    const key = await create({ trait: 'tag', is: tag }, { entitlements: ['tier:gold', 'priority-support'] });
    const email = `${randomUUID()}@example.com`;
    const phone = `+43151${String(Date.now()).slice(-8)}`;
    const [onPhone, byMail] = [
      { type: 'phone', value: phone },
      { type: 'email', value: email },
    ];
    const a = await record({ identifiers: [onPhone], traits: { tag }, channel: 'CALL' });
    const b = await record({ identifiers: [byMail], channel: 'EMAIL', kind: 'email.received' });
    const gold = [
      {
        name: 'priority-support',
        group: null,
        value: 'priority-support',
        segment: { key },
        reason: `from ${key}`,
        overruled: [],
      },
      { name: 'tier:gold', group: 'tier', value: 'gold', segment: { key }, reason: `from ${key}`, overruled: [] },
    ];
    expect(await byIdentifier('phone', phone)).toEqual(gold);
    expect(await byIdentifier('email', email)).toEqual([]);
    await merge(b, a);
    expect(await byIdentifier('phone', phone)).toEqual(gold);
    expect(await byIdentifier('email', email)).toEqual(gold);
    expect(await of(a)).toEqual(gold);
  });
});

describe('of what several segments give', () => {
  test('the one of the highest priority is honoured, with the reason, and by key where these are alike', async () => {
    const tag = randomUUID();
    const rule = { trait: 'tag', is: tag };
    const silver = await create(rule, { entitlements: ['tier:silver', 'lounge'], priority: 5 });
    const customer = await record({ ...someone(), traits: { tag } });
    const gold = await create(rule, { entitlements: ['tier:gold', 'lounge'], priority: 10 });
    expect(await of(customer)).toMatchObject([
      {
        name: 'lounge',
        segment: { key: gold },
        reason: `from ${gold}, whose priority 10 comes before ${silver} (5)`,
        overruled: [],
      },
      {
        name: 'tier:gold',
        reason: `from ${gold}, whose priority 10 comes before ${silver} (5, tier:silver)`,
        overruled: ['tier:silver'],
      },
    ]);
    expect((await update({ key: gold, version: 1, priority: 5 })).errors).toBeUndefined();
    const [first] = [gold, silver].sort();
    expect((await of(customer)).map(({ name }) => name)).toContain(first === gold ? 'tier:gold' : 'tier:silver');
    await remove(gold);
    expect((await of(customer)).map(({ name, overruled }) => [name, overruled])).toEqual([
      ['lounge', []],
      ['tier:silver', []],
    ]);
  });

  test('nothing is left when she leaves, and what was is shown as of then', async () => {
    const key = await create({ manual: true }, { entitlements: ['tier:gold'] });
    const customer = await record(someone());
    await done('addSegmentMember', { segment: key, customerId: customer, reason: 'test' });
    const { rows } = await it.database.owner.query('select clock_timestamp() as at');
    expect((await of(customer)).map(({ name }) => name)).toEqual(['tier:gold']);
    await done('undoSegmentDecision', { segment: key, customerId: customer });
    expect(await of(customer)).toEqual([]);
    expect((await of(customer, `, asOf: "${rows[0].at.toISOString()}"`)).map(({ name }) => name)).toEqual([
      'tier:gold',
    ]);
  });
});

test('promises are those of the tier with the highest priority, and change with it', async () => {
  const tag = randomUUID();
  const rule = { trait: 'tag', is: tag };
  await create(rule, { entitlements: ['sla:silver'], priority: 5 });
  const gold = await create(rule, { entitlements: ['sla:gold'], priority: 10 });
  const { data } = await it.graphql('{ slaSettings { version } }');
  const policies = [
    { priority: 'URGENT', tier: 'gold', resolutionMinutes: 60 },
    { priority: 'URGENT', tier: 'silver', resolutionMinutes: 600 },
  ];
  const saved = await it.graphql(
    'mutation ($input: UpdateSlaSettingsInput!) { updateSlaSettings(input: $input) { changedIssues } }',
    { input: { version: data.slaSettings.version, policies } },
  );
  expect(saved.errors).toBeUndefined();
  const customer = await record({ ...someone(), traits: { tag } });
  const opened = await it.graphql('mutation ($input: OpenIssueInput!) { openIssue(input: $input) { issue { id } } }', {
    input: { customerId: customer, subject: 'x', priority: 'URGENT' },
  });
  await it.settled();
  const tier = async () => {
    const answer = await it.graphql('query ($id: ID!) { issue(id: $id) { sla { tier } } }', {
      id: opened.data.openIssue.issue.id,
    });
    expect(answer.errors).toBeUndefined();
    return answer.data.issue.sla.tier;
  };
  expect(await tier()).toBe('gold');
  expect((await update({ key: gold, version: 1, priority: 1 })).errors).toBeUndefined();
  await it.settled();
  expect(await tier()).toBe('silver');
});
