import { instantOf } from '../identity/customer-row.sections.js';
import type { Field } from '../platform/composer.js';
import { raw, type Sql, sql, word } from '../platform/sql.js';
import { shown, touchpointRows } from '../touchpoints/touchpoint-rows.sections.js';
import { channels, directions, internal, statuses } from '../touchpoints/vocabulary.js';
import { treatmentRow } from './treatment-settings.js';

/** Touchpoints that habits are seen in, the newest: that bounds what looking costs. */
export const habitTouchpointsMax = 200;

/** Touchpoints that tell of her language, the newest. */
const spokenMax = 10;

const inbound = directions.indexOf('INBOUND');
const tracked = [channels.indexOf('WEB'), channels.indexOf('APP')].join(', ');
/** A planned, failed or cancelled touchpoint was never held. */
export const neverHeld = (['PLANNED', 'FAILED', 'CANCELLED'] as const).map((one) => statuses.indexOf(one)).join(', ');

const newest = raw(`order by t.occurred_at desc, t.id desc limit ${habitTouchpointsMax}`);
const columns = raw(
  't.id, t.occurred_at, t.channel, t.direction, t.status, t.is_abandoned, t.language, t.conversation_id',
);

/** What customer `c` told us lately: CTEs `th` (the settings) and `w`, the INBOUND ones of her newest touchpoints. */
function lately(f: Field): Sql {
  const now = instantOf(f);
  return sql`with th as (${treatmentRow}),
  w as (
    select t.*
    from (
      select t.*
      from unnest(c.members) m(id)
      cross join lateral (
        select ${columns}
        ${touchpointRows(
          f,
          sql`and t.profile_id = m.id ${shown(f)} and t.direction <> ${raw(String(internal))}
          and t.occurred_at > ${now} - (select th.observed_days from th) * interval '1 day' and t.occurred_at <= ${now}`,
          newest,
        )}
      ) t
      ${newest}
    ) t
    where t.direction = ${raw(String(inbound))} and t.status not in (${raw(neverHeld)})
  )`;
}

/** The channel on which most contacts went well: row `value`, `reason`. What belongs to one conversation is one contact. */
export function observedChannel(f: Field): Sql {
  return sql`
    ${lately(f)}
    select jsonb_build_array(${word('g.channel', channels)}) as value,
      g.well || ' of ' || g.contacts || ' contacts in ' || th.observed_days || ' days went well on '
        || ${word('g.channel', channels)} || '.' as reason
    from (
      select w.channel, max(w.occurred_at) as last_at,
        count(distinct coalesce(w.conversation_id, w.id)) filter (where w.is_abandoned is not true) as well,
        (sum(count(distinct coalesce(w.conversation_id, w.id))) over ())::int as contacts
      from w
      where w.channel not in (${raw(tracked)})
      group by w.channel
    ) g
    cross join th
    where g.well >= th.observed_contacts
    order by g.well desc, g.last_at desc, g.channel
    limit 1`;
}

/** The language of most of the last touchpoints that have one. */
export function observedLanguage(f: Field): Sql {
  return sql`
    ${lately(f)}
    select to_jsonb(g.language) as value,
      g.n || ' of the last ' || g.spoken || ' touchpoints with a language were in ' || g.language || '.' as reason
    from (
      select (array_agg(l.language order by l.occurred_at desc, l.id desc))[1] as language, max(l.occurred_at) as last_at,
        count(*) as n, (sum(count(*)) over ())::int as spoken
      from (
        select w.id, w.occurred_at, w.language
        from w
        where w.language is not null
        order by w.occurred_at desc, w.id desc
        limit ${raw(String(spokenMax))}
      ) l
      group by lower(l.language)
    ) g
    order by g.n desc, g.last_at desc, lower(g.language)
    limit 1`;
}

/**
 * The hours at which she comes, on the clock of her time zone (row `s` of a query), else of the workspace: from the
 * tenth to the ninetieth hundredth of the hours at which she came, on weekdays that have a tenth of them. An hour of a
 * day counts once, however much happened in it.
 */
export function observedHours(f: Field, statedZone: Sql): Sql {
  return sql`
    ${lately(f)}
    select jsonb_build_object('timeZone', g.zone, 'windows', jsonb_build_array(jsonb_build_object(
        'days', (
          select jsonb_agg(d.day order by d.day)
          from (select d.day from unnest(g.came) d(day) group by d.day having 10 * count(*) >= g.n) d
        ),
        'from', lpad(g.first::text, 2, '0') || ':00',
        'to', lpad((g.last + 1)::text, 2, '0') || ':00'))) as value,
      'Came in ' || g.n || ' different hours of ' || g.observed_days || ' days.' as reason
    from (
      select z.zone, th.observed_days, th.observed_contacts, count(*) as n,
        percentile_disc(0.1) within group (order by h.hour) as first,
        percentile_disc(0.9) within group (order by h.hour) as last,
        array_agg(h.day) as came
      from th
      cross join lateral (
        select coalesce((select s.value #>> '{}' from (${statedZone}) s), th.time_zone) as zone
      ) z
      cross join lateral (
        select distinct date_trunc('hour', w.occurred_at at time zone z.zone) as at
        from w
      ) o
      cross join lateral (select extract(isodow from o.at)::int as day, extract(hour from o.at)::int as hour) h
      group by z.zone, th.observed_days, th.observed_contacts
    ) g
    where g.n >= g.observed_contacts`;
}
