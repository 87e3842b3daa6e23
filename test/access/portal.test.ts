import { type GraphQLField, type GraphQLObjectType, getNamedType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ruleOf } from '../../src/platform/field-access.js';
import { type GraphqlAnswer, startTestService, type TestService } from '../setup/service.js';
import { questionsOf, rootFields, schemaOf, selectionOf } from './schema-walk.js';
import {
  dataOf,
  internalSubject,
  makeWorld,
  portalTokenOf,
  recordMutation,
  touchpointOf,
  type World,
} from './world.js';

let it: TestService;
let world: World;
let token: string;

beforeAll(async () => {
  it = await startTestService();
  world = await makeWorld(it, it.workspace, it.key, 'portal', '+4930901820');
  token = await portalTokenOf(it, world.customer, it.key);
});

afterAll(() => it?.stop());

const asks = (query: string, variables: object = {}) => it.graphql(query, variables, token);
const refusalOf = (answer: GraphqlAnswer) => answer.errors?.[0]?.extensions;

/** One field of a type on the way from Query: where it stands, and what a selection of it looks like. */
interface Step {
  readonly type: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  readonly text: string;
}

/** Roots whose objects have everything: from them every type is reached without meeting null. */
const roots = (): Record<string, string> => ({
  customer: `customer(identifier: { type: "email", value: "${world.email}" })`,
  touchpoint: `touchpoint(id: "${world.touchpoint}")`,
  issue: `issue(id: "${world.issue}")`,
  journey: `journey(id: "${world.journey}")`,
});

const isShown = ({ type, field }: Pick<Step, 'type' | 'field'>) => ruleOf(type, field).customer;

/** The shortest way to each object type, over fields that customers see where there is such a way. */
function ways(): Map<GraphQLObjectType, Step[]> {
  const found = new Map<GraphQLObjectType, Step[]>();
  const query = schemaOf(it).getQueryType() as GraphQLObjectType;
  const start = Object.entries(roots()).map(([name, text]): Step[] => [
    { type: query, field: query.getFields()[name] as GraphQLField<unknown, unknown>, text },
  ]);
  for (const mayBeInternal of [false, true]) {
    const queue = [...start, ...(mayBeInternal ? [...found.values()] : [])];
    for (let way = queue.shift(); way; way = queue.shift()) {
      const type = getNamedType((way.at(-1) as Step).field.type);
      if (!isObjectType(type)) continue;
      if (!found.has(type)) found.set(type, way);
      if (way.length > 6) continue;
      for (const field of Object.values(type.getFields())) {
        const inner = getNamedType(field.type);
        const step = { type, field, text: field.name };
        if (isObjectType(inner) && !found.has(inner) && (mayBeInternal || isShown(step))) queue.push([...way, step]);
      }
    }
  }
  return found;
}

function questionFor(way: readonly Step[], last: Step): string {
  const inner = isObjectType(getNamedType(last.field.type)) ? `${last.text} { __typename }` : last.text;
  return `{ ${[...way].reverse().reduce((below, step) => `${step.text} { ${below} }`, inner)} }`;
}

