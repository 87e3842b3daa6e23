import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { tellJourney } from '../../demo/journey.js';
import { createSegments, type Keys, loadSample, makeKeys } from '../../demo/load.js';
import { readSampleFiles } from '../../demo/sample-files.js';
import { startTestService, type TestService } from '../setup/service.js';
import { chromiumPath } from './chromium.js';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The service with the story of the demo in it, and a browser that looks at it. */
export interface ConsoleDesk {
  readonly service: TestService;
  readonly browser: Browser;
  readonly keys: Keys;
  /** The customer of the demo’s story. */
  readonly callerId: string;
  /** A signed-in page, in a context of its own. What its scripts complain of is in `complaints`. */
  open(path: string, look?: Look): Promise<OpenPage>;
  close(): Promise<void>;
}

export interface Look {
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  readonly key?: string;
}

export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: readonly string[];
}

export async function openDesk(environment: Record<string, string> = {}): Promise<ConsoleDesk> {
  const service = await startTestService(environment);
  const at = { url: service.url, signal: new AbortController().signal };
  const keys = await makeKeys(at, service.key);
  await createSegments(at, service.key);
  const { caller } = await loadSample(at, keys, readSampleFiles(), Date.now());
  await silently(() => tellJourney(at, { admin: service.key, ...keys }));
  await service.settled();
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--force-color-profile=srgb'],
  });
  return {
    service,
    browser,
    keys,
    callerId: caller,
    open: (path, look) => openPage(browser, service, path, look),
    close: async () => {
      await browser.close();
      await service.stop();
    },
  };
}

async function openPage(browser: Browser, service: TestService, path: string, look: Look = {}): Promise<OpenPage> {
  const { theme = 'light', width = 1_440, height = 1_000, key = service.key } = look;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Stockholm',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(`${service.url}/console${path}#key=${encodeURIComponent(key)}`);
  return { page, context, complaints };
}

/** Fails with what is wrong, and where, by the rules of WCAG 2.2 A and AA. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axeSource);
  const results = (await page.evaluate(`axe.run({ runOnly: ${JSON.stringify(rules)} })`)) as AxeResults;
  const found = results.violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
  );
  expect(found).toEqual([]);
}

/** Nothing is wider than the window. */
export async function expectNoSideScroll(page: Page): Promise<void> {
  const wide = await page.evaluate(
    `document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
      .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
      .map((one) => one.tagName + '.' + (one.getAttribute('class') ?? '') + ' ' + one.getBoundingClientRect().right)`,
  );
  expect(wide).toEqual([]);
}

/**
 * Looks at a page in light and dark, wide, narrow and as on a telephone. With SCREENSHOTS a picture of each is put into
 * that folder.
 * @param ready waits until there is something to see
 */
export async function lookAt(
  desk: ConsoleDesk,
  name: string,
  path: string,
  ready: (page: Page) => Promise<unknown>,
): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  for (const theme of ['light', 'dark'] as const) {
    for (const width of [1_440, 800, 360]) {
      const { page, context, complaints } = await desk.open(path, { theme, width });
      await ready(page);
      await expectAccessible(page);
      await expectNoSideScroll(page);
      if (folder && width !== 800) {
        mkdirSync(folder, { recursive: true });
        await page.screenshot({ path: `${folder}/${name}-${theme}${width === 360 ? '-360' : ''}.png` });
      }
      expect(complaints).toEqual([]);
      await context.close();
    }
  }
}

/** The demo says what it does; a test does not. */
async function silently(act: () => Promise<void>): Promise<void> {
  const { write } = process.stdout;
  process.stdout.write = () => true;
  try {
    await act();
  } finally {
    process.stdout.write = write;
  }
}
