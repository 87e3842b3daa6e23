import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scopes } from '../../src/access/caller.js';
import { MatchUpkeep } from '../../src/identity/suggestions/match-upkeep.service.js';
import { JourneyDueService } from '../../src/journeys/journey-due.service.js';
import { SegmentDueService } from '../../src/segments/segment-due.service.js';
import { type Ids, questionsOf, type RootField, rootFields, schemaOf } from '../access/schema-walk.js';
import { dataOf, makeWorld, portalTokenOf, recordMutation, touchpointOf, type World } from '../access/world.js';
import { type GraphqlAnswer, startTestService, type TestService } from '../setup/service.js';
import { dumpOfActs } from './dump.js';

let it: TestService;
let ours: World;
let theirs: World;
/** Ids of the right form that nobody has. */
let nobodys: Ids;
let roles: Record<string, string>;

beforeAll(async () => {
  it = await startTestService();
  await it.service.app.get(SegmentDueService).stop();
  await it.service.app.get(JourneyDueService).stop();
  await it.service.app.get(MatchUpkeep).stop();
  const first = await it.makeWorkspace('first');
  ours = await makeWorld(it, first.workspace, first.key, 'ours', '+4930901820');
  theirs = await makeWorld(it, it.workspace, it.key, 'theirs', '+4930901821');
  for (const world of [ours, theirs]) await suggest(world);
  const hex = () => randomBytes(16).toString('hex');
  nobodys = {
    customer: 'cus_998001',
    stranger: 'cus_998002',
    email: 'nobody@example.com',
    touchpoint: `tp_${hex()}`,
    conversation: `cnv_${hex()}`,
    issue: `iss_${hex()}`,
    segment: `seg_${hex()}`,
    segmentKey: 'nobodys-segment',
    apiKey: `key_${hex()}`,
    deadLetter: `dl_${hex()}`,
    connector: `con_${hex()}`,
    import: `imp_${hex()}`,
    export: `exp_${hex()}`,
    request: `req_${hex()}`,
    blueprint: `blp_${hex()}`,
    blueprintKey: 'nobodys-blueprint',
    journey: `jrn_${hex()}`,
    markId: `mrk_${hex()}`,
    surveyKey: 'nobodys-survey',
    purposeKey: 'nobodys-purpose',
    scorecardKey: 'nobodys-scorecard',
    momentKey: 'nobodys-moment',
    invitation: `inv_${hex()}`,
    customerCursor: Buffer.from(`${'00'.repeat(6)}${'00'.repeat(8)}`, 'hex').toString('base64url'),
    touchpointCursor: Buffer.from(`${'00'.repeat(30)}`, 'hex').toString('base64url'),
  };
  roles = { 'a full key': theirs.key };
  roles['a masked key'] = await it.makeKey(scopes, { masked: true });
  roles['a portal token'] = await portalTokenOf(it, theirs.customer, theirs.key);
});

afterAll(() => it?.stop());

/** A suggestion of the two customers, as if they were alike. */
async function suggest({ workspace, customer, stranger }: World): Promise<void> {
  await it.database.owner.query(
    `insert into match_suggestion (workspace_id, customer_a, customer_b, id, score, status, band, model, fields, evidence)
     select $1, a, b, encode(int8send(a) || int8send(b), 'hex')::uuid, 1, 0, 0, 'shipped-1', '[]', '[]'
     from (values (least($2::bigint, $3), greatest($2, $3))) pair(a, b)`,
    [workspace, customer.slice(4), stranger.slice(4)],
  );
}

/** The answer without what differs between any two calls: new ids, secrets, instants. */
function plain(answer: GraphqlAnswer): unknown {
  const text = JSON.stringify({ status: answer.status, data: answer.data, errors: answer.errors })
    .replace(
      /"(tl_|dl_|cus_|tp_|iss_|cnv_|seg_|key_|blp_|jrn_|con_|req_|imp_|exp_|mrk_|srv_|pur_|inv_|fbk_|scd_|evl_|mot_)[\w-]+"/g,
      '"<id>"',
    )
    .replace(/"\d{4}-\d\d-\d\dT[^"]*"/g, '"<instant>"')
    .replace(/"lastUsedAt":null/g, '"lastUsedAt":"<instant>"')
    .replace(/"prefix":"[^"]*"/g, '"prefix":"<prefix>"')
    .replace(/"(touchpoint|conversation|name)Id":/g, '"$1":');
  return JSON.parse(text);
}

