import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { reasonRules } from '../../src/signals/reason-rules.js';
import { channels, directions, statuses } from '../../src/touchpoints/vocabulary.js';
import type { Random } from '../setup/random.js';
import type { TestService } from '../setup/service.js';
import { type Facts, hour, type JourneyActOf, minute, type OpeningOf } from './reference.js';

const iso = (at: number) => new Date(at).toISOString();

/** Random histories of a few people in a workspace of their own, told, merged and taken apart by the public ways. */
export class RandomLife {
  /** Between the quarters of an hour, so that nothing falls on the end of a window while the test runs. */
  readonly start = Math.floor(Date.now() / hour) * hour;
  #merges: string[] = [];

  private constructor(
    readonly it: TestService,
    readonly random: Random,
    readonly workspace: number,
    readonly key: string,
    readonly people: readonly string[],
  ) {}

  static async begin(it: TestService, random: Random, people: number): Promise<RandomLife> {
    const name = `life-${randomUUID().slice(0, 8)}`;
    const { workspace, key } = await it.makeWorkspace(name);
    const mails = Array.from({ length: people }, (_, n) => `p${n}@${name}.example`);
    return new RandomLife(it, random, workspace, key, mails);
  }

  async ask(query: string, variables: object = {}) {
    const answer = await this.it.graphql(query, variables, this.key);
    expect(answer.errors).toBeUndefined();
    return answer.data;
  }

  private touchpoint(person: string): object {
    const { random } = this;
    const maybe = <T>(value: () => T, probability = 0.5) => (random.chance(probability) ? value() : null);
    const ref = (kind: string, of: number) => ({ source: 'life', externalId: `${kind}-${random.int(of)}` });
    const at = this.start - random.int(36 * 48) * 30 * minute - 15 * minute;
    return {
      source: 'life',
      externalId: randomUUID(),
      identifiers: [{ type: 'email', value: person }],
      channel: random.pick(['CALL', 'CALL', 'CHAT', 'EMAIL', 'SMS', 'WEB', 'APP']),
      direction: random.pick(['INBOUND', 'INBOUND', 'INBOUND', 'OUTBOUND', 'INTERNAL']),
      kind: random.pick(['call.completed', 'chat.message', 'page.viewed', 'order.placed']),
      status: random.pick(['COMPLETED', 'COMPLETED', 'COMPLETED', 'ACTIVE', 'FAILED', 'CANCELLED', 'PLANNED']),
      occurredAt: iso(at),
      endedAt: maybe(() => iso(at + random.int(4) * 10 * minute)),
      topic: maybe(() => random.pick(['billing', 'delivery', 'returns']), 0.6),
      agentId: maybe(() => random.pick(['ann', 'bea', 'cy'])),
      outcome: maybe(() => random.pick(['transferred', 'solved']), 0.3),
      abandoned: maybe(() => random.chance(0.4)),
      waitSeconds: maybe(() => random.int(2_000), 0.3),
      sentiment: maybe(() => Math.round(random.next() * 200 - 100) / 100, 0.4),
      conversation: maybe(() => ref('thread', 8), 0.3),
      journey: maybe(() => ref('journey', 6), 0.25),
      issue: maybe(() => ref('issue', 6), 0.15),
    };
  }

  async tell(count: number, person = () => this.random.pick(this.people)): Promise<void> {
    const touchpoints = Array.from({ length: count }, () => this.touchpoint(person()));
    const { recordTouchpoints } = await this.ask(
      `mutation ($t: [TouchpointInput!]!) { recordTouchpoints(input: { touchpoints: $t, backfill: true }) {
        results { outcome error { reason message } } } }`,
      { t: touchpoints },
    );
    for (const { error } of recordTouchpoints.results) expect(error).toBeNull();
    await this.it.settled();
  }

  /** What acts on journeys and openings of briefs left behind, at times that touchpoints are near to. */
  async act(count: number): Promise<void> {
    const { owner } = this.it.database;
    await owner.query(
      `insert into journey_act (workspace_id, journey_id, n, kind, channel, at, actor, is_customer, request_hash, data)
       select $1, t.journey_id, 100 + (random() * 1000000)::int, 3 + (n % 2), 0,
         t.occurred_at - (n % 3) * interval '7 minutes', 'test', false, 'test',
         json_build_object('via', (array['code', 'link', 'id'])[1 + n % 3])
       from (select *, row_number() over (order by id) as n from touchpoint where workspace_id = $1 and journey_id is not null) t
       limit $2`,
      [this.workspace, count],
    );
    await owner.query(
      `insert into brief_opening (workspace_id, id, profile_id, opened_at, touchpoint_id, agent_id, actor)
       select $1, gen_random_uuid(), t.profile_id, t.occurred_at + (n % 5 - 2) * interval '10 minutes',
         case when n % 7 = 0 then t.id end, case when n % 2 = 0 then 'ann' end, 'test'
       from (select *, row_number() over (order by id) as n from touchpoint where workspace_id = $1 and direction = 0) t
       limit $2`,
      [this.workspace, count],
    );
  }

