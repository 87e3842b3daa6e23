import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleDesk, lookAt, openDesk } from './console-desk.js';

let desk: ConsoleDesk;

beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk?.close());

describe('the customer’s page', () => {
  it('opens from nothing but a telephone number', async () => {
    const { page, complaints } = await desk.open('/');
    await page.getByLabel('Find a customer').fill('(727) 760-7806');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Alessandro Phoenix' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/console/customers/${desk.callerId}`);
    expect(new URL(page.url()).hash).toBe('');
    const { data } = await desk.service.graphql(
      'query ($id: ID!) { customer(id: $id) { openIssueCount issues(status: [OPEN]) { nodes { subject } } } }',
      { id: desk.callerId },
    );
    for (const { subject } of data.customer.issues.nodes) {
      expect(await page.getByRole('complementary').getByText(subject).count()).toBeGreaterThan(0);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('says what she would probably call about, and what to do next', async () => {
    const { page } = await desk.open(`/customers/${desk.callerId}`);
    await page.getByRole('heading', { level: 1, name: 'Alessandro Phoenix' }).waitFor();
    const { data } = await desk.service.graphql(
      'query ($id: ID!) { customer(id: $id) { likelyReasons { confidence message } nextSteps { because } } }',
      { id: desk.callerId },
    );
    const [reason] = data.customer.likelyReasons;
    const head = page.getByRole('region', { name: 'Alessandro Phoenix' });
    await head.getByRole('heading', { name: 'Would probably call about' }).waitFor();
    await head.getByText(`${reason.message} ${Math.round(100 * reason.confidence)} % sure.`).waitFor();
    await head.getByRole('heading', { name: 'Do next' }).waitFor();
    expect(await head.getByText(data.customer.nextSteps[0].because).count()).toBeGreaterThan(1);
    await page.context().close();
  });

  it('is for everybody, at any width, light and dark', async () => {
    await lookAt(desk, 'customer', `/customers/${desk.callerId}`, (page) =>
      page.getByRole('heading', { level: 1, name: 'Alessandro Phoenix' }).waitFor(),
    );
  });
});