/** What they answer of themselves cannot be compared word for word after they wrote; it must only hold nothing of ours. */
const writesSomething = new Set([
  'createApiKey',
  'createBlueprint',
  'createConnector',
  'createConsentPurpose',
  'createExport',
  'createMomentOfTruth',
  'createScorecard',
  'createSegment',
  'createSurvey',
  'discardDeadLetters',
  'estimateMatchWeights',
  'identifyCustomer',
  'markIdentifierShared',
  'quarantineIdentifier',
  'reapplyIdentitySettings',
  'recordTouchpoints',
  'releaseIdentifier',
  'replayDeadLetters',
  'retireBlueprint',
  'splitIdentifier',
  'startJourney',
  'updateBlueprint',
  'updateIdentitySettings',
  'updateIntakeSettings',
  'updateSignalSettings',
  'updateSlaSettings',
  'updateTreatmentSettings',
]);

function ourTraces(): string[] {
  const {
    key: _,
    workspace: __,
    segmentKey,
    blueprintKey,
    surveyKey,
    purposeKey,
    scorecardKey,
    momentKey,
    mark,
    phone,
    email,
    ...ids
  } = ours;
  return [
    ...Object.values(ids),
    segmentKey,
    blueprintKey,
    surveyKey,
    purposeKey,
    scorecardKey,
    momentKey,
    `switch-${mark}`,
    phone,
    email,
    'ours',
  ];
}

async function expectNothingOfOurs(field: RootField, role: string, key: string): Promise<void> {
  const foreign = questionsOf(field, ours);
  const unknown = questionsOf(field, nobodys);
  for (const [i, question] of foreign.entries()) {
    const about = `${role}: ${question.slice(0, 120)}`;
    const answer = await it.graphql(question, {}, key);
    const control = await it.graphql(unknown[i] as string, {}, key);
    if (!writesSomething.has(field.name)) expect(plain(answer), about).toEqual(plain(control));
    const shown = JSON.stringify(answer);
    const given = JSON.stringify(question);
    // The schema’s own description is the same for everybody, and in words that traces are made of.
    for (const trace of field.name === '_service' ? [] : ourTraces())
      if (!given.includes(trace)) expect(shown, `${trace} in ${about}`).not.toContain(trace);
  }
}