  /** Marks, promises for issues, and journeys that stand, some long. */
  async stand(): Promise<void> {
    const { owner } = this.it.database;
    const run = (text: string) => owner.query(text, [this.workspace]);
    await run(
      `insert into customer_mark (workspace_id, id, profile_id, kind, reason, marked_at, expires_at, ended_at, actor)
       select $1, gen_random_uuid(), p.id, n % 5, 'reason ' || n, now() - n * interval '3 hours',
         now() + (n % 3 - 1) * interval '1 day' + interval '1 hour', case when n % 4 = 0 then now() - interval '1 hour' end, 'test'
       from (select id, row_number() over (order by id) as n from profile where workspace_id = $1) p`,
    );
    await run(
      `update issue i set first_response_due_at = now() + (n % 5 - 3) * interval '5 days' + interval '1 hour',
         resolution_due_at = case when n % 3 > 0 then now() + (n % 4 - 2) * interval '2 days' + interval '1 hour' end,
         status = case when n % 6 = 5 then 3 else 0 end,
         resolved_at = case when n % 6 = 5 then i.opened_at + interval '5 days' end
       from (select id, row_number() over (order by id) as n from issue where workspace_id = $1) o
       where i.workspace_id = $1 and i.id = o.id`,
    );
    await run(
      `update issue_version v set status = i.status from issue i
       where v.workspace_id = $1 and i.workspace_id = $1 and v.issue_id = i.id`,
    );
    const blueprint = randomUUID();
    const steps = ['ask', 'send', 'done'].map((key) => ({ key, title: `Step ${key}` }));
    await owner.query(
      `insert into blueprint_version (workspace_id, blueprint_id, version, created_at, actor, definition)
       values ($1, $2, 1, now(), 'test', $3)`,
      [this.workspace, blueprint, JSON.stringify({ name: 'A return', goal: 'Money', steps })],
    );
    await owner.query(
      `insert into journey (workspace_id, id, profile_id, blueprint_id, blueprint_version, version, status, step,
         started_at, step_since, active_at, updated_at, expected_at, is_stuck, source, external_id, ended_at)
       select $1, t.journey_id, t.profile_id, $2, 1, 1, n % 3, (array['ask', 'send', 'done'])[1 + n % 3], t.at, t.at, t.at,
         t.at, case when n % 2 = 0 then t.at + interval '1 hour' end, n % 3 = 1, 'stand', n::text,
         case when n % 3 = 2 then t.at + interval '4 days' end
       from (
         select o.*, row_number() over (order by o.journey_id) as n
         from (
           select distinct on (journey_id) journey_id, profile_id, occurred_at as at
           from touchpoint where workspace_id = $1 and journey_id is not null order by journey_id, occurred_at
         ) o
       ) t
       on conflict do nothing`,
      [this.workspace, blueprint],
    );
    await run(
      `insert into journey_version (workspace_id, journey_id, version, blueprint_version, changed_at, status, step,
         started_at, step_since, expected_at, stuck_at, state, cause)
       select workspace_id, id, 1, 1, started_at, status, step, started_at, step_since, expected_at,
         case when is_stuck then started_at end, '{}', '{}'
       from journey where workspace_id = $1 on conflict do nothing`,
    );
  }

  async threshold(thresholds: object): Promise<void> {
    await this.ask(
      `mutation ($input: UpdateSignalSettingsInput!) { updateSignalSettings(input: $input) { settings { version } } }`,
      { input: { version: 0, ...thresholds } },
    );
  }

  async customers(): Promise<string[]> {
    const { rows } = await this.it.database.owner.query(
      'select distinct canonical_id::text as id from profile where workspace_id = $1 order by 1',
      [this.workspace],
    );
    return rows.map(({ id }) => id);
  }

  async mergeTwo(): Promise<void> {
    const [a, b] = this.random.shuffle(await this.customers());
    if (!a || !b) return;
    const { data, errors } = await this.it.graphql(
      `mutation ($a: ID!, $b: ID!) {
        mergeCustomers(input: { survivorId: $a, otherId: $b, overrideUniqueness: true, reason: "test" }) { merge { id } } }`,
      { a: `cus_${a}`, b: `cus_${b}` },
      this.key,
    );
    // Those who were taken apart stay apart.
    if (errors?.[0]?.extensions['reason'] === 'LINK_FORBIDDEN') return;
    expect(errors).toBeUndefined();
    this.#merges.push(data.mergeCustomers.merge.id);
    await this.it.settled();
  }

