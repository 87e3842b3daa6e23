import { protectionGuard, type WriteProtectionName, writeProtection } from '../identity/protection.queries.js';
import { type ReadIdentityName, readIdentity, readIdentityColumns } from '../identity/resolution-read.queries.js';
import { type WriteIdentityName, writeIdentity } from '../identity/resolution-write.queries.js';
import { named } from '../platform/named-sql.js';
import {
  type ChangeableColumn,
  changeable,
  changeableColumns,
  fixed,
  keepVersions,
  type TouchpointColumn,
} from './touchpoint-table.js';
import { internal } from './vocabulary.js';

/**
 * All that a batch touches, in one statement. A stored touchpoint is told in full only where the batch says something
 * else about it: redeliveries, the common case, cost one probe of the primary key.
 */
export const readBatch = named<ReadIdentityName | 'ids' | 'hashes'>(
  `with ${readIdentity}
   select ${readIdentityColumns},
   (
     select json_agg(json_build_object(
       'id', encode(uuid_send(t.id), 'hex'), 'version', t.version, 'hash', t.content_hash::text, 'profile', t.profile_id,
       'customer', p.canonical_id,
       'detail', case when t.content_hash is distinct from k.hash then (
         select row_to_json(d) from (
           select t.*, (
             select json_build_object('id', encode(uuid_send(c.id), 'hex'), 'source', c.source, 'externalId', c.external_id)
             from conversation c
             where c.workspace_id = :workspace::int and c.profile_id = t.profile_id and c.id = t.conversation_id
           ) as conversation, (
             select json_agg(json_build_object('version', m.version, 'hash', m.content_hash::text, 'message', m.message))
             from touchpoint_message m
             where m.workspace_id = :workspace::int and m.touchpoint_id = t.id
           ) as messages
         ) d
       ) end))
     from unnest(:ids::uuid[], :hashes::bigint[]) k(id, hash)
     join touchpoint t on t.workspace_id = :workspace::int and t.id = k.id
     join profile p on p.workspace_id = :workspace::int and p.id = t.profile_id
   ) as stored`,
);

const arrays = (columns: Record<string, string>, prefix: string) =>
  Object.entries(columns).map(([column, type]) => `:${prefix}_${column}::${type}[]`);

/** Of the sums those that leave out what is internal: a customer sees them herself. */
const shownSums = 'shown_touchpoints, shown_first_at, shown_last_at';

const sumsOf = (row: string, areNamed = false) =>
  ['count(*)', `min(${row}occurred_at)`, `max(${row}occurred_at)`]
    .map((sum, place) => {
      const name = areNamed ? ` as ${shownSums.split(', ')[place]}` : '';
      return `${sum} filter (where ${row}direction <> ${internal})${name}`;
    })
    .join(', ');

const addSums = (row: string) => `shown_touchpoints = ${row}.shown_touchpoints + excluded.shown_touchpoints,
      shown_first_at = least(${row}.shown_first_at, excluded.shown_first_at),
      shown_last_at = greatest(${row}.shown_last_at, excluded.shown_last_at)`;

/** What a touchpoint was put under stays, until a message puts it elsewhere: no message need have said it. */
const kept = (column: string) =>
  column === 'issue_id' || column === 'journey_id' ? `coalesce(u.${column}, t.${column})` : `u.${column}`;

const inserted = { ...fixed, ...changeable };
const updated = { id: 'uuid', old_version: 'bigint', old_hash: 'bigint', ...changeable };

/**
 * Writes a decided batch as one statement, so that it is stored wholly or not at all. The order of the `case` is the
 * order of the locks: customers, identifiers, updates, touchpoints. A guard that does not hold ends the statement with
 * a cast error that names it, and the batch is decided again. A plain touchpoint that another batch stored first is no
 * error: it is left out of `inserted` and decided again alone.
 */
