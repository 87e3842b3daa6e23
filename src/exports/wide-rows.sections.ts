import { onScale } from '../feedback/feedback.sections.js';
import { surveyKinds } from '../feedback/survey.js';
import type { Field } from '../platform/composer.js';
import { raw, type Sql, sql, word, workspace } from '../platform/sql.js';
import { channels, directions } from '../touchpoints/vocabulary.js';
import type { Column } from './export-kind.js';

const code = (word: string, words: readonly string[]) => String(words.indexOf(word));
const inbound = code('INBOUND', directions);
const outbound = code('OUTBOUND', directions);
const internal = code('INTERNAL', directions);
/** On these nobody talks. */
const alone = ['WEB', 'APP'].map((channel) => code(channel, channels)).join();

/** The first that is there, in the order of time or against it. */
const first = (column: string, direction: 'asc' | 'desc' = 'asc') =>
  `(array_agg(t.${column} order by t.occurred_at ${direction}, t.id ${direction}) filter (where t.${column} is not null))[1]`;

/**
 * One row `w` of what some touchpoints come to; INTERNAL ones are no part of what a customer went through. docs/exports.md
 * has the formulas.
 *
 * @param where `and …` over touchpoints `t`
 */
export function summedUp(f: Field, where: Sql): Sql {
  return sql`cross join lateral (
  select count(*)::int as touchpoints, min(t.occurred_at) as first_at, max(t.occurred_at) as last_at,
    count(*) filter (where t.direction = ${raw(inbound)})::int as inbound,
    count(*) filter (where t.direction = ${raw(outbound)})::int as outbound,
    count(*) filter (where t.channel not in (${raw(alone)}))::int as contacts,
    ${raw(first('channel'))} as channel, ${raw(first('queue'))} as queue, ${raw(first('topic', 'desc'))} as topic,
    ${raw(first('outcome', 'desc'))} as outcome, ${raw(first('agent_id'))} as first_agent,
    ${raw(first('agent_id', 'desc'))} as last_agent, ${raw(first('issue_id', 'desc'))} as issue_id,
    coalesce(json_agg(distinct coalesce(${word('t.channel', channels)}, 'OTHER')), '[]') as channels,
    count(*) filter (where t.channel <> t.channel_before)::int as channel_switches,
    count(distinct t.agent_id)::int as agents,
    count(*) filter (where t.agent_id <> t.agent_before)::int as transfers,
    extract(epoch from min(t.occurred_at) filter (where t.direction = ${raw(outbound)} and t.occurred_at >= t.asked_at)
      - min(t.asked_at))::float8 as first_response,
    sum(t.wait_seconds)::int as wait, sum(t.hold_seconds)::int as hold, sum(t.handle_seconds)::int as handle,
    count(*) filter (where t.is_abandoned)::int as abandoned, avg(t.sentiment)::float8 as sentiment,
    ${raw(
      f.isMasked
        ? `'{}'::json`
        : `coalesce((array_agg(t.attributes order by t.occurred_at desc, t.id desc)
      filter (where t.attributes::text <> '{}'))[1], '{}')`,
    )} as attributes
  from (
    select t.*, lag(t.channel) over whole as channel_before, lag(t.agent_id) over by_agent as agent_before,
      min(t.occurred_at) filter (where t.direction = ${raw(inbound)}) over () as asked_at
    from touchpoint t
    where t.workspace_id = ${workspace}::int and t.direction <> ${raw(internal)} ${where}
    window whole as (order by t.occurred_at, t.id),
      by_agent as (partition by t.agent_id is null order by t.occurred_at, t.id)
  ) t
) w`;
}

/**
 * One row `a` of what customers answered.
 *
 * @param where `and …` over feedback `b`
 */
export function answered(where: Sql): Sql {
  const latest = (kind: 'CSAT' | 'NPS' | 'CES') =>
    sql`(array_agg(${onScale(kind)}::float8 order by b.answered_at desc, b.id desc)
      filter (where b.kind = ${raw(code(kind, surveyKinds))} and b.score is not null))[1]`;
  return sql`cross join lateral (
  select count(*)::int as answers, ${latest('CSAT')} as csat, ${latest('NPS')} as nps, ${latest('CES')} as ces
  from feedback b
  where b.workspace_id = ${workspace}::int ${where}
) a`;
}

const plain = (type: Column['type'], column: string): Column => ({ type, sql: () => raw(column) });

/** The columns of `w` and `a`. */
export const summedUpColumns: Readonly<Record<string, Column>> = {
  firstAt: plain('time', 'w.first_at'),
  lastAt: plain('time', 'w.last_at'),
  touchpoints: plain('int', 'w.touchpoints'),
  inbound: plain('int', 'w.inbound'),
  outbound: plain('int', 'w.outbound'),
  contacts: plain('int', 'w.contacts'),
  firstChannel: { type: 'word', sql: () => word('w.channel', channels) },
  channels: plain('json', 'w.channels'),
  channelSwitches: plain('int', 'w.channel_switches'),
  queue: plain('text', 'w.queue'),
  firstAgentId: plain('text', 'w.first_agent'),
  lastAgentId: plain('text', 'w.last_agent'),
  agents: plain('int', 'w.agents'),
  transfers: plain('int', 'w.transfers'),
  firstResponseSeconds: plain('float', 'w.first_response'),
  waitSeconds: plain('int', 'w.wait'),
  holdSeconds: plain('int', 'w.hold'),
  handleSeconds: plain('int', 'w.handle'),
  abandoned: plain('int', 'w.abandoned'),
  topic: plain('text', 'w.topic'),
  outcome: plain('text', 'w.outcome'),
  sentiment: plain('float', 'w.sentiment'),
  answers: plain('int', 'a.answers'),
  csat: plain('float', 'a.csat'),
  nps: plain('float', 'a.nps'),
  ces: plain('float', 'a.ces'),
};
