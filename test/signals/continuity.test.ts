import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { journeyDesk, refused } from '../journeys/journey-desk.js';
import { startTestService, type TestService } from '../setup/service.js';

let it: TestService;
const desk = journeyDesk(() => it);

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
const someone = () => [{ type: 'email', value: `${randomUUID()}@example.com` }];

async function tell(identifiers: object[], ...touchpoints: object[]) {
  const answer = await it.graphql(
    `mutation ($t: [TouchpointInput!]!) { recordTouchpoints(input: { touchpoints: $t }) {
      results { touchpointId customerId error { message } } } }`,
    {
      t: touchpoints.map((one) => ({ source: 'desk', externalId: randomUUID(), kind: 'contact', identifiers, ...one })),
    },
  );
  expect(answer.errors).toBeUndefined();
  await it.settled();
  return answer.data.recordTouchpoints.results as { touchpointId: string; customerId: string }[];
}

async function continuityOf(id: string, key?: string) {
  return it.graphql(
    'query ($id: ID!) { touchpoint(id: $id) { continuity { kind by changes fromTouchpointId fromChannel } } }',
    { id },
    key,
  );
}

const open = (input: object, key?: string) =>
  it.graphql(
    'mutation ($input: OpenBriefInput!) { openBrief(input: $input) { customer { id brief { text } } } }',
    { input },
    key,
  );

describe('continuity', () => {
  test('says that she told it again, and from which touchpoint on', async () => {
    const [chat, call] = await tell(
      someone(),
      { channel: 'CHAT', topic: 'billing', occurredAt: ago(5) },
      { channel: 'CALL', topic: 'billing', occurredAt: ago(4) },
    );
    expect((await continuityOf(call!.touchpointId)).data.touchpoint.continuity).toEqual({
      kind: 'STARTED_OVER',
      by: null,
      changes: ['CHANNEL'],
      fromTouchpointId: chat!.touchpointId,
      fromChannel: 'CHAT',
    });
    expect((await continuityOf(chat!.touchpointId)).data.touchpoint.continuity).toBeNull();
  });

  test('knows that an agent read the brief before going on', async () => {
    const identifiers = someone();
    const [, call] = await tell(
      identifiers,
      { channel: 'EMAIL', topic: 'returns', occurredAt: ago(5) },
      { channel: 'CALL', topic: 'returns', occurredAt: ago(0.05), agentId: 'ann' },
    );
    const { touchpointId, customerId } = call!;
    expect((await open({ customerId, agentId: 'bea' })).data.openBrief.customer.id).toBe(customerId);
    expect((await continuityOf(touchpointId)).data.touchpoint.continuity.kind).toBe('STARTED_OVER');
    const { data } = await open({ customerId, agentId: 'ann' });
    expect(data.openBrief.customer.brief.text).toContain('returns');
    expect((await continuityOf(touchpointId)).data.touchpoint.continuity).toMatchObject({
      kind: 'CARRIED_OVER',
      by: 'BRIEF',
    });
  });

  test('sees a journey go on by its code, with the touchpoint that tells of it', async () => {
    const blueprint = await desk.create();
    const identifiers = someone();
    const [web] = await tell(identifiers, { channel: 'WEB', kind: 'page.viewed', occurredAt: ago(1) });
    const { id } = await desk.started({
      blueprint,
      customerId: web!.customerId,
      channel: 'WEB',
      externalId: 'r-1',
      source: 'web',
    });
    await tell(identifiers, {
      channel: 'WEB',
      kind: 'label.printed',
      occurredAt: ago(0.01),
      journey: { source: 'web', externalId: 'r-1' },
    });
    const { code } = (
      await it.graphql('mutation ($id: ID!) { createResumeCode(input: { journeyId: $id }) { code } }', { id })
    ).data.createResumeCode;
    const answer = await it.graphql(
      `mutation ($code: String!) { resumeJourney(input: { code: $code, channel: CALL }) {
        journey { touchpoints(first: 1) { nodes { id kind continuity { kind by } } } } } }`,
      { code },
    );
    expect(answer.errors).toBeUndefined();
    await it.settled();
    const seen = await it.graphql(
      'query ($id: ID!) { journey(id: $id) { touchpoints(first: 1) { nodes { kind continuity { kind by } } } } }',
      { id },
    );
    expect(seen.data.journey.touchpoints.nodes).toEqual([
      { kind: 'journey.resumed', continuity: { kind: 'CARRIED_OVER', by: 'RESUME_CODE' } },
    ]);
  });

  test('is nothing that a customer sees, nor opens', async () => {
    const [call] = await tell(someone(), { channel: 'CALL', topic: 'billing', occurredAt: ago(4) });
    const token = await desk.portal(call!.customerId);
    expect(refused(await continuityOf(call!.touchpointId, token))).toMatchObject({ reason: 'FIELD_INTERNAL' });
    expect(refused(await open({ customerId: call!.customerId }, token))).toMatchObject({ code: 'FORBIDDEN' });
  });

  test('refuses a brief of nobody, and one for somebody else’s touchpoint', async () => {
    const [mine] = await tell(someone(), { channel: 'CALL', occurredAt: ago(4) });
    const [other] = await tell(someone(), { channel: 'CALL', occurredAt: ago(4) });
    expect(refused(await open({ customerId: 'cus_998877' }))).toMatchObject({
      reason: 'NOT_FOUND',
      field: 'input.customerId',
    });
    expect(refused(await open({ customerId: mine!.customerId, touchpointId: other!.touchpointId }))).toMatchObject({
      reason: 'NOT_FOUND',
      field: 'input.touchpointId',
    });
    expect(refused(await open({ customerId: mine!.customerId, agentId: 'a'.repeat(201) }))).toMatchObject({
      reason: 'TOO_LONG',
      field: 'input.agentId',
    });
  });
});
