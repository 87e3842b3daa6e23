import { instantOf } from '../identity/customer-row.sections.js';
import type { Field } from '../platform/composer.js';
import { raw, type Sql, sql, word } from '../platform/sql.js';
import { channels } from '../touchpoints/vocabulary.js';
import { isGivenUp, isHeldCall } from './matter.sections.js';
import { citedOf, counted, signalRows } from './signal-row.sections.js';

/** `Third`; from the eleventh on `11th`. */
const ordinal = (n: string) =>
  `coalesce(('{First,Second,Third,Fourth,Fifth,Sixth,Seventh,Eighth,Ninth,Tenth}'::text[])[${n}], ${n} ||
      case when ${n} % 100 between 11 and 13 then 'th' when ${n} % 10 = 1 then 'st' when ${n} % 10 = 2 then 'nd'
        when ${n} % 10 = 3 then 'rd' else 'th' end)`;

const since = (f: Field, days: string) => sql`${instantOf(f)} - th.${raw(days)} * interval '1 day'`;

/** Signals from window `w`, its changes `over`, and thresholds `th`. */
export function windowSignals(f: Field): Sql[] {
  return [repeatContact(f), longWait(f), notCalledBack(f), storyToldAgain(), negativeSentiment(), selfServiceFailed(f)];
}

function repeatContact(f: Field): Sql {
  const days = 'g.days';
  return signalRows({
    kind: 'REPEAT_CONTACT',
    rank: raw('case when g.n >= 2 * g.enough then 2 else 1 end'),
    since: raw('g.since'),
    message: raw(`${ordinal('g.n')} || ' contact in ' || ${counted(days, 'day')} || ' about ' || g.topic || '.'`),
    cited: raw('g.cited'),
    from: sql`from (
    select w.topic, count(*)::int as n, th.repeat_occasions as enough, ${citedOf('w')} as cited,
      (array_agg(w.occurred_at order by w.place desc))[th.repeat_occasions] as since,
      greatest(1, round(extract(epoch from ${instantOf(f)} - min(w.occurred_at)) / 86400))::int as days
    from w
    cross join th
    where w.is_occasion and w.topic is not null and w.occurred_at > ${since(f, 'repeat_days')}
    group by w.topic, th.repeat_occasions
    having count(*) >= th.repeat_occasions
  ) g`,
  });
}

function longWait(f: Field): Sql {
  const more = `case when g.n > 1 then ', and long ' || ${counted('(g.n - 1)', 'more time')} else '' end`;
  return signalRows({
    kind: 'LONG_WAIT',
    rank: raw('case when g.seconds >= 2 * g.enough then 2 else 1 end'),
    since: raw('g.since'),
    message: sql`'Waited ' || ${raw(counted('round(g.seconds / 60.0)', 'minute'))} || ' on ' || ${word('g.channel', channels)}
      || case when g.is_abandoned then ' and gave up' else '' end || ${raw(more)} || '.'`,
    cited: raw('g.cited'),
    from: sql`from (
    select count(*)::int as n, th.long_wait_seconds as enough, ${citedOf('w')} as cited, max(w.wait_seconds) as seconds,
      (array_agg(w.occurred_at order by w.wait_seconds desc, w.place))[1] as since,
      (array_agg(w.channel order by w.wait_seconds desc, w.place))[1] as channel,
      (array_agg(w.is_abandoned order by w.wait_seconds desc, w.place))[1] as is_abandoned
    from w
    cross join th
    where w.is_contact and w.wait_seconds >= th.long_wait_seconds and w.occurred_at > ${since(f, 'long_wait_days')}
    group by th.long_wait_seconds
  ) g`,
  });
}

function notCalledBack(f: Field): Sql {
  const waited = `case when g.seconds >= 60 then ' after ' || ${counted('round(g.seconds / 60.0)', 'minute')} else '' end`;
  return signalRows({
    kind: 'NOT_CALLED_BACK',
    rank: raw('case when g.n > 1 then 2 else 1 end'),
    since: raw('g.since'),
    message: raw(`'Gave up calling' || ${waited}
      || case when g.n > 1 then ', ' || ${counted('g.n', 'time')} || ' by now,' else '' end || ' and was not called back.'`),
    cited: raw('g.cited'),
    from: sql`from (
    select count(*)::int as n, ${citedOf('w')} as cited, min(w.occurred_at) as since,
      (array_agg(w.wait_seconds order by w.place))[1] as seconds
    from w
    cross join th
    where ${raw(isGivenUp('w'))}
      and w.occurred_at > ${since(f, 'call_back_days')}
      and w.occurred_at <= ${instantOf(f)} - th.call_back_minutes * interval '1 minute'
      and not exists (
        select
        from w later
        where later.place < w.place and ${raw(isHeldCall('later'))}
      )
    having count(*) > 0
  ) g`,
  });
}

function storyToldAgain(): Sql {
  return signalRows({
    kind: 'STORY_TOLD_AGAIN',
    rank: raw('case when g.times >= 2 * g.enough then 2 else 1 end'),
    since: raw('g.since'),
    message: raw(`'Told her story ' || g.times || ' times' || coalesce(' about ' || g.matter, '') || '.'`),
    cited: raw('g.cited'),
    from: sql`from (
    select o.matter, count(*)::int + 1 as times, th.story_told as enough, ${citedOf('o')} as cited,
      (array_agg(o.occurred_at order by o.place desc))[th.story_told - 1] as since
    from over o
    cross join th
    where o.by is null
    group by o.matter, th.story_told
    having count(*) + 1 >= th.story_told
  ) g`,
  });
}

function negativeSentiment(): Sql {
  return signalRows({
    kind: 'NEGATIVE_SENTIMENT',
    rank: raw('1'),
    since: raw('g.since'),
    message: raw(`'Sentiment of ' || g.mean || ' over the last ' || ${counted('g.n', 'touchpoint')}
      || coalesce(', after ' || g.before, '') || '.'`),
    cited: raw('g.cited'),
    from: sql`from (
    select count(*) filter (where r.is_last)::int as n, th.negative_sentiment as enough,
      round(avg(r.sentiment::numeric) filter (where r.is_last), 2) as mean,
      round(avg(r.sentiment::numeric) filter (where not r.is_last), 2) as before,
      min(r.occurred_at) filter (where r.is_last) as since,
      (array_agg('tp_' || replace(r.id::text, '-', '') order by r.place) filter (where r.is_last))[1:12] as cited,
      th.negative_touchpoints as of
    from (
      select w.*, row_number() over (order by w.place) <= th.negative_touchpoints as is_last
      from w
      cross join th
      where w.sentiment is not null
    ) r
    cross join th
    group by th.negative_sentiment, th.negative_touchpoints
  ) g
  where g.n = g.of and g.mean <= g.enough and (g.mean < g.before) is not false`,
  });
}

function selfServiceFailed(f: Field): Sql {
  return signalRows({
    kind: 'SELF_SERVICE_FAILED',
    rank: raw('0'),
    since: raw('g.since'),
    message: sql`'Looked for help on WEB or APP and came by ' || ${word('g.channel', channels)} || ' all the same'
      || case when g.n > 1 then ', ' || g.n || ' times' else '' end || '.'`,
    cited: raw('g.cited'),
    from: sql`from (
    select count(*)::int as n, ${citedOf('w')} as cited, max(w.occurred_at) as since,
      (array_agg(w.channel order by w.place))[1] as channel
    from w
    cross join th
    where w.is_occasion and w.occurred_at - w.looked_at <= interval '24 hours'
      and w.occurred_at > ${since(f, 'self_service_days')}
    having count(*) > 0
  ) g`,
  });
}
