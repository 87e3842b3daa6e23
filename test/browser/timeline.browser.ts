import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../setup/service.js';
import { type ConsoleDesk, openDesk } from './console-desk.js';

let desk: ConsoleDesk;
/** A hundred thousand take minutes, for each is read over HTTP: they are for whoever asks for them. */
const many = Number(process.env['TIMELINE_TOUCHPOINTS'] ?? 10_000);
const bytesPerTouchpointMax = 8_000;

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

/** A customer with a long history, an hour apart, on all channels: copies of one touchpoint. */
async function longLife(): Promise<string> {
  const first = {
    source: 'test',
    externalId: 'long-0',
    channel: 'CALL',
    kind: 'thing.happened',
    subject: 'Number 0',
    identifiers: [{ type: 'user_id', value: 'long-life' }],
  };
  const { data } = await desk.service.graphql(
    'mutation ($input: RecordTouchpointsInput!) { recordTouchpoints(input: $input) { results { customerId } } }',
    { input: { touchpoints: [first] } },
  );
  await desk.service.database.owner.query(
    `insert into touchpoint
     select copy.*
     from touchpoint t
     cross join generate_series(1, $2::int) n
     cross join jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid(), 'channel', n % 8,
       'external_id', 'long-' || n, 'subject', 'Number ' || n, 'occurred_at', t.occurred_at - n * interval '1 hour')) copy
     where t.workspace_id = $1 and t.external_id = 'long-0'`,
    [desk.service.workspace, many - 1],
  );
  return data.recordTouchpoints.results[0].customerId;
}

describe('the timeline', () => {
  it('draws only what is in view, and loads on to the oldest touchpoint while it is scrolled', async () => {
    const { page, context, complaints } = await desk.open(`/customers/${await longLife()}`);
    await page.getByText('Number 0', { exact: true }).waitFor();
    const session = await context.newCDPSession(page);
    const heap = async () => {
      await session.send('HeapProfiler.collectGarbage');
      const { usedSize } = await session.send('Runtime.getHeapUsage');
      return usedSize;
    };
    const before = await heap();
    const oldest = page.getByText(`Number ${many - 1}`, { exact: true });
    for (let turn = 0; (await oldest.count()) === 0 && turn < many; turn++) {
      await page.evaluate('scrollTo(0, document.body.scrollHeight)');
      expect(await page.locator('.place').count()).toBeLessThan(120);
      await eventually(async () => (await page.locator('.tl > .nothing').count()) === 0);
    }
    expect((await heap()) - before).toBeLessThan(many * bytesPerTouchpointMax);
    // Back up, and in the midst: rows are where they belong, and there is no gap between them.
    await page.evaluate('scrollTo(0, document.body.scrollHeight / 2)');
    const isFilled = `[...document.querySelectorAll('.place')]
      .some((row) => Math.abs(row.getBoundingClientRect().top - innerHeight / 2) < 80)`;
    await eventually(async () => Boolean(await page.evaluate(isFilled)));
    const places = (await page
      .locator('.place')
      .evaluateAll((rows) =>
        rows.map((row) => row.getBoundingClientRect()).map(({ top, bottom }) => [top, bottom]),
      )) as [number, number][];
    const sorted = places.sort(([a], [b]) => a - b);
    for (const [at, [top]] of sorted.slice(1).entries()) expect(top).toBeCloseTo(sorted[at]?.[1] ?? 0, 0);
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
