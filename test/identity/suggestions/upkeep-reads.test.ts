import { afterAll, beforeAll, expect, test } from 'vitest';
import { rowsRead } from '../../../bench/identity/rows-read.js';
import { MatchUpkeep } from '../../../src/identity/suggestions/match-upkeep.service.js';
import { contextOf, shippedModel, shippedWeights } from '../../../src/identity/suggestions/weight-set.js';
import { Database } from '../../../src/platform/database.js';
import { startTestService, type TestService } from '../../setup/service.js';
import { someone, suggestionDesk } from './suggestion-desk.js';

let it: TestService;
const desk = suggestionDesk(() => it);
const none = new Set<string>();
const rules = {
  types: { email: none, phone: none, unique: none },
  dateOrder: 'day-first',
  context: contextOf(shippedWeights),
  model: shippedModel,
} as const;

beforeAll(async () => {
  it = await startTestService();
  await it.service.app.get(MatchUpkeep).stop();
});

afterAll(() => it?.stop());

const read = (customer: string): Promise<number> =>
  rowsRead(it.service.app.get(Database), it.workspace, Number(customer.slice(4)), rules);

/** Others with whom she shares nothing, and some who share one very common key with her. */
async function fill(customers: number, crowd: number): Promise<void> {
  await it.database.owner.query(
    `with n as (
       select $1::int as workspace, 1000000 + n as id, n from generate_series(1, $2::int) n
     ), p as (
       insert into profile (workspace_id, id, canonical_id) select workspace, id, id from n
     ), k as (
       insert into match_key (workspace_id, key, place, customer_id)
       select workspace, case when n <= $3::int then (select keys[1] from match_person limit 1) else n end, n, id from n
     ), s as (
       insert into match_suggestion (workspace_id, id, customer_a, customer_b, score, status, band, model, fields, evidence)
       select workspace, encode(int8send(id) || int8send(id + 1), 'hex')::uuid, id, id + 1, 1, 0, 0, 'x', '[]', '[]' from n
     )
     insert into match_person (workspace_id, customer_id, place, person, keys)
     select workspace, id, n, '{}', '{}' from n`,
    [it.workspace, customers, crowd],
  );
  await it.database.owner.query('analyze profile, match_key, match_person, match_suggestion');
}

test('comparing a customer reads what is near her, however many customers there are and however common a key is', async () => {
  const traits = someone();
  const [first] = [await desk.customer(traits), await desk.customer(traits)];
  await desk.compared();
  const alone = await read(first);
  await fill(5_000, 3_000);
  // Half a block on either side, and what is known of each of these.
  expect(await read(first)).toBeLessThan(alone + 2 * 200 + 50);
});
