import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../setup/service.js';
import { issueDesk, refused } from './issue-desk.js';

let it: TestService;

beforeAll(async () => {
  it = await startTestService();
});

afterAll(async () => {
  await it?.stop();
});

const { customer, opened, resolve, update } = issueDesk(() => it);

async function list(args: string, key?: string): Promise<string[]> {
  const answer = await it.graphql(`{ issues(first: 500, ${args}) { nodes { id } } }`, {}, key);
  expect(answer.errors).toBeUndefined();
  return answer.data.issues.nodes.map((one: { id: string }) => one.id);
}

describe('the list of all issues', () => {
  test('shows what is open over all customers, newest first, and narrows it by each of its arguments', async () => {
    const topic = randomUUID();
    const [a, b] = [await customer(), await customer()];
    const low = await opened({ customerId: a.customer, topic, priority: 'LOW' });
    const urgent = await opened({ customerId: b.customer, topic, priority: 'URGENT' });
    const settled = await opened({ customerId: a.customer, topic });
    await resolve({ id: settled.id, resolution: 'done' });
    await update({ id: urgent.id, version: 1, assignee: topic, queue: topic, escalationReason: 'She waits since May' });
    const of = (more: string) => list(`topic: ${JSON.stringify(topic)}${more}`);
    expect(await of('')).toEqual([urgent.id, low.id]);
    expect(await of(', status: [RESOLVED]')).toEqual([settled.id]);
    expect(await of(', status: [OPEN, RESOLVED, OPEN]')).toEqual([settled.id, urgent.id, low.id]);
    expect(await of(', status: []')).toEqual([]);
    expect(await of(', priority: [LOW, NORMAL]')).toEqual([low.id]);
    expect(await of(', isAssigned: true')).toEqual([urgent.id]);
    expect(await of(', isAssigned: false')).toEqual([low.id]);
    expect(await of(', isEscalated: true')).toEqual([urgent.id]);
    expect(await of(', isEscalated: false')).toEqual([low.id]);
    expect(await of(`, from: "${urgent.openedAt}"`)).toEqual([urgent.id]);
    expect(await of(`, to: "${urgent.openedAt}"`)).toEqual([low.id]);
    expect(await list(`queue: ${JSON.stringify(topic)}`)).toEqual([urgent.id]);
    expect(await list(`assignee: ${JSON.stringify(topic)}`)).toEqual([urgent.id]);
  });

  test('is walked page by page, forwards and backwards', async () => {
    const topic = randomUUID();
    const her = await customer();
    const made: string[] = [];
    for (let i = 0; i < 5; i++) made.unshift((await opened({ customerId: her.customer, topic })).id);
    const page = async (args: string) => {
      const answer = await it.graphql(
        `{ issues(topic: ${JSON.stringify(topic)}, ${args}) { nodes { id } pageInfo { hasNextPage endCursor startCursor } } }`,
      );
      const { nodes, pageInfo } = answer.data.issues;
      return { ids: nodes.map((one: { id: string }) => one.id), ...pageInfo };
    };
    const first = await page('first: 2');
    const second = await page(`first: 2, after: "${first.endCursor}"`);
    const third = await page(`first: 2, after: "${second.endCursor}"`);
    expect([...first.ids, ...second.ids, ...third.ids]).toEqual(made);
    expect(third.hasNextPage).toBe(false);
    expect((await page(`last: 2, before: "${third.startCursor}"`)).ids).toEqual(second.ids);
  });

  test('tells what is late: a promise that is overdue, or was kept too late', async () => {
    const topic = randomUUID();
    const her = await customer();
    const [firstLate, solutionLate, keptLate, inTime, unpromised, keptInTime, answeredInTime] = await Promise.all(
      Array.from({ length: 7 }, async () => (await opened({ customerId: her.customer, topic })).id),
    );
    const promise = (id: string, first: string, solution: string, resolved = 'null') =>
      it.database.owner.query(
        `update issue set first_response_due_at = ${first}, resolution_due_at = ${solution}, resolved_at = ${resolved},
           status = case when (${resolved})::timestamptz is null then status else 3 end
         where id = $1`,
        [id.slice('iss_'.length)],
      );
    await promise(firstLate, `now() - interval '1 minute'`, 'null');
    await promise(solutionLate, 'null', `now() - interval '1 minute'`);
    await promise(keptLate, 'null', `now() - interval '2 hours'`, `now() - interval '1 hour'`);
    await promise(inTime, `now() + interval '1 hour'`, `now() + interval '1 day'`);
    await promise(keptInTime, 'null', `now() - interval '1 hour'`, `now() - interval '2 hours'`);
    await it.graphql('mutation ($i: CommentIssueInput!) { commentIssue(input: $i) { issue { id } } }', {
      i: { issueId: answeredInTime, body: 'We look at it', isPublic: true },
    });
    await promise(answeredInTime, `clock_timestamp() + interval '1 millisecond'`, 'null');
    const of = async (isLate: boolean) =>
      (await list(`topic: ${JSON.stringify(topic)}, status: [OPEN, RESOLVED], isLate: ${isLate}`)).sort();
    expect(await of(true)).toEqual([firstLate, solutionLate, keptLate].sort());
    expect(await of(false)).toEqual([inTime, unpromised, keptInTime, answeredInTime].sort());
  });

  test('adds up what is open by line', async () => {
    const queue = randomUUID();
    const her = await customer();
    const issues = [];
    for (let i = 0; i < 4; i++) issues.push(await opened({ customerId: her.customer }));
    for (const [i, { id }] of issues.entries()) {
      await update({
        id,
        version: 1,
        queue,
        ...(i === 0 ? { assignee: 'ana', escalationReason: 'twice promised' } : {}),
      });
    }
    await resolve({ id: issues[3].id, resolution: 'done' });
    await it.database.owner.query(`update issue set resolution_due_at = now() - interval '1 minute' where id = $1`, [
      issues[1].id.slice('iss_'.length),
    ]);
    const { data } = await it.graphql('{ openIssueTotals { queue open unassigned escalated late } }');
    expect(data.openIssueTotals.find((one: { queue: string }) => one.queue === queue)).toEqual({
      queue,
      open: 3,
      unassigned: 2,
      escalated: 1,
      late: 1,
    });
  });

  test('shows a masked reader no free text, and nobody anything without the scope for it', async () => {
    const topic = randomUUID();
    const her = await customer();
    await opened({ customerId: her.customer, topic, subject: 'Her name is Ada' });
    const { data } = await it.graphql(
      `{ issues(topic: ${JSON.stringify(topic)}) { nodes { subject } } }`,
      {},
      await it.makeKey(['customers:read'], { masked: true }),
    );
    expect(data.issues.nodes).toEqual([{ subject: '****' }]);
    const refusal = await it.graphql('{ issues { nodes { id } } }', {}, await it.makeKey(['touchpoints:write']));
    expect(refused(refusal)).toMatchObject({ code: 'FORBIDDEN', reason: 'SCOPE_MISSING' });
  });
});
