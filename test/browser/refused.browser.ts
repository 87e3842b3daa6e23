import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ConsoleDesk, lookAt, openDesk } from './console-desk.js';

let desk: ConsoleDesk;

beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk?.close());
beforeEach(() => desk.service.database.owner.query('delete from dead_letter'));

/** Sends tracks that lack their event, as an SDK would. */
async function sendBad(...names: readonly string[]): Promise<void> {
  const batch = names.map((name) => ({ type: 'track', userId: name, messageId: `id-${name}`, properties: { name } }));
  const answer = await desk.service.http
    .post('/v1/batch')
    .set('authorization', `Bearer ${desk.service.key}`)
    .send({ batch });
  expect(answer.status).toBe(200);
}

const historyOf = async (userId: string) => {
  const { data } = await desk.service.graphql(
    'query ($id: IdentifierInput!) { customer(identifier: $id) { touchpoints { nodes { kind subject } } } }',
    { id: { type: 'user_id', value: userId } },
  );
  return data.customer?.touchpoints.nodes ?? [];
};

describe('what was refused', () => {
  it('says why, is mended, replayed, and then stands in the customer’s history', async () => {
    await sendBad('ann');
    const { page, complaints } = await desk.open('/refused');
    const item = page.getByLabel(/The item, as it came/);
    await item.waitFor();
    const raw = JSON.parse(await item.inputValue());
    expect(raw.userId).toBe('ann');
    await item.fill(JSON.stringify({ ...raw, event: 'Order placed' }));
    await page.getByRole('button', { name: 'Replay this one, mended' }).click();
    await page.getByText('1 item settled').waitFor();
    await page.getByText('Nothing was refused').waitFor();
    expect(await historyOf('ann')).toHaveLength(1);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('is mended all at once by a patch, where it has one cause', async () => {
    await sendBad('bea', 'cid', 'dan');
    const { page } = await desk.open('/refused');
    await page.getByText('All 3 of this cause').click();
    await page.getByLabel(/A JSON Patch/).fill('[{ "op": "add", "path": "/event", "value": "Order placed" }]');
    await page.getByRole('button', { name: 'Replay all' }).click();
    await page.getByText('3 items settled').waitFor();
    for (const name of ['bea', 'cid', 'dan']) expect(await historyOf(name)).toHaveLength(1);
    await page.context().close();
  });

  it('says when it is refused again, and goes only with a reason', async () => {
    await sendBad('eve');
    const { page } = await desk.open('/refused');
    await page.getByRole('button', { name: 'Replay this one' }).click();
    await page.getByText('Still refused:').waitFor();
    expect(await page.getByRole('button', { name: 'Discard' }).isDisabled()).toBe(true);
    await page.getByLabel('Why it may go').fill('A test of the shop.');
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByText('Nothing was refused').waitFor();
    const { data } = await desk.service.graphql('{ deadLetters(state: DISCARDED) { nodes { settledReason } } }');
    expect(data.deadLetters.nodes).toEqual([{ settledReason: 'A test of the shop.' }]);
    await page.context().close();
  });

  it('tries a mapping without storing anything', async () => {
    const { page, complaints } = await desk.open('/refused');
    await page.getByRole('tab', { name: 'Try a mapping' }).click();
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByText('By rule 1').waitFor();
    expect(await page.locator('pre').innerText()).toContain('ann@example.com');
    await page.getByRole('textbox', { name: 'Mapping' }).fill('{');
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByText('This is not JSON').waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('is for everybody, at any width, light and dark', async () => {
    await sendBad('fay', 'gus');
    const { data } = await desk.service.graphql(
      `mutation { createConnector(input: { key: "desk", kind: "generic", settings: { mapping: { touchpoints: [{
        externalId: "$.id", channel: "CHAT", kind: "chat.message", identifiers: [{ type: "email", value: "$.email" }]
      }] } } }) { connector { id } } }`,
    );
    expect(data.createConnector.connector.id).toBeTruthy();
    await lookAt(desk, 'refused', '/refused', (page) => page.getByLabel(/The item, as it came/).waitFor());
    await lookAt(desk, 'connectors', '/refused', async (page) => {
      await page.getByRole('tab', { name: 'Connectors' }).click();
      await page.getByRole('table').waitFor();
    });
    await lookAt(desk, 'mapping', '/refused', async (page) => {
      await page.getByRole('tab', { name: 'Try a mapping' }).click();
      await page.getByRole('button', { name: 'Try it' }).click();
      await page.getByText('By rule 1').waitFor();
    });
  });
});
