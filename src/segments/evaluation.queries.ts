import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { type Bound, join, nothing, raw, render, type Sql, sql } from '../platform/sql.js';
import type { AbsorbedMembership, OpenMembership } from './membership-change.js';
import { bind } from './rules/bound-value.js';
import { RuleCompiler, type SegmentRule } from './rules/compiler.js';

/** What is evaluated. */
export interface Evaluation {
  readonly segments: readonly SegmentRule[];
  /** All segments of the workspace: those above may rest on them. */
  readonly all: readonly SegmentRule[];
  /** Whether memberships of other segments are left alone. */
  readonly isPartial: boolean;
}

/** What somebody decided by hand of a customer and a segment, and did not take back. */
export interface StandingDecision {
  readonly segment: string;
  readonly isExclusion: boolean;
  readonly isOver: boolean;
  readonly reason: string;
  readonly actor: string;
  readonly expires: string | null;
}

/** What one customer's evaluation found. */
export interface Evaluated {
  readonly profile: string;
  /** For each segment in the given order whether the customer belongs to it. */
  readonly holds: readonly boolean[];
  /** The same of its rule alone. */
  readonly rules: readonly boolean[];
  /** Memberships that have not ended, her own and those left on profiles that she absorbed. */
  readonly present: readonly OpenMembership[];
  readonly absorbed: readonly AbsorbedMembership[];
  /** Of each segment the newest that counts; where none counts, the newest that ran out. */
  readonly decisions: readonly StandingDecision[];
  /** Segments whose membership ran out while the rule went on to hold. */
  readonly lapsed: readonly string[];
  /** For each distinct condition what was seen, and whether it holds; null when no rule holds anew. */
  readonly observed: readonly unknown[] | null;
  readonly conditions: readonly boolean[] | null;
  readonly due: string | null;
}

/** Customers `c (id, members)` by their canonical ids, through `profile_canonical`. */
function customers(workspace: Bound, ids: Sql): Sql {
  return sql`(
    select asked.id, array(
      select m.id from profile m
      where m.workspace_id = ${workspace}::int and m.canonical_id = asked.id
      order by m.id
    ) as members
    from (${ids}) asked) c`;
}

/** Present memberships, worded so that only the primary key can find them: the other indexes begin elsewhere. */
export const present = raw(`coalesce(sm.until_at, 'infinity') = 'infinity'`);

/** Prepared once a connection: planning many conditions costs far more than running them. */
export async function run<T>(db: EntityManager, workspace: number, statement: Sql): Promise<T[]> {
  const { text, params } = render(statement);
  const name = nameOf(text);
  const request = { ...unused, asker: { ...unused.asker, workspace } };
  const values = params.map((param) => param(request));
  const client = (await db.queryRunner?.connect()) as { query(q: object): Promise<{ rows: T[] }> } | undefined;
  if (!client) throw new Error('Segments are evaluated inside a transaction.');
  return (await client.query({ name, text, values })).rows;
}

/** Each name holds a plan on every connection, so only so many statements have one; the others are planned each time. */
const namesMax = 200;
const names = new Set<string>();

function nameOf(text: string): string | undefined {
  const name = `s${createHash('sha1').update(text).digest('hex').slice(0, 20)}`;
  if (names.size < namesMax) names.add(name);
  return names.has(name) ? name : undefined;
}

/** The values of rules are bound when they are compiled: of a request they need the workspace alone. */
const unused = {
  asker: { workspace: 0, customer: null, isVisitor: false, isMasked: false, may: () => false },
  args: [],
  facts: new Map(),
  ids: [],
};

/**
 * Evaluates all segments for a list of customers in one statement. Each fact is one walk of an index per profile that
 * stops at the number that decides; facts are shared between the segments. The customers must be held.
 */
