import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { surveyKinds } from '../../src/feedback/survey.js';
import { channels, directions } from '../../src/touchpoints/vocabulary.js';
import type { Random } from '../setup/random.js';
import type { TestService } from '../setup/service.js';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** A touchpoint as the reference sees it. */
export interface Told {
  readonly id: string;
  readonly customer: string;
  readonly at: number;
  readonly channel: string;
  readonly direction: string;
  readonly kind: string;
  readonly topic: string | null;
  readonly queue: string | null;
  readonly agent: string | null;
  readonly outcome: string | null;
  readonly isAbandoned: boolean;
  readonly wait: number | null;
  readonly hold: number | null;
  readonly handle: number | null;
  readonly sentiment: number | null;
  readonly conversation: string | null;
  readonly journey: string | null;
  readonly issue: string | null;
}

export interface ToldIssue {
  readonly id: string;
  readonly customer: string;
  readonly topic: string | null;
  readonly queue: string | null;
  readonly openedAt: number;
  readonly resolvedAt: number | null;
}

/** An answer with a score, and the touchpoint that it is about. */
export interface ToldAnswer {
  readonly customer: string;
  readonly at: number;
  readonly kind: string;
  readonly score: number;
  readonly channel: string;
  readonly agent: string | null;
  readonly journey: string | null;
  readonly conversation: string | null;
  readonly about: Told | null;
}

/** What stands of a contact, as a part of its scale. */
export interface ToldEvaluation {
  readonly touchpoint: string;
  readonly agent: string;
  readonly isSelf: boolean;
  readonly part: number;
}

export interface World {
  readonly now: number;
  /** In the order in which they happened. */
  readonly touchpoints: readonly Told[];
  readonly issues: readonly ToldIssue[];
  readonly answers: readonly ToldAnswer[];
  readonly evaluations: readonly ToldEvaluation[];
  /** Customers that are in the segment `gold` now. */
  readonly gold: ReadonlySet<string>;
  /** Journeys of the blueprint `return`. */
  readonly returns: ReadonlySet<string>;
}

/** Random histories of a few people in a workspace of their own, told, merged and taken apart by the public ways. */
export class AnalyticsLife {
  readonly start = Math.floor(Date.now() / hour) * hour;
  #merges: string[] = [];

  private constructor(
    readonly it: TestService,
    readonly random: Random,
    readonly workspace: number,
    readonly key: string,
    readonly people: readonly string[],
  ) {}

