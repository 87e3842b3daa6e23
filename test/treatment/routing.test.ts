import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { thresholdsOf } from '../../src/signals/signal-thresholds.js';
import { Random } from '../setup/random.js';
import { eventually, startTestService, type TestService } from '../setup/service.js';
import { RandomLife, standSteps } from '../signals/random-life.js';
import { signalsOf } from '../signals/signal-reference.js';
import { agentOf, entitlementOf, priorityOf, type RoutingFacts } from './routing-reference.js';
import { ago, treatmentDesk } from './treatment-desk.js';

let it: TestService;
const { tell, ask, act, refused } = treatmentDesk(() => it);

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

const settings = act('updateTreatmentSettings', 'UpdateTreatmentSettingsInput', 'settings { version }');
const fields = `routing {
  priority { level points reasons { rule points text touchpointIds issueId segmentKey } }
  language { language basis }
  skill { skill topic reason touchpointIds issueId journeyId }
  agent { agentId basis reason since touchpointId }
  entitlement { entitlement points reason segmentKey }
  queue { queue reason issueId }
}`;
const routingOf = async (id: string, key?: string, asOf = '') => (await ask(id, fields, key, asOf)).routing;
const nothing = {
  priority: { level: 'NORMAL', points: 0, reasons: [] },
  language: null,
  skill: null,
  agent: null,
  entitlement: null,
  queue: null,
};

/** A segment of everybody who called, with entitlements. */
async function entitle(key: string, entitlements: string[], as: string, atLeast = 1): Promise<void> {
  const answer = await it.graphql(
    `mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { segment { id } } }`,
    {
      input: {
        key,
        name: `Of ${key}`,
        rule: { touchpoints: { channel: 'CALL', within: 'P60D' }, atLeast },
        entitlements,
      },
    },
    as,
  );
  expect(answer.errors).toBeUndefined();
}

