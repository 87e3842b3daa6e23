import { instantOf, knownBy, type View } from '../identity/customer-row.sections.js';
import { actKinds } from '../journeys/journey-state.js';
import type { Field } from '../platform/composer.js';
import { raw, type Sql, sql, workspace } from '../platform/sql.js';
import { shown, touchpointRows } from '../touchpoints/touchpoint-rows.sections.js';
import { channels, directions, internal, statuses } from '../touchpoints/vocabulary.js';

/** How far figures and signals look back, and how many of the newest touchpoints they rest on at most. */
export const windowDays = 30;
export const windowTouchpointsMax = 200;

export const inbound = directions.indexOf('INBOUND');
const tracked = [channels.indexOf('WEB'), channels.indexOf('APP')].join(', ');
/** A planned, failed or cancelled touchpoint was never held: the codes of its status. */
const neverHeld = (['PLANNED', 'FAILED', 'CANCELLED'] as const).map((one) => statuses.indexOf(one)).join(', ');

/** Whether people talk in a touchpoint: it is neither internal nor on WEB or APP. */
export const isContact = (t: string) => `${t}.channel not in (${tracked})`;

const call = channels.indexOf('CALL');

/** Whether a touchpoint is a call that the customer gave up. */
export const isGivenUp = (t: string) =>
  `(${t}.channel = ${call} and ${t}.direction = ${inbound} and ${t}.is_abandoned)`;

/** Whether people talked by telephone in a touchpoint. */
export const isHeldCall = (t: string) =>
  `(${t}.channel = ${call} and ${t}.is_abandoned is not true and ${t}.status not in (${neverHeld}))`;

/**
 * Whether something was told in a touchpoint that the next one may know: it took place, somebody answered, and on WEB
 * and APP it belongs to a journey, which keeps what was entered.
 */
const isTold = (t: string) =>
  `(${t}.direction <> ${internal} and ${t}.is_abandoned is not true and ${t}.status not in (${neverHeld})
    and (${isContact(t)} or ${t}.journey_id is not null))`;

const matterKeys = ['conversation_id', 'journey_id', 'issue_id', 'topic'];

const isSameMatter = (p: string, n: string) => `(${matterKeys.map((key) => `${p}.${key} = ${n}.${key}`).join(' or ')})`;

/** Whether the customer came to another channel or agent than before. */
const isChange = (p: string, n: string) => `(${p}.channel <> ${n}.channel or ${p}.agent_id <> ${n}.agent_id)`;

/** By what the context went from touchpoint `p` to `n`; null when by nothing. */
function carriedBy(f: View, members: string): Sql {
  const act = (kind: (typeof actKinds)[number], condition = '') => sql`(p.journey_id = n.journey_id and exists (
      select
      from journey_act a
      where a.workspace_id = ${workspace}::int and a.journey_id = n.journey_id
        and a.kind = ${raw(String(actKinds.indexOf(kind)))} and a.at > p.occurred_at and a.at <= n.occurred_at
        ${raw(condition)} ${knownBy(f, 'a.at')}))`;
  return sql`case
    when ${act('RESUMED', `and a.data ->> 'via' in ('code', 'link')`)} then 'RESUME_CODE'
    when ${act('HANDED_OFF')} then 'HAND_OFF'
    when p.journey_id = n.journey_id then 'JOURNEY'
    when p.conversation_id = n.conversation_id then 'CONVERSATION'
    when exists (
      select
      from brief_opening b
      where b.workspace_id = ${workspace}::int and b.profile_id = any(${raw(members)})
        and (b.touchpoint_id = n.id or (
          b.opened_at >= n.occurred_at - interval '15 minutes'
          and b.opened_at <= coalesce(n.ended_at, n.occurred_at + interval '15 minutes')
          and (b.agent_id = n.agent_id) is not false)) ${knownBy(f, 'b.opened_at')}
    ) then 'BRIEF'
  end`;
}

const columns = raw(
  [
    'id',
    'profile_id',
    'occurred_at',
    'ended_at',
    'channel',
    'direction',
    'status',
    'is_abandoned',
    'wait_seconds',
    'sentiment',
    'agent_id',
    'outcome',
    'kind',
    'topic',
    'conversation_id',
    'journey_id',
    'issue_id',
  ]
    .map((column) => `t.${column}`)
    .join(', '),
);

const newest = raw(`order by t.occurred_at desc, t.id desc limit ${windowTouchpointsMax}`);

