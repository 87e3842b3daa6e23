import type { EntityManager } from 'typeorm';
import { named } from '../platform/named-sql.js';
import { channels } from '../touchpoints/vocabulary.js';
import { seconds } from './groups.js';
import type { PathCase, PathFigures, PathStep } from './paths.types.js';
import { matches, type Span, type SpanName, touchpointsIn } from './span.js';

/** Steps of a way that tell it from others, places of a Sankey diagram, and rows of the lists that have no `first`. */
export const wayStepsMax = 20;
const placesMax = 10;
const rowsMax = 500;

export interface PathQuestion {
  readonly of: PathCase;
  readonly by: PathStep;
  readonly gapHours: number;
  readonly first: number;
}

const stepOf: Record<PathStep, string> = {
  CHANNEL: `('{${channels.join()}}'::text[])[t.channel + 1]`,
  KIND: 't.kind',
  TOPIC: 't.topic',
  QUEUE: 't.queue',
  AGENT: 't.agent_id',
};

const caseOf: Record<Exclude<PathCase, 'CUSTOMER'>, string> = {
  CONVERSATION: 't.conversation_id',
  ISSUE: 't.issue_id',
  JOURNEY: 't.journey_id',
};

/** Rows of a case `c` (of a customer, run `r`) with a step each. */
function told(span: Span, { of, by, gapHours }: PathQuestion): string {
  const isMatching = `${matches(span, 't')} and ${stepOf[by]} is not null`;
  if (of !== 'CUSTOMER') {
    return `told as (
      select ${caseOf[of]} as c, 0 as r, ${stepOf[by]} as step, t.occurred_at as at, t.id
      ${touchpointsIn(span, {}, false, `and ${caseOf[of]} is not null and ${isMatching}`)}
    )`;
  }
  return `happened as (
      select p.canonical_id as c, ${stepOf[by]} as step, t.occurred_at as at, t.id,
        (t.occurred_at - lag(t.occurred_at) over (partition by p.canonical_id order by t.occurred_at, t.id)
          <= interval '${gapHours} hours') is not true as begins
      ${touchpointsIn(span, {}, true, `and ${isMatching}`)}
    ), told as (
      select h.c, sum(h.begins::int) over (partition by h.c order by h.at, h.id) as r, h.step, h.at, h.id
      from happened h
    )`;
}

/** Rows as a JSON list in an order, no more than so many. */
const listed = (columns: string, from: string, order: string, rows: number) =>
  `coalesce((select json_agg(l) from (select ${columns} ${from} order by ${order} limit ${rows}) l), '[]')`;

/** The ways of cases in a span, and all that is counted on them: one walk along `touchpoint_time`. */
export async function pathFigures(db: EntityManager, span: Span, question: PathQuestion): Promise<PathFigures> {
  const { first } = question;
  const statement = named<SpanName>(
    `with ${told(span, question)}, kept as (
       select t.*, lag(t.step) over w as before, max(t.at) over (partition by t.c, t.r) as ended
       from told t
       window w as (partition by t.c, t.r order by t.at, t.id)
     ), move as materialized (
       select k.c, k.r, k.step, k.at, k.ended, row_number() over w as n, lag(k.step) over w as from_step,
         lead(k.step) over w as next, lead(k.at) over w as next_at
       from kept k
       where k.before is distinct from k.step
       window w as (partition by k.c, k.r order by k.at, k.id)
     ), whole as materialized (
       select m.c, m.r, array_agg(m.step order by m.n) filter (where m.n <= ${wayStepsMax}) as steps,
         max(m.n) > ${wayStepsMax} as is_cut, extract(epoch from max(m.ended) - min(m.at)) as seconds
       from move m
       group by m.c, m.r
     ), variant as (
       select w.steps, w.is_cut as "isCut", count(*)::int as cases, ${seconds('w.seconds', 'throughput')}
       from whole w
       group by w.steps, w.is_cut
     ), visit as (
       select m.c, m.r, m.step, count(*) as times, count(*) filter (where m.n = 1) as starts,
         count(*) filter (where m.next is null) as ends
       from move m
       group by m.c, m.r, m.step
     ), stop as (
       select v.step, sum(v.times)::int as times, count(*)::int as cases, sum(v.starts)::int as starts,
         sum(v.ends)::int as ends, count(*) filter (where v.times > 1)::int as "loopedCases"
       from visit v
       group by v.step
     ), transition as (
       select m.step as "from", m.next as "to", count(*) as times,
         ${seconds('extract(epoch from m.next_at - m.at)', 'between')}
       from move m
       where m.next is not null
       group by m.step, m.next
     ), link as (
       select m.n::int as place, m.step as "from", m.next as "to", count(*)::int as cases
       from move m
       where m.n <= ${placesMax}
       group by m.n, m.step, m.next
     ), back as (
       select m.next as step, m.step as via, count(*)::int as times
       from move m
       where m.from_step = m.next
       group by m.next, m.step
     )
     select (select count(*)::int from whole) as cases,
       (select s.throughput from (select ${seconds('w.seconds', 'throughput')} from whole w) s) as throughput,
       ${listed('v.*', 'from variant v', 'v.cases desc, v.steps, v."isCut"', first)} as variants,
       (select count(*)::int from variant) as "variantCount",
       ${listed('s.*', 'from stop s', 's.times desc, s.step', first)} as steps,
       (select count(*)::int from stop) as "stepCount",
       ${listed('t.*', 'from transition t', 't.times desc, t."from", t."to"', rowsMax)} as transitions,
       (select count(*)::int from transition) as "transitionCount",
       ${listed('l.*', 'from link l', 'l.cases desc, l.place, l."from", l."to" nulls first', rowsMax)} as links,
       (select count(*)::int from link) as "linkCount",
       ${listed('b.*', 'from back b', 'b.times desc, b.step, b.via', first)} as returns`,
  );
  const rows: PathFigures[] = await db.query(statement.text, statement.values(span));
  return rows[0] as PathFigures;
}
