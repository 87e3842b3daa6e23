import { randomUUID } from 'node:crypto';
import { eventually, type GraphqlAnswer, type TestService } from '../setup/service.js';

/** Ids of one workspace that has something of every kind, all of one customer but for `stranger`. */
export interface World {
  readonly workspace: number;
  readonly key: string;
  readonly mark: string;
  readonly customer: string;
  readonly stranger: string;
  readonly email: string;
  readonly phone: string;
  readonly strangersEmail: string;
  readonly touchpoint: string;
  readonly internalTouchpoint: string;
  readonly strangersTouchpoint: string;
  readonly conversation: string;
  readonly issue: string;
  readonly strangersIssue: string;
  readonly segment: string;
  readonly segmentKey: string;
  readonly apiKey: string;
  readonly deadLetter: string;
  readonly connector: string;
  readonly import: string;
  /** One that is completed. */
  readonly export: string;
  /** A request that came to the connector. */
  readonly request: string;
  readonly blueprint: string;
  readonly blueprintKey: string;
  readonly journey: string;
  readonly strangersJourney: string;
  readonly markId: string;
  readonly surveyKey: string;
  readonly purposeKey: string;
  readonly scorecardKey: string;
  readonly momentKey: string;
  /** Not answered yet. */
  readonly invitation: string;
  /** Cursors of the customer's first touchpoint, and of the first customer. */
  readonly touchpointCursor: string;
  readonly customerCursor: string;
}

export const recordMutation = `mutation ($input: RecordTouchpointsInput!) {
  recordTouchpoints(input: $input) {
    results { index outcome touchpointId customerId error { code reason message field limit } }
  }
}`;

/** The answer’s data; an error fails the test that asked. */
export function dataOf(answer: GraphqlAnswer): GraphqlAnswer['data'] {
  if (answer.errors) throw new Error(`Unexpected errors: ${JSON.stringify(answer.errors)}`);
  return answer.data;
}

export const name = 'Adelheid Quastenflosser';
export const summary = 'She asked for a refund of the Quastenflosser order.';
export const internalSubject = 'Suspected fraud: do not tell her';

export function touchpointOf(mark: string, more: object = {}): Record<string, unknown> {
  return { source: `switch-${mark}`, externalId: randomUUID(), channel: 'CALL', kind: 'call.completed', ...more };
}

/** A return: asked for, sent, and settled when the money is paid. */
export const returnBlueprint = {
  name: 'Return an order',
  goal: 'The money is back.',
  stuckAfter: 'P3D',
  abandonedAfter: 'P30D',
  steps: [
    {
      key: 'choose',
      title: 'Choose what to return',
      expectedWithin: 'PT1H',
      next: ['send'],
      schema: { type: 'object', properties: { item: { type: 'string' } }, required: ['item'] },
    },
    { key: 'send', title: 'Send it', expectedWithin: 'P7D', next: ['paid'] },
    { key: 'paid', title: 'Money paid', terminal: true },
  ],
  triggers: [{ effect: 'COMPLETE', to: 'paid', kinds: ['refund.paid'] }],
};

