import { Analytics } from '@segment/analytics-node';
import type { Page, WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../setup/service.js';
import { type ConsoleDesk, openDesk } from './console-desk.js';

let desk: ConsoleDesk;

beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk?.close());

const userId = 'aphoenix939';
const mark = '.live[data-state="live"]';
const name = { level: 1, name: 'Alessandro Phoenix' } as const;

async function openCaller(look?: (page: Page) => Promise<void>) {
  const open = await desk.open('/', {});
  await look?.(open.page);
  await open.page.goto(`${desk.service.url}/console/customers/${desk.callerId}`);
  await open.page.getByRole('heading', name).waitFor();
  await open.page.locator(mark).waitFor();
  return open;
}

let recorded = 0;

/** Each of a kind of its own: the list folds what is alike. */
async function record(subject: string, identifier: object): Promise<string> {
  const kind = `test.number_${++recorded}`;
  const touchpoint = { source: 'live', channel: 'CALL', kind, subject, identifiers: [identifier] };
  const { data } = await desk.service.graphql(
    'mutation ($input: RecordTouchpointsInput!) { recordTouchpoints(input: $input) { results { customerId } } }',
    { input: { touchpoints: [touchpoint] } },
  );
  return data.recordTouchpoints.results[0].customerId;
}

const caller = { type: 'user_id', value: userId };

describe('the customer’s page, while it is open', () => {
  it('shows what Segment’s SDK sends, and what follows from it, without being loaded again', async () => {
    const { page, complaints } = await openCaller();
    await page.evaluate('globalThis.isSamePage = true');
    const before = await page.getByText(/^\d+ touchpoints in all/).innerText();
    const analytics = new Analytics({ writeKey: desk.service.key, host: desk.service.url, flushAt: 1 });
    analytics.page({ userId, name: 'Pricing', properties: { title: 'What a return costs' } });
    await analytics.closeAndFlush();
    await page.getByRole('listitem').getByText('What a return costs').waitFor();
    await eventually(async () => (await page.getByText(/^\d+ touchpoints in all/).innerText()) !== before);
    const { errors } = await desk.service.graphql(
      'mutation ($input: OpenIssueInput!) { openIssue(input: $input) { issue { id } } }',
      { input: { customerId: desk.callerId, subject: 'The parcel is torn' } },
    );
    expect(errors).toBeUndefined();
    await page.getByRole('complementary').getByText('The parcel is torn').waitFor();
    expect(await page.evaluate('globalThis.isSamePage')).toBe(true);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('says since when it is offline, and shows what came meanwhile when the network is back', async () => {
    const { page, context } = await openCaller();
    await context.setOffline(true);
    await page.getByText(/^No connection\. You see how it was at \d\d:\d\d/).waitFor();
    await record('Rang while nobody looked', caller);
    expect(await page.getByText('Rang while nobody looked').count()).toBe(0);
    await context.setOffline(false);
    await page.getByRole('listitem').getByText('Rang while nobody looked').waitFor();
    await page.locator(mark).waitFor();
    expect(await page.getByText('No connection.').count()).toBe(0);
    await context.close();
  });

  it('goes on from its last cursor when the connection breaks', async () => {
    const sockets: WebSocketRoute[] = [];
    const asked: { after: string | null }[] = [];
    const told: string[] = [];
    const { page, complaints } = await openCaller((one) =>
      one.routeWebSocket('**/graphql', (socket) => {
        const server = socket.connectToServer();
        socket.onMessage((message) => {
          const { type, payload } = JSON.parse(String(message));
          if (type === 'subscribe') asked.push(payload.variables);
          server.send(message);
        });
        server.onMessage((message) => {
          const { payload } = JSON.parse(String(message));
          if (payload?.data) told.push(payload.data.customerChanged.cursor);
          socket.send(message);
        });
        sockets.push(socket);
      }),
    );
    await record('Before the break', caller);
    await page.getByRole('listitem').getByText('Before the break').waitFor();
    const last = told.at(-1);
    await sockets[0]?.close({ code: 1012 });
    await record('During the break', caller);
    await page.getByRole('listitem').getByText('During the break').waitFor();
    await eventually(async () => asked.length > 1);
    expect(asked.map(({ after }) => after)).toEqual([null, last]);
    expect(sockets).toHaveLength(2);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('goes on through a merge', async () => {
    const other = { type: 'user_id', value: 'somebody-else' };
    const otherId = await record('The other one’s first call', other);
    const { page } = await openCaller();
    const { errors } = await desk.service.graphql(
      'mutation ($input: MergeCustomersInput!) { mergeCustomers(input: $input) { customer { id } } }',
      { input: { survivorId: otherId, otherId: desk.callerId, reason: 'She said so.', overrideUniqueness: true } },
    );
    expect(errors).toBeUndefined();
    await page.getByRole('listitem').getByText('The other one’s first call').waitFor();
    await record('The other one’s second call', other);
    await page.getByRole('listitem').getByText('The other one’s second call').waitFor();
    await page.context().close();
  });

  it('does not move what is being read: what is new waits on top', async () => {
    const { page } = await openCaller();
    const list = page.getByRole('region', { name: 'Timeline' });
    await page.evaluate('scrollTo(0, 1200)');
    const reading = () =>
      list.locator('.tp').evaluateAll((rows) => {
        const seen = rows.map((row) => [row.textContent, row.getBoundingClientRect().top] as const);
        return seen.find(([, top]) => top > 100);
      });
    const before = await reading();
    await record('Rang while the list was scrolled', caller);
    const button = page.getByRole('button', { name: '1 new' });
    await button.waitFor();
    expect(await reading()).toEqual(before);
    expect(await page.getByText('Rang while the list was scrolled').count()).toBe(0);
    await button.click();
    await page.getByRole('listitem').getByText('Rang while the list was scrolled').waitFor();
    await page.context().close();
  });
});
