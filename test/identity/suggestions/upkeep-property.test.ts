import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MatchUpkeep } from '../../../src/identity/suggestions/match-upkeep.service.js';
import { Random } from '../../setup/random.js';
import { startTestService, type TestService } from '../../setup/service.js';
import type { Identifier } from '../merge-desk.js';
import { suggestionDesk } from './suggestion-desk.js';

/** More histories: `MATCH_SEEDS=50 npx vitest run test/identity/suggestions/upkeep-property.test.ts`. */
const seeds = Number(process.env['MATCH_SEEDS'] ?? 5);
const stepsPerHistory = 45;

let it: TestService;

beforeAll(async () => {
  it = await startTestService();
  // The histories say when customers are compared.
  await it.service.app.get(MatchUpkeep).stop();
});

afterAll(() => it?.stop());

const pools = {
  firstName: ['Robert', 'Bob', 'Ada', 'Gwendolyn'],
  lastName: ['Quastel', 'Quastell', 'Zwirn'],
  birthday: ['1980-04-12', '1980-04-21', '1951-11-30'],
  city: ['Rivertown', 'Hillside'],
  zip: ['21190', '21191'],
  street: ['7 Wallaby Place', '9 Wallaby Place'],
} as const;

/** What customers do and people decide, by chance; few values, so that many are alike. */
async function live(random: Random, key: string): Promise<void> {
  const desk = suggestionDesk(() => ({
    ...it,
    key,
    graphql: (query, values, as = key) => it.graphql(query, values, as),
  }));
  const identifiers: Identifier[] = Array.from({ length: 24 }, (_, n) => {
    const type = n < 14 ? 'email' : n < 19 ? 'phone' : 'user_id';
    return {
      type,
      value: type === 'email' ? `p${n}@example.com` : type === 'phone' ? `+4930901820${n % 10}` : `u-${n}`,
    };
  });
  const customers: string[] = [];
  const merges: string[] = [];
  const traits = () =>
    Object.fromEntries(
      Object.entries(pools)
        .filter(() => random.chance(0.75))
        .map(([trait, values]) => [trait, random.pick(values as readonly string[])]),
    );
  const some = () => random.pick(customers);
  const suggestion = async (status: string) => {
    const { matchSuggestions } = await desk.ask<{ matchSuggestions: { nodes: { id: string }[] } }>(
      `{ matchSuggestions(status: ${status}, first: 100) { nodes { id } } }`,
    );
    return matchSuggestions.nodes.length > 0 ? random.pick(matchSuggestions.nodes).id : null;
  };
  const decide = async (status: string, act: (input: object) => Promise<unknown>) => {
    const id = await suggestion(status);
    // What is shown may be out of date: then it is refused, which changes nothing.
    if (id) await act({ id, reason: 'By chance.' });
  };
  const acts: readonly (() => Promise<unknown>)[] = [
    async () => {
      const named = random.shuffle(identifiers).slice(0, random.chance(0.2) ? 2 : 1);
      const [touch] = await desk.record({ identifiers: named, traits: traits() });
      customers.push((touch as { customer: string }).customer);
    },
    async () => {
      const { data } = await desk.tryMerge({ survivorId: some(), otherId: some() });
      if (data?.mergeCustomers?.merge) merges.push(data.mergeCustomers.merge.id);
    },
    async () => {
      if (merges.length > 0) await desk.tryUndo({ mergeId: random.pick(merges) });
    },
    async () => desk.tryForbid({ customerId: some(), otherId: some() }),
    async () =>
      it.graphql(
        'mutation ($input: AllowLinkInput!) { allowLink(input: $input) { isChanged } }',
        {
          input: { customerId: some(), otherId: some() },
        },
        key,
      ),
    async () => decide('OPEN', desk.tryConfirm),
    async () => decide('OPEN', desk.tryReject),
    async () => decide('REJECTED', desk.tryReopen),
    async () => desk.compared(),
  ];
  const often = [0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 6, 7, 8, 8];
  for (let n = 0; n < 5; n++) await acts[0]?.();
  for (let n = 0; n < stepsPerHistory; n++) await acts[random.pick(often)]?.();
  await desk.compared();
}

/** All that is suggested, but for when. */
async function suggested(workspace: number): Promise<unknown[]> {
  const { rows } = await it.database.owner.query(
    `select customer_a, customer_b, score, status, band, model, fields::text, evidence::text
     from match_suggestion where workspace_id = $1 order by 1, 2`,
    [workspace],
  );
  return rows;
}

async function indexed(workspace: number): Promise<unknown[]> {
  const { rows } = await it.database.owner.query(
    'select customer_id, key, place from match_key where workspace_id = $1 order by 1, 2',
    [workspace],
  );
  return rows;
}

let found = 0;

describe('suggestions that are kept up to date', () => {
  test.each(Array.from({ length: seeds }, (_, n) => n + 1))(
    'are those that a look at everybody from the beginning finds, whatever happened (history %i)',
    async (seed) => {
      const { workspace, key } = await it.makeWorkspace(`history-${seed}`);
      await live(new Random(seed), key);
      const [kept, keys] = [await suggested(workspace), await indexed(workspace)];
      const own = (sql: string) => it.database.owner.query(sql, [workspace]);
      await own('delete from match_person where workspace_id = $1');
      await own('delete from match_key where workspace_id = $1');
      // What people confirmed is no finding; all else is found again.
      await own('delete from match_suggestion where workspace_id = $1 and status <> 1');
      await own(`insert into match_due (workspace_id, profile_id, lane, is_forced)
        select workspace_id, id, 1, true from profile where workspace_id = $1`);
      await it.service.app.get(MatchUpkeep).tick();
      expect(await suggested(workspace)).toEqual(kept);
      expect(await indexed(workspace)).toEqual(keys);
      found += kept.length;
      // Twice is once.
      await own(`insert into match_due (workspace_id, profile_id, lane, is_forced)
        select workspace_id, id, 1, true from profile where workspace_id = $1`);
      await it.service.app.get(MatchUpkeep).tick();
      expect(await suggested(workspace)).toEqual(kept);
    },
    120_000,
  );

  test('are many enough in these histories to say something', () => {
    expect(found).toBeGreaterThan(seeds);
  });
});
