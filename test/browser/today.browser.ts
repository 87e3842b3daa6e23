import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../setup/service.js';
import { type ConsoleDesk, lookAt, openDesk } from './console-desk.js';

let desk: ConsoleDesk;
const hourMs = 3_600_000;
const weekMs = 7 * 24 * hourMs;

beforeAll(async () => {
  desk = await openDesk();
  // The same weekday of four weeks, quieter than today; a queue in which people waited; a topic that is new.
  for (let week = 0; week <= 4; week++) await record(week, week === 0 ? 14 : 4 + week);
  await desk.service.settled();
});
afterAll(() => desk?.close());

async function record(weeksAgo: number, count: number): Promise<void> {
  const touchpoints = Array.from({ length: count }, (_, n) => ({
    source: 'today',
    externalId: `today-${weeksAgo}-${n}`,
    channel: n % 3 === 0 ? 'CHAT' : 'CALL',
    kind: 'call.ended',
    direction: 'INBOUND',
    queue: 'Returns',
    waitSeconds: 60 + n,
    sentiment: -0.2,
    topic: weeksAgo === 0 ? 'no_pick_up_slots' : 'other_matter',
    occurredAt: new Date(Date.now() - weeksAgo * weekMs - n * 60_000).toISOString(),
    identifiers: [{ type: 'user_id', value: `today-${n}` }],
  }));
  const { errors } = await desk.service.graphql(
    'mutation ($input: RecordTouchpointsInput!) { recordTouchpoints(input: $input) { results { outcome } } }',
    { input: { touchpoints, backfill: true } },
  );
  expect(errors).toBeUndefined();
}

const chart = { name: 'Touchpoints today, by channel' } as const;

describe('the page of today', () => {
  it('shows what came in, how long it waited, and what grows, as the API counts it', async () => {
    const { page, complaints } = await desk.open('/today', { key: desk.keys.console });
    await page.getByText('“No pick up slots” grows').waitFor();
    const from = await page.evaluate('new Date(new Date().setHours(0, 0, 0, 0)).toISOString()');
    const filter = { from, to: new Date(Date.now() + hourMs).toISOString(), timeZone: 'Europe/Stockholm' };
    const { data } = await desk.service.graphql(
      'query ($filter: AnalyticsFilter!) { analytics(filter: $filter) { service(by: CHANNEL) { key touchpoints } } }',
      { filter },
    );
    await page.keyboard.press('v');
    const table = page.getByRole('region', chart).getByRole('table');
    for (const { key, touchpoints } of data.analytics.service) {
      const name = key === 'EMAIL' ? 'E-mail' : key === 'SMS' ? 'SMS' : key[0] + key.slice(1).toLowerCase();
      const row = table.getByRole('row').filter({ has: page.getByRole('cell', { name, exact: true }) });
      expect(await row.getByRole('cell').nth(1).innerText()).toBe(String(touchpoints));
    }
    await page.getByRole('row', { name: /^Returns/ }).waitFor();
    await page.getByText('usual', { exact: false }).first().waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('counts what comes in without being loaded again', async () => {
    const { page } = await desk.open('/today');
    await page.locator('.live[data-state="live"]').waitFor();
    const contacts = page.locator('.fig dd').first();
    const before = Number.parseInt(await contacts.innerText(), 10);
    const { errors } = await desk.service.graphql(
      'mutation ($input: RecordTouchpointsInput!) { recordTouchpoints(input: $input) { results { outcome } } }',
      {
        input: {
          touchpoints: [
            {
              source: 'today',
              channel: 'SMS',
              kind: 'sms.received',
              identifiers: [{ type: 'user_id', value: 'texter' }],
            },
          ],
        },
      },
    );
    expect(errors).toBeUndefined();
    await eventually(async () => Number.parseInt(await contacts.innerText(), 10) === before + 1);
    await page.context().close();
  });

  it('says which right is missing, and shows the rest', async () => {
    const key = await desk.service.makeKey(['customers:read']);
    const { page } = await desk.open('/today', { key });
    await page
      .getByRole('alert')
      .getByText(/analytics:read/)
      .waitFor();
    await page.getByRole('heading', { name: 'Late, and due next' }).waitFor();
    await page.context().close();
  });

  it('is for everybody, at any width, light and dark', async () => {
    await lookAt(desk, 'today', '/today', (page) =>
      page.getByRole('heading', { name: 'Late, and due next' }).waitFor(),
    );
    const { page, complaints } = await desk.open('/today', { width: 360 });
    await page.getByRole('button', { name: /As a table/ }).click();
    await page.getByRole('region', chart).getByRole('table').waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