describe('routing hints', () => {
  test('say nothing of somebody of whom nothing is known', async () => {
    const { customer: id } = await tell([{ occurredAt: ago(24 * 200), channel: 'WEB' }]);
    expect(await routingOf(id)).toEqual(nothing);
  });

  test('say how soon, who knows, who served well and where, each with what it rests on', async () => {
    const { workspace, key: as } = await it.makeWorkspace(`route-${randomUUID().slice(0, 8)}`);
    await settings(
      {
        version: 0,
        skills: [
          { topic: 'billing', skill: 'bills', queue: 'back-office' },
          { topic: 'delivery', skill: 'parcels' },
        ],
        entitlements: [
          { entitlement: 'vip', points: 25 },
          { entitlement: 'returns', points: 0 },
        ],
      },
      as,
    );
    await entitle('gold', ['returns', 'vip'], as);
    const { customer: id, ids } = await tell(
      [
        { occurredAt: ago(30), topic: 'delivery', agentId: 'ann', outcome: 'resolved', language: 'de' },
        { occurredAt: ago(20), topic: 'billing', waitSeconds: 3_000, agentId: 'bea', sentiment: 0.1 },
      ],
      undefined,
      as,
    );
    await eventually(async () => (await ask(id, 'segments { since }', as)).segments.length > 0);
    const routing = await routingOf(id, as);
    expect(routing).toEqual({
      priority: {
        level: 'HIGH',
        points: 45,
        reasons: [
          {
            rule: 'ENTITLEMENT',
            points: 25,
            text: 'Entitled to vip by the segment Of gold.',
            touchpointIds: [],
            issueId: null,
            segmentKey: 'gold',
          },
          {
            rule: 'SIGNAL',
            points: 20,
            text: 'Waited 50 minutes on CALL.',
            touchpointIds: [ids[1]],
            issueId: null,
            segmentKey: null,
          },
        ],
      },
      language: { language: 'de', basis: 'OBSERVED' },
      skill: {
        skill: 'bills',
        topic: 'billing',
        reason: 'Last came about billing.',
        touchpointIds: [ids[1]],
        issueId: null,
        journeyId: null,
      },
      agent: {
        agentId: 'ann',
        basis: 'LAST_GOOD',
        reason: 'Had her last good contact: it settled what it was about.',
        since: expect.stringMatching(/^20/),
        touchpointId: ids[0],
      },
      entitlement: {
        entitlement: 'vip',
        points: 25,
        reason: 'Entitled to vip by the segment Of gold.',
        segmentKey: 'gold',
      },
      queue: { queue: 'back-office', reason: 'The queue for billing.', issueId: null },
    });
    // An issue that waits somewhere, about the likeliest reason, and somebody who must not be kept waiting.
    const opened = await it.graphql(
      `mutation ($input: OpenIssueInput!) { openIssue(input: $input) { issue { id } } }`,
      { input: { subject: 'Wrong bill', customerId: id, topic: 'billing' } },
      as,
    );
    const issueId = opened.data.openIssue.issue.id;
    await it.graphql(
      `mutation { updateIssue(input: { id: "${issueId}", version: 1, queue: "complaints" }) { issue { id } } }`,
      {},
      as,
    );
    await it.graphql(
      `mutation { markCustomer(input: { customerId: "${id}", kind: VULNERABLE, reason: "Ill" }) { markId }
        setPreferences(input: { customerId: "${id}", agentId: "cy" }) { isChanged } }`,
      {},
      as,
    );
    const then = await routingOf(id, as);
    expect(then).toMatchObject({
      priority: { level: 'URGENT', points: 85, reasons: [{ rule: 'MARK', points: 40 }, {}, {}] },
      skill: { skill: 'bills', issueId, reason: 'Has an open issue about billing.' },
      agent: { agentId: 'cy', basis: 'PREFERRED', touchpointId: null },
      queue: { queue: 'complaints', issueId },
    });
    // As of the time before, none of that; and a masked key reads no words of people.
    const masked = await it.makeKey(['customers:read'], { workspace, masked: true });
    expect(JSON.stringify(await routingOf(id, masked))).not.toContain('Ill');
    const before = `, asOf: "${new Date(Date.parse(then.agent.since) - 1).toISOString()}"`;
    expect(await routingOf(id, as, before)).toMatchObject({ agent: { agentId: 'ann' } });
  });

  test('take no skill from what all the others come about', async () => {
    const { key: as } = await it.makeWorkspace(`others-${randomUUID().slice(0, 8)}`);
    await settings({ version: 0, skills: [{ topic: 'billing', skill: 'bills' }] }, as);
    await tell(
      [1, 2, 3].map((n) => ({ occurredAt: ago(n * 30), topic: 'billing' })),
      undefined,
      as,
    );
    await it.graphql('mutation { learnReasons(input: {}) { contacts } }', {}, as);
    const { customer: id } = await tell([{ occurredAt: ago(24 * 200), channel: 'WEB' }], undefined, as);
    expect((await ask(id, 'likelyReasons { topic }', as)).likelyReasons).toEqual([{ topic: 'billing' }]);
    expect(await routingOf(id, as)).toEqual(nothing);
  });

  test('send to nobody who passed her on, whom she left unhappy, or whom she never reached', async () => {
    const thread = { source: 'desk', externalId: randomUUID() };
    const { customer: id, ids } = await tell([
      { occurredAt: ago(50), agentId: 'ann', sentiment: 0.3 },
      { occurredAt: ago(40), agentId: 'bea', outcome: 'transferred', sentiment: 0.9 },
      { occurredAt: ago(30), agentId: 'cy', sentiment: 0.9, channel: 'CHAT', conversation: thread },
      { occurredAt: ago(29), agentId: 'dan', sentiment: 0, channel: 'CHAT', conversation: thread },
      { occurredAt: ago(20), agentId: 'eve', outcome: 'resolved', sentiment: -0.3 },
      { occurredAt: ago(10), agentId: 'fay', outcome: 'resolved', abandoned: true },
      { occurredAt: ago(9), agentId: 'gus', outcome: 'resolved', status: 'FAILED' },
      { occurredAt: ago(8), agentId: 'hal', outcome: 'resolved', direction: 'INTERNAL' },
      { occurredAt: ago(7), outcome: 'resolved' },
    ]);
    expect((await routingOf(id)).agent).toMatchObject({
      agentId: 'ann',
      touchpointId: ids[0],
      reason: expect.stringContaining('she was content'),
    });
  });

  test('begin where the workspace says', async () => {
    const { key: as } = await it.makeWorkspace(`points-${randomUUID().slice(0, 8)}`);
    const { customer: id } = await tell([{ occurredAt: ago(5), waitSeconds: 1_300 }], undefined, as);
    expect((await routingOf(id, as)).priority).toMatchObject({ level: 'NORMAL', points: 10 });
    await settings({ version: 0, warningPoints: 7, highPoints: 7 }, as);
    expect((await routingOf(id, as)).priority).toMatchObject({ level: 'HIGH', points: 7 });
    await settings({ version: 1, urgentPoints: 7 }, as);
    expect((await routingOf(id, as)).priority).toMatchObject({ level: 'URGENT' });
    for (const [field, input] of [
      ['input.urgentPoints', { urgentPoints: 6 }],
      [
        'input.skills[1].topic',
        {
          skills: [
            { topic: 'a', skill: 'b' },
            { topic: 'a', skill: 'c' },
          ],
        },
      ],
      ['input.skills[0].skill', { skills: [{ topic: 'a', skill: ' ' }] }],
      ['input.entitlements[0].points', { entitlements: [{ entitlement: 'a', points: 1_001 }] }],
      ['input.skills', { skills: Array.from({ length: 201 }, (_, n) => ({ topic: `t${n}`, skill: 's' })) }],
    ] as const) {
      expect(refused(await settings({ version: 2, ...input }, as)), field).toMatchObject({ field });
    }
  });
});

const thresholds = thresholdsOf({ longWaitSeconds: 900, repeatOccasions: 2, storyTold: 2, callBackDays: 30 });
const points = { vip: 25, gold: 25, free: 0 };

