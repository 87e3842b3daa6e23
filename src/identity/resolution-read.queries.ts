import { limits } from '../platform/limits.js';

/**
 * The part of the ingest statement of reading that concerns identity. It is a fragment because a batch is read in one
 * statement, whatever it touches; `touchpoints/ingest.queries.ts` puts it together.
 */

/**
 * What the identifiers of a batch are now: one probe of the primary key each. A detached one leads to nobody, a shared
 * one to who used it last (`identifier_use_latest`). `marks` tells more where there is more to tell. `former` holds who
 * had those of them that changed hands after the earliest time of the batch, the latest hand-over first: few batches come
 * so late. `need` holds the customers that the batch may change, and only those are read in detail.
 */
export const readIdentity = `
  found as materialized (
    select l.n, l.g, l.type, l.value, l.first_seen_at, l.last_seen_at, l.valid_from, l.marks, p.id as profile_id, p.canonical_id
    from (
      select i.n, i.g, d.type, d.value, d.first_seen_at, d.last_seen_at, d.valid_from,
        case when d.verification > 0 or d.is_quarantined or d.is_shared or d.is_sharing_decided
          or d.profile_id is null and d.value is not null or d.rivals is not null
        then json_build_object('n', i.n, 'owner', coalesce(d.profile_id, d.former_profile_id), 'isVerified', d.verification > 0,
          'isQuarantined', d.is_quarantined, 'isShared', d.is_shared, 'isSharingDecided', d.is_sharing_decided,
          'isDetached', d.profile_id is null, 'rivals', coalesce(d.rivals, '{}')) end as marks,
        case
          when d.is_shared and d.profile_id is not null then coalesce((
            select u.profile_id
            from identifier_use u
            where u.workspace_id = :workspace::int and u.type = d.type and u.value = d.value
            order by u.last_seen_at desc, u.profile_id desc
            limit 1), d.profile_id)
          else d.profile_id
        end as leads_to
      from unnest(:groups::int[], :types::text[], :values::text[]) with ordinality i(g, type, value, n)
      left join identifier d on d.workspace_id = :workspace::int and d.type = i.type and d.value = i.value
      -- Kept apart: a join by an expression with a sub-query in it would not walk the index.
      offset 0
    ) l
    left join profile p on p.workspace_id = :workspace::int and p.id = l.leads_to
  ),
  former as materialized (
    select f.n, f.g, o.profile_id, o.valid_from, o.replaced_at, o.canonical_id
    from found f
    cross join lateral (
      select o.profile_id, o.valid_from, o.replaced_at, (
        select p.canonical_id
        from profile p
        where p.workspace_id = :workspace::int and p.id = o.profile_id
      ) as canonical_id
      from identifier_owner o
      where o.workspace_id = :workspace::int and o.type = f.type and o.value = f.value
      order by o.replaced_at desc
      limit ${limits.identifierHandoversMax}
    ) o
    where f.valid_from > to_timestamp(:earliest::float8)
  ),
  updated as materialized (
    select u.g, p.id, p.canonical_id
    from unnest(:profileGroups::int[], :profileIds::bigint[]) u(g, id)
    join profile p on p.workspace_id = :workspace::int and p.id = u.id
  ),
  need as materialized (
    select distinct canonical_id as id
    from (
      select g, canonical_id,
        bool_or(canonical_id is null) over w or min(canonical_id) over w <> max(canonical_id) over w
          or g = any(:changing::int[]) as may_change
      from (
        select g, canonical_id from found
        union all
        select g, canonical_id from former
        union all
        select g, canonical_id from updated
      ) named
      window w as (partition by g)
    ) grouped
    where may_change and canonical_id is not null
  )`;

/** The columns that go with it: arrays in the order of the identifiers, and one JSON of the clusters. */
export const readIdentityColumns = `
  (select array_agg(profile_id order by n)::text from found) as profiles,
  (select array_agg(canonical_id order by n)::text from found) as customers,
  (select array_agg(extract(epoch from first_seen_at)::bigint order by n)::text from found) as first_seen,
  (select array_agg(extract(epoch from last_seen_at)::bigint order by n)::text from found) as last_seen,
  (select json_agg(marks) from found where marks is not null) as marks,
  (
    select json_agg(json_build_object('n', f.n, 'since', extract(epoch from f.valid_from)::float8, 'former', coalesce((
      select json_agg(json_build_array(o.profile_id, o.canonical_id, extract(epoch from o.valid_from)::float8)
        order by o.replaced_at desc)
      from former o
      where o.n = f.n), '[]')))
    from found f
    where f.valid_from is not null
  ) as handovers,
  (select json_agg(json_build_array(id, canonical_id)) from updated) as updated,
  (
    select json_agg(json_build_object(
      'id', n.id, 'version', r.version, 'merges', r.merges, 'brakedAt', extract(epoch from r.braked_at)::bigint,
      'counts', coalesce(k.counts, '{}'), 'held', coalesce(k.held, '{}'), 'doNotLink', coalesce(e.others, '[]')))
    from need n
    join profile r on r.workspace_id = :workspace::int and r.id = n.id
    cross join lateral (
      select json_object_agg(type, c) as counts, json_object_agg(type, held) filter (where held is not null) as held
      from (
        select d.type, count(*) as c,
          json_agg(json_build_array(d.value, d.profile_id, extract(epoch from d.first_seen_at)::bigint,
            extract(epoch from d.last_seen_at)::bigint)) filter (where d.type = any(:trackedTypes::text[])) as held
        from profile m
        join identifier d on d.workspace_id = :workspace::int and d.profile_id = m.id
        where m.workspace_id = :workspace::int and m.canonical_id = n.id
        group by d.type
      ) x
    ) k
    cross join lateral (
      select json_agg(distinct o.canonical_id) as others
      from profile m
      join do_not_link l on l.workspace_id = :workspace::int and l.profile_a = m.id
      join profile o on o.workspace_id = :workspace::int and o.id = l.profile_b
      where m.workspace_id = :workspace::int and m.canonical_id = n.id
    ) e
  ) as clusters`;

export type ReadIdentityName =
  | 'workspace'
  | 'groups'
  | 'types'
  | 'values'
  | 'profileGroups'
  | 'profileIds'
  | 'changing'
  | 'earliest'
  | 'trackedTypes';
