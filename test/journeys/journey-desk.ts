import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { JOURNEY_CLOCK } from '../../src/journeys/journey-clock.js';
import { JourneyDueService } from '../../src/journeys/journey-due.service.js';
import type { GraphqlAnswer, TestService } from '../setup/service.js';

/** A return: its ways fork and join, one of its steps asks for data, touchpoints move it. */
export const returnOfOrder = {
  name: 'Return an order',
  goal: 'The money is back.',
  stuckAfter: 'P3D',
  abandonedAfter: 'P30D',
  steps: [
    {
      key: 'choose',
      title: 'Choose what to return',
      expectedWithin: 'PT1H',
      next: ['send', 'bring'],
      schema: {
        type: 'object',
        additionalProperties: false,
        required: ['item', 'reason'],
        properties: {
          item: { type: 'string', minLength: 1 },
          reason: { enum: ['too small', 'broken', 'other'] },
          photos: { type: 'array', items: { type: 'string', format: 'uri' } },
        },
      },
    },
    { key: 'send', title: 'Send it', expectedWithin: 'P7D', next: ['choose', 'check'] },
    { key: 'bring', title: 'Bring it to a store', channels: ['STORE', 'APP'], next: ['check'] },
    { key: 'check', title: 'We look at it', next: ['paid', 'refused'] },
    { key: 'paid', title: 'Money paid', terminal: true },
    { key: 'refused', title: 'Not taken back', terminal: true },
  ],
  triggers: [
    { effect: 'START', kinds: ['return.requested'] },
    { effect: 'ADVANCE', to: 'send', kinds: ['label.printed'] },
    { effect: 'ADVANCE', to: 'check', kinds: ['parcel.scanned'], attributes: { status: 'arrived' } },
    { effect: 'COMPLETE', to: 'paid', channels: ['EMAIL', 'OTHER'], topics: ['refund_paid'] },
  ],
};

export const journeyFields = `id status version startedAt stepSince endedAt expectedAt isOverdue state
  step { key } blueprint { key version } lastChange { kind by channel at }`;
const staffFields = `${journeyFields} isStuck source externalId turn { to name } lastChange { actor touchpointId }`;

/** What clients do with journeys, in few words. */
export function journeyDesk(it: () => TestService) {
  async function create(key = `return-${randomUUID().slice(0, 8)}`, more: object = {}): Promise<string> {
    const answer = await it().graphql(
      `mutation ($input: CreateBlueprintInput!) { createBlueprint(input: $input) { blueprint { key } } }`,
      { input: { key, ...returnOfOrder, ...more } },
    );
    expect(answer.errors).toBeUndefined();
    return key;
  }

  async function record(...touchpoints: object[]): Promise<{ touchpoint: string; customer: string }[]> {
    const filled = touchpoints.map((one) => ({
      source: 'shop',
      externalId: randomUUID(),
      channel: 'WEB',
      kind: 'page.viewed',
      ...one,
    }));
    const answer = await it().graphql(
      `mutation ($input: RecordTouchpointsInput!) {
        recordTouchpoints(input: $input) { results { touchpointId customerId error { reason field message } } }
      }`,
      { input: { touchpoints: filled } },
    );
    expect(answer.errors).toBeUndefined();
    return answer.data.recordTouchpoints.results.map((one: { touchpointId: string; customerId: string }) => ({
      touchpoint: one.touchpointId,
      customer: one.customerId,
    }));
  }

  async function customer(): Promise<{ id: string; email: string; identifiers: object[] }> {
    const email = `${randomUUID()}@example.com`;
    const identifiers = [{ type: 'email', value: email }];
    const [one] = await record({ identifiers });
    return { id: one?.customer as string, email, identifiers };
  }

  const mutate = (name: string, type: string, input: object, key?: string, fields = staffFields) =>
    it().graphql(
      `mutation ($input: ${type}Input!) { ${name}(input: $input) { ${name === 'startJourney' ? 'isNew' : 'isChanged'} journey { ${fields} } } }`,
      { input: { channel: 'WEB', ...input } },
      key,
    );
  const start = (input: object, key?: string, fields?: string) =>
    mutate('startJourney', 'StartJourney', input, key, fields);
  const advance = (input: object, key?: string, fields?: string) =>
    mutate('advanceJourney', 'AdvanceJourney', input, key, fields);
  const complete = (input: object, key?: string, fields?: string) =>
    mutate('completeJourney', 'CompleteJourney', input, key, fields);
  const pause = (input: object, key?: string, fields?: string) =>
    mutate('pauseJourney', 'PauseJourney', input, key, fields);
  const cancel = (input: object, key?: string, fields?: string) =>
    mutate('cancelJourney', 'CancelJourney', input, key, fields);

  async function started(input: object, key?: string, fields?: string) {
    const answer = await start(input, key, fields);
    expect(answer.errors).toBeUndefined();
    return answer.data.startJourney.journey;
  }

  async function read(id: string, fields = staffFields, key?: string) {
    const answer = await it().graphql(`query ($id: ID!) { journey(id: $id) { ${fields} } }`, { id }, key);
    expect(answer.errors).toBeUndefined();
    return answer.data.journey;
  }

  async function journeysOf(customerId: string, fields = staffFields, more = '') {
    const answer = await it().graphql(
      `query ($id: ID!) { customer(id: $id ${more}) { journeys { nodes { ${fields} } } } }`,
      { id: customerId },
    );
    expect(answer.errors).toBeUndefined();
    return answer.data.customer.journeys.nodes;
  }

  async function portal(customerId: string): Promise<string> {
    const answer = await it().graphql(
      'mutation ($id: ID!) { createPortalToken(input: { customerId: $id }) { token } }',
      { id: customerId },
    );
    return answer.data.createPortalToken.token;
  }

  /** From now on it is this time for journeys; the worker that sees to time waits for `tick`. */
  async function setTime(now: () => Date): Promise<void> {
    await it().service.app.get(JourneyDueService).stop();
    Object.assign(it().service.app.get(JOURNEY_CLOCK), { now });
  }

  const tick = () => it().service.app.get(JourneyDueService).tick();

  return {
    create,
    record,
    customer,
    start,
    started,
    advance,
    complete,
    pause,
    cancel,
    read,
    journeysOf,
    portal,
    setTime,
    tick,
  };
}

export function refused(answer: GraphqlAnswer): Record<string, unknown> {
  return answer.errors?.[0]?.extensions ?? {};
}
