import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../setup/service.js';
import { journeyDesk, refused } from './journey-desk.js';

let it: TestService;
const desk = journeyDesk(() => it);

beforeAll(async () => {
  it = await startTestService();
  await desk.create('return');
});

afterAll(() => it?.stop());

const briefFields = 'text isComplete lines { kind text touchpointIds }';
const handOff = (input: object, key?: string) =>
  it.graphql(
    `mutation ($input: HandOffJourneyInput!) { handOffJourney(input: $input) {
      isChanged journey { version turn { to name } brief { ${briefFields} } } } }`,
    { input: { channel: 'CALL', ...input } },
    key,
  );

interface Line {
  kind: string;
  text: string;
  touchpointIds: string[];
}

async function story() {
  const customer = await desk.customer();
  const name = { source: 'shop', externalId: randomUUID() };
  const journey = await desk.started({
    blueprint: 'return',
    customerId: customer.id,
    ...name,
    data: { item: 'shirt' },
  });
  const [chat, call] = await desk.record(
    {
      identifiers: customer.identifiers,
      channel: 'CHAT',
      kind: 'chat.message',
      occurredAt: '2026-01-02T09:00:00Z',
      summary: 'The shirt is too small.',
      journey: name,
    },
    {
      identifiers: customer.identifiers,
      channel: 'CALL',
      kind: 'call.abandoned',
      occurredAt: '2026-01-03T10:30:00Z',
      topic: 'return',
      waitSeconds: 2_400,
      abandoned: true,
      journey: name,
      issue: { externalId: randomUUID() },
    },
  );
  await it.settled();
  return { customer, journey, chat: chat?.touchpoint as string, call: call?.touchpoint as string };
}

describe('a brief', () => {
  test('of a journey says what it is about, what was tried, what was said and what is next, and cites each', async () => {
    const { journey, chat, call } = await story();
    const { brief } = await desk.read(journey.id, `brief { ${briefFields} }`);
    const lines: Line[] = brief.lines;
    expect(brief.isComplete).toBe(true);
    expect(brief.text).toBe(lines.map((line) => line.text).join('\n'));
    expect(lines.map((line) => line.kind)).toEqual(['GOAL', 'SAID', 'TRIED', 'TRIED', 'SAID', 'NEXT']);
    expect(lines[0]?.text).toMatch(
      /^Return an order \(The money is back\.\): ACTIVE on ‘Choose what to return’ since \d{4}-\d\d-\d\d \d\d:\d\d\.$/,
    );
    expect(lines.slice(1, 5)).toEqual([
      { kind: 'SAID', text: '‘Choose what to return’: item = shirt', touchpointIds: [] },
      {
        kind: 'TRIED',
        text: '2026-01-03 10:30 CALL inbound call.abandoned about return; waited 40 min; given up.',
        touchpointIds: [call],
      },
      { kind: 'TRIED', text: '2026-01-02 09:00 CHAT inbound chat.message.', touchpointIds: [chat] },
      { kind: 'SAID', text: '2026-01-02 09:00 CHAT, inbound: “The shirt is too small.”', touchpointIds: [chat] },
    ]);
    expect(lines[5]?.text).toBe('Return an order: next ‘Send it’ or ‘Bring it to a store’. Still asked for: reason.');
  });

  test('asked twice is the same, and a short one is the beginning of what matters most', async () => {
    const { journey } = await story();
    const ask = (maxChars: number) => desk.read(journey.id, `brief(maxChars: ${maxChars}) { ${briefFields} }`);
    expect(await ask(2_000)).toEqual(await ask(2_000));
    let before = Number.POSITIVE_INFINITY;
    for (const size of [2_000, 400, 300, 200, 100]) {
      const { brief } = await ask(size);
      expect(brief.text.length).toBeLessThanOrEqual(size);
      expect(brief.lines.length).toBeLessThanOrEqual(before);
      expect(brief.isComplete).toBe(brief.lines.length === 6);
      before = brief.lines.length;
    }
    expect((await ask(300)).brief.lines.map((line: Line) => line.kind)).toEqual(
      expect.arrayContaining(['GOAL', 'NEXT', 'SAID']),
    );
    for (const size of [0, 99, 10_001]) {
      const answer = await it.graphql(`{ journey(id: "${journey.id}") { brief(maxChars: ${size}) { text } } }`);
      expect(refused(answer), String(size)).toMatchObject({ reason: 'OUT_OF_RANGE' });
    }
  });

  test('of a customer tells of all her journeys, issues and contacts, in the one query', async () => {
    const { customer, journey, call } = await story();
    const { data } = await it.graphql(
      `query ($who: IdentifierInput!) { customer(identifier: $who) {
        journeys(first: 1) { nodes { id } } brief(maxChars: 2000) { ${briefFields} } } }`,
      { who: { type: 'email', value: customer.email } },
    );
    expect(data.customer.journeys.nodes).toEqual([{ id: journey.id }]);
    const lines: Line[] = data.customer.brief.lines;
    expect(lines.map((line) => line.kind)).toEqual(['GOAL', 'ISSUE', 'TRIED', 'TRIED', 'TRIED', 'SAID', 'NEXT']);
    expect(lines[1]).toEqual({
      kind: 'ISSUE',
      text: 'Open issue since 2026-01-03 10:30: About return (normal, return).',
      touchpointIds: [call],
    });
  });

  test('tells what was said on a journey long ago, whatever came since', async () => {
    const { customer, journey, chat } = await story();
    const views = Array.from({ length: 60 }, (_, n) => ({
      identifiers: customer.identifiers,
      occurredAt: new Date(Date.parse('2026-02-01T00:00:00Z') + n * 60_000).toISOString(),
      ...(n < 20 ? { journey: { source: journey.source, externalId: journey.externalId } } : {}),
    }));
    await desk.record(...views);
    await it.settled();
    const said = '2026-01-02 09:00 CHAT, inbound: “The shirt is too small.”';
    const whole = (await desk.read(journey.id, `brief(maxChars: 10000) { ${briefFields} }`)).brief;
    expect(whole.isComplete).toBe(true);
    expect(whole.lines.filter((line: Line) => line.kind === 'TRIED')).toHaveLength(22);
    expect(whole.lines).toContainEqual({ kind: 'SAID', text: said, touchpointIds: [chat] });
    const { data } = await it.graphql(`{ customer(id: "${customer.id}") {
      brief(maxChars: 1500) { ${briefFields} } journeys { nodes { brief(maxChars: 900) { ${briefFields} } } } } }`);
    for (const short of [data.customer.brief, data.customer.journeys.nodes[0].brief]) {
      expect(short.isComplete).toBe(false);
      expect(short.lines).toContainEqual({ kind: 'SAID', text: said, touchpointIds: [chat] });
    }
  });

  test('holds nothing that a masked caller may not read, and is not for customers', async () => {
    const { customer, journey } = await story();
    const analyst = await it.makeKey(['customers:read', 'exports:read'], { masked: true });
    const { brief } = await desk.read(journey.id, `brief { ${briefFields} }`, analyst);
    expect(brief.text).not.toMatch(/shirt|too small/);
    expect(brief.lines.map((line: Line) => line.kind)).toEqual(['GOAL', 'TRIED', 'TRIED', 'NEXT']);
    const token = await desk.portal(customer.id);
    for (const root of [`journey(id: "${journey.id}")`, `customer(id: "${customer.id}")`]) {
      expect(refused(await it.graphql(`{ ${root} { brief { text } } }`, {}, token))).toMatchObject({
        reason: 'FIELD_INTERNAL',
      });
    }
  });

  test('as of an earlier time knows what was known then', async () => {
    const { customer } = await story();
    const asked = await it.graphql(
      `query ($id: ID!, $t: DateTime) { customer(id: $id, asOf: $t) { brief { lines { kind } } } }`,
      { id: customer.id, t: new Date().toISOString() },
    );
    expect(asked.errors).toBeUndefined();
    expect(asked.data.customer.brief.lines.length).toBeGreaterThan(3);
  });
});

