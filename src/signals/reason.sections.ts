import { instantOf } from '../identity/customer-row.sections.js';
import { touchpointsOf } from '../journeys/journey.sections.js';
import type { Field } from '../platform/composer.js';
import { join, raw, type Sql, sql, workspace } from '../platform/sql.js';
import { shown, touchpointRows } from '../touchpoints/touchpoint-rows.sections.js';
import { isGivenUp, isHeldCall } from './matter.sections.js';
import { openIssues, openJourneys } from './open-matters.sections.js';
import { doubtCases, priorCases, type ReasonRuleWord, reasonDays, reasonPriors, ruleCode } from './reason-rules.js';
import { citedFrom, newest } from './signal-row.sections.js';

const openMax = 5;
const none = raw(`'{}'::text[]`);
const tp = (id: string) => raw(`array['tp_' || replace(${id}::text, '-', '')]`);

/**
 * How often a rule that names the reason itself was right: over all topics, with its prior; about one topic, with that
 * over all as its prior.
 * @param topic an expression; over all topics when left out
 */
export function rateOf(rule: keyof typeof reasonPriors, topic?: string): Sql {
  const prior = `${reasonPriors[rule] * priorCases}::numeric`;
  const cases = String(priorCases);
  const share = (hits: string, tries: string, before: string) => `(${hits} + ${before}) / (${tries} + ${cases})`;
  const own = topic && `coalesce(sum(k.%) filter (where k.after = ${topic}), 0)`;
  const all = share('coalesce(sum(k.hits), 0)', 'coalesce(sum(k.tries), 0)', prior);
  return sql`(
    select ${raw(own ? share(own.replace('%', 'hits'), own.replace('%', 'tries'), `${cases} * ${all}`) : all)}
    from reason_count k
    where k.workspace_id = ${workspace}::int and k.rule = ${raw(String(ruleCode(rule)))})`;
}

interface Candidate {
  readonly rule: ReasonRuleWord;
  readonly topic: Sql;
  readonly confidence: Sql;
  readonly message: Sql;
  readonly cited: Sql;
  readonly issue?: Sql;
  readonly journey?: Sql;
  readonly from: Sql;
}

function candidate({ rule, topic, confidence, message, cited, issue, journey, from }: Candidate): Sql {
  return sql`select '${raw(rule)}' as rule, ${raw(String(ruleCode(rule)))} as rank, ${topic} as topic,
    ${confidence}::numeric as confidence, ${message} as message, ${cited} as cited,
    ${issue ?? raw('null::text')} as issue_id, ${journey ?? raw('null::text')} as journey_id
  ${from}`;
}

/** What others came about, where rule and what came before are these: the share of the cases counted. */
function others(rule: 'ANY' | 'AFTER' | 'ORDER', message: Sql, cited: Sql, condition: Sql): Sql {
  return candidate({
    rule,
    topic: raw('k.topic'),
    confidence: raw(`k.hits::numeric / (k.tries + ${doubtCases})`),
    message,
    cited,
    from: sql`from reason_count k
  ${condition} and k.workspace_id = ${workspace}::int and k.rule = ${raw(String(ruleCode(rule)))}`,
  });
}

/** Open journeys of customer `c`, the newest: row `j`, with its `name` and `topic`. */
const journeysWithTopic = (f: Field) => sql`(
    select j.*, bv.definition ->> 'name' as name, coalesce((
      select t.topic
      ${touchpointsOf(f, raw('and t.topic is not null'), raw('order by t.occurred_at desc, t.id desc limit 1'))}
    ), b.key) as topic
    from (${openJourneys(f, openMax)}) j
    join blueprint b on b.workspace_id = ${workspace}::int and b.id = j.blueprint_id
    join blueprint_version bv on bv.workspace_id = ${workspace}::int and bv.blueprint_id = j.blueprint_id
      and bv.version = j.blueprint_version
  ) j`;

/** Reasons that the rules name for customer `c`, from window `w`: one row of each rule and topic. */
export function reasonCandidates(f: Field): Sql {
  const lately = (column: string, days: number) =>
    sql`${raw(column)} > ${instantOf(f)} - interval '${raw(String(days))} days'`;
  return join(
    [
      candidate({
        rule: 'ISSUE',
        topic: raw('iss.topic'),
        confidence: rateOf('ISSUE', 'iss.topic'),
        message: raw(`'Has an open issue about ' || iss.topic || '.'`),
        cited: citedFrom(touchpointRows(f, sql`and t.issue_id = iss.id ${shown(f)}`, newest)),
        issue: raw(`'iss_' || replace(iss.id::text, '-', '')`),
        from: sql`from (${openIssues(f, openMax, raw('and iss.topic is not null'))}) iss`,
      }),
      candidate({
        rule: 'JOURNEY',
        topic: raw('j.topic'),
        confidence: rateOf('JOURNEY', 'j.topic'),
        message: raw(`'Has an open journey: ' || coalesce(j.name, j.topic) || '.'`),
        cited: citedFrom(touchpointsOf(f, raw(''), newest)),
        journey: raw(`'jrn_' || replace(j.id::text, '-', '')`),
        from: sql`from ${journeysWithTopic(f)}`,
      }),
      candidate({
        rule: 'GIVEN_UP',
        topic: raw('g.topic'),
        confidence: rateOf('GIVEN_UP', 'g.topic'),
        message: raw(`'Gave up a call about ' || g.topic || ', and nobody called back.'`),
        cited: tp('g.id'),
        from: sql`from (
    select w.topic, w.id
    from w
    where ${raw(isGivenUp('w'))} and w.topic is not null
      and ${lately('w.occurred_at', reasonDays.again)}
      and not exists (
        select from w later where later.place < w.place and ${raw(isHeldCall('later'))}
      )
    order by w.place
    limit 1
  ) g`,
      }),
      candidate({
        rule: 'AGAIN',
        topic: raw('l.topic'),
        confidence: rateOf('AGAIN', 'l.topic'),
        message: raw(`'Last came about ' || l.topic || '.'`),
        cited: tp('l.id'),
        from: sql`from (${lastOccasion}) l where ${lately('l.occurred_at', reasonDays.again)}`,
      }),
      others(
        'AFTER',
        raw(`'After ' || k.after || ', ' || k.hits || ' of ' || k.tries || ' customers came about ' || k.topic || '.'`),
        tp('l.id'),
        sql`join (${lastOccasion}) l on l.topic = k.after where true`,
      ),
      others(
        'ORDER',
        raw(`'After an order, ' || k.hits || ' of ' || k.tries || ' contacts were about ' || k.topic || '.'`),
        tp('o.id'),
        sql`cross join (
    select w.id from w where w.kind ilike '%order%' and ${lately('w.occurred_at', reasonDays.order)} order by w.place limit 1
  ) o where true`,
      ),
      others(
        'ANY',
        raw(`'Of all contacts, ' || k.hits || ' of ' || k.tries || ' were about ' || k.topic || '.'`),
        none,
        raw('where true'),
      ),
    ],
    '\n  union all\n  ',
  );
}

/** The last occasion with a topic, in window `w`. */
const lastOccasion = raw(`
    select w.id, w.topic, w.occurred_at from w where w.is_occasion and w.topic is not null order by w.place limit 1`);