describe('what a customer sees', () => {
  test('is for every field of the schema what its rule says', async () => {
    let shown = 0;
    let hidden = 0;
    for (const [type, way] of ways()) {
      for (const field of Object.values(type.getFields())) {
        const step = { type, field, text: field.name };
        const question = questionFor(way, step);
        const answer = await asks(question);
        const inTheWay = [...way, step].find((one) => !isShown(one));
        if (inTheWay) {
          hidden++;
          const name = `${inTheWay.type.name}.${inTheWay.field.name}`;
          expect(refusalOf(answer), question).toEqual({ code: 'FORBIDDEN', reason: 'FIELD_INTERNAL', field: name });
        } else {
          shown++;
          expect(answer.errors, question).toBeUndefined();
          expect(Object.values(answer.data)[0], question).not.toBeNull();
        }
      }
    }
    expect(shown).toBeGreaterThan(60);
    expect(hidden).toBeGreaterThan(60);
  });

  test('is also refused beside fields that are shown, in fragments and under aliases', async () => {
    const answer = await asks(
      `query ($id: ID!) { customer(id: $id) { id nice: displayName ...F } } fragment F on Customer { x: traits }`,
      { id: world.customer },
    );
    expect(refusalOf(answer)).toMatchObject({ reason: 'FIELD_INTERNAL', field: 'Customer.traits' });
    expect(JSON.stringify(answer.data)).not.toContain('gold');
  });

  /** Written down here, so that showing one more to customers is a decision that a review sees. */
  test.each([
    [
      'Customer',
      'brake brief detachedIdentifiers entitlements evaluations feedback likelyReasons marks ' +
        'matchSuggestions mayContact mergeHistory metrics momentsOfTruth nextSteps resolution routing ' +
        'segmentDecisions segmentHistory segments signals surveyInvitations traits',
    ],
    ['Identifier', 'detachedAt quarantined rawValue shared'],
    [
      'Touchpoint',
      'abandoned agentId attributes continuity evaluationGaps evaluations externalId handleSeconds holdSeconds identifiersSeen momentOfTruth outcome queue recordedAt ' +
        'sentiment sentimentSource source summary waitSeconds',
    ],
    ['Conversation', 'evaluationGaps evaluations externalId source'],
    [
      'Issue',
      'assignee description escalatedAt escalationReason externalId firstContactResolved history links ' +
        'possibleDuplicates priority queue reopenCount sla source tickets version',
    ],
    ['IssueComment', 'actor isPublic'],
    ['Journey', 'brief externalId history isStuck source turn'],
    ['JourneyCause', 'actor touchpointId'],
    ['Coverage', 'sources'],
    ['Consent', 'isDisputed'],
    ['ConsentPurpose', 'actor createdAt defaultState heedsHours retiredAt updatedAt version'],
    ['ConsentStatement', 'actor evidence profileId recordedAt source touchpoint'],
    ['Preferences', 'agent'],
    ['PreferredHours', 'actor'],
    ['Blueprint', 'abandonedAfter actor createdAt latestVersion retiredAt stuckAfter triggers'],
  ])('hides of %s: %s', (name, hidden) => {
    const type = schemaOf(it).getType(name) as GraphQLObjectType;
    const fields = Object.values(type.getFields()).filter((field) => !isShown({ type, field }));
    expect(fields.map((field) => field.name).sort()).toEqual(hidden.split(' '));
  });

  test.each([
    'ApiKey',
    'BlueprintTrigger',
    'Brief',
    'BriefLine',
    'Continuity',
    'CustomerMark',
    'CustomerMetrics',
    'Criterion',
    'CriterionGap',
    'CriterionScore',
    'Evaluation',
    'EvaluationGap',
    'Feedback',
    'IssueVersion',
    'JourneyTurn',
    'LikelyReason',
    'MomentOfTruth',
    'PassedMoment',
    'NextStep',
    'JourneyVersion',
    'UnfitJourney',
    'Resolution',
    'ResumeLink',
    'RoutingAgent',
    'RoutingEntitlement',
    'RoutingHints',
    'RoutingPriority',
    'RoutingQueue',
    'RoutingReason',
    'RoutingSkill',
    'SeenIdentifier',
    'Segment',
    'Signal',
    'SignalSettings',
    'TreatmentSettings',
    'Scorecard',
    'Survey',
    'SurveyInvitation',
    'Entitlement',
    'SegmentCost',
    'SegmentDecision',
    'SegmentMembership',
    'SegmentPreview',
    'SegmentReason',
    'SegmentSpell',
  ])('has nothing of %s', (name) => {
    const type = schemaOf(it).getType(name) as GraphQLObjectType;
    expect(Object.values(type.getFields()).filter((field) => isShown({ type, field }))).toEqual([]);
  });
});

