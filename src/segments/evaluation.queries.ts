import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { type Bound, join, raw, render, type Sql, sql } from '../platform/sql.js';
import { bind } from './rules/bound-value.js';
import { RuleCompiler, type SegmentRule } from './rules/compiler.js';
import type { Rule } from './rules/rule.js';

/** What is evaluated. */
export interface Evaluation {
  readonly segments: readonly SegmentRule[];
  /** All segments of the workspace: those above may rest on them. */
  readonly all: readonly SegmentRule[];
  /** Whether memberships of other segments are left alone. */
  readonly isPartial: boolean;
}

/** What one customer's evaluation found. */
export interface Evaluated {
  readonly profile: string;
  /** For each segment in the given order whether its rule holds. */
  readonly holds: readonly boolean[];
  /** Segments that the customer is a member of now. */
  readonly present: readonly string[];
  /** Memberships left on profiles that the customer absorbed. */
  readonly absorbed: readonly { readonly profile: string; readonly segment: string }[];
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
  const holds = segments.map((segment) => compiler.rule(segment.rule));
  const ids = bind(segments.map((segment) => segment.id));
  const only = isPartial ? sql`and sm.segment_id = any(${ids}::uuid[])` : raw('');
  const statement = sql`
    with f as materialized (
      ${compiler.facts(customers(own, sql`select unnest(${bind(profiles)}::bigint[]) as id`))}
    )
    select f.id::text as profile, h.holds,
      array(select replace(id::text, '-', '') from unnest(p.present) id) as present,
      coalesce((
        select json_agg(json_build_object('profile', sm.profile_id::text, 'segment', replace(sm.segment_id::text, '-', '')))
        from unnest(f.members) m(id)
        cross join lateral (
          select sm.profile_id, sm.segment_id
          from segment_member sm
          where sm.workspace_id = ${own}::int and sm.profile_id = m.id and ${present} ${only}
          offset 0
        ) sm
        where m.id <> f.id), '[]') as absorbed,
      case when e.is_entering then to_json(${compiler.observed()}) end as observed,
      case when e.is_entering then ${compiler.holds()} end as conditions,
      ${compiler.due()}::text as due
    from f${compiler.segments()}
    cross join lateral (select array[${join(holds, ', ')}]::bool[] as holds offset 0) h
    cross join lateral (
      select array(
        select sm.segment_id
        from segment_member sm
        where sm.workspace_id = ${own}::int and sm.profile_id = f.id and ${present} ${only}
      ) as present
    ) p
    cross join lateral (
      select exists (
        select from unnest(${ids}::uuid[], h.holds) s(id, is_held)
        where s.is_held and s.id <> all (p.present)
      ) as is_entering
    ) e
    order by f.id`;
  return { evaluated: await run<Evaluated>(db, workspace, statement), compiler };
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
  { rule, all }: { readonly rule: Rule; readonly all: readonly SegmentRule[] },
  segment: string | null,
  after: string,
  customersMax: number,
  now: Date,
): Promise<PreviewRow> {
  const own = bind(workspace);
  const compiler = new RuleCompiler(own, now, all);
  const holds = compiler.rule(rule);
  const batch = sql`
    select p.id from profile p
    where p.workspace_id = ${own}::int and p.id = p.canonical_id and p.id > ${bind(after)}::bigint
    order by p.id
    limit ${bind(customersMax)}::int`;
  const isMember =
    segment === null
      ? raw('false')
      : sql`exists (
          select from unnest(f.members) m(id)
          cross join lateral (
            select from segment_member sm
            where sm.workspace_id = ${own}::int and sm.profile_id = m.id
              and sm.segment_id = ${bind(segment)}::uuid and ${present}
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
