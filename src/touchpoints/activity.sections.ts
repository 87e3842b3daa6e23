import { asOf, instantOf, type View } from '../identity/customer-row.sections.js';
import type { Composer, Field, Shapes } from '../platform/composer.js';
import { raw, type Sql, sql, workspace } from '../platform/sql.js';
import { isCounted, shown, summed, touchpointRows } from './touchpoint-rows.sections.js';
import { channels, directions, internal } from './vocabulary.js';

/** Touchpoints that the figures of 30 days are made from; more are counted as `isPartial`. */
const touchpointsMax = 200;

const inbound = directions.indexOf('INBOUND');
const tracked = [channels.indexOf('WEB'), channels.indexOf('APP')];

/** Figures that row `k` answers. */
export const figureColumns = {
  contacts7d: 'k.contacts_7d',
  contacts30d: 'k.contacts_30d',
  channelsUsed30d: 'k.channels_used',
  channelSwitches30d: 'k.channel_switches',
  repeatContacts30d: 'k.repeat_contacts',
  averageWaitSeconds30d: 'k.average_wait',
  averageSentiment30d: 'k.average_sentiment',
} as const;

/** What a customer's touchpoints add up to; of `CustomerMetrics` row `k`. */
export function activityShapes(q: Composer): Shapes {
  return {
    Customer: {
      lastSeenAt: (f) => sql`(select a.last_at from (${activity(f)}) a)`,
      coverage: (f) => q.object(f, sql`from (${activity(f)}) a`),
    },
    Coverage: {
      oldestTouchpointAt: raw('a.first_at'),
      newestTouchpointAt: raw('a.last_at'),
      totalTouchpoints: raw('coalesce(a.touchpoints, 0)::int'),
      sources: raw('to_json(a.sources)'),
      redactedFields: (f) => q.list(f, sql`from (${redacted(f)}) r order by r.field, r.reason`),
    },
    RedactedField: { field: raw('r.field'), reason: raw('r.reason') },
    CustomerMetrics: {
      ...Object.fromEntries(Object.entries(figureColumns).map(([name, column]) => [name, raw(column)])),
      basedOnTouchpoints: raw('k.touchpoints'),
      isPartial: raw('k.is_partial'),
    },
  };
}

/** Sums kept per profile, added up over the customer; of an earlier time counted from the touchpoints. */
function activity(f: Field): Sql {
  if (isCounted(f)) {
    return sql`
select min(t.occurred_at) as first_at, max(t.occurred_at) as last_at, count(*) as touchpoints,
  coalesce(array_agg(distinct t.source), '{}') as sources
from unnest(c.members) m(id)
cross join lateral (select t.* ${touchpointRows(f, sql`and t.profile_id = m.id ${shown(f)}`)}) t`;
  }
  const sum = (column: string) => raw(`a.${summed(f, column)}`);
  return sql`
select min(${sum('first_at')}) as first_at, max(${sum('last_at')}) as last_at, sum(${sum('touchpoints')}) as touchpoints,
  array(
    select distinct s.source
    from unnest(c.members) m(id)
    join profile_activity a on a.workspace_id = ${workspace}::int and a.profile_id = m.id
    cross join unnest(a.sources) s(source)
    order by s.source
  ) as sources
from unnest(c.members) m(id)
join profile_activity a on a.workspace_id = ${workspace}::int and a.profile_id = m.id and ${sum('touchpoints')} > 0`;
}

/**
 * The figures of the last 30 days, from at most the newest 200 touchpoints of the customer in that time, which is what
 * bounds their cost: one index walk, two windows over narrow rows. A contact is a touchpoint with another person:
 * neither internal nor on WEB or APP. `signals/` puts `Customer.metrics` together of these and of its own.
 */
export function figures(f: View): Sql {
  const now = instantOf(f);
  const columns = raw('t.id, t.occurred_at, t.channel, t.direction, t.wait_seconds, t.sentiment, t.topic');
  const page = sql`and t.direction <> ${raw(String(internal))}
      and t.occurred_at > ${now} - interval '30 days' and t.occurred_at <= ${now}
      order by t.occurred_at desc, t.id desc
      limit ${raw(String(touchpointsMax + 1))}`;
  return sql`
select count(*) filter (where w.is_contact and w.occurred_at > ${now} - interval '7 days')::int as contacts_7d,
  count(*) filter (where w.is_contact)::int as contacts_30d,
  count(distinct w.channel)::int as channels_used,
  count(*) filter (where w.channel <> w.channel_before)::int as channel_switches,
  count(*) filter (where w.repeats and w.occurred_at - w.topic_before <= interval '7 days')::int as repeat_contacts,
  round(avg(w.wait_seconds) filter (where w.is_contact), 1) as average_wait,
  round(avg(w.sentiment::numeric), 3) as average_sentiment,
  count(*)::int as touchpoints,
  coalesce(bool_or(w.place = ${raw(String(touchpointsMax))} and w.channel_before is not null), false) as is_partial
from (
  select p.*, lead(p.occurred_at) over (partition by p.repeats, p.topic order by p.place) as topic_before
  from (
    select t.*,
      row_number() over () as place,
      lead(t.channel) over () as channel_before,
      t.channel not in (${raw(tracked.join(', '))}) as is_contact,
      t.channel not in (${raw(tracked.join(', '))}) and t.direction = ${raw(String(inbound))}
        and t.topic is not null as repeats
    from (
      select ${columns}
      from unnest(c.members) m(id)
      cross join lateral (
        select ${columns}
        ${touchpointRows(f, sql`and t.profile_id = m.id ${shown(f)}`, page)}
      ) t
      where true ${page}
    ) t
  ) p
) w
where w.place <= ${raw(String(touchpointsMax))}`;
}

const maskedFields = [
  'attributes of touchpoints',
  'displayName',
  'identifiers.rawValue',
  'identifiers.value',
  'subject of touchpoints and conversations',
  'summary of touchpoints',
  'traits',
  'value of identifiers seen by touchpoints',
];

/** What this answer leaves out or hides, and why. */
function redacted(f: Field): Sql {
  const fixed = f.isMasked ? maskedFields.map((field) => `('${field}', 'MASKED')`) : [];
  if (f.isPortal) fixed.push(`('everything that is internal, and touchpoints between our own people', 'INTERNAL')`);
  const known = fixed.length > 0 ? raw(`values ${fixed.join(', ')}`) : raw(`select null::text, null::text where false`);
  const later = (field: string, table: string) => sql`
union all
select '${raw(field)}', 'RECORDED_LATER'
where exists (
  select
  from unnest(c.members) m(id)
  join ${raw(table)} z on z.workspace_id = ${workspace}::int and z.profile_id = m.id
  where z.recorded_at > ${asOf(f) ?? (() => null)}::timestamptz
)`;
  const unknown = asOf(f)
    ? sql`${later('identifiers', 'identifier')}${later('touchpoints', 'touchpoint')}${later('traits', 'trait')}`
    : raw('');
  return sql`select * from (${known}${unknown}) r(field, reason)`;
}
