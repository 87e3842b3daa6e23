import { customerOf } from '../identity/customer-row.sections.js';
import type { Composer, Field, Shapes } from '../platform/composer.js';
import { connection } from '../platform/connection.js';
import { nothing, raw, type Sql, sql, word, workspace } from '../platform/sql.js';
import { filtered, idOf } from './touchpoint.sections.js';
import { inConversation, isCounted, shown, summed, touchpointRows } from './touchpoint-rows.sections.js';
import { channels } from './vocabulary.js';

/**
 * Threads of touchpoints: row `v` (`id`, `source`, `external_id`, `members`). The table has one piece per profile that
 * takes part; the pieces of one customer are one conversation.
 */
export function conversationShapes(q: Composer): Shapes {
  return {
    Customer: { conversations: (f) => conversations(q, f) },
    Conversation: {
      id: idOf('cnv', 'v.id'),
      channel: (f) => sql`coalesce((
select ${word('t.channel', channels)} ${inConversation(f, nothing, first)}), 'OTHER')`,
      subject: (f) =>
        f.isMasked
          ? raw('null::text')
          : sql`(
select t.subject ${inConversation(f, nothing, first)})`,
      source: raw('v.source'),
      externalId: raw('v.external_id'),
      startedAt: instant('min', 'first_at'),
      lastAt: instant('max', 'last_at'),
      touchpointCount: (f) =>
        isCounted(f)
          ? sql`(select count(*)::int ${inConversation(f)})`
          : pieces(f, `sum(o.${summed(f, 'touchpoints')})::int`),
      touchpoints: (f) =>
        connection(q, f, {
          row: 't',
          at: 'occurred_at',
          id: 'id',
          rows: (page) => sql`select t.* ${inConversation(f, filtered(f), page)}`,
        }),
      customer: (f) => q.object(f, customerOf(f, raw('v.members[1]'))),
    },
  };
}

/** The touchpoint that a conversation began with. */
const first = raw('order by t.occurred_at, t.id limit 1');

/** What the pieces of the customer's profiles add up to: walks `conversation_by_id`. */
function pieces(f: Field, sum: string): Sql {
  return sql`(
select ${raw(sum)}
from conversation o
where o.workspace_id = ${workspace}::int and o.id = v.id and o.profile_id = any(v.members)
  and ${raw(`o.${summed(f, 'touchpoints')}`)} > 0)`;
}

function instant(how: 'min' | 'max', column: string) {
  return (f: Field): Sql =>
    isCounted(f)
      ? sql`(select ${raw(how)}(t.occurred_at) ${inConversation(f)})`
      : pieces(f, `${how}(o.${summed(f, column)})`);
}

/** A customer's conversations, the one with the latest touchpoint first. */
function conversations(q: Composer, f: Field): Sql {
  return connection(q, f, {
    row: 'v',
    at: 'last_at',
    id: 'id',
    rows: (page) => (isCounted(f) ? counted(f, page) : f.isPortal ? shownOnes(f, page) : kept(f, page)),
  });
}

/** From the pieces, by `conversation_recent`: of one conversation the piece of the profile that spoke last stands. */
function kept(f: Field, page: Sql): Sql {
  return sql`
select v.*
from unnest(c.members) m(id)
cross join lateral (
  select v.id, v.last_at, v.source, v.external_id, c.members
  from conversation v
  where v.workspace_id = ${workspace}::int and v.profile_id = m.id and v.touchpoints > 0
    and not exists (
      select
      from conversation o
      where o.workspace_id = ${workspace}::int and o.id = v.id and o.profile_id = any(c.members) and o.touchpoints > 0
        and (o.last_at, o.profile_id) > (v.last_at, v.profile_id)
    )${channelIn(f)} ${page}
) v
where true ${page}`;
}

/**
 * As the customer herself may see them. What is internal must not tell in their order either, so all of her conversations
 * are put in order: it costs their number, whatever their length.
 */
function shownOnes(f: Field, page: Sql): Sql {
  return sql`
select v.*
from (
  select o.id, max(o.shown_last_at) as last_at, min(o.source) as source, min(o.external_id) as external_id, c.members
  from unnest(c.members) m(id)
  join conversation o on o.workspace_id = ${workspace}::int and o.profile_id = m.id and o.shown_touchpoints > 0
  group by o.id
) v
where true ${channelIn(f)} ${page}`;
}

/** As of an earlier time, from the touchpoints themselves: reads the customer's whole history. */
function counted(f: Field, page: Sql): Sql {
  return sql`
select v.*
from (
  select s.id, s.last_at, o.source, o.external_id, c.members
  from (
    select t.conversation_id as id, max(t.occurred_at) as last_at, max(t.profile_id) as profile_id
    from unnest(c.members) m(id)
    cross join lateral (
      select t.* ${touchpointRows(f, sql`and t.profile_id = m.id and t.conversation_id is not null ${shown(f)}`)}
    ) t
    group by t.conversation_id
  ) s
  join conversation o on o.workspace_id = ${workspace}::int and o.profile_id = s.profile_id and o.id = s.id
) v
where true ${channelIn(f)} ${page}`;
}

function channelIn(f: Field): Sql {
  if (!f.has('channels')) return nothing;
  const codes = f.arg<readonly string[]>('channels', (values) =>
    values.map((value) => channels.indexOf(value as never)),
  );
  return sql`
    and (
      select t.channel
      ${touchpointRows(f, sql`and t.conversation_id = v.id and t.profile_id = any(c.members) ${shown(f)}`, first)}
    ) = any(${codes}::smallint[])`;
}
