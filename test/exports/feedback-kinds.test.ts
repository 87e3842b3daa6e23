import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { feedbackDesk } from '../feedback/feedback-desk.js';
import { startTestService, type TestService } from '../setup/service.js';

let t: TestService;
const { ask, survey, answer, contact } = feedbackDesk(() => t);
let customer: string;
let touchpoints: string[];

beforeAll(async () => {
  // Two rows a statement: every file is put together of several stretches.
  t = await startTestService({ EXPORT_STRETCH_ROWS: '2' });
  const two = await contact({ agentId: 'petra' }, { agentId: 'petra' }, { agentId: 'otto' });
  customer = two.customer;
  touchpoints = two.ids;
  const key = await survey({ quietDays: 0 });
  for (const [n, touchpointId] of touchpoints.entries()) {
    await answer({ survey: key, touchpointId, score: n + 1, comment: 'Secretly angry' });
  }
  const card = { key: 'calls', name: 'Calls', criteria: [{ key: 'tone', name: 'Tone', weight: 2 }] };
  await ask('mutation ($i: CreateScorecardInput!) { createScorecard(input: $i) { __typename } }', { i: card });
  for (const touchpointId of touchpoints) {
    for (const by of ['AGENT_SELF', 'COACH']) await judge({ touchpointId, by, comment: 'Secretly rude' });
  }
  await judge({ touchpointId: touchpoints[0], by: 'COACH', version: 1, scores: [{ criterion: 'tone', score: 1 }] });
});

afterAll(() => t.stop());

const judge = (input: object) =>
  ask('mutation ($i: EvaluateContactInput!) { evaluateContact(input: $i) { __typename } }', {
    i: { scorecard: 'calls', scores: [{ criterion: 'tone', score: 4 }], ...input },
  });

async function rowsOf(query: Record<string, string>, key = t.key) {
  const address = `/v1/exports/stream?${new URLSearchParams({ purpose: 'a test', format: 'ndjson', ...query })}`;
  const { text, status } = await t.http.get(address).set('authorization', `Bearer ${key}`).buffer(true);
  const rows = text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  return { status, rows };
}

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);

describe('an export', () => {
  it('of feedback gives each answer as the API shows it', async () => {
    const data = await ask(
      `query ($id: ID!) { customer(id: $id) { feedback { nodes { id kind score scoreMin scoreMax answer comment channel
        language answeredAt recordedAt source agentId survey { key } touchpoint { id } about { id } journey { id } } } } }`,
      { id: customer },
    );
    const expected = data.customer.feedback.nodes.map(
      ({ survey: of, touchpoint, about, journey, ...rest }: Record<string, { id: string; key: string }>) => ({
        ...rest,
        survey: of?.key,
        touchpointId: touchpoint?.id,
        aboutId: about?.id,
        customerId: customer,
        journeyId: journey?.id ?? null,
      }),
    );
    expect(expected).toHaveLength(3);
    expect((await rowsOf({ what: 'feedback', customerId: customer })).rows).toEqual(
      expected.sort(byId).map((one: object) => expect.objectContaining(one)),
    );
    expect((await rowsOf({ what: 'feedback', to: '2020-01-01T00:00:00Z' })).rows).toEqual([]);
  });

  it('of evaluations gives what stands of each contact, filtered as the API filters', async () => {
    const { rows } = await rowsOf({ what: 'evaluations' });
    expect(rows).toHaveLength(6);
    expect(rows).toEqual([...rows].sort(byId));
    const changed = rows.find(({ version }) => version === 2);
    expect(changed).toMatchObject({
      customerId: customer,
      touchpointId: touchpoints[0],
      by: 'COACH',
      agentId: 'petra',
      scorecard: 'calls',
      scorecardVersion: 1,
      scoreMin: 1,
      scoreMax: 5,
      scores: [{ criterion: { key: 'tone', weight: 2 }, score: 1 }],
      overall: 1,
      comment: null,
    });
    const some = await rowsOf({ what: 'evaluations', by: 'AGENT_SELF', agentId: 'petra', columns: 'touchpointId' });
    expect(some.rows.map(({ touchpointId }) => touchpointId).sort()).toEqual(touchpoints.slice(0, 2).sort());
  });

  it('of evaluations needs the scope to read them, and hides comments of both from masked keys', async () => {
    const reader = await t.makeKey(['customers:read', 'exports:read']);
    expect((await rowsOf({ what: 'evaluations' }, reader)).status).toBe(403);
    const masked = await t.makeKey(['customers:read', 'exports:read', 'evaluations:read'], { masked: true });
    for (const what of ['evaluations', 'feedback']) {
      const { rows } = await rowsOf({ what }, masked);
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.every(({ comment }) => comment === null)).toBe(true);
      expect(JSON.stringify((await rowsOf({ what })).rows)).toContain('Secretly');
    }
  });
});
