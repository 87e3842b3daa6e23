import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../setup/service.js';
import { type ConsoleDesk, lookAt, openDesk } from './console-desk.js';

let desk: ConsoleDesk;

beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk?.close());

describe('the segments page', () => {
  it('counts who would match while the rule is written, shows some of them, and saves it', async () => {
    const { page, complaints } = await desk.open('/segments');
    await page.getByRole('button', { name: 'New segment' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Gave up waiting');
    await page.getByLabel('Key', { exact: true }).fill('gave-up-waiting');
    await page.getByLabel('Entitlements, with commas').fill('call back, no queue');
    await page.getByRole('button', { name: 'Open issues' }).click();
    await page.getByRole('button', { name: 'Remove condition 1' }).click();
    await page.getByLabel('Topic').fill('waiting');
    const rule = { openIssues: { topic: 'waiting' }, atLeast: 1 };
    const { data: preview } = await desk.service.graphql(
      'query ($rule: JSON!) { previewSegment(rule: $rule) { members } }',
      { rule },
    );
    await eventually(
      async () => (await page.locator('.count-box .big').innerText()) === String(preview.previewSegment.members),
    );
    await page.getByRole('link', { name: 'Alessandro Phoenix' }).waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Membership follows within moments').waitFor();
    const { data } = await desk.service.graphql('{ segment(key: "gave-up-waiting") { name rule entitlements } }');
    expect(data.segment).toEqual({ name: 'Gave up waiting', rule, entitlements: ['call back', 'no queue'] });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('says before a change is saved who would join and who would leave, and what it refuses', async () => {
    const { page } = await desk.open('/segments');
    await page.getByRole('button', { name: /^Gold members/ }).click();
    await page.getByText('Nobody would join or leave.').waitFor();
    await page.getByLabel('Value').fill('platinum');
    await page.getByText(/Would join \d+, would leave [1-9]/).waitFor();
    await page.getByLabel('Trait').fill('');
    await page.locator('.count-box .refusal').waitFor();
    await page.context().close();
  });

  it('is for everybody, at any width, light and dark', async () => {
    await lookAt(desk, 'segments', '/segments', (page) => page.locator('.count-box li').first().waitFor());
  });
});