  static async begin(it: TestService, random: Random, people: number): Promise<AnalyticsLife> {
    const name = `life-${randomUUID().slice(0, 8)}`;
    const { workspace, key } = await it.makeWorkspace(name);
    const mails = Array.from({ length: people }, (_, n) => `p${n}@${name}.example`);
    const life = new AnalyticsLife(it, random, workspace, key, mails);
    await life.ask(`mutation { createSegment(input: { key: "gold", name: "Gold", rule: { trait: "plan", is: "gold" } })
      { segment { key } } }`);
    await life.ask(`mutation { createBlueprint(input: { key: "return", name: "Return", goal: "Money back",
      steps: [{ key: "ask", title: "Ask", next: ["done"] }, { key: "done", title: "Done", terminal: true }] })
      { blueprint { key } } }`);
    await life.ask(`mutation {
      createScorecard(input: { key: "calls", name: "Calls", scoreMin: 0, scoreMax: 4, criteria: [{ key: "tone", name: "Tone" }] })
      { scorecard { key } } }`);
    return life;
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers are asserted, not typed.
  async ask(query: string, variables: object = {}): Promise<any> {
    const answer = await this.it.graphql(query, variables, this.key);
    expect(answer.errors).toBeUndefined();
    return answer.data;
  }

  private touchpoint(): object {
    const { random } = this;
    const maybe = <T>(value: () => T, probability = 0.5) => (random.chance(probability) ? value() : null);
    const ref = (kind: string, of: number) => ({ source: 'life', externalId: `${kind}-${random.int(of)}` });
    const person = random.pick(this.people);
    const answer = () => ({
      kind: 'survey.answered',
      direction: 'INBOUND',
      outcome: String(random.int(11)),
      attributes: { survey: { kind: random.pick(['NPS', 'NPS', 'CSAT']), min: 0, max: 10 } },
    });
    return {
      source: 'life',
      externalId: randomUUID(),
      identifiers: [{ type: 'email', value: person }],
      traits: maybe(() => ({ plan: this.people.indexOf(person) % 2 === 0 ? 'gold' : 'blue' }), 0.3),
      channel: random.pick(['CALL', 'CALL', 'CHAT', 'EMAIL', 'SMS', 'WEB', 'WEB', 'APP']),
      direction: random.pick(['INBOUND', 'INBOUND', 'INBOUND', 'OUTBOUND', 'INTERNAL']),
      kind: random.pick(['talked', 'wrote', 'looked']),
      // In quarters of an hour and a few days thick, so that spans of an hour and a week are often just met or missed.
      occurredAt: new Date(this.start - random.int(24 * 24 * 4) * 15 * minute - minute).toISOString(),
      topic: maybe(() => random.pick(['billing', 'delivery', 'returns']), 0.7),
      queue: maybe(() => random.pick(['first', 'second'])),
      agentId: maybe(() => random.pick(['ann', 'bea', 'cy'])),
      outcome: maybe(() => random.pick(['transferred', 'solved']), 0.3),
      abandoned: maybe(() => random.chance(0.4)),
      waitSeconds: maybe(() => random.int(900)),
      holdSeconds: maybe(() => random.int(90), 0.3),
      handleSeconds: maybe(() => random.int(1_200)),
      sentiment: maybe(() => Math.round(random.next() * 200 - 100) / 100, 0.4),
      conversation: maybe(() => ref('thread', 12), 0.4),
      journey: maybe(() => ref('journey', 8), 0.3),
      issue: maybe(() => ref('issue', 10), 0.2),
      ...(maybe(answer, 0.2) ?? {}),
    };
  }

  async tell(count: number): Promise<void> {
    const touchpoints = Array.from({ length: count }, () => this.touchpoint());
    const { recordTouchpoints } = await this.ask(
      `mutation ($t: [TouchpointInput!]!) { recordTouchpoints(input: { touchpoints: $t, backfill: true }) {
        results { error { reason message field } } } }`,
      { t: touchpoints },
    );
    for (const { error } of recordTouchpoints.results) expect(error).toBeNull();
    await this.it.settled();
  }

  /** Contacts that customers answered about, and others of their conversations, are judged by agents and coaches. */
  async judge(): Promise<void> {
    const { touchpoints, answers } = await this.world();
    const threads = new Set(answers.flatMap((one) => one.conversation ?? []));
    const abouts = new Set(answers.flatMap((one) => one.about?.id ?? []));
    const contacts = touchpoints.filter(
      (one) => one.direction !== 'INTERNAL' && (abouts.has(one.id) || threads.has(one.conversation ?? '')),
    );
    for (const contact of contacts.slice(0, 40)) {
      for (const by of ['AGENT_SELF', 'COACH']) {
        if (this.random.chance(0.4)) continue;
        const scores = [{ criterion: 'tone', score: this.random.int(5) }];
        const touchpointId = `tp_${contact.id.replaceAll('-', '')}`;
        const agentId = contact.agent ?? this.random.pick(['ann', 'bea']);
        const first = { touchpointId, scorecard: 'calls', by, agentId, scores };
        // What is changed counts as it stands.
        const inputs = this.random.chance(0.2)
          ? [first, { ...first, scores: [{ criterion: 'tone', score: 4 }], version: 1 }]
          : [first];
        for (const input of inputs) {
          await this.ask('mutation ($i: EvaluateContactInput!) { evaluateContact(input: $i) { __typename } }', {
            i: input,
          });
        }
      }
    }
  }

  /** Settles some issues, puts some into queues, and makes every second journey one of the blueprint. */
  async stand(): Promise<void> {
    const run = (text: string) => this.it.database.owner.query(text, [this.workspace]);
    await run(
      `update issue i set status = 3, resolved_at = i.opened_at + n * interval '7 hours',
         queue = case when n % 2 = 0 then 'first' end, topic = case when n % 3 = 0 then null else i.topic end
       from (select id, row_number() over (order by id) as n from issue where workspace_id = $1) o
       where i.workspace_id = $1 and i.id = o.id and n % 4 > 0`,
    );
    await run(
      `insert into journey (workspace_id, id, profile_id, blueprint_id, blueprint_version, version, status, step,
         started_at, step_since, active_at, updated_at, source, external_id)
       select $1, t.journey_id, t.profile_id, b.id, 1, 1, 0, 'ask', t.at, t.at, t.at, t.at, 'stand', n::text
       from (
         select o.*, row_number() over (order by o.journey_id) as n
         from (
           select distinct on (journey_id) journey_id, profile_id, occurred_at as at
           from touchpoint where workspace_id = $1 and journey_id is not null order by journey_id, occurred_at
         ) o
       ) t
       join blueprint b on b.workspace_id = $1
       where n % 2 = 0
       on conflict do nothing`,
    );
  }

  async mergeTwo(): Promise<void> {
    const { rows } = await this.it.database.owner.query(
      'select distinct canonical_id::text as id from profile where workspace_id = $1 order by 1',
      [this.workspace],
    );
    const [a, b] = this.random.shuffle(rows.map(({ id }) => id));
    if (!a || !b) return;
    const { data, errors } = await this.it.graphql(
      `mutation ($a: ID!, $b: ID!) {
        mergeCustomers(input: { survivorId: $a, otherId: $b, overrideUniqueness: true, reason: "test" }) { merge { id } } }`,
      { a: `cus_${a}`, b: `cus_${b}` },
      this.key,
    );
    if (errors?.[0]?.extensions['reason'] === 'LINK_FORBIDDEN') return;
    expect(errors).toBeUndefined();
    this.#merges.push(data.mergeCustomers.merge.id);
    await this.it.settled();
  }

  async undoOne(): Promise<void> {
    const merge = this.#merges.pop();
    if (!merge) return;
    await this.ask('mutation ($id: ID!) { undoMerge(input: { mergeId: $id }) { __typename } }', { id: merge });
    await this.it.settled();
  }

  /** All of it, as the tables have it. */
  async world(): Promise<World> {
    // biome-ignore lint/suspicious/noExplicitAny: rows of the tables as they come.
    const rows = async (text: string): Promise<any[]> =>
      (await this.it.database.owner.query(text, [this.workspace])).rows;
    const owned = (table: string) =>
      rows(`select x.*, p.canonical_id::text as customer from ${table} x
        join profile p on p.workspace_id = x.workspace_id and p.id = x.profile_id where x.workspace_id = $1`);
    const touchpoints = (await owned('touchpoint')).map(
      (one): Told => ({
        id: one.id,
        customer: one.customer,
        at: one.occurred_at.getTime(),
        channel: channels[one.channel] as string,
        direction: directions[one.direction] as string,
        kind: one.kind,
        topic: one.topic,
        queue: one.queue,
        agent: one.agent_id,
        outcome: one.outcome,
        isAbandoned: one.is_abandoned === true,
        wait: one.wait_seconds,
        hold: one.hold_seconds,
        handle: one.handle_seconds,
        sentiment: one.sentiment === null ? null : Math.round(one.sentiment * 100) / 100,
        conversation: one.conversation_id,
        journey: one.journey_id,
        issue: one.issue_id,
      }),
    );
    const members = await rows(
      `select sm.profile_id::text as id from segment_member sm where sm.workspace_id = $1 and sm.until_at is null`,
    );
    const answers = (await owned('feedback')).filter((one) => one.score !== null);
    const evaluations = await rows(
      `select e.*, s.score_min, s.score_max from evaluation e
       join scorecard s on s.workspace_id = e.workspace_id and s.id = e.scorecard_id
       where e.workspace_id = $1 and e.replaced_at is null`,
    );
    return {
      now: Date.now(),
      evaluations: evaluations.map((one) => ({
        touchpoint: one.touchpoint_id,
        agent: one.agent_id,
        isSelf: one.evaluator === 0,
        part: (one.overall - one.score_min) / (one.score_max - one.score_min),
      })),
      answers: answers.map((one) => ({
        customer: one.customer,
        at: one.answered_at.getTime(),
        kind: surveyKinds[one.kind] as string,
        score: (one.score - one.score_min) / (one.score_max - one.score_min),
        channel: channels[one.channel] as string,
        agent: one.agent_id,
        journey: one.journey_id,
        conversation: one.conversation_id,
        about: touchpoints.find((t) => t.id === one.about_touchpoint_id) ?? null,
      })),
      touchpoints: touchpoints.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)),
      issues: (await owned('issue')).map((one) => ({
        id: one.id,
        customer: one.customer,
        topic: one.topic,
        queue: one.queue,
        openedAt: one.opened_at.getTime(),
        resolvedAt: one.resolved_at?.getTime() ?? null,
      })),
      gold: new Set(members.map(({ id }) => id)),
      returns: new Set((await rows('select id from journey where workspace_id = $1')).map(({ id }) => id)),
    };
  }
}
