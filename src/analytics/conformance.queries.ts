import type { EntityManager } from 'typeorm';
import { journeyStatuses } from '../journeys/journey-state.js';
import { named } from '../platform/named-sql.js';
import { type SecondsRow, seconds } from './groups.js';
import { inSegment, type Span, type SpanName } from './span.js';

export interface MoveRow {
  readonly version: number;
  readonly from: string;
  readonly to: string;
  readonly times: number;
  readonly journeys: number;
}

export interface StepRow {
  readonly step: string;
  readonly times: number;
  readonly journeys: number;
  readonly repeatedIn: number;
  readonly stay: SecondsRow;
  readonly expected: number;
  readonly slow: number;
  readonly standing: number;
  readonly stuck: number;
  readonly abandoned: number;
}

export interface ConformanceRow {
  readonly journeys: number;
  readonly conforming: number;
  readonly deviating: number;
  readonly repeating: number;
  readonly slow: number;
  readonly completed: number;
  /** All moves that the blueprint does not have: as few as there are steps, squared. */
  readonly moves: readonly MoveRow[];
  readonly steps: readonly StepRow[];
}

const status = (name: (typeof journeyStatuses)[number]) => journeyStatuses.indexOf(name);

/**
 * The ways of journeys that began in the span beside what their version of the blueprint allows: along
 * `journey_started`.
 */
export async function conformance(db: EntityManager, span: Span, blueprint: string): Promise<ConformanceRow> {
  const statement = named<SpanName | 'blueprint'>(
    `with run as materialized (
       select j.id, j.blueprint_version as version, j.status, j.is_stuck, j.step, j.ended_at, j.way
       from journey j
       ${span.segment === null ? '' : 'join profile p on p.workspace_id = :workspace::int and p.id = j.profile_id'}
       where j.workspace_id = :workspace::int and j.blueprint_id = :blueprint::uuid
         and j.started_at >= :from::timestamptz and j.started_at < :to::timestamptz
         ${span.segment === null ? '' : inSegment('p.canonical_id')}
     ), designed as (
       select v.version, s.step ->> 'key' as step, (s.step ->> 'expectedWithin')::interval as expected,
         array(select json_array_elements_text(s.step -> 'next')) as next
       from blueprint_version v
       cross join lateral json_array_elements(v.definition -> 'steps') s(step)
       where v.workspace_id = :workspace::int and v.blueprint_id = :blueprint::uuid
         and v.version in (select r.version from run r)
     ), stay as (
       select r.id, r.version, s.n, s.stay ->> 'step' as step, to_timestamp((s.stay ->> 'at')::float8 / 1000) as at,
         r.ended_at
       from run r
       cross join lateral json_array_elements(r.way) with ordinality s(stay, n)
     ), told as materialized (
       select t.id, t.version, t.step, t.next, extract(epoch from t.until - t.at) as seconds,
         d.expected is not null as is_expected, (t.until - t.at > d.expected) is true as is_slow,
         t.next is not null and (t.next = any(d.next)) is not true as is_deviating
       from (
         select s.*, lead(s.step) over w as next,
           coalesce(lead(s.at) over w, s.ended_at, greatest(:now::timestamptz, s.at)) as until
         from stay s
         window w as (partition by s.id order by s.n)
       ) t
       left join designed d on d.version = t.version and d.step = t.step
     ), judged as (
       select t.id, bool_or(t.is_deviating) as is_deviating, bool_or(t.is_slow) as is_slow,
         count(*) > count(distinct t.step) as is_repeating
       from told t
       group by t.id
     ), move as (
       select t.version, t.step as "from", t.next as "to", count(*)::int as times, count(distinct t.id)::int as journeys
       from told t
       where t.is_deviating
       group by t.version, t.step, t.next
     ), visited as (
       select t.id, t.step, count(*) as times
       from told t
       group by t.id, t.step
     ), standing as (
       select r.step, count(*) filter (where r.status < 2)::int as standing,
         count(*) filter (where r.status < 2 and r.is_stuck)::int as stuck,
         count(*) filter (where r.status = ${status('ABANDONED')})::int as abandoned
       from run r
       group by r.step
     ), stayed as (
       select t.step, count(*)::int as times, ${seconds('t.seconds', 'stay')},
         count(*) filter (where t.is_expected)::int as expected, count(*) filter (where t.is_slow)::int as slow
       from told t
       group by t.step
     ), step as (
       select s.*, v.journeys, v."repeatedIn", coalesce(d.standing, 0) as standing, coalesce(d.stuck, 0) as stuck,
         coalesce(d.abandoned, 0) as abandoned
       from stayed s
       join (
         select v.step, count(*)::int as journeys, count(*) filter (where v.times > 1)::int as "repeatedIn"
         from visited v
         group by v.step
       ) v on v.step = s.step
       left join standing d on d.step = s.step
     )
     select (select count(*)::int from run) as journeys,
       (select count(*)::int from run r where r.status = ${status('COMPLETED')}) as completed,
       (select count(*)::int from judged j where not j.is_deviating and not j.is_repeating and not j.is_slow) as conforming,
       (select count(*)::int from judged j where j.is_deviating) as deviating,
       (select count(*)::int from judged j where j.is_repeating) as repeating,
       (select count(*)::int from judged j where j.is_slow) as slow,
       coalesce((select json_agg(m order by m.times desc, m.version, m."from", m."to") from move m), '[]') as moves,
       coalesce((select json_agg(s order by s.step) from step s), '[]') as steps`,
  );
  const rows: ConformanceRow[] = await db.query(statement.text, statement.values({ ...span, blueprint }));
  return rows[0] as ConformanceRow;
}

/** Versions of a blueprint that journeys of the span run by, along `journey_started`. */
export async function versionsIn(db: EntityManager, span: Span, blueprint: string): Promise<number[]> {
  const rows: { version: number }[] = await db.query(
    `select distinct j.blueprint_version as version
     from journey j
     where j.workspace_id = $1::int and j.blueprint_id = $2::uuid and j.started_at >= $3::timestamptz
       and j.started_at < $4::timestamptz
     order by 1 desc`,
    [span.workspace, blueprint, span.from, span.to],
  );
  return rows.map((row) => row.version);
}
