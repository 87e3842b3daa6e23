import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '../setup/service.js';
import { ask } from './duckdb.js';
import { record } from './history.js';

let t: TestService;
const folder = mkdtempSync(path.join(tmpdir(), 'throughline-wide-'));

// biome-ignore lint/suspicious/noExplicitAny: answers are asserted, not typed.
type Answer = any;

let customers: Answer[];

/** Numbers that look random and are the same in every run. */
let seed = 7;
const draw = (below: number) => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return Math.floor((seed / 2_147_483_648) * below);
};
const pick = <T>(of: readonly T[]): T => of[draw(of.length)] as T;

/** Contacts of eight customers, in threads, on journeys and about issues, with gaps where a value may be missing. */
function contacts(): object[] {
  return Array.from({ length: 120 }, (_, n) => {
    const who = draw(8);
    const maybe = (value: () => object) => (draw(3) > 0 ? value() : {});
    return {
      source: 'desk',
      externalId: `t-${n}`,
      channel: pick(['CALL', 'CHAT', 'EMAIL', 'WEB', 'APP']),
      direction: pick(['INBOUND', 'OUTBOUND', 'INBOUND', 'INTERNAL']),
      kind: pick(['asked', 'answered', 'noted']),
      occurredAt: new Date(Date.UTC(2026, 2, 1 + draw(20), draw(24), draw(60), n % 60)).toISOString(),
      identifiers: [{ type: 'email', value: `who-${who}@example.com` }],
      conversation: { externalId: `c-${who}-${draw(3)}` },
      ...maybe(() => ({ agentId: `agent-${draw(3)}`, queue: pick(['billing', 'repairs']) })),
      ...maybe(() => ({ waitSeconds: draw(500), handleSeconds: draw(900), holdSeconds: draw(60) })),
      ...maybe(() => ({ topic: pick(['bill', 'fault', 'move']), sentiment: draw(20) / 10 - 1 })),
      ...(draw(4) === 0 ? { abandoned: draw(2) === 0, outcome: pick(['solved', 'open']) } : {}),
      ...(draw(4) === 0 ? { issue: { externalId: `i-${who}-${draw(2)}` } } : {}),
      ...(draw(3) === 0 ? { journey: { externalId: `j-${who}` } } : {}),
      ...(draw(5) === 0 ? { attributes: { n, plan: pick(['gold', 'basic']) } } : {}),
      ...(n === 5 ? { traits: { name: 'Ann Example' } } : {}),
    };
  });
}

beforeAll(async () => {
  t = await startTestService({ EXPORT_STRETCH_ROWS: '3' });
  await record(t, contacts());
  const made = await t.graphql(`mutation {
    createBlueprint(input: { key: "move", name: "Move", goal: "It is done", steps: [
      { key: "ask", title: "Ask", next: ["end"] }, { key: "end", title: "End", terminal: true }
    ] }) { blueprint { key } }
    createSurvey(input: { key: "csat", name: "Csat", kind: CSAT, texts: [{ language: "en", question: "Well?" }] }) { survey { id } }
    createSurvey2: createSurvey(input: { key: "ces", name: "Ces", kind: CES, texts: [{ language: "en", question: "Hard?" }] }) { survey { id } }
  }`);
  expect(made.errors).toBeUndefined();
  customers = await all();
  for (const [i, { id, touchpoints, issues }] of customers.entries()) {
    const steps = [
      `startJourney(input: { blueprint: "move", customerId: "${id}", channel: CALL, source: "desk", externalId: "j-${i}" }) { isNew }`,
      ...touchpoints.nodes
        .filter((one: Answer) => one.direction !== 'INTERNAL')
        .slice(0, i % 3)
        .map(
          (one: Answer, n: number) =>
            `a${n}: answerSurvey(input: { survey: "${n === 0 ? 'csat' : 'ces'}", touchpointId: "${one.id}", score: ${1 + (i % 5)}, channel: CALL }) { feedback { id } }`,
        ),
      ...issues.nodes
        .slice(0, 1)
        .map((one: Answer) => `resolveIssue(input: { id: "${one.id}", resolution: "done" }) { issue { id } }`),
    ];
    const { errors } = await t.graphql(`mutation { ${steps.join('\n')} }`);
    expect(errors).toBeUndefined();
  }
  await t.settled();
  customers = await all();
});

