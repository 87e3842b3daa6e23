import type { TestService } from '../setup/service.js';

const touch = (externalId: string, more: object = {}) => ({
  source: 'desk',
  externalId,
  channel: 'CALL',
  kind: 'call.completed',
  occurredAt: '2026-03-01T10:00:00Z',
  identifiers: [{ type: 'email', value: `${externalId}@example.com` }],
  ...more,
});

/** A small history with everything that a format may stumble over: formulas, quotes, line breaks, merges, blanks. */
export const history = [
  touch('a-1', {
    subject: '=HYPERLINK("http://evil.example";"click")',
    summary: 'She said: "no",\nand hung up.\r\nThen, silence',
    waitSeconds: 40,
    sentiment: -0.5,
    topic: 'billing',
    agentId: 'agent-7',
    queue: '@support',
    conversation: { source: 'desk', externalId: 'c-1' },
    issue: { source: 'desk', externalId: 'i-1' },
    attributes: { plan: 'gold', nested: { list: [1, 'two', null], text: 'a\nb' } },
    traits: { name: 'Ann Example', tier: 'gold' },
  }),
  touch('a-2', {
    identifiers: [
      { type: 'email', value: 'a-1@example.com' },
      { type: 'phone', value: '+14155550101' },
    ],
    channel: 'EMAIL',
    kind: 'email.received',
    direction: 'INBOUND',
    occurredAt: '2026-03-02T10:00:00.123456Z',
    subject: '＝1+1 ünïcödé 🙂',
    conversation: { source: 'desk', externalId: 'c-1' },
  }),
  touch('b-1', { channel: 'CHAT', kind: 'chat.message', occurredAt: '2026-03-03T10:00:00Z', summary: ', ' }),
  touch('b-2', {
    channel: 'WEB',
    kind: 'page.viewed',
    occurredAt: '2026-03-04T10:00:00Z',
    identifiers: [{ type: 'phone', value: '+14155550102' }],
    outcome: "'; drop table touchpoint; --",
  }),
  // Joins two customers who were there before.
  touch('b-3', {
    occurredAt: '2026-03-05T10:00:00Z',
    identifiers: [
      { type: 'email', value: 'b-1@example.com' },
      { type: 'phone', value: '+14155550102' },
    ],
  }),
];

export async function record(t: TestService, touchpoints: readonly object[], key?: string): Promise<void> {
  const answer = await t.graphql(
    `mutation ($touchpoints: [TouchpointInput!]!) {
      recordTouchpoints(input: { touchpoints: $touchpoints }) { results { outcome error { message field } } }
    }`,
    { touchpoints },
    key,
  );
  const refused = answer.errors ?? answer.data.recordTouchpoints.results.filter((one: { error: unknown }) => one.error);
  if (refused.length > 0) throw new Error(JSON.stringify(refused));
  await t.settled();
}

// biome-ignore lint/suspicious/noExplicitAny: answers are asserted, not typed.
type Answer = any;

/** What the API says of every customer. */
export async function everything(t: TestService, key?: string): Promise<Answer[]> {
  const answer = await t.graphql(
    `{ customers(first: 10) { nodes {
      id mergedIds displayName traits createdAt lastSeenAt openIssueCount
      identifiers { type value verification primary shared firstSeenAt lastSeenAt }
      touchpoints(first: 20) { nodes {
        id customer { id } channel direction kind status occurredAt endedAt recordedAt durationSeconds subject summary
        topic language sentiment sentimentSource agentId queue waitSeconds holdSeconds handleSeconds abandoned outcome source externalId
        conversation { id } journeyId issue { id } identifiersSeen { type value status reason verification } attributes
      } }
      conversations(first: 10) { nodes { id channel subject source externalId startedAt lastAt touchpointCount } }
      issues(first: 10, status: [OPEN, PENDING, ON_HOLD, RESOLVED, CLOSED]) { nodes {
        id status isOpen priority subject description resolution topic openedAt updatedAt resolvedAt assignee queue
        escalatedAt escalationReason version source externalId
      } }
    } } }`,
    {},
    key,
  );
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data.customers.nodes;
}

/** Touchpoints of the API in the shape and order of an export. */
export function touchpointsOf(customers: readonly Answer[]): Record<string, unknown>[] {
  return customers
    .flatMap((customer) => customer.touchpoints.nodes)
    .map(({ customer, conversation, issue, ...rest }) => ({
      ...rest,
      customerId: customer.id,
      conversationId: conversation?.id ?? null,
      issueId: issue?.id ?? null,
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