/** Fills a workspace through the public ways in. The same mark gives the same external ids and identifiers. */
export async function makeWorld(
  it: TestService,
  workspace: number,
  key: string,
  mark: string,
  phone: string,
): Promise<World> {
  const email = `ada.${mark}@example.com`;
  const strangersEmail = `bob.${mark}@example.com`;
  const ada = [
    { type: 'email', value: email },
    { type: 'phone', value: phone },
  ];
  const ref = (externalId: string) => ({ externalId: `${externalId}-${mark}` });
  const recorded = dataOf(
    await it.graphql(
      recordMutation,
      {
        input: {
          touchpoints: [
            touchpointOf(mark, {
              externalId: `call-1-${mark}`,
              identifiers: ada,
              occurredAt: '2024-11-20T10:00:00Z',
              endedAt: '2024-11-20T10:05:00Z',
              subject: 'Refund',
              summary,
              topic: 'billing',
              language: 'de',
              sentiment: -0.5,
              agentId: 'agent-7',
              queue: 'billing-de',
              waitSeconds: 30,
              holdSeconds: 5,
              handleSeconds: 300,
              abandoned: false,
              outcome: 'refunded',
              attributes: { cardNumber: '4111-1111-1111', note: 'Quastenflosser' },
              traits: { name, plan: 'gold', email, phoneNumber: 493012345678, address: { city: 'Ulm' } },
              conversation: ref('thread'),
              issue: ref('case'),
              journey: ref('journey'),
            }),
            touchpointOf(mark, {
              externalId: `note-1-${mark}`,
              identifiers: ada.slice(0, 1),
              occurredAt: '2024-11-20T11:00:00Z',
              direction: 'INTERNAL',
              channel: 'OTHER',
              kind: 'note.added',
              subject: internalSubject,
              conversation: ref('thread'),
              issue: ref('case'),
            }),
            touchpointOf(mark, {
              externalId: `call-2-${mark}`,
              identifiers: [{ type: 'email', value: strangersEmail }],
              occurredAt: '2024-11-20T12:00:00Z',
              issue: ref('strangers-case'),
              conversation: ref('strangers-thread'),
              traits: { name: 'Bob Ungeheuer' },
            }),
          ],
        },
      },
      key,
    ),
  ).recordTouchpoints.results;
  await it.settled();
  const segmentKey = `gold-${mark}`;
  const segment = dataOf(
    await it.graphql(
      `mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { segment { id } } }`,
      { input: { key: segmentKey, name: 'Gold', rule: { trait: 'plan', is: 'gold' }, entitlements: ['lounge'] } },
      key,
    ),
  ).createSegment.segment.id;
  await it.settled();
  const apiKey = dataOf(
    await it.graphql(
      `mutation { createApiKey(input: { name: "of ${mark}", scopes: ["customers:read"] }) { apiKey { id } } }`,
      {},
      key,
    ),
  ).createApiKey.apiKey.id;
  const blueprintKey = `return-${mark}`;
  const blueprint = dataOf(
    await it.graphql(
      `mutation ($input: CreateBlueprintInput!) { createBlueprint(input: $input) { blueprint { id } } }`,
      { input: { key: blueprintKey, ...returnBlueprint } },
      key,
    ),
  ).createBlueprint.blueprint.id;
  // A track without its event cannot be stored.
  await it.http
    .post('/v1/track')
    .set('authorization', `Bearer ${key}`)
    .send({ userId: `ada-${mark}`, messageId: `letter-${mark}`, context: { traits: { email } } });
  const deadLetter = dataOf(await it.graphql('{ deadLetters(first: 1) { nodes { id } } }', {}, key)).deadLetters
    .nodes[0].id;
  const made = dataOf(
    await it.graphql(
      `mutation ($key: String!) {
        createConnector(input: { key: $key, kind: "postmark" }) { connector { id } callUrl }
      }`,
      { key: `postmark-${mark}` },
      key,
    ),
  ).createConnector;
  // Neither a mail from somebody nor to somebody: a request that is kept, and tells of nobody.
  await fetch(made.callUrl, { method: 'POST', body: JSON.stringify({ RecordType: `of ${mark}` }) });
  const { rows } = await it.database.owner.query(
    `select replace(id::text, '-', '') as id from inbound_request where replace(connector_id::text, '-', '') = $1`,
    [made.connector.id.slice('con_'.length)],
  );
  // A row that cannot be stored, so that the world stays as it is.
  const imported = await it.http
    .post(`/v1/import?name=import-${mark}`)
    .set('authorization', `Bearer ${key}`)
    .send(JSON.stringify({ [mark]: 1 }));
  const [call, note, strangers] = recorded;
  for (const [name, customerId] of [
    ['journey', call.customerId],
    ['strangers-journey', strangers.customerId],
  ]) {
    dataOf(
      await it.graphql(
        `mutation ($input: StartJourneyInput!) { startJourney(input: $input) { journey { id } } }`,
        {
          input: {
            blueprint: blueprintKey,
            customerId,
            channel: 'CALL',
            source: `switch-${mark}`,
            externalId: `${name}-${mark}`,
            data: { item: 'Quastenflosser' },
          },
        },
        key,
      ),
    );
  }
  await it.settled();
  const seen = dataOf(
    await it.graphql(
      `query ($call: ID!, $strangers: ID!, $customer: ID!) {
        touchpoint(id: $call) { journey { id } issue { id } conversation { id } }
        strangers: touchpoint(id: $strangers) { issue { id } customer { journeys { nodes { id } } } }
        customer(id: $customer) { touchpoints(first: 1) { edges { cursor } } }
        customers(first: 1) { edges { cursor } }
      }`,
      { call: call.touchpointId, strangers: strangers.touchpointId, customer: call.customerId },
      key,
    ),
  );
  const { issue } = seen.touchpoint;
  dataOf(
    await it.graphql(
      `mutation ($issue: ID!, $other: ID!) {
        public: commentIssue(input: { issueId: $issue, body: "Of ${mark}", isPublic: true }) { isNew }
        internal: commentIssue(input: { issueId: $issue, body: "Among us of ${mark}" }) { isNew }
        linkIssues(input: { issueId: $issue, kind: BLOCKS, otherId: $other }) { isChanged }
        updateSlaSettings(input: { version: 0, policies: [{ tier: "${mark}", priority: LOW, resolutionMinutes: 10 }] }) { changedIssues }
        referTicket(input: { issueId: $issue, system: "desk", externalId: "ticket-${mark}" }) { issue { id } }
      }`,
      { issue: issue.id, other: seen.strangers.issue.id },
      key,
    ),
  );
  dataOf(
    await it.graphql(
      `mutation ($input: DecideSegmentInput!) { addSegmentMember(input: $input) { customer { id } } }`,
      { input: { segment: segmentKey, customerId: strangers.customerId, reason: `Of ${mark}` } },
      key,
    ),
  );
  const { markCustomer } = dataOf(
    await it.graphql(
      `mutation ($id: ID!, $reason: String!) {
        markCustomer(input: { customerId: $id, kind: VULNERABLE, reason: $reason }) { markId }
        learnReasons(input: {}) { contacts }
        updateSignalSettings(input: { version: 0, longWaitSeconds: 20 }) { settings { version } }
        updateTreatmentSettings(input: { version: 0, observedDays: 20 }) { settings { version } }
        setPreferences(input: {
          customerId: $id, channels: [CHAT], language: "de", timeZone: "Europe/Vienna", doNotDisturb: {}
          agentId: "agent of ${mark}"
          hours: { timeZone: "Europe/Vienna", windows: [{ days: [1], from: "09:00", to: "10:00" }] }
        }) { isChanged }
      }`,
      { id: call.customerId, reason: `Of ${mark}: Quastenflosser` },
      key,
    ),
  );
  const surveyKey = `csat-${mark}`;
  const { inviteToSurvey } = dataOf(
    await it.graphql(
      `mutation ($key: String!, $touchpoint: ID!, $strangers: ID!) {
        createSurvey(input: { key: $key, name: "Of ${mark}", kind: CSAT, texts: [{ language: "de", question: "Und?" }] }) {
          survey { id }
        }
        inviteToSurvey(input: { survey: $key, touchpointId: $touchpoint }) { invitation { id } }
        answerSurvey(input: { survey: $key, touchpointId: $strangers, score: 2, comment: "Quastenflosser", channel: CALL }) {
          feedback { id }
        }
      }`,
      { key: surveyKey, touchpoint: call.touchpointId, strangers: strangers.touchpointId },
      key,
    ),
  );
  const scorecardKey = `card-${mark}`;
  const momentKey = `moment-${mark}`;
  dataOf(
    await it.graphql(
      `mutation ($key: String!, $moment: String!, $touchpoint: ID!) {
        createMomentOfTruth(input: { key: $moment, name: "Of ${mark}", kinds: ["call.completed"] }) { momentOfTruth { id } }
        createScorecard(input: { key: $key, name: "Of ${mark}", criteria: [{ key: "one", name: "Of ${mark}" }] }) {
          scorecard { id }
        }
        self: evaluateContact(input: { touchpointId: $touchpoint, scorecard: $key, by: AGENT_SELF, agentId: "agent of ${mark}"
          scores: [{ criterion: "one", score: 5 }], comment: "Quastenflosser" }) { evaluation { id } }
        coach: evaluateContact(input: { touchpointId: $touchpoint, scorecard: $key, by: COACH, agentId: "agent of ${mark}"
          scores: [{ criterion: "one", score: 2 }] }) { evaluation { id } }
      }`,
      { key: scorecardKey, moment: momentKey, touchpoint: call.touchpointId },
      key,
    ),
  );
  await it.settled();
  dataOf(
    await it.graphql(
      `mutation ($id: ID!) { openBrief(input: { customerId: $id, agentId: "agent-7" }) { customer { id } } }`,
      { id: call.customerId },
      key,
    ),
  );
  const purposeKey = `offers-${mark}`;
  dataOf(
    await it.graphql(
      `mutation ($id: ID!, $key: String!, $touchpoint: ID!) {
        createConsentPurpose(input: { key: $key, name: "Of ${mark}", description: "Of ${mark}" }) { purpose { id } }
        recordConsent(input: {
          customerId: $id, purpose: $key, state: GRANTED, expiresAt: "2999-01-01T00:00:00Z", source: "form of ${mark}"
          evidence: "Quastenflosser", touchpointId: $touchpoint
        }) { isNew }
        email: recordConsent(input: { customerId: $id, purpose: $key, channel: EMAIL, state: WITHDRAWN }) { isNew }
      }`,
      { id: call.customerId, key: purposeKey, touchpoint: call.touchpointId },
      key,
    ),
  );
  const exported = dataOf(
    await it.graphql(`mutation { createExport(input: { what: ISSUES, purpose: "Of ${mark}" }) { exportId } }`, {}, key),
  ).createExport.exportId;
  const stateOf = async (id: string) =>
    dataOf(await it.graphql('query ($id: ID!) { export(id: $id) { state } }', { id }, key)).export.state;
  await eventually(async () => (await stateOf(exported)) === 'COMPLETED');
  await it.http.get(`/v1/exports/${exported}/download`).set('authorization', `Bearer ${key}`).expect(200);
  return {
    workspace,
    key,
    mark,
    customer: call.customerId,
    stranger: strangers.customerId,
    email,
    phone,
    strangersEmail,
    touchpoint: call.touchpointId,
    internalTouchpoint: note.touchpointId,
    strangersTouchpoint: strangers.touchpointId,
    conversation: seen.touchpoint.conversation.id,
    issue: issue.id,
    strangersIssue: seen.strangers.issue.id,
    segment,
    segmentKey,
    apiKey,
    deadLetter,
    connector: made.connector.id,
    import: imported.body.import,
    export: exported,
    request: `req_${rows[0].id}`,
    blueprint,
    blueprintKey,
    journey: seen.touchpoint.journey.id,
    strangersJourney: seen.strangers.customer.journeys.nodes[0].id,
    markId: markCustomer.markId,
    surveyKey,
    purposeKey,
    scorecardKey,
    momentKey,
    invitation: inviteToSurvey.invitation.id,
    touchpointCursor: seen.customer.touchpoints.edges[0].cursor,
    customerCursor: seen.customers.edges[0].cursor,
  };
}

/** A portal token of a customer. */
export async function portalTokenOf(it: TestService, customer: string, key: string): Promise<string> {
  const answer = await it.graphql(
    `mutation ($id: ID!) { createPortalToken(input: { customerId: $id }) { token } }`,
    { id: customer },
    key,
  );
  return dataOf(answer).createPortalToken.token;
}
