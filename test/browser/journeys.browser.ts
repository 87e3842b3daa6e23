import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleDesk, lookAt, openDesk } from './console-desk.js';

let desk: ConsoleDesk;

beforeAll(async () => {
  desk = await openDesk();
  await parcels();
});
afterAll(() => desk?.close());

const ways = [
  ['WEB', 'CALL', 'STORE'],
  ['WEB', 'CALL', 'STORE'],
  ['WEB', 'STORE'],
  ['WEB', 'STORE'],
  ['WEB', 'STORE'],
  ['APP', 'STORE'],
  ['APP', 'CHAT', 'CALL'],
  ['STORE', 'EMAIL', 'CALL', 'EMAIL'],
] as const;

/** Parcels that are asked after in several channels, hours apart: the first touchpoint starts each. */
async function parcels(): Promise<void> {
  const blueprint = {
    key: 'parcel',
    name: 'Follow a parcel',
    goal: 'It is there.',
    steps: [
      { key: 'sent', title: 'Sent', next: ['way', 'there'] },
      { key: 'way', title: 'On its way', next: ['sent', 'there'] },
      { key: 'there', title: 'There', terminal: true },
    ],
    triggers: [
      { effect: 'START', kinds: ['parcel.asked'] },
      { effect: 'ADVANCE', to: 'way', kinds: ['parcel.left'] },
      { effect: 'ADVANCE', to: 'sent', kinds: ['parcel.returned'] },
    ],
  };
  const touchpoints = ways.flatMap((way, n) =>
    way.map((channel, i) => ({
      source: 'shop',
      externalId: `parcel-${n}-${i}`,
      channel,
      kind: i === 0 ? 'parcel.asked' : i % 2 === 1 ? 'parcel.left' : 'parcel.returned',
      occurredAt: new Date(Date.now() - (way.length - i) * (n + 1) * 3_600_000).toISOString(),
      identifiers: [{ type: 'email', value: `parcel-${n}@example.com` }],
    })),
  );
  const { data, errors } = await desk.service.graphql(
    `mutation ($blueprint: CreateBlueprintInput!, $touchpoints: [TouchpointInput!]!) {
      createBlueprint(input: $blueprint) { blueprint { key } }
      recordTouchpoints(input: { touchpoints: $touchpoints }) { results { outcome } }
    }`,
    { blueprint, touchpoints },
  );
  expect(errors).toBeUndefined();
  expect(data.recordTouchpoints.results.every((one: { outcome: string }) => one.outcome === 'CREATED')).toBe(true);
  await desk.service.settled();
}

const flowPicture = { name: /^Flow of the journeys/ };

describe('the journeys page', () => {
  it('shows how journeys went from channel to channel, as a picture and as a table of the same figures', async () => {
    const to = new Date();
    const filter = {
      from: new Date(to.getTime() - 30 * 86_400_000).toISOString(),
      to: to.toISOString(),
      timeZone: 'Europe/Stockholm',
      blueprint: 'parcel',
    };
    const { data, errors } = await desk.service.graphql(
      `query ($filter: AnalyticsFilter!) { analytics(filter: $filter) { paths(of: JOURNEY, by: CHANNEL) { cases links { cases } } } }`,
      { filter },
    );
    expect(errors).toBeUndefined();
    const { paths } = data.analytics;
    expect(paths.cases).toBe(ways.length);
    expect(paths.links.length).toBeGreaterThan(1);
    // With the key that the demo prints, which has no more rights than it needs.
    const { page, complaints } = await desk.open('/journeys?blueprint=parcel', { key: desk.keys.console });
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
    const { page } = await desk.open('/journeys?blueprint=parcel&as=list&show=all');
    await page.getByRole('table').getByRole('link').first().waitFor();
    await desk.service.database.owner.query('update journey set is_stuck = true, status = 0');
    await page.getByRole('button', { name: 'Stuck' }).click();
    await page.getByRole('table').getByText('Stuck').first().waitFor();
    await page.context().close();
  });

  it('is for everybody, at any width, light and dark', async () => {
    await lookAt(desk, 'journeys', '/journeys?blueprint=parcel', (page) =>
      page.getByRole('heading', { name: 'Most travelled lines' }).waitFor(),
    );
    await lookAt(desk, 'journey-list', '/journeys?blueprint=parcel&as=list&show=all', (page) =>
      page.getByRole('table').waitFor(),
    );
  });
});
