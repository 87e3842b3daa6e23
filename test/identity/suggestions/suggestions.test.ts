import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../../setup/service.js';
import { device, email, refused, userId } from '../merge-desk.js';
import { someone, suggestionDesk } from './suggestion-desk.js';

let it: TestService;
const desk = suggestionDesk(() => it);

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

async function pair(): Promise<readonly [string, string]> {
  const traits = someone();
  return [await desk.customer(traits), await desk.customer(traits)];
}

describe('customers that may be one', () => {
  test('are suggested, with the weights field by field, and nothing is merged', async () => {
    const traits = someone();
    const first = await desk.customer(traits);
    const { street, city, postalCode } = traits.address as Record<string, string>;
    const second = await desk.customer({
      given_name: 'Ada',
      family_name: traits.lastName,
      date_of_birth: traits.birthday,
      street: (street as string).replace('Place', 'Pl.'),
      city,
      zip: postalCode,
    });
    const found = await desk.between(first, second);
    expect(found).toMatchObject({ status: 'OPEN', band: 'STRONG', model: 'shipped-1', decisions: [], claims: [] });
    expect(found?.score).toBeGreaterThan(0.99);
    expect([found?.customer.id, found?.other.id]).toEqual([first, second]);
    const dob = found?.fields.find((one) => one.field === 'dob');
    expect(dob).toMatchObject({ level: 'same', value: traits.birthday, otherValue: traits.birthday });
    expect(dob?.bits).toBeGreaterThan(5);
    expect(found?.fields.map((one) => one.field)).toEqual(expect.arrayContaining(['given_name', 'surname', 'address']));
    expect(
      (await desk.ask<{ customer: { mergedIds: string[] } }>(`{ customer(id: "${first}") { mergedIds } }`)).customer
        .mergedIds,
    ).toEqual([]);
  });

  test('show to a masked key that there are values, and not which', async () => {
    const [first, second] = await pair();
    const masked = await it.makeKey(['customers:read'], { masked: true });
    const found = await desk.between(first, second, masked);
    expect(found?.fields.find((one) => one.field === 'surname')).toMatchObject({ value: '****', otherValue: '****' });
    expect(JSON.stringify(found)).not.toMatch(/stein|Place/);
  });

  test('are shown beside a customer in the one query', async () => {
    const [first, second] = await pair();
    await desk.compared();
    const { customer } = await desk.ask<{ customer: { matchSuggestions: { nodes: { other: { id: string } }[] } } }>(
      `{ customer(id: "${first}") { id displayName matchSuggestions(band: STRONG) { nodes { score other { id } } } } }`,
    );
    expect(customer.matchSuggestions.nodes.map((one) => one.other.id)).toEqual([second]);
  });

  test('are not suggested when different unique ids tell them apart, or one household holds them', async () => {
    const traits = someone();
    const first = await desk.customer(traits, userId());
    const second = await desk.customer(traits, userId());
    const sister = await desk.customer({ ...traits, firstName: 'Gwendolyn', birthday: '1991-09-30' });
    expect(await desk.between(first, second)).toBeUndefined();
    expect(await desk.between(first, sister)).toBeUndefined();
  });

  test('are no longer suggested once what they had in common is corrected', async () => {
    const shared = email();
    const traits = someone();
    const first = await desk.customer(traits, shared);
    const second = await desk.customer(traits);
    expect(await desk.between(first, second)).toMatchObject({ status: 'OPEN' });
    await desk.customer(
      { firstName: 'Boris', lastName: 'Zwirn', birthday: '1955-01-30', address: null, name: 'Boris Zwirn' },
      shared,
    );
    expect(await desk.between(first, second)).toBeUndefined();
  });

  test('are suggested when a touchpoint claimed that they are one, whatever else is known', async () => {
    const [visitor, mail, other] = [device(), email(), email()];
    const first = await desk.touch(mail, visitor);
    const second = await desk.touch(other);
    // On a known device somebody names the e-mail address of another customer: it is recorded, nobody is joined.
    await desk.touch(visitor, other);
    const found = await desk.between(first, second);
    expect(found).toMatchObject({ status: 'OPEN', band: 'POSSIBLE' });
    expect(found?.claims).toMatchObject([{ rule: 'UNVERIFIED', times: 1 }]);
    await desk.touch(mail, userId());
    await desk.touch(other, userId());
    expect(await desk.between(first, second)).toMatchObject({ status: 'OPEN' });
    const answer = await desk.tryConfirm({ id: found?.id });
    expect(refused(answer)).toMatchObject({ reason: 'UNIQUENESS_BROKEN', field: 'input.overrideUniqueness' });
    const { customer } = await desk.confirm({ id: found?.id, overrideUniqueness: true, reason: 'Two accounts.' });
    expect(customer.mergedIds).toEqual([second]);
  });
});

describe('a list of suggestions', () => {
  test('is paged by places, and told apart by band and status', async () => {
    const { key } = await it.makeWorkspace('paging');
    const own = suggestionDesk(() => ({
      ...it,
      key,
      graphql: (query, variables, as = key) => it.graphql(query, variables, as),
    }));
    for (let n = 0; n < 3; n++) {
      const traits = someone();
      await own.customer(traits);
      await own.customer(traits);
    }
    const all = await own.suggestions('(first: 100)');
    expect(all).toHaveLength(3);
    const walked: string[] = [];
    let after = '';
    for (let page = 0; page < 3; page++) {
      const data = await own.ask<{
        matchSuggestions: { nodes: { id: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
      }>(`{ matchSuggestions(first: 1, band: STRONG${after}) { nodes { id } pageInfo { endCursor hasNextPage } } }`);
      walked.push(...data.matchSuggestions.nodes.map((one) => one.id));
      after = `, after: "${data.matchSuggestions.pageInfo.endCursor}"`;
      expect(data.matchSuggestions.pageInfo.hasNextPage).toBe(page < 2);
    }
    expect(walked).toEqual(all.map((one) => one.id));
    expect(await own.suggestions('(band: POSSIBLE)')).toEqual([]);
    await own.reject({ id: walked[0] });
    expect((await own.suggestions('(first: 9)')).map((one) => one.id)).toEqual(walked.slice(1));
    expect((await own.suggestions('(status: REJECTED)')).map((one) => one.id)).toEqual([walked[0]]);
  });

  test('needs the scope to read customers, and to decide the scope to write them', async () => {
    const key = await it.makeKey(['touchpoints:write']);
    const answer = await it.graphql('{ matchSuggestions { nodes { id } } }', {}, key);
    expect(refused(answer)).toMatchObject({ code: 'FORBIDDEN', reason: 'SCOPE_MISSING' });
    const reader = await it.makeKey(['customers:read']);
    for (const act of [desk.tryConfirm, desk.tryReject, desk.tryReopen]) {
      expect(refused(await act({ id: `sug_${'0'.repeat(31)}1` }, reader))).toMatchObject({ reason: 'SCOPE_MISSING' });
    }
  });
});