describe('a portal token', () => {
  test('reads its own customer by id and by each of her identifiers', async () => {
    const { data } = await asks(
      `{ a: customer(id: "${world.customer}") { id }
         b: customer(identifier: { type: "email", value: "${world.email}" }) { id }
         c: customer(identifier: { type: "phone", value: "030 901820", region: "DE" }) { id }
         d: customer(id: "${world.customer}", asOf: "2999-01-01T00:00:00Z") { id } }`,
    );
    const own = { id: world.customer };
    expect(data).toEqual({ a: own, b: own, c: own, d: own });
  });

  test('finds nothing of anybody else, by whatever way', async () => {
    const { data, errors } = await asks(
      `{ a: customer(id: "${world.stranger}") { id }
         b: customer(identifier: { type: "email", value: "${world.strangersEmail}" }) { id }
         c: customer(id: "${world.stranger}", asOf: "2999-01-01T00:00:00Z") { id }
         d: touchpoint(id: "${world.strangersTouchpoint}") { id }
         e: issue(id: "${world.strangersIssue}") { id }
         g: journey(id: "${world.strangersJourney}") { id }
         f: node(id: "${world.stranger}") { id }
         nodes(ids: ["${world.stranger}", "${world.strangersTouchpoint}", "${world.strangersIssue}", "${world.segment}"]) { id }
         own: customer(id: "${world.customer}") {
           touchpoints(issueId: "${world.strangersIssue}") { nodes { id } } } }`,
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      a: null,
      b: null,
      c: null,
      d: null,
      e: null,
      f: null,
      g: null,
      nodes: [null, null, null, null],
      own: { touchpoints: { nodes: [] } },
    });
  });

  test('sees of a conversation and an issue that she shares with somebody only her own part', async () => {
    const shared = touchpointOf('portal', {
      identifiers: [{ type: 'email', value: world.strangersEmail }],
      subject: 'Bob writes in her thread',
      conversation: { externalId: 'thread-portal' },
      issue: { externalId: 'case-portal' },
    });
    const recorded = dataOf(await it.graphql(recordMutation, { input: { touchpoints: [shared] } }));
    const strangers = recorded.recordTouchpoints.results[0].touchpointId;
    await it.settled();
    const { data } = await asks(
      `{ node(id: "${world.conversation}") { ... on Conversation { touchpointCount customer { id } touchpoints { nodes { id } } } }
         issue(id: "${world.issue}") { customer { id } touchpoints { nodes { id customer { id } } } } }`,
    );
    expect(data.node.customer.id).toBe(world.customer);
    expect(data.issue.touchpoints.nodes).toEqual([{ id: world.touchpoint, customer: { id: world.customer } }]);
    expect(JSON.stringify(data)).not.toContain(strangers);
    expect(data.node.touchpointCount).toBe(1);
  });

  test('sees no touchpoint between our own people, in no list, count or time', async () => {
    const { data, errors } = await asks(
      `{ touchpoint(id: "${world.internalTouchpoint}") { id }
         node(id: "${world.internalTouchpoint}") { id }
         customer(id: "${world.customer}") {
           lastSeenAt coverage { totalTouchpoints newestTouchpointAt }
           touchpoints(directions: [INTERNAL, INBOUND, OUTBOUND]) { nodes { id } pageInfo { hasNextPage } }
           conversations { nodes { touchpointCount lastAt subject touchpoints { nodes { id } } } }
           issues { nodes { touchpoints { nodes { id } } } } } }`,
    );
    expect(errors).toBeUndefined();
    const nodes = [{ id: world.touchpoint }];
    const at = '2024-11-20T10:00:00+00:00';
    expect(data).toEqual({
      touchpoint: null,
      node: null,
      customer: {
        lastSeenAt: at,
        coverage: { totalTouchpoints: 1, newestTouchpointAt: at },
        touchpoints: { nodes, pageInfo: { hasNextPage: false } },
        conversations: { nodes: [{ touchpointCount: 1, lastAt: at, subject: 'Refund', touchpoints: { nodes } }] },
        issues: { nodes: [{ touchpoints: { nodes } }] },
      },
    });
  });

  test('reads nothing of what our own people wrote among themselves, whatever it selects', async () => {
    for (const [name, text] of Object.entries(roots())) {
      const type = getNamedType(schemaOf(it).getQueryType()?.getFields()[name]?.type);
      const question = `{ ${text} ${selectionOf(type, 2, (parent, field) => isShown({ type: parent, field }))} }`;
      const shown = JSON.stringify(dataOf(await asks(question)));
      expect(shown).toContain(world.touchpoint);
      expect(shown, name).not.toContain(internalSubject);
    }
  });

  test('changes nothing but her own journeys, preferences and consents: every other mutation is refused', async () => {
    const mutations = rootFields(schemaOf(it)).filter(({ operation }) => operation === 'mutation');
    const open = mutations.filter(({ rule }) => rule.customer).map(({ name }) => name);
    expect(open.sort()).toEqual([
      'advanceJourney',
      'cancelJourney',
      'completeJourney',
      'createResumeCode',
      'pauseJourney',
      'recordConsent',
      'resumeJourney',
      'revokeResumeCodes',
      'setPreferences',
      'startJourney',
    ]);
    for (const field of mutations.filter(({ rule }) => !rule.customer)) {
      for (const question of questionsOf(field, world)) {
        expect(refusalOf(await asks(question)), field.name).toEqual({
          code: 'FORBIDDEN',
          reason: 'FIELD_INTERNAL',
          field: `Mutation.${field.name}`,
        });
      }
    }
  });

  test.each([
    'apiKeys { id }',
    'customers { nodes { id } }',
    'segments { key }',
    'segment(key: "gold-portal") { key }',
    'previewSegment(rule: {}) { members }',
  ])('lists nothing: %s is refused', async (field) => {
    expect(refusalOf(await asks(`{ ${field} }`))).toMatchObject({ code: 'FORBIDDEN', reason: 'FIELD_INTERNAL' });
  });

  test('sends nothing in by the other ways', async () => {
    const answer = await it.http.post('/v1/track').auth(token, '').send({ userId: 'u', event: 'e' });
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ code: 'FORBIDDEN', reason: 'SCOPE_MISSING' });
  });

  test('is not listed among the keys and ends at its time', async () => {
    const { data } = await it.graphql(
      `mutation ($id: ID!) { createPortalToken(input: { customerId: $id, expiresInSeconds: 3600 }) { token expiresAt } }`,
      { id: world.customer },
    );
    const { token: short, expiresAt } = data.createPortalToken;
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now());
    const prefix = short.split('_')[1];
    expect(JSON.stringify(await it.graphql('{ apiKeys { prefix name } }'))).not.toContain(prefix);
    await it.database.owner.query(`update api_key set expires_at = now() - interval '1 ms' where prefix = $1`, [
      prefix,
    ]);
    const answer = await it.graphql(`{ customer(id: "${world.customer}") { id } }`, {}, short);
    expect(answer.status).toBe(401);
    expect(refusalOf(answer)).toEqual({ code: 'UNAUTHENTICATED', reason: 'KEY_EXPIRED' });
  });

  test.each([0, -1, 3_601, 2_147_483_647])('is not made for %d seconds', async (seconds) => {
    const answer = await it.graphql(
      `mutation ($id: ID!, $s: Int!) { createPortalToken(input: { customerId: $id, expiresInSeconds: $s }) { token } }`,
      { id: world.customer, s: seconds },
    );
    expect(refusalOf(answer)).toMatchObject({ reason: 'OUT_OF_RANGE', field: 'input.expiresInSeconds', limit: 3_600 });
  });

  test('answers with the joined customer after a merge, by every id that she had', async () => {
    const fresh = (email: string) => touchpointOf('join', { identifiers: [{ type: 'email', value: email }] });
    const record = async (...touchpoints: object[]) =>
      dataOf(await it.graphql(recordMutation, { input: { touchpoints } })).recordTouchpoints.results;
    const [one] = await record(fresh('join.one@example.com'));
    const [two] = await record(fresh('join.two@example.com'));
    const tokens = [await portalTokenOf(it, one.customerId, it.key), await portalTokenOf(it, two.customerId, it.key)];
    const both = ['join.one@example.com', 'join.two@example.com'].map((value) => ({ type: 'email', value }));
    await record(touchpointOf('join', { identifiers: both }));
    await it.settled();
    for (const joined of tokens) {
      for (const id of [one.customerId, two.customerId]) {
        const { data } = await it.graphql(
          `{ customer(id: "${id}") { id mergedIds touchpoints { nodes { id } } }
             other: customer(id: "${world.customer}") { id } }`,
          {},
          joined,
        );
        expect([data.customer.id, ...data.customer.mergedIds].sort()).toEqual([one.customerId, two.customerId].sort());
        expect(data.customer.touchpoints.nodes).toHaveLength(3);
        expect(data.other).toBeNull();
      }
    }
  });
});

describe('an issue that our own people opened by an internal note', () => {
  test('does not show the customer the note’s subject', async () => {
    const note = touchpointOf('note', {
      identifiers: [{ type: 'email', value: world.email }],
      direction: 'INTERNAL',
      subject: internalSubject,
      issue: { externalId: 'case-of-a-note' },
    });
    dataOf(await it.graphql(recordMutation, { input: { touchpoints: [note] } }));
    await it.settled();
    const { data } = await asks(`{ customer(id: "${world.customer}") { issues { nodes { id subject } } } }`);
    expect(data.customer.issues.nodes).toHaveLength(2);
    expect(JSON.stringify(data)).not.toContain(internalSubject);
  });
});
