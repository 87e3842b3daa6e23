import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { madePeople } from '../../../bench/identity/made-people.js';
import { startTestService, type TestService } from '../../setup/service.js';
import { email, refused } from '../merge-desk.js';
import { suggestionDesk } from './suggestion-desk.js';

let it: TestService;
const desk = suggestionDesk(() => it);

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

const weightFields = `version model status isActive customers pairs priorBits activePriorBits createdBy activatedBy
  differences { field level bits activeBits }`;

interface Shown {
  readonly version: number;
  readonly status: string;
  readonly isActive: boolean;
  readonly customers: number;
  readonly priorBits: number;
  readonly activePriorBits: number;
  readonly differences: readonly { field: string; level: string; bits: number; activeBits: number }[];
}

async function weights(): Promise<Shown[]> {
  await desk.compared();
  return (await desk.ask<{ matchWeights: Shown[] }>(`{ matchWeights { ${weightFields} } }`)).matchWeights;
}

const estimate = () =>
  desk.ask<{ estimateMatchWeights: { weights: Shown; isNew: boolean } }>(
    `mutation { estimateMatchWeights { isNew weights { ${weightFields} } } }`,
  );

const activate = (version: number | null) =>
  it.graphql(
    `mutation ($input: ActivateMatchWeightsInput!) { activateMatchWeights(input: $input) {
      isChanged weights { ${weightFields} } } }`,
    { input: { version } },
  );

/** So many records of made people as customers, each with its own e-mail address. */
async function settle(records: number): Promise<void> {
  const { raw } = madePeople('shop', records, 41);
  const touchpoints = raw.map(({ given_name, surname, dob, street_number, address, locality, postcode }) => ({
    identifiers: [email()],
    traits: Object.fromEntries(
      Object.entries({ given_name, surname, dob, street_number, address, locality, postcode }).filter(
        ([, value]) => value,
      ),
    ),
  }));
  for (let start = 0; start < touchpoints.length; start += 250) {
    await desk.record(...touchpoints.slice(start, start + 250));
  }
  await desk.compared();
}

describe('weights of a workspace’s own', () => {
  test('are not estimated of too few customers, and cannot hold then', async () => {
    await desk.customer({ given_name: 'Ada', surname: 'Zwirn' });
    await estimate();
    expect((await weights())[0]).toMatchObject({ version: 1, status: 'TOO_FEW', isActive: false, differences: [] });
    expect(refused(await activate(1))).toMatchObject({ reason: 'STATUS_FORBIDS', field: 'input.version' });
    expect(refused(await activate(9))).toMatchObject({ reason: 'NOT_FOUND', field: 'input.version' });
  });

  test('say what would be different, and change nothing until a person activates them', async () => {
    await settle(230);
    const before = await desk.suggestions('(first: 500)');
    expect(before.length).toBeGreaterThan(20);
    await estimate();
    const [ready] = await weights();
    expect(ready).toMatchObject({ version: 2, status: 'READY', isActive: false });
    // Among some hundred records the chance that two are one person is far greater than among ten thousand.
    expect(ready?.priorBits).toBeGreaterThan((ready?.activePriorBits as number) + 4);
    expect(ready?.differences.length).toBeGreaterThan(3);
    expect((await desk.suggestions('(first: 500)')).map((one) => [one.id, one.score, one.model])).toEqual(
      before.map((one) => [one.id, one.score, 'shipped-1']),
    );

    const { data } = await activate(2);
    expect(data.activateMatchWeights).toMatchObject({ isChanged: true, weights: { isActive: true, differences: [] } });
    expect((await activate(2)).data.activateMatchWeights.isChanged).toBe(false);
    const after = await desk.suggestions('(first: 500)');
    expect(new Set(after.map((one) => one.model))).toEqual(new Set(['workspace-2']));
    expect(after.map((one) => one.score)).not.toEqual(before.map((one) => one.score));

    expect((await activate(null)).data.activateMatchWeights).toEqual({ isChanged: true, weights: null });
    const again = await desk.suggestions('(first: 500)');
    const figures = (some: typeof again) => some.map((one) => [one.id, one.score, one.band]).sort();
    expect(figures(again)).toEqual(figures(before));
  }, 120_000);

  test('hold no name, number or address of anybody', async () => {
    const { rows } = await it.database.owner.query('select weights::text as text from match_weights where version = 2');
    const { raw } = madePeople('shop', 230, 41);
    for (const { surname, locality } of raw.slice(0, 100)) {
      for (const word of [surname, locality]) if (word) expect(rows[0].text).not.toContain(word);
    }
  });

  test('need the scope admin', async () => {
    const key = await it.makeKey(['customers:read', 'customers:write']);
    for (const question of [
      '{ matchWeights { version } }',
      'mutation { estimateMatchWeights { isNew } }',
      'mutation { activateMatchWeights(input: {}) { isChanged } }',
    ]) {
      expect(refused(await it.graphql(question, {}, key))).toMatchObject({ reason: 'SCOPE_MISSING' });
    }
  });
});
