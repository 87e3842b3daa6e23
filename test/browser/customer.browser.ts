import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleDesk, expectAccessible, expectNoSideScroll, openDesk } from './console-desk.js';

let desk: ConsoleDesk;
const pictures = process.env['SCREENSHOTS'];

beforeAll(async () => {
  desk = await openDesk();
  if (pictures) mkdirSync(pictures, { recursive: true });
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

  for (const theme of ['light', 'dark'] as const) {
    for (const width of [1_440, 800, 360]) {
      it(`is for everybody, ${theme}, ${width} px wide`, async () => {
        const { page, complaints } = await desk.open(`/customers/${desk.callerId}`, { theme, width });
        await page.getByRole('heading', { level: 1, name: 'Alessandro Phoenix' }).waitFor();
        await expectAccessible(page);
        await expectNoSideScroll(page);
        if (pictures && width !== 800)
          await page.screenshot({ path: `${pictures}/customer-${theme}${width === 360 ? '-360' : ''}.png` });
        expect(complaints).toEqual([]);
        await page.context().close();
      });
    }
  }
});
