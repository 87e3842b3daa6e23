import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../setup/service.js';
import { type ConsoleDesk, lookAt, openDesk } from './console-desk.js';

let desk: ConsoleDesk;

beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk?.close());

async function openIssue(subject: string): Promise<string> {
  const { data } = await desk.service.graphql(
    'mutation ($input: OpenIssueInput!) { openIssue(input: $input) { issue { id } } }',
    { input: { customerId: desk.callerId, subject, topic: 'heating', priority: 'HIGH' } },
  );
  return data.openIssue.issue.id;
}

async function read(id: string) {
  const { data } = await desk.service.graphql(
    `query ($id: ID!) { issue(id: $id) { status assignee queue escalationReason resolution
      comments(first: 5) { nodes { body isPublic } } } }`,
    { id },
  );
  return data.issue;
}

describe('the issues page', () => {
  it('lists what is open, the newest first, and goes through all that can be done with one', async () => {
    const id = await openIssue('No heating since Monday');
    const { page, complaints } = await desk.open('/issues');
    await page.getByRole('heading', { name: 'No heating since Monday' }).waitFor();
    await page.getByLabel('Who works on it').fill('ana');
    await page.getByLabel('Queue', { exact: true }).last().fill('repairs');
    await page.getByRole('button', { name: 'Assign' }).click();
    await eventually(async () => (await read(id)).assignee === 'ana');
    await page.getByLabel('Comment').fill('The plumber comes tomorrow');
    await page.getByLabel('The customer may read it').check();
    await page.getByRole('button', { name: 'Comment' }).click();
    await page.getByText('The plumber comes tomorrow').waitFor();
    await page.getByLabel('Why somebody else should see it').fill('Third promise');
    await page.getByRole('button', { name: 'Hand up' }).click();
    await page.getByText('Handed up: Third promise').waitFor();
    await page.getByLabel('How it was settled').fill('A new pump');
    await page.getByRole('button', { name: 'Resolve' }).click();
    await page.getByText('Settled').nth(1).waitFor();
    expect(await read(id)).toEqual({
      status: 'RESOLVED',
      assignee: 'ana',
      queue: 'repairs',
      escalationReason: 'Third promise',
      resolution: 'A new pump',
      comments: { nodes: [{ body: 'The plumber comes tomorrow', isPublic: true }] },
    });
    await page.getByRole('button', { name: 'Open again' }).click();
    await eventually(async () => (await read(id)).status === 'OPEN');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('shows what needs somebody first: what is late, handed up, or nobody’s', async () => {
    const id = await openIssue('Nobody looks at this');
    await desk.service.database.owner.query(
      `update issue set resolution_due_at = now() - interval '1 hour' where id = $1`,
      [id.slice('iss_'.length)],
    );
    const { page } = await desk.open('/issues');
    await page.getByRole('button', { name: /^Late \d/ }).click();
    await page.getByRole('button', { name: /^Nobody looks at this/ }).waitFor();
    await page.locator('.q .late').first().waitFor();
    await page.getByRole('button', { name: /^Handed up/ }).click();
    await eventually(async () => (await page.getByRole('button', { name: /^Nobody looks at this/ }).count()) === 0);
    expect(new URL(page.url()).searchParams.get('show')).toBe('handed-up');
    await page.context().close();
  });

  it('refuses what somebody else was faster with, and shows how it stands now', async () => {
    const id = await openIssue('Two look at this');
    const { page } = await desk.open(`/issues?issue=${id}`);
    await page.getByRole('heading', { name: 'Two look at this' }).waitFor();
    await desk.service.graphql('mutation ($input: UpdateIssueInput!) { updateIssue(input: $input) { issue { id } } }', {
      input: { id, version: 1, assignee: 'ben' },
    });
    await page.getByLabel('Who works on it').fill('ana');
    await page.getByRole('button', { name: 'Assign' }).click();
    await page.getByText('VERSION_STALE').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await eventually(async () => (await page.getByLabel('Who works on it').inputValue()) === 'ben');
    expect((await read(id)).assignee).toBe('ben');
    await page.context().close();
  });

  it('is for everybody, at any width, light and dark', async () => {
    const id = await openIssue('What everybody sees');
    await lookAt(desk, 'issues', `/issues?issue=${id}`, (page) =>
      page.getByRole('heading', { name: 'What everybody sees' }).waitFor(),
    );
  });
});