/** The newest touchpoints (columns of `t`) of profiles `m` that a condition finds. */
function newestOf(f: View, members: string, condition: Sql): Sql {
  return sql`select ${columns}
    from unnest(${raw(members)}) m(id)
    cross join lateral (
      select ${columns}
      ${touchpointRows(f, sql`and t.profile_id = m.id ${shown(f)} ${condition}`, newest)}
    ) t
    ${newest}`;
}

/**
 * Row `cy`: that with touchpoint `t`, told by the customer (members of row `o`), she came to another channel or agent
 * than at the touchpoint of the same matter before it. It looks at no more than 200 touchpoints of 30 days.
 */
export function continuityOfTouchpoint(f: Field, members: Sql): Sql {
  return sql`from (
    select p.id, p.channel, p.channel <> n.channel as is_channel, p.agent_id <> n.agent_id as is_agent,
      ${carriedBy(f, 'n.members')} as by
    from (
      select ${columns}, ${members} as members
      where ${raw(isTold('t'))} and t.direction = ${raw(String(inbound))}
      offset 0
    ) n
    cross join lateral (
      select p.*
      from (${newestOf(
        f,
        'n.members',
        sql`and (t.occurred_at, t.id) < (n.occurred_at, n.id)
          and t.occurred_at > n.occurred_at - interval '${raw(String(windowDays))} days' and ${raw(isTold('t'))}`,
      )}) p
      where ${raw(isSameMatter('p', 'n'))}
      order by p.occurred_at desc, p.id desc
      limit 1
    ) p
    where ${raw(isChange('p', 'n'))}
  ) cy`;
}

/**
 * The window of customer `c`: its newest touchpoints, `place` 1 for the newest. Of each
 * - `is_contact`: people talk; `is_told`: see above;
 * - `before`: the place of the touchpoint of the same matter before it;
 * - `agent_before`: the agent before it in its conversation;
 * - `is_occasion`: an inbound contact that begins anew, not within an hour of the inbound one before in its
 *   conversation (who greets first in a chat does not matter);
 * - `asked_at`: when the occasion about the same topic before it was;
 * - `looked_at`: when she last was on WEB or APP about the same topic or journey.
 */
export function contactWindow(f: View): Sql {
  const now = instantOf(f);
  const within = sql`and t.direction <> ${raw(String(internal))}
    and t.occurred_at > ${now} - interval '${raw(String(windowDays))} days' and t.occurred_at <= ${now}`;
  const before = (key: string) =>
    `case when t.${key} is not null then lead(t.place) over (partition by t.is_told, t.${key} order by t.place) end`;
  // From the oldest on, so that the maximum only ever grows.
  const looked = (key: string) =>
    `case when t.${key} is not null then max(t.occurred_at) filter (where not t.is_contact)
        over (partition by t.${key} order by t.place desc rows between unbounded preceding and 1 preceding) end`;
  return sql`
  select t.*,
    case when t.is_occasion and t.topic is not null
      then lead(t.occurred_at) over (partition by t.is_occasion, t.topic order by t.place) end as asked_at
  from (
    select t.*,
      t.is_contact and t.direction = ${raw(String(inbound))}
        and (t.occurred_at - t.spoke_at <= interval '1 hour') is not true as is_occasion
    from (
      select t.*,
        case when t.is_told then least(${raw(matterKeys.map(before).join(',\n          '))}) end as before,
        greatest(${raw(['topic', 'journey_id'].map(looked).join(',\n          '))}) as looked_at,
        case when t.conversation_id is not null
          then lead(t.occurred_at) over (partition by t.conversation_id, t.direction order by t.place) end as spoke_at,
        case when t.conversation_id is not null and t.agent_id is not null
          then lead(t.agent_id) over (partition by t.conversation_id, t.agent_id is null order by t.place)
        end as agent_before
      from (
        select t.*, row_number() over (order by t.occurred_at desc, t.id desc) as place,
          ${raw(isContact('t'))} as is_contact, ${raw(isTold('t'))} as is_told
        from (${newestOf(f, 'c.members', within)}) t
      ) t
    ) t
  ) t`;
}

/** Changes of channel or agent in window `w`: its row, `from_id`, `matter`, and `by`, null where she started over. */
export function changesIn(f: View): Sql {
  return sql`
  select n.*, p.id as from_id, coalesce(n.topic, p.topic) as matter, ${carriedBy(f, 'c.members')} as by
  from w n
  join w p on p.place = n.before
  where n.direction = ${raw(String(inbound))} and ${raw(isChange('p', 'n'))}`;
}