afterAll(async () => {
  await t.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function all(): Promise<Answer[]> {
  const answer = await t.graphql(`{ customers(first: 8) { nodes {
    id createdAt traits
    touchpoints(first: 50) { nodes {
      id channel direction kind occurredAt agentId queue waitSeconds holdSeconds handleSeconds abandoned topic outcome sentiment
      conversation { id } journeyId issue { id } attributes
    } }
    conversations(first: 5) { nodes { id } }
    issues(first: 5, status: [OPEN, PENDING, ON_HOLD, RESOLVED, CLOSED]) { nodes { id status openedAt resolvedAt } }
    journeys(first: 3) { nodes { id status startedAt endedAt } }
    feedback(first: 5) { nodes { id kind score answeredAt journey { id } touchpoint { conversation { id } } about { conversation { id } } } }
  } } }`);
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data.customers.nodes;
}

async function rowsOf(what: string, key = t.key): Promise<Answer[]> {
  const query = new URLSearchParams({ what, format: 'ndjson', purpose: 'a test' });
  const answer = await fetch(`${t.url}/v1/exports/stream?${query}`, { headers: { authorization: `Bearer ${key}` } });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(text);
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const sum = (values: (number | null)[]) => {
  const told = values.filter((value) => value !== null);
  return told.length === 0 ? null : told.reduce((a, b) => a + b, 0);
};
const mean = (values: number[]) => (values.length === 0 ? null : (sum(values) as number) / values.length);
const changes = (values: string[]) => values.filter((value, i) => i > 0 && value !== values[i - 1]).length;
const seconds = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 1_000;
const asArrays = (value: unknown) => value ?? null;

/** What docs/exports.md says of some touchpoints and answers, slowly and plainly. */
function expected(touchpoints: Answer[], feedback: Answer[]) {
  const those = touchpoints
    .filter((one) => one.direction !== 'INTERNAL')
    .sort((a, b) => (a.occurredAt < b.occurredAt || (a.occurredAt === b.occurredAt && a.id < b.id) ? -1 : 1));
  const back = [...those].reverse();
  const agents = those.map((one) => one.agentId).filter((one) => one !== null);
  const asked = those.find((one) => one.direction === 'INBOUND');
  const response = asked && those.find((one) => one.direction === 'OUTBOUND' && one.occurredAt >= asked.occurredAt);
  const latest = (kind: string) =>
    [...feedback].sort((a, b) => (a.answeredAt < b.answeredAt ? 1 : -1)).find((one) => one.kind === kind)?.score;
  const firstOf = (rows: Answer[], name: string) => asArrays(rows.find((one) => one[name] !== null)?.[name]);
  return {
    firstAt: asArrays(those[0]?.occurredAt),
    lastAt: asArrays(back[0]?.occurredAt),
    touchpoints: those.length,
    inbound: those.filter((one) => one.direction === 'INBOUND').length,
    outbound: those.filter((one) => one.direction === 'OUTBOUND').length,
    contacts: those.filter((one) => !['WEB', 'APP'].includes(one.channel)).length,
    firstChannel: asArrays(those[0]?.channel),
    channels: [...new Set(those.map((one) => one.channel))].sort(),
    channelSwitches: changes(those.map((one) => one.channel)),
    queue: firstOf(those, 'queue'),
    firstAgentId: asArrays(agents[0]),
    lastAgentId: asArrays(agents.at(-1)),
    agents: new Set(agents).size,
    transfers: changes(agents),
    firstResponseSeconds: response ? seconds(asked.occurredAt, response.occurredAt) : null,
    waitSeconds: sum(those.map((one) => one.waitSeconds)),
    holdSeconds: sum(those.map((one) => one.holdSeconds)),
    handleSeconds: sum(those.map((one) => one.handleSeconds)),
    abandoned: those.filter((one) => one.abandoned).length,
    topic: firstOf(back, 'topic'),
    outcome: firstOf(back, 'outcome'),
    sentiment: mean(those.map((one) => one.sentiment).filter((one) => one !== null)),
    answers: feedback.length,
    csat: asArrays(latest('CSAT')),
    nps: asArrays(latest('NPS')),
    ces: asArrays(latest('CES')),
  };
}

/** Means are compared as far as both sides can be exact. */
const rounded = (row: Answer) => ({
  ...row,
  sentiment: row.sentiment === null ? null : Math.round(row.sentiment * 1e5) / 1e5,
});

describe('wide tables', () => {
  it('have a row for each conversation, with what became of it', async () => {
    const rows = await rowsOf('conversation-facts');
    const everyId = customers.flatMap((one) => one.conversations.nodes.map((node: Answer) => node.id));
    expect(rows.map((row) => row.id).sort()).toEqual(everyId.sort());
    for (const row of rows) {
      const of = customers.find((one) => one.id === row.customerId);
      const touchpoints = of.touchpoints.nodes.filter((one: Answer) => one.conversation?.id === row.id);
      const feedback = of.feedback.nodes.filter((one: Answer) => one.about?.conversation?.id === row.id);
      expect(rounded(row)).toMatchObject(rounded(expected(touchpoints, feedback)));
      const told = touchpoints.filter((one: Answer) => one.direction !== 'INTERNAL');
      const issueId = told.find((one: Answer) => one.issue !== null)?.issue.id ?? null;
      const issue = of.issues.nodes.find((one: Answer) => one.id === issueId);
      expect([row.issueId, row.issueStatus]).toEqual([issueId, issue?.status ?? null]);
      if (issue?.resolvedAt) expect(row.resolutionSeconds).toBeCloseTo(seconds(row.firstAt, issue.resolvedAt), 2);
      else expect(row.resolutionSeconds).toBeNull();
      const attributes = told.find((one: Answer) => Object.keys(one.attributes).length > 0)?.attributes ?? {};
      expect(row.attributes).toEqual(attributes);
    }
  });

  it('have a row for each journey and each customer', async () => {
    const journeys = await rowsOf('journey-facts');
    expect(journeys).toHaveLength(customers.length);
    for (const row of journeys) {
      const of = customers.find((one) => one.id === row.customerId);
      const touchpoints = customers.flatMap((one) =>
        one.touchpoints.nodes.filter((node: Answer) => node.journeyId === row.id),
      );
      const feedback = of.feedback.nodes.filter((one: Answer) => one.journey?.id === row.id);
      expect(rounded(row)).toMatchObject(rounded(expected(touchpoints, feedback)));
      expect(row).toMatchObject({ blueprint: 'move', status: 'ACTIVE', step: 'ask', durationSeconds: null });
    }
    const rows = await rowsOf('customer-facts');
    expect(rows.map((row) => row.id).sort()).toEqual(customers.map((one) => one.id).sort());
    for (const row of rows) {
      const of = customers.find((one) => one.id === row.id);
      expect(rounded(row)).toMatchObject(rounded(expected(of.touchpoints.nodes, of.feedback.nodes)));
      const settled = of.issues.nodes.filter((one: Answer) => one.resolvedAt !== null);
      expect(row).toMatchObject({
        conversations: of.conversations.nodes.length,
        issues: of.issues.nodes.length,
        openIssues: of.issues.nodes.filter((one: Answer) => one.status === 'OPEN').length,
        resolvedIssues: settled.length,
        journeys: 1,
        completedJourneys: 0,
      });
      const took = mean(settled.map((one: Answer) => seconds(one.openedAt, one.resolvedAt)));
      if (took === null) expect(row.resolutionSeconds).toBeNull();
      else expect(row.resolutionSeconds).toBeCloseTo(took, 1);
    }
  });

  it('show a masked key neither attributes nor traits', async () => {
    const masked = await t.makeKey(['customers:read', 'exports:read'], { masked: true });
    for (const row of await rowsOf('conversation-facts', masked)) expect(row.attributes).toEqual({});
    expect(JSON.stringify(await rowsOf('customer-facts', masked))).not.toContain('Ann');
  });

  it('have what customers answered as rows of their own', async () => {
    const rows = await rowsOf('feedback');
    const nodes = customers.flatMap((one) => one.feedback.nodes);
    expect(nodes.length).toBeGreaterThan(3);
    expect(rows.map(({ id, kind, score }) => ({ id, kind, score }))).toEqual(
      nodes.map(({ id, kind, score }) => ({ id, kind, score })).sort((a, b) => (a.id < b.id ? -1 : 1)),
    );
    expect(rows.every((row) => row.survey === (row.kind === 'CSAT' ? 'csat' : 'ces'))).toBe(true);
  });
});

describe('the notebook of docs/analytics.md', () => {
  /** The queries as the document shows them, by their questions. */
  function questions(): Map<string, string> {
    const text = readFileSync('docs/analytics.md', 'utf8').split('## A notebook to start from')[1] as string;
    const found = [...text.matchAll(/\*\*(\d\. [^*]+)\*\*[^`]*```sql\n([^`]+)```/g)];
    return new Map(found.map(([, question, query]) => [question as string, query as string]));
  }

  beforeAll(async () => {
    for (const what of ['conversation-facts', 'customer-facts', 'touchpoints']) {
      const query = new URLSearchParams({ what, format: 'parquet', purpose: 'a test' });
      const answer = await fetch(`${t.url}/v1/exports/stream?${query}`, {
        headers: { authorization: `Bearer ${t.key}` },
      });
      writeFileSync(path.join(folder, `${what}.parquet`), Buffer.from(await answer.arrayBuffer()));
    }
  });

  const answerTo = (query: string) => ask(query.replaceAll(/'([\w-]+\.parquet)'/g, `'${folder}/$1'`));

  it('answers its five questions by the rows that the API tells of', async () => {
    const asked = [...questions().values()];
    expect(asked).toHaveLength(5);
    const [leaving, firstAnswer, comingBack, satisfaction, mostContacts] = await Promise.all(asked.map(answerTo));
    const conversations = (await rowsOf('conversation-facts')).filter((one) => one.firstChannel !== null);
    const of = (channel: string) => conversations.filter((one) => one.firstChannel === channel);

    const begins = [...new Set(conversations.map((one) => one.firstChannel))];
    expect(leaving).toHaveLength(begins.length);
    for (const row of leaving as Answer[]) {
      const those = of(row.firstChannel);
      const left = those.filter((one) => one.channelSwitches > 0).length;
      expect(row.conversations).toBe(String(those.length));
      expect(row.leaving).toBeCloseTo(left / those.length, 3);
    }

    for (const row of firstAnswer as Answer[]) {
      const waits = of(row.firstChannel)
        .map((one) => one.firstResponseSeconds)
        .filter((one) => one !== null)
        .sort((a, b) => a - b);
      const middle = (waits[Math.floor((waits.length - 1) / 2)] + waits[Math.ceil((waits.length - 1) / 2)]) / 2;
      expect(row.medianMinutes).toBeCloseTo(middle / 60, 0);
      expect(row.answered).toBe(String(waits.length));
    }

    const inbound = customers.flatMap((one) =>
      one.touchpoints.nodes
        .filter((node: Answer) => node.direction === 'INBOUND' && node.topic !== null)
        .map((node: Answer) => ({ ...node, customer: one.id })),
    );
    for (const row of comingBack as Answer[]) {
      const those = inbound.filter((one) => one.topic === row.topic);
      const again = those.filter((one) =>
        those.some(
          (other) =>
            other.customer === one.customer &&
            other.occurredAt > one.occurredAt &&
            seconds(one.occurredAt, other.occurredAt) <= 7 * 86_400,
        ),
      );
      expect([row.contacts, row.cameBack]).toEqual([String(those.length), String(again.length)]);
    }
    expect(comingBack).toHaveLength(3);

    const told = conversations.filter((one) => one.csat !== null);
    expect((satisfaction as Answer[]).reduce((all, row) => all + Number(row.answers), 0)).toBe(told.length);
    for (const row of satisfaction as Answer[]) {
      const those = told.filter(
        (one) => (one.transfers === 0 ? 'none' : one.transfers === 1 ? 'one' : 'more') === row.transfers,
      );
      expect(row.csat).toBeCloseTo(mean(those.map((one) => one.csat)) as number, 1);
    }

    const facts = (await rowsOf('customer-facts')).sort((a, b) => b.contacts - a.contacts);
    expect((mostContacts as Answer[]).map((row) => row.contacts)).toEqual(
      facts.slice(0, 10).map((one) => one.contacts),
    );
  });
});
