import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleDesk, expectAccessible, expectNoSideScroll, openDesk } from './console-desk.js';
import { type LocalIssuer, startLocalIssuer } from './local-issuer.js';

let desk: ConsoleDesk;
let issuer: LocalIssuer;

beforeAll(async () => {
  issuer = await startLocalIssuer();
  desk = await openDesk(issuer.environment);
  await issuer.begin(desk.service.url, { workspace: 'default', role: 'supervisor' });
});
afterAll(async () => {
  await desk?.close();
  issuer?.stop();
});

async function openSignIn(path: string, look: { theme?: 'light' | 'dark'; width?: number } = {}) {
  const { theme = 'light', width = 1_200 } = look;
  const context = await desk.browser.newContext({ viewport: { width, height: 900 }, colorScheme: theme });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const isOurs = message.location().url.startsWith(desk.service.url);
    if (message.type() === 'error' && isOurs) complaints.push(message.text());
  });
  await page.goto(`${desk.service.url}/console${path}`);
  return { page, context, complaints };
}

const atIssuer = () => ({ name: `Sign in at ${new URL(issuer.url).host}` });

describe('signing in', () => {
  it('happens at the issuer, and leads back to the page that was asked for, with the rights of the token', async () => {
    const { page, context, complaints } = await openSignIn(`/customers/${desk.callerId}`);
    await page.getByRole('button', atIssuer()).click();
    await page.locator('input[name="login"]').fill('elin');
    await page.locator('input[name="password"]').fill('anything');
    await page.locator('button[type="submit"]').click();
    await page.locator('button[type="submit"]').click();
    await page.getByRole('heading', { level: 1, name: 'Alessandro Phoenix' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/console/customers/${desk.callerId}`);
    expect(new URL(page.url()).search).toBe('');
    await page.locator('.live[data-state="live"]').waitFor();
    // What works once is not kept, and nothing outlives the tab.
    expect(await page.evaluate('Object.keys(sessionStorage)')).toEqual(['throughline.key']);
    expect(await page.evaluate('Object.keys(localStorage)')).toEqual([]);
    await page.goto(`${desk.service.url}/console/refused`);
    await page.getByRole('alert').getByText(/admin/).first().waitFor();
    expect(complaints.filter((one) => !one.includes('403'))).toEqual([]);
    await context.close();
  });

  it('does not take a code that was not asked for in this tab', async () => {
    const { page, context } = await openSignIn('/signed-in?code=stolen&state=made-up');
    await page.getByText(/You are not signed in\. This sign-in was not begun in this tab/).waitFor();
    expect(await page.evaluate('Object.keys(sessionStorage)')).toEqual([]);
    await page.getByRole('link', { name: 'Begin again' }).click();
    await page.getByRole('button', atIssuer()).waitFor();
    await context.close();
  });

  it('does not take an answer with another state than it went away with', async () => {
    const { page, context } = await openSignIn('/');
    await page.getByRole('button', atIssuer()).click();
    await page.locator('input[name="login"]').waitFor();
    await page.goto(`${desk.service.url}/console/signed-in?code=stolen&state=made-up&iss=${issuer.url}`);
    await page.getByText(/You are not signed in\./).waitFor();
    expect(await page.evaluate('Object.keys(sessionStorage)')).toEqual([]);
    await context.close();
  });

  it('is for everybody, at any width, light and dark, and a key does it too', async () => {
    for (const theme of ['light', 'dark'] as const) {
      for (const width of [1_200, 360]) {
        const { page, context, complaints } = await openSignIn('/', { theme, width });
        await page.getByRole('button', atIssuer()).waitFor();
        await expectAccessible(page);
        await expectNoSideScroll(page);
        const shots = process.env['SCREENSHOTS'];
        if (shots && width !== 360) await page.screenshot({ path: `${shots}/sign-in-${theme}.png` });
        await page.getByLabel('Your key').fill(desk.service.key);
        await page.getByRole('button', { name: 'Sign in', exact: true }).click();
        await page.getByRole('heading', { name: 'Customers' }).waitFor();
        await expectAccessible(page);
        expect(complaints).toEqual([]);
        await context.close();
      }
    }
  });
});