/** What the tables hold beyond the life itself. */
async function factsOf(life: RandomLife): Promise<RoutingFacts> {
  const rows = async (text: string) => (await it.database.owner.query(text, [life.workspace])).rows;
  const memberships = await rows(
    `select distinct p.canonical_id::text as customer, s.key as segment, s.entitlements from segment_member sm
     join segment s on s.workspace_id = sm.workspace_id and s.id = sm.segment_id and s.deleted_at is null
     join profile p on p.workspace_id = sm.workspace_id and p.id = sm.profile_id
     where sm.workspace_id = $1 and sm.until_at is null`,
  );
  const ratings = await rows(
    `select about_touchpoint_id as touchpoint, (score - score_min) / (score_max - score_min) as share
     from feedback where workspace_id = $1`,
  );
  const asked = await rows(
    `select p.canonical_id::text as customer, s.value #>> '{}' as agent from preference s
     join profile p on p.workspace_id = s.workspace_id and p.id = s.profile_id
     where s.workspace_id = $1 order by s.stated_at, s.id`,
  );
  return {
    ...(await life.facts()),
    memberships,
    ratings,
    points,
    asked: new Map(asked.map(({ customer, agent }) => [customer, agent])),
  };
}

describe('over random histories with merges and unmerges', () => {
  const skills: Readonly<Record<string, string>> = { billing: 'bills', returns: 'returns' };
  const seen = new Set<string>();

  async function compare(life: RandomLife): Promise<void> {
    const facts = await factsOf(life);
    for (const id of await life.customers()) {
      const found = await life.ask(`{ customer(id: "cus_${id}") { likelyReasons { topic message } ${fields} } }`);
      const { routing, likelyReasons } = found.customer;
      const { level, points: sum, reasons } = priorityOf(facts, id, signalsOf(facts, id, thresholds, standSteps));
      const answered = Object.fromEntries(
        routing.priority.reasons.map((one: { rule: string; points: number }) => [one.rule, one.points]),
      );
      expect({ level: routing.priority.level, points: routing.priority.points, reasons: answered }).toEqual({
        level,
        points: sum,
        reasons,
      });
      const agent = agentOf(facts, id);
      expect(
        routing.agent && {
          agentId: routing.agent.agentId,
          basis: routing.agent.basis,
          touchpointId: routing.agent.touchpointId,
        },
      ).toEqual(agent);
      const best = entitlementOf(facts, id);
      expect(
        routing.entitlement && {
          entitlement: routing.entitlement.entitlement,
          points: routing.entitlement.points,
          segmentKey: routing.entitlement.segmentKey,
        },
      ).toEqual(best);
      const likely = likelyReasons.find((one: { topic: string }) => skills[one.topic]);
      expect(routing.skill && { skill: routing.skill.skill, reason: routing.skill.reason }).toEqual(
        likely ? { skill: skills[likely.topic], reason: likely.message } : null,
      );
      for (const one of [level, ...Object.keys(reasons), agent?.basis, best?.entitlement, routing.skill?.skill])
        seen.add(String(one));
    }
  }

  test.each([1, 2, 3])('they are what a slow, obvious count comes to (seed %i)', async (seed) => {
    const life = await RandomLife.begin(it, new Random(seed), 5);
    await settings(
      {
        version: 0,
        skills: Object.entries(skills).map(([topic, skill]) => ({ topic, skill })),
        entitlements: Object.entries(points).map(([entitlement, of]) => ({ entitlement, points: of })),
      },
      life.key,
    );
    await life.tell(80);
    await life.act(20);
    await life.stand();
    await life.threshold(thresholds);
    await entitle('callers', ['free', 'other'], life.key, 3);
    await entitle('many', ['free', 'vip', 'gold'], life.key, 9);
    const [first] = await life.customers();
    await it.database.owner.query(
      `insert into feedback (workspace_id, id, profile_id, kind, channel, score, score_min, score_max, answered_at,
         recorded_at, touchpoint_id, about_touchpoint_id, source, answer)
       select t.workspace_id, gen_random_uuid(), t.profile_id, 0, 0, n % 5 + 1, 1, 5, now(), now(), gen_random_uuid(), t.id,
         'test', 'test'
       from (select *, row_number() over (order by id) as n from touchpoint where workspace_id = $1 and agent_id is not null) t`,
      [life.workspace],
    );
    await life.ask(`mutation { setPreferences(input: { customerId: "cus_${first}", agentId: "zed" }) { isChanged } }`);
    await it.settled();
    await compare(life);
    for (const step of ['merge', 'merge', 'undo', 'merge', 'undo']) {
      if (step === 'merge') await life.mergeTwo();
      else await life.undoOne();
      await compare(life);
    }
  });

  test('which saw every level and every reason', () => {
    for (const one of [
      'NORMAL',
      'HIGH',
      'URGENT',
      'MARK',
      'SLA_BREACH',
      'SIGNAL',
      'ENTITLEMENT',
      'PREFERRED',
      'LAST_GOOD',
      'gold',
      'bills',
      'returns',
    ]) {
      expect([...seen]).toContain(one);
    }
  });
});
