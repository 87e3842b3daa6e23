import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../setup/service.js';
import { journeyDesk, refused } from './journey-desk.js';

let it: TestService;

beforeAll(async () => {
  it = await startTestService();
});

afterAll(async () => {
  await it?.stop();
});

const desk = journeyDesk(() => it);

async function list(args: string): Promise<string[]> {
  const answer = await it.graphql(`{ journeys(first: 500, ${args}) { nodes { id } } }`);
  expect(answer.errors).toBeUndefined();
  return answer.data.journeys.nodes.map((one: { id: string }) => one.id);
}

describe('the list of all journeys', () => {
  test('shows those of all customers, newest first, and narrows them by each of its arguments', async () => {
    const blueprint = await desk.create();
    const [a, b] = [await desk.customer(), await desk.customer()];
    const stuck = await desk.started({ blueprint, customerId: a.id });
    const ended = await desk.started({ blueprint, customerId: b.id });
    const handed = await desk.started({ blueprint, customerId: b.id });
    await desk.cancel({ id: ended.id, version: 1 });
    await it.graphql('mutation ($input: HandOffJourneyInput!) { handOffJourney(input: $input) { isChanged } }', {
      input: { id: handed.id, version: 1, channel: 'WEB', to: 'QUEUE', name: blueprint },
    });
    await it.database.owner.query('update journey set expected_at = null where id = $1', [
      ended.id.slice('jrn_'.length),
    ]);
    await it.database.owner.query(
      `update journey set is_stuck = true, expected_at = now() - interval '1 minute' where id = $1`,
      [stuck.id.slice('jrn_'.length)],
    );
    const of = (more: string) => list(`blueprint: ${JSON.stringify(blueprint)}${more}`);
    expect(await of('')).toEqual([handed.id, ended.id, stuck.id]);
    expect(await of(', status: [ACTIVE, PAUSED]')).toEqual([handed.id, stuck.id]);
    expect(await of(', status: []')).toEqual([]);
    expect(await of(', step: "choose"')).toEqual([handed.id, ended.id, stuck.id]);
    expect(await of(', step: "send"')).toEqual([]);
    expect(await of(', isStuck: true')).toEqual([stuck.id]);
    expect(await of(', isStuck: false')).toEqual([handed.id, ended.id]);
    expect(await of(', isOverdue: true')).toEqual([stuck.id]);
    expect(await of(', isOverdue: false')).toEqual([handed.id, ended.id]);
    expect(await of(`, from: "${ended.startedAt}"`)).toEqual([handed.id, ended.id]);
    expect(await of(`, to: "${ended.startedAt}"`)).toEqual([stuck.id]);
    expect(await list(`turn: ${JSON.stringify(blueprint)}`)).toEqual([handed.id]);
    expect(await list(`blueprint: ${JSON.stringify(randomUUID())}`)).toEqual([]);
  });

  test('takes the scope for it, and is not for a customer’s own token', async () => {
    const question = '{ journeys { nodes { id } } }';
    const { id } = await desk.customer();
    expect(refused(await it.graphql(question, {}, await it.makeKey(['touchpoints:write'])))).toMatchObject({
      reason: 'SCOPE_MISSING',
    });
    expect(refused(await it.graphql(question, {}, await desk.portal(id)))).toMatchObject({ code: 'FORBIDDEN' });
  });
});