  async undoOne(): Promise<void> {
    const merge = this.random.pick(this.#merges);
    if (!merge) return;
    this.#merges = this.#merges.filter((one) => one !== merge);
    await this.ask('mutation ($id: ID!) { undoMerge(input: { mergeId: $id }) { __typename } }', { id: merge });
    await this.it.settled();
  }

  /** What the service counted, `rule after topic` → hits and cases. */
  async learned(): Promise<Map<string, [number, number]>> {
    const { owner } = this.it.database;
    // Only now, since what carries journeys on would carry on these.
    await owner.query(
      `insert into blueprint (workspace_id, id, key, created_at, updated_at)
       select workspace_id, blueprint_id, 'a-return', now(), now() from blueprint_version where workspace_id = $1`,
      [this.workspace],
    );
    await this.ask('mutation { learnReasons(input: {}) { contacts } }');
    await owner.query('delete from blueprint where workspace_id = $1', [this.workspace]);
    const { rows } = await owner.query(
      'select rule, after, topic, hits, tries from reason_count where workspace_id = $1',
      [this.workspace],
    );
    return new Map(
      rows.map(({ rule, after, topic, hits, tries }) => [`${reasonRules[rule]} ${after} ${topic}`, [hits, tries]]),
    );
  }

  /** All of it, as the tables have it. */
  async facts(): Promise<Facts> {
    const rows = async <T>(text: string): Promise<T[]> =>
      (await this.it.database.owner.query(text, [this.workspace])).rows as T[];
    // biome-ignore lint/suspicious/noExplicitAny: rows of the table as they come.
    const touchpoints = await rows<any>(
      `select t.*, p.canonical_id::text as customer from touchpoint t
       join profile p on p.workspace_id = t.workspace_id and p.id = t.profile_id where t.workspace_id = $1`,
    );
    const acts = await rows<{ journey_id: string; kind: number; via: string | null; at: Date }>(
      `select journey_id, kind, data ->> 'via' as via, at from journey_act where workspace_id = $1 and kind in (3, 4)`,
    );
    const openings = await rows<{ customer: string; agent_id: string; touchpoint_id: string; opened_at: Date }>(
      `select p.canonical_id::text as customer, b.agent_id, b.touchpoint_id, b.opened_at from brief_opening b
       join profile p on p.workspace_id = b.workspace_id and p.id = b.profile_id where b.workspace_id = $1`,
    );
    const standing = await this.#standing(rows);
    return {
      ...standing,
      now: Date.now(),
      touchpoints: touchpoints.map((one) => ({
        id: one.id,
        customer: one.customer,
        kind: one.kind,
        at: one.occurred_at.getTime(),
        endedAt: one.ended_at?.getTime() ?? null,
        channel: channels[one.channel] as string,
        direction: directions[one.direction] as string,
        status: statuses[one.status] as string,
        topic: one.topic,
        agent: one.agent_id,
        outcome: one.outcome,
        isAbandoned: one.is_abandoned === true,
        wait: one.wait_seconds,
        sentiment: one.sentiment === null ? null : Math.round(one.sentiment * 100) / 100,
        conversation: one.conversation_id,
        journey: one.journey_id,
        issue: one.issue_id,
      })),
      acts: acts.map(
        ({ journey_id, kind, via, at }): JourneyActOf => ({
          journey: journey_id,
          kind: kind === 3 ? 'RESUMED' : 'HANDED_OFF',
          via,
          at: at.getTime(),
        }),
      ),
      openings: openings.map(
        (one): OpeningOf => ({
          customer: one.customer,
          agent: one.agent_id,
          touchpoint: one.touchpoint_id,
          at: one.opened_at.getTime(),
        }),
      ),
    };
  }

  async #standing(rows: <T>(text: string) => Promise<T[]>): Promise<Pick<Facts, 'marks' | 'issues' | 'journeys'>> {
    const owned = (table: string) =>
      `select x.*, p.canonical_id::text as customer from ${table} x
       join profile p on p.workspace_id = x.workspace_id and p.id = x.profile_id where x.workspace_id = $1`;
    // biome-ignore lint/suspicious/noExplicitAny: rows of the tables as they come.
    const of = (table: string) => rows<any>(owned(table));
    const time = (value: Date | null) => value?.getTime() ?? null;
    return {
      marks: (await of('customer_mark')).map((one) => ({
        customer: one.customer,
        kind: one.kind,
        reason: one.reason,
        markedAt: one.marked_at.getTime(),
        isActive: one.ended_at === null && one.expires_at > new Date(),
      })),
      issues: (await of('issue')).map((one) => ({
        id: one.id,
        customer: one.customer,
        isOpen: one.status < 3,
        topic: one.topic,
        resolvedAt: time(one.resolved_at),
        subject: one.subject,
        openedAt: one.opened_at.getTime(),
        answerDue: time(one.first_response_due_at),
        endDue: time(one.resolution_due_at),
      })),
      journeys: (await of('journey')).map((one) => ({
        id: one.id,
        customer: one.customer,
        isOpen: one.status < 2,
        startedAt: one.started_at.getTime(),
        endedAt: time(one.ended_at),
        isStuck: one.is_stuck,
        step: one.step,
        stepSince: one.step_since.getTime(),
        expectedAt: time(one.expected_at),
      })),
    };
  }
}

/** The steps of the journeys of `stand`, in their order. */
export const standSteps = ['ask', 'send', 'done'];