const written = (protection: string, guard: string) => `with ${writeIdentity}${protection},
  outdated as materialized (
    select u.*
    from unnest(${arrays(updated, 'u').join(', ')}) u(${Object.keys(updated).join(', ')})
    join touchpoint t on t.workspace_id = :workspace::int and t.id = u.id
      and t.version = u.old_version and t.content_hash = u.old_hash
    order by t.id
    for no key update of t
  ),
  kept as (${keepVersions('outdated', ':workspace')}
  ),
  updates as (
    update touchpoint t
    set ${changeableColumns.map((column) => `${column} = ${kept(column)}`).join(', ')}
    from outdated u
    where t.workspace_id = :workspace::int and t.id = u.id
    returning 1
  ),
  messages as (
    insert into touchpoint_message (workspace_id, touchpoint_id, version, content_hash, message)
    select :workspace::int, u.*
    from unnest(:messageIds::uuid[], :messageVersions::bigint[], :messageHashes::bigint[], :messages::json[])
      u(id, version, hash, message)
    on conflict do nothing
    returning 1
  ),
  inserted as (
    insert into touchpoint (workspace_id, ${Object.keys(inserted).join(', ')})
    select :workspace::int, u.*
    from unnest(${arrays(inserted, 't').join(', ')}) u(${Object.keys(inserted).join(', ')})
    on conflict do nothing
    returning id, profile_id, occurred_at, source, conversation_id, direction
  ),
  activity as (
    insert into profile_activity as a (workspace_id, profile_id, first_at, last_at, touchpoints, sources, ${shownSums})
    select :workspace::int, profile_id, min(occurred_at), max(occurred_at), count(*), array_agg(distinct source),
      ${sumsOf('')}
    from inserted
    group by profile_id
    order by profile_id
    on conflict (workspace_id, profile_id) do update
    set first_at = least(a.first_at, excluded.first_at),
      last_at = greatest(a.last_at, excluded.last_at),
      touchpoints = a.touchpoints + excluded.touchpoints,
      ${addSums('a')},
      sources = case when a.sources @> excluded.sources then a.sources else a.sources || excluded.sources end
    returning 1
  ),
  conversations as (
    insert into conversation as c (workspace_id, profile_id, id, source, external_id, first_at, last_at, touchpoints,
      ${shownSums})
    select :workspace::int, profile_id, conversation_id,
      :conversationNames::jsonb -> conversation_id::text ->> 0,
      :conversationNames::jsonb -> conversation_id::text ->> 1,
      min(occurred_at), max(occurred_at), count(*), ${sumsOf('')}
    from inserted
    where conversation_id is not null
    group by profile_id, conversation_id
    order by profile_id, conversation_id
    on conflict (workspace_id, profile_id, id) do update
    set first_at = least(c.first_at, excluded.first_at),
      last_at = greatest(c.last_at, excluded.last_at),
      touchpoints = c.touchpoints + excluded.touchpoints,
      ${addSums('c')}
    returning 1
  ),
  published as (
    insert into outbox (workspace_id, kind, payload)
    select :workspace::int, 'touchpoints.recorded', :event::json
    where :event::text is not null
    on conflict do nothing
    returning 1
  ),
  fed as (
    insert into feed (workspace_id, kind, profiles, payload)
    select :workspace::int, 'touchpoints.recorded', :eventProfiles::bigint[], :event::json
    where :event::text is not null
    returning 1
  )
  select
    case
      when (select count(*) filter (where id = from_id) from moved) <> cardinality(:guardIds::bigint[])
        then ('lost race: customer ' || (select count(*) from moved))::int
      when (select count(*) from attached) <> cardinality(:newTypes::text[])
        then ('lost race: identifier ' || (select count(*) from attached))::int${guard}
      when (select count(*) from updates) <> cardinality(:u_id::uuid[])
        then ('lost race: update ' || (select count(*) from updates))::int
      when (select count(*) from inserted where id = any(:decisive::uuid[])) <> cardinality(:decisive::uuid[])
        then ('lost race: touchpoint ' || (select count(*) from inserted))::int
      else 1
    end as ok,
    case
      when (select count(*) from inserted) <> cardinality(:t_id::uuid[])
        then (select coalesce(json_agg(encode(uuid_send(id), 'hex')), '[]') from inserted)
    end as inserted`;

type WriteName =
  | WriteIdentityName
  | `t_${TouchpointColumn}`
  | `u_${ChangeableColumn | 'id' | 'old_version' | 'old_hash'}`
  | 'decisive'
  | 'messageIds'
  | 'messageVersions'
  | 'messageHashes'
  | 'messages'
  | 'conversationNames'
  | 'event'
  | 'eventProfiles';

export const writeBatch = named<WriteName>(written('', ''));

/** For a batch that also changes identifiers that are there, or has something to tell of them. */
export const writeProtectedBatch = named<WriteName | WriteProtectionName>(written(writeProtection, protectionGuard));

/**
 * Taken before anything is counted anew: a count that waits for a row would go by a snapshot from before the wait, and
 * lose what the other batch had added.
 */
export const holdActivity = `
  select from profile_activity
  where workspace_id = $1::int and profile_id = any($2::bigint[])
  order by profile_id
  for update`;

export const holdConversations = `
  select from conversation
  where workspace_id = $1::int and id = any($2::uuid[])
  order by profile_id, id
  for update`;

/** After an update moved touchpoints in time or between conversations: what they add up to, from the rows themselves. */
export const recountActivity = `
  update profile_activity a
  set first_at = n.first_at, last_at = n.last_at, touchpoints = n.touchpoints, shown_touchpoints = n.shown_touchpoints,
    shown_first_at = n.shown_first_at, shown_last_at = n.shown_last_at
  from unnest($2::bigint[]) m(id)
  cross join lateral (
    select min(t.occurred_at) as first_at, max(t.occurred_at) as last_at, count(*) as touchpoints, ${sumsOf('t.', true)}
    from touchpoint t
    where t.workspace_id = $1::int and t.profile_id = m.id
  ) n
  where a.workspace_id = $1::int and a.profile_id = m.id`;

export const forgetConversations = `
  update conversation
  set touchpoints = 0, shown_touchpoints = 0
  where workspace_id = $1::int and id = any($2::uuid[])`;

export const recountConversations = `
  insert into conversation as c (workspace_id, profile_id, id, source, external_id, first_at, last_at, touchpoints,
    ${shownSums})
  select $1::int, t.profile_id, u.id, u.source, u.external_id, min(t.occurred_at), max(t.occurred_at), count(*),
    ${sumsOf('t.')}
  from unnest($2::uuid[], $3::text[], $4::text[]) u(id, source, external_id)
  join touchpoint t on t.workspace_id = $1::int and t.conversation_id = u.id
  group by t.profile_id, u.id, u.source, u.external_id
  order by t.profile_id, u.id
  on conflict (workspace_id, profile_id, id) do update
  set first_at = excluded.first_at, last_at = excluded.last_at, touchpoints = excluded.touchpoints,
    shown_touchpoints = excluded.shown_touchpoints, shown_first_at = excluded.shown_first_at,
    shown_last_at = excluded.shown_last_at`;

/** Of identifiers, those that are stored in their former form and not in the present one; by the primary key. */
export const storedForms = `
  select u.type, u.value
  from unnest($2::text[], $3::text[], $4::text[]) u(type, value, former)
  join identifier f on f.workspace_id = $1::int and f.type = u.type and f.value = u.former
  left join identifier n on n.workspace_id = $1::int and n.type = u.type and n.value = u.value
  where n.value is null`;
