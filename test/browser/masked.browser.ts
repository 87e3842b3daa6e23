import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleDesk, openDesk } from './console-desk.js';

let desk: ConsoleDesk;

beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk?.close());

describe('whoever may see less', () => {
  it('gets the page with personal data masked, and is told what is not shown', async () => {
    const { page, complaints } = await desk.open(`/customers/${desk.callerId}`, { key: desk.keys.analyst });
    await page.getByText(/^Not shown:|Not shown:/).waitFor();
    const text = await page.locator('main').innerText();
    for (const personal of ['Alessandro', '+17277607806', 'aphoenix939']) expect(text).not.toContain(personal);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('is told which right is missing, in place of what needs it', async () => {
    const { page } = await desk.open('/identity', { key: desk.keys.sdk });
    await page.getByRole('alert').getByText(/scope/i).waitFor();
    await page.context().close();
  });
});