describe('a caller of another workspace', () => {
  test.each(['a full key', 'a masked key', 'a portal token'])(
    'with %s gets by our ids what nobody’s ids give, in every field, and changes nothing of ours',
    async (role) => {
      // A workspace for each role: what one makes for itself must not be found by the next.
      const another = await it.makeWorkspace(`of-${role.replaceAll(' ', '-')}`);
      const world = await makeWorld(it, another.workspace, another.key, 'theirs', '+4930901821');
      const keys: Record<string, () => Promise<string>> = {
        'a full key': async () => another.key,
        'a masked key': () => it.makeKey(scopes, { workspace: another.workspace, masked: true }),
        'a portal token': () => portalTokenOf(it, world.customer, another.key),
      };
      const key = (await keys[role]?.()) as string;
      const before = await dumpOfActs(it.database.owner, ours.workspace);
      for (const field of rootFields(schemaOf(it))) await expectNothingOfOurs(field, role, key);
      await it.settled();
      expect(await dumpOfActs(it.database.owner, ours.workspace)).toEqual(before);
    },
    120_000,
  );

  test('asks the same of itself and finds everything: it is not the question that fails', async () => {
    for (const field of rootFields(schemaOf(it)).filter(({ operation }) => operation === 'query')) {
      for (const question of questionsOf(field, theirs)) {
        const answer = dataOf(await it.graphql(question, {}, theirs.key));
        expect(answer[field.name], question.slice(0, 120)).not.toBeNull();
      }
    }
  });

  test('cannot put our things under its own, nor its own under ours', async () => {
    const before = await dumpOfActs(it.database.owner, ours.workspace);
    const link = (issue: string, touchpoint: string) =>
      `mutation { linkTouchpoints(input: { issueId: "${issue}", touchpointIds: ["${touchpoint}"] }) { issue { id } } }`;
    const open = (touchpoint: string) =>
      `mutation { openIssue(input: { subject: "s", customerId: "${theirs.customer}", touchpointIds: ["${touchpoint}"] }) { issue { id } } }`;
    const pairs = [
      [link(theirs.issue, ours.touchpoint), link(theirs.issue, nobodys.touchpoint)],
      [link(ours.issue, theirs.touchpoint), link(nobodys.issue, theirs.touchpoint)],
      [open(ours.touchpoint), open(nobodys.touchpoint)],
    ] as const;
    for (const [foreign, unknown] of pairs) {
      const answer = await it.graphql(foreign, {}, theirs.key);
      expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'NOT_FOUND' });
      expect(plain(answer)).toEqual(plain(await it.graphql(unknown, {}, theirs.key)));
    }
    expect(await dumpOfActs(it.database.owner, ours.workspace)).toEqual(before);
  });

  test('narrows its own lists by our ids and cursors as by nobody’s', async () => {
    const ask = (ids: Ids) => [
      `{ customer(id: "${theirs.customer}") { touchpoints(issueId: "${ids.issue}") { nodes { id } } } }`,
      `{ customer(id: "${theirs.customer}") { touchpoints(journeyId: "${ids.journey}") { nodes { id } } } }`,
      `{ customer(id: "${theirs.customer}") { touchpoints(after: "${ids.touchpointCursor}") { nodes { id } } } }`,
      `{ customer(id: "${theirs.customer}") { touchpoints(last: 3, before: "${ids.touchpointCursor}") { nodes { id } } } }`,
      `{ customer(id: "${theirs.customer}") { conversations(after: "${ids.touchpointCursor}") { nodes { id } } } }`,
      `{ customers(search: "${ids.segmentKey}") { nodes { id } } }`,
    ];
    const unknown = ask(nobodys);
    for (const role of Object.values(roles)) {
      for (const [i, question] of ask(ours).entries()) {
        const answer = plain(await it.graphql(question, {}, role));
        expect(answer, question).toEqual(plain(await it.graphql(unknown[i] as string, {}, role)));
      }
    }
  });

  test('who tells of the very same things gets its own, with ids of their own', async () => {
    const before = await dumpOfActs(it.database.owner, ours.workspace);
    const same = touchpointOf('ours', {
      externalId: 'call-1-ours',
      identifiers: [
        { type: 'email', value: ours.email },
        { type: 'phone', value: ours.phone },
      ],
      conversation: { externalId: 'thread-ours' },
      issue: { externalId: 'case-ours' },
      journey: { externalId: 'journey-ours' },
    });
    const { results } = dataOf(
      await it.graphql(recordMutation, { input: { touchpoints: [same] } }, theirs.key),
    ).recordTouchpoints;
    await it.settled();
    expect(results[0].outcome).toBe('CREATED');
    const { touchpoint } = dataOf(
      await it.graphql(
        `{ touchpoint(id: "${results[0].touchpointId}") { id journeyId conversation { id touchpointCount } issue { id }
           customer { id touchpoints { nodes { source } } } } }`,
        {},
        theirs.key,
      ),
    );
    const ids = [
      touchpoint.id,
      touchpoint.journeyId,
      touchpoint.conversation.id,
      touchpoint.issue.id,
      touchpoint.customer.id,
    ];
    for (const id of ids) expect(ourTraces()).not.toContain(id);
    expect(touchpoint.conversation.touchpointCount).toBe(1);
    expect(await dumpOfActs(it.database.owner, ours.workspace)).toEqual(before);
  });

  test('reads nothing of ours by a portal token for a customer number of ours', async () => {
    const answer = await it.graphql(
      `mutation { createPortalToken(input: { customerId: "${ours.customer}" }) { token } }`,
      {},
      theirs.key,
    );
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'NOT_FOUND', field: 'input.customerId' });
  });
});