describe('a journey that is handed over', () => {
  test('says who is to go on, and what they should know; a touchpoint between our own people tells of it', async () => {
    const { customer, journey } = await story();
    const { version } = await desk.read(journey.id);
    const answer = await handOff({ id: journey.id, version, to: 'QUEUE', name: 'returns', note: 'She is in a hurry.' });
    expect(answer.errors).toBeUndefined();
    const after = answer.data.handOffJourney.journey;
    expect(after.turn).toEqual({ to: 'QUEUE', name: 'returns' });
    expect(after.brief.text).toContain('With queue returns.');
    expect(after.brief.text).toContain('She is in a hurry.');
    await it.settled();
    const { touchpoints } = await desk.read(
      journey.id,
      'touchpoints(first: 1) { nodes { kind direction queue summary } }',
    );
    expect(touchpoints.nodes).toEqual([
      { kind: 'journey.handed_off', direction: 'INTERNAL', queue: 'returns', summary: 'She is in a hurry.' },
    ]);
    const token = await desk.portal(customer.id);
    expect(
      JSON.stringify(await desk.read(journey.id, 'touchpoints { nodes { kind } } channels { channel }', token)),
    ).not.toContain('handed_off');
  });

  test('is nobody’s turn any more once somebody goes on', async () => {
    const { journey } = await story();
    const { version } = await desk.read(journey.id);
    await handOff({ id: journey.id, version, to: 'AGENT', name: 'agent-7' });
    const stale = await handOff({ id: journey.id, version, to: 'AGENT', name: 'agent-8' });
    expect(refused(stale)).toMatchObject({
      reason: 'VERSION_STALE',
      current: { turn: { to: 'AGENT', name: 'agent-7' } },
    });
    await desk.advance({ id: journey.id, version: version + 1, data: { reason: 'other' }, channel: 'CALL' });
    expect((await desk.read(journey.id)).turn).toBeNull();
  });

  test('goes to a channel that there is, and by our own people only', async () => {
    const { customer, journey } = await story();
    const { version } = await desk.read(journey.id);
    const request = { id: journey.id, version, to: 'CHANNEL', name: 'TELEX' };
    expect(refused(await handOff(request))).toMatchObject({ reason: 'INPUT_INVALID', field: 'input.name' });
    expect(refused(await handOff({ ...request, name: '' }))).toMatchObject({ field: 'input.name' });
    const token = await desk.portal(customer.id);
    expect(refused(await handOff({ ...request, name: 'APP' }, token))).toMatchObject({ reason: 'FIELD_INTERNAL' });
    expect((await handOff({ ...request, name: 'APP' })).errors).toBeUndefined();
  });
});
