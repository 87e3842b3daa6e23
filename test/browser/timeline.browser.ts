import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../setup/service.js';
import { type ConsoleDesk, openDesk } from './console-desk.js';

let desk: ConsoleDesk;
const many = 3_000;
const hourMs = 3_600_000;

beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk?.close());

const openCaller = async () => {
  const open = await desk.open(`/customers/${desk.callerId}`);
  await open.page.getByRole('heading', { level: 1, name: 'Alessandro Phoenix' }).waitFor();
  return open;
};

const channelsOf = (page: Page) =>
  page
    .locator('.place .knot')
    .evaluateAll((knots) => [...new Set(knots.map((knot) => /ch-(\w+)/.exec(knot.className)?.[1]))]);

/** A customer with a long history, an hour apart, on two channels. */
async function longLife(): Promise<string> {
  let customer = '';
  for (let done = 0; done < many; done += 1_000) {
    const touchpoints = Array.from({ length: 1_000 }, (_, i) => ({
      source: 'test',
      externalId: `long-${done + i}`,
      channel: (done + i) % 2 ? 'WEB' : 'CALL',
      kind: 'thing.happened',
      subject: `Number ${done + i}`,
      occurredAt: new Date(Date.now() - (done + i) * hourMs).toISOString(),
      identifiers: [{ type: 'user_id', value: 'long-life' }],
    }));
    const { data } = await desk.service.graphql(
      'mutation ($input: RecordTouchpointsInput!) { recordTouchpoints(input: $input) { results { customerId } } }',
      { input: { touchpoints, backfill: true } },
    );
    customer = data.recordTouchpoints.results[0].customerId;
  }
  return customer;
}

describe('the timeline', () => {
  it('draws only what is in view, and loads on to the oldest touchpoint while it is scrolled', async () => {
    const { page, complaints } = await desk.open(`/customers/${await longLife()}`);
    await page.getByText('Number 0', { exact: true }).waitFor();
    await eventually(async () => {
      await page.evaluate('scrollTo(0, document.body.scrollHeight)');
      expect(await page.locator('.place').count()).toBeLessThan(120);
      return (await page.getByText(`Number ${many - 1}`, { exact: true }).count()) === 1;
    });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('is narrowed by channel, with the keys of their lanes too, and by topic', async () => {
    const { page } = await openCaller();
    expect(await channelsOf(page)).toContain('app');
    await page.getByRole('button', { name: 'App', exact: true }).click();
    await page.keyboard.press('1');
    await eventually(async () => {
      const channels = await channelsOf(page);
      return !channels.includes('app') && !channels.includes('web');
    });
    await page.getByLabel('Topic').selectOption('refund_status');
    await page.getByText('“let me know”').waitFor();
    await page.context().close();
  });

  it('is walked by keyboard, and unfolds a conversation', async () => {
    const { page } = await openCaller();
    const chat = page.getByRole('button', { name: /×2\d/ });
    for (let steps = 0; steps < 30 && (await page.locator('.tp.sel .title[aria-expanded]').count()) === 0; steps++) {
      await page.keyboard.press('j');
    }
    await page.keyboard.press('Enter');
    await page.locator('.msg').first().waitFor();
    expect(await page.locator('[aria-expanded="true"]').count()).toBe(1);
    await page.keyboard.press('Enter');
    await eventually(async () => (await page.locator('.msg').count()) === 0);
    expect(await chat.count()).toBeLessThan(2);
    await page.context().close();
  });

  it('goes back to what was known at an earlier time, and comes back by one key', async () => {
    const { page, complaints } = await openCaller();
    const before = await page.getByText(/^\d+ touchpoints in all/).innerText();
    await page.keyboard.press('t');
    await page.keyboard.press('Home');
    await page.getByText('As it was known on').waitFor();
    await page.getByText('Nothing later is counted.').waitFor();
    await eventually(async () => (await page.getByText(/^\d+ touchpoints? in all/).innerText()) !== before);
    await page.keyboard.press('Escape');
    await eventually(async () => (await page.getByText(/^\d+ touchpoints in all/).innerText()) === before);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('copies the brief that the API gives', async () => {
    const { page } = await openCaller();
    await page.keyboard.press('b');
    await page.getByText('The brief is copied.').waitFor();
    const { data } = await desk.service.graphql('query ($id: ID!) { customer(id: $id) { brief { text } } }', {
      id: desk.callerId,
    });
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(data.customer.brief.text);
    await page.context().close();
  });

  it('keeps what it shows when the key is not accepted any more, and asks to sign in again', async () => {
    const { page } = await desk.open('/', { key: 'tlk_not-a-key' });
    await page.getByRole('button', { name: 'Sign in again' }).click();
    await page.getByLabel('Your key').fill('tlk_neither');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This key is not known').waitFor();
    await page.getByLabel('Your key').fill(desk.service.key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Customers' }).waitFor();
    expect(await page.evaluate('Object.keys(localStorage)')).toEqual([]);
    await page.context().close();
  });
});