export async function evaluate(
  db: EntityManager,
  workspace: number,
  { segments, all, isPartial }: Evaluation,
  profiles: readonly string[],
  now: Date,
): Promise<{ evaluated: Evaluated[]; compiler: RuleCompiler }> {
  const own = bind(workspace);
  const compiler = new RuleCompiler(own, now, all);
  const holds = segments.map((segment) => compiler.membership(segment));
  const rules = segments.map((segment) => compiler.rule(segment.rule));
  const ids = bind(segments.map((segment) => segment.id));
  const only = isPartial ? sql`and sm.segment_id = any(${ids}::uuid[])` : nothing;
  const hasDecisions = segments.some((segment) => segment.hasDecisions);
  const lapsed = segments.some(({ lastsMs }) => lastsMs !== null) ? compiler.lapsed() : raw(`'{}'::uuid[]`);
  const isOver = sql`coalesce(sm.expires_at <= ${bind(now)}::timestamptz, false)`;
  const membership = (more: Sql) => sql`json_build_object('segment', replace(sm.segment_id::text, '-', ''),
      'isManual', sm.is_manual, 'isOver', ${isOver},
      'entered', coalesce(sm.entered_at, sm.since_at), 'isOrphan', (sm.origin_id <> all(f.members)) is true,
      'expires', sm.expires_at ${more})`;
  const statement = sql`
    with f as materialized (
      ${compiler.facts(customers(own, sql`select unnest(${bind(profiles)}::bigint[]) as id`))}
    )
    select f.id::text as profile, h.holds, array[${join(rules, ', ')}]::bool[] as rules, p.present,
      coalesce((
        select json_agg(${membership(raw(`, 'profile', sm.profile_id::text`))})
        from unnest(f.members) m(id)
        cross join lateral (
          select sm.*
          from segment_member sm
          where sm.workspace_id = ${own}::int and sm.profile_id = m.id and ${present} ${only}
          offset 0
        ) sm
        where m.id <> f.id), '[]') as absorbed,
      ${hasDecisions ? decisionsOf(own, now) : raw(`'[]'::json`)} as decisions,
      array(select replace(id::text, '-', '') from unnest(${lapsed}) id) as lapsed,
      case when e.is_entering then to_json(${compiler.observed()}) end as observed,
      case when e.is_entering then ${compiler.holds()} end as conditions,
      ${compiler.due()}::text as due
    from f${compiler.segments()}
    cross join lateral (select array[${join(holds, ', ')}]::bool[] as holds offset 0) h
    cross join lateral (
      select coalesce(json_agg(${membership(nothing)}), '[]') as present,
        coalesce(array_agg(sm.segment_id) filter (where not sm.is_manual and not ${isOver}), '{}') as by_rule
      from segment_member sm
      where sm.workspace_id = ${own}::int and sm.profile_id = f.id and ${present} ${only}
    ) p
    cross join lateral (
      select exists (
        select from unnest(${ids}::uuid[], h.holds) s(id, is_held)
        where s.is_held and s.id <> all (p.by_rule)
      ) as is_entering
    ) e
    order by f.id`;
  return { evaluated: await run<Evaluated>(db, workspace, statement), compiler };
}

/** Row `f` of the facts: decisions that were not taken back, the newest of each segment. */
function decisionsOf(workspace: Bound, now: Date): Sql {
  const isOver = sql`coalesce(d.expires_at <= ${bind(now)}::timestamptz, false)`;
  return sql`coalesce((
        select json_agg(json_build_object('segment', replace(d.segment_id::text, '-', ''), 'isExclusion', d.is_exclusion,
          'isOver', ${isOver}, 'reason', d.reason, 'actor', d.actor, 'expires', d.expires_at))
        from (
          select distinct on (d.segment_id) d.*
          from unnest(f.members) m(id)
          join segment_decision d on d.workspace_id = ${workspace}::int and d.profile_id = m.id and d.ended_at is null
          order by d.segment_id, ${isOver}, d.decided_at desc, d.id desc
        ) d), '[]')`;
}

export interface PreviewRow {
  readonly customers: number;
  readonly members: number;
  readonly entering: number;
  readonly leaving: number;
  readonly sample: readonly string[];
  readonly last: string | null;
}

/** What a rule would do to the next so many customers after an id, without doing it. */
export async function preview(
  db: EntityManager,
  workspace: number,
  { segment, all }: { readonly segment: SegmentRule; readonly all: readonly SegmentRule[] },
  after: string,
  customersMax: number,
  now: Date,
): Promise<PreviewRow> {
  const own = bind(workspace);
  const compiler = new RuleCompiler(own, now, all);
  const holds = compiler.membership(segment);
  const batch = sql`
    select p.id from profile p
    where p.workspace_id = ${own}::int and p.id = p.canonical_id and p.id > ${bind(after)}::bigint
    order by p.id
    limit ${bind(customersMax)}::int`;
  const isMember = sql`exists (
          select from unnest(f.members) m(id)
          cross join lateral (
            select from segment_member sm
            where sm.workspace_id = ${own}::int and sm.profile_id = m.id
              and sm.segment_id = ${bind(segment.id)}::uuid and ${present}
              and (sm.expires_at is null or sm.expires_at > ${bind(now)}::timestamptz)
            limit 1
          ) sm)`;
  const rows = await run<PreviewRow>(
    db,
    workspace,
    sql`
    with f as materialized (${compiler.facts(customers(own, batch))})
    select count(*)::int as customers,
      count(*) filter (where r.holds)::int as members,
      count(*) filter (where r.holds and not r.is_member)::int as entering,
      count(*) filter (where r.is_member and not r.holds)::int as leaving,
      coalesce((array_agg(r.id::text order by r.id) filter (where r.holds))[1:10], '{}') as sample,
      max(r.id)::text as last
    from (select f.id, ${holds} as holds, ${isMember} as is_member from f${compiler.segments()}) r`,
  );
  return rows[0] as PreviewRow;
}
