import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { someone, suggestionDesk } from '../identity/suggestions/suggestion-desk.js';
import { eventually } from '../setup/service.js';
import { type ConsoleDesk, lookAt, openDesk } from './console-desk.js';

let desk: ConsoleDesk;
const suggesting = suggestionDesk(() => desk.service);

beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk?.close());

/** Two records of one invented person, suggested to be one. */
async function suggested(): Promise<readonly [string, string]> {
  const person = someone();
  const name = `${person.firstName} ${person.lastName}`;
  const [a, b] = [
    await suggesting.customer({ ...person, name, plan: 'gold' }),
    await suggesting.customer({ ...person, name, plan: 'silver' }),
  ];
  expect((await suggesting.between(a, b))?.status).toBe('OPEN');
  return [a, b];
}

const ids = async (...customers: readonly string[]) =>
  Promise.all(
    customers.map(
      async (id) =>
        (await desk.service.graphql('query ($id: ID!) { customer(id: $id) { id } }', { id })).data.customer.id,
    ),
  );

describe('the identity page', () => {
  it('merges a suggested pair by keyboard, tells beforehand what would change, and gives both back', async () => {
    const pair = await suggested();
    const { page, complaints } = await desk.open('/identity');
    await page.getByText('Where they disagree').waitFor();
    const preview = page.locator('.three');
    expect(await preview.getByText(/^(gold|silver) \(counts\)$/).count()).toBe(1);
    expect(await page.getByRole('row').count()).toBeGreaterThan(3);
    await page.keyboard.press('m');
    await page.getByText('are one customer now').waitFor();
    expect(new Set(await ids(...pair)).size).toBe(1);
    await page.keyboard.press('u');
    await page.getByText('The last act is taken back').waitFor();
    expect(await ids(...pair)).toEqual(pair);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('refuses a pair by keyboard, and reopens it', async () => {
    const [a, b] = await suggested();
    const { page } = await desk.open('/identity');
    await page.getByText('Where they disagree').waitFor();
    const before = await page.locator('.q li').count();
    await page.keyboard.press('x');
    await page.getByText('stay two').waitFor();
    await eventually(async () => (await page.locator('.q li').count()) === before - 1);
    await page.keyboard.press('u');
    await eventually(async () => (await page.locator('.q li').count()) === before);
    expect((await suggesting.between(a, b))?.status).toBe('OPEN');
    await page.context().close();
  });

  it('merges any two by hand, and takes it back on the customer’s page, where it says why', async () => {
    const pair = await Promise.all(['one', 'two'].map((name) => suggesting.customer({ name: `Hand ${name}` })));
    const { page, complaints } = await desk.open('/identity');
    await page.getByLabel('One, by an identifier').fill('Hand one');
    await page.getByLabel('The other').fill('Hand two');
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('button', { name: 'Merge' }).click();
    await page.getByRole('heading', { name: 'They are one person' }).waitFor();
    await page.getByRole('link', { name: /^Open/ }).click();
    await page.getByRole('button', { name: 'Why' }).click();
    await page.getByText('Decided by key:').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('taken back').waitFor();
    expect(new Set(await ids(...(pair as string[]))).size).toBe(2);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('is for everybody, at any width, light and dark', async () => {
    await suggested();
    await lookAt(desk, 'identity', '/identity', (page) => page.getByText('Where they disagree').waitFor());
  });
});
