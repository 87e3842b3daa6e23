import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleDesk, expectAccessible, expectNoSideScroll, openDesk } from './console-desk.js';

let desk: ConsoleDesk;
let host: Server;
let token: string;
const folder = path.resolve(import.meta.dirname, '../../console/examples');
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript' };

beforeAll(async () => {
  desk = await openDesk();
  token = await desk.service.makeKey(['customers:read']);
  host = createServer((request, response) => {
    const name = path.basename((request.url ?? '').split('?')[0] || 'agent-desktop.html');
    const type = types[path.extname(name)];
    if (!type) return response.writeHead(404).end();
    const text = readFileSync(path.join(folder, name), 'utf8')
      .replaceAll('127.0.0.1:4000', new URL(desk.service.url).host)
      .replaceAll('PUT-A-TOKEN-HERE', token);
    return response.writeHead(200, { 'content-type': type }).end(text);
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  host?.close();
  await desk?.close();
});

/** The desktop of somebody else, on an origin of its own. */
async function openDesktop(look: { width?: number; theme?: 'light' | 'dark' } = {}) {
  const { width = 1_200, theme = 'light' } = look;
  const context = await desk.browser.newContext({ viewport: { width, height: 1_000 }, colorScheme: theme });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(`http://127.0.0.1:${(host.address() as AddressInfo).port}/agent-desktop.html`);
  return { page, context, complaints };
}

const panelOf = (page: Page) => page.locator('throughline-customer');
const setAttribute = (page: Page, name: string, value: string) =>
  panelOf(page).evaluate((panel, [key, text]) => panel.setAttribute(key as string, text as string), [name, value]);

describe('the panel in somebody else’s page', () => {
  it('shows the customer who calls, under the host’s strict policy, and says what is to be opened', async () => {
    const { page, context, complaints } = await openDesktop();
    const panel = panelOf(page);
    await panel.getByRole('heading', { name: 'Alessandro Phoenix' }).waitFor();
    const { data } = await desk.service.graphql(
      `query ($id: ID!) {
        customer(id: $id) {
          signals { message } issues(first: 1, status: [OPEN]) { nodes { id subject } } coverage { totalTouchpoints }
        }
      }`,
      { id: desk.callerId },
    );
    await panel.getByText(data.customer.signals[0].message).waitFor();
    const [issue] = data.customer.issues.nodes;
    await panel.getByRole('button', { name: issue.subject }).click();
    await page.getByText(`Open issue ${issue.id}`).waitFor();
    await panel.getByRole('button', { name: `All ${data.customer.coverage.totalTouchpoints}` }).click();
    await page.getByText(`Open customer ${desk.callerId}`).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('is live', async () => {
    const { page, context } = await openDesktop();
    const panel = panelOf(page);
    await panel.getByText('Live', { exact: true }).waitFor();
    const { errors } = await desk.service.graphql(
      'mutation ($input: RecordTouchpointsInput!) { recordTouchpoints(input: $input) { results { outcome } } }',
      {
        input: {
          touchpoints: [
            {
              source: 'panel',
              channel: 'STORE',
              kind: 'store.visited',
              subject: 'Came to the store',
              identifiers: [{ type: 'phone', value: '+17277607806' }],
            },
          ],
        },
      },
    );
    expect(errors).toBeUndefined();
    await panel.getByText('Came to the store').waitFor();
    await context.close();
  });

  it('follows its attributes: another caller, one whom nobody knows, and nobody', async () => {
    const { page, context, complaints } = await openDesktop();
    const panel = panelOf(page);
    await panel.getByRole('heading', { name: 'Alessandro Phoenix' }).waitFor();
    const { data } = await desk.service.graphql('{ customers(first: 20) { nodes { id displayName } } }');
    const other = data.customers.nodes.find(
      (one: { id: string; displayName: string | null }) => one.displayName && one.id !== desk.callerId,
    );
    await setAttribute(page, 'customer-id', other.id);
    await panel.getByRole('heading', { name: other.displayName }).waitFor();
    await panelOf(page).evaluate((one) => one.removeAttribute('customer-id'));
    await setAttribute(page, 'identifier', 'phone:+14155550000');
    await panel.getByText('First contact').waitFor();
    expect(await panel.getByRole('heading').count()).toBe(0);
    await setAttribute(page, 'identifier', 'nobody');
    await panel.getByText('Nobody is named').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('keeps what it shows when its token runs out, tells the host, and goes on with the next one', async () => {
    const { page, context } = await openDesktop();
    const panel = panelOf(page);
    await panel.getByText('Live', { exact: true }).waitFor();
    await setAttribute(page, 'token', 'tlk_no-more');
    await page.getByText('Sign in again').waitFor();
    await panel.getByText('Signed out', { exact: true }).waitFor();
    expect(await panel.getByRole('heading', { name: 'Alessandro Phoenix' }).count()).toBe(1);
    await setAttribute(page, 'token', token);
    await panel.getByText('Live', { exact: true }).waitFor();
    await context.close();
  });

  it('is for everybody, in light and dark, from 320 pixels on', async () => {
    for (const theme of ['light', 'dark'] as const) {
      for (const width of [1_200, 320]) {
        const { page, context } = await openDesktop({ theme, width });
        await panelOf(page).getByRole('heading', { name: 'Alessandro Phoenix' }).waitFor();
        await panelOf(page).getByText('Live', { exact: true }).waitFor();
        await expectAccessible(page);
        await expectNoSideScroll(page);
        const shots = process.env['SCREENSHOTS'];
        if (shots && width !== 320) await panelOf(page).screenshot({ path: `${shots}/panel-${theme}.png` });
        await context.close();
      }
    }
  });

  it('may be loaded by anybody, and is small', async () => {
    const { headers } = await desk.service.http
      .get('/console/embed/throughline-customer.js')
      .set('accept-encoding', 'gzip');
    expect(headers['cross-origin-resource-policy']).toBe('cross-origin');
    expect(headers['content-encoding']).toBe('gzip');
    const preflight = await desk.service.http
      .options('/graphql')
      .set('origin', 'https://crm.example')
      .set('access-control-request-method', 'POST');
    expect(preflight.status).toBe(204);
    expect(preflight.headers['access-control-allow-origin']).toBe('*');
    expect(preflight.headers['access-control-allow-credentials']).toBeUndefined();
  });
});
