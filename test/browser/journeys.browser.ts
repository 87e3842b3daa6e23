import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleDesk, lookAt, openDesk } from './console-desk.js';

let desk: ConsoleDesk;

beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk?.close());

const flowPicture = { name: /^Flow of the journeys/ };

describe('the journeys page', () => {
  it('shows how journeys went from channel to channel, as a picture and as a table of the same figures', async () => {
    const to = new Date();
    const filter = {
      from: new Date(to.getTime() - 30 * 86_400_000).toISOString(),
      to: to.toISOString(),
      timeZone: 'Europe/Stockholm',
      blueprint: 'return',
    };
    const { data, errors } = await desk.service.graphql(
      `query ($filter: AnalyticsFilter!) { analytics(filter: $filter) { paths(of: JOURNEY, by: CHANNEL) { cases links { cases } } } }`,
      { filter },
    );
    expect(errors).toBeUndefined();
    const { paths } = data.analytics;
    expect(paths.links.length).toBeGreaterThan(1);
    // With the key that the demo prints, which has no more rights than it needs.
    const { page, complaints } = await desk.open('/journeys?blueprint=return', { key: desk.keys.console });
    await page.getByRole('img', flowPicture).waitFor();
    await page.keyboard.press('v');
    await page.getByRole('columnheader', { name: 'From' }).waitFor();
    const cells = await page.locator('.flow tbody td.ra').allInnerTexts();
    const sum = (figures: readonly number[]) => figures.reduce((a, b) => a + b, 0);
    expect(sum(cells.map(Number))).toBe(sum(paths.links.map((link: { cases: number }) => link.cases)));
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('lists journeys one by one, and those that are stuck', async () => {
    const { page } = await desk.open('/journeys?blueprint=return&as=list&show=all');
    await page.getByRole('table').getByRole('link').first().waitFor();
    await desk.service.database.owner.query('update journey set is_stuck = true, status = 0');
    await page.getByRole('button', { name: 'Stuck' }).click();
    await page.getByRole('table').getByText('Stuck').first().waitFor();
    await page.context().close();
  });

  it('is for everybody, at any width, light and dark', async () => {
    await lookAt(desk, 'journeys', '/journeys?blueprint=return', (page) =>
      page.getByRole('heading', { name: 'Most travelled lines' }).waitFor(),
    );
    await lookAt(desk, 'journey-list', '/journeys?blueprint=return&as=list', (page) =>
      page.getByRole('table').waitFor(),
    );
  });
});
