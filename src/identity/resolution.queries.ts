import { limits } from '../platform/limits.js';

/**
 * The parts of the two ingest statements that concern identity. They are fragments because a batch is read in one
 * statement and written in one, whatever it touches; `touchpoints/ingest.queries.ts` puts them together.
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

/**
 * Writes the decision. `locked` takes the customers that change, each at the version that was read; `moved` bumps
 * the survivor and points the members of the absorbed to it. Arrays come sorted, so that batches meet in one order.
 * Moves happen at one instant, now but later than any move before. A link between profiles that a person parted since
 * they were read ends the write as a lost race; one that was taken back counts again where it carries a merge.
 */
export const writeIdentity = `
  locked as materialized (
    select p.id, g.customer, g.merges, g.is_braked
    from unnest(:guardIds::bigint[], :guardVersions::int[], :guardCustomers::bigint[], :guardMerges::int[],
      :guardBraked::boolean[]) g(id, version, customer, merges, is_braked)
    join profile p on p.workspace_id = :workspace::int and p.id = g.id
      and p.version = g.version and p.canonical_id = p.id
    order by p.id
    for no key update of p
  ),
  moved as (
    update profile p
    set canonical_id = l.customer, version = p.version + 1, merges = p.merges + case when p.id = l.id then l.merges else 0 end,
      braked_at = case when l.is_braked and p.id = l.id then now() else p.braked_at end
    from locked l
    where p.workspace_id = :workspace::int and p.canonical_id = l.id and (l.customer <> l.id or p.id = l.id)
    returning p.id, l.id as from_id, l.customer
  ),
  attached as (
    insert into identifier (workspace_id, profile_id, type, value, raw_value, first_seen_at, last_seen_at, verification,
      former_profile_id, detached_at, is_quarantined, is_shared, rivals)
    select :workspace::int, case when not is_detached then profile_id end, type, value, raw, to_timestamp(first_at),
      to_timestamp(last_at), verification, case when is_detached then profile_id end, case when is_detached then now() end,
      is_quarantined, is_shared, rivals::text[]
    from unnest(:newProfiles::bigint[], :newTypes::text[], :newValues::text[], :newRaws::text[], :newFirst::float8[],
      :newLast::float8[], :newVerifications::smallint[], :newDetached::boolean[], :newQuarantined::boolean[],
      :newShared::boolean[], :newRivals::text[])
      u(profile_id, type, value, raw, first_at, last_at, verification, is_detached, is_quarantined, is_shared, rivals)
    on conflict do nothing
    returning 1
  ),
  seen as (
    update identifier i
    set first_seen_at = least(i.first_seen_at, to_timestamp(u.first_at)),
      last_seen_at = greatest(i.last_seen_at, to_timestamp(u.last_at))
    from unnest(:seenTypes::text[], :seenValues::text[], :seenFirst::float8[], :seenLast::float8[])
      u(type, value, first_at, last_at)
    where i.workspace_id = :workspace::int and i.type = u.type and i.value = u.value
    returning 1
  ),
  created as (
    insert into profile (workspace_id, id, canonical_id)
    select :workspace::int, id, customer
    from unnest(:createdIds::bigint[], :createdCustomers::bigint[]) u(id, customer)
    on conflict do nothing
    returning 1
  ),
  instant as materialized (
    select greatest(now(), max(h.moved_at) + interval '1 microsecond') as at
    from (
      select id from moved where from_id <> customer
      union all
      select unnest(:linkA::bigint[] || :linkB::bigint[]) where cardinality(:mergeSurvivors::bigint[]) > 0
    ) m
    cross join lateral (
      select moved_at
      from profile_pointer
      where workspace_id = :workspace::int and profile_id = m.id
      order by moved_at desc
      limit 1
    ) h
  ),
  pointers as (
    insert into profile_pointer (workspace_id, profile_id, canonical_id, moved_at)
    select :workspace::int, id, customer, at from moved cross join instant where from_id <> customer
    union all
    select :workspace::int, id, customer, at
    from unnest(:createdIds::bigint[], :createdCustomers::bigint[]) u(id, customer)
    cross join instant
    where id <> customer
    on conflict do nothing
    returning 1
  ),
  apart as materialized (
    select count(*) as n
    from unnest(:linkA::bigint[], :linkB::bigint[]) u(a, b)
    join profile x on x.workspace_id = :workspace::int and x.id = u.a
    join profile y on y.workspace_id = :workspace::int and y.id = u.b
    left join locked lx on lx.id = x.canonical_id
    left join locked ly on ly.id = y.canonical_id
    where coalesce(lx.customer, x.canonical_id) <> coalesce(ly.customer, y.canonical_id)
  ),
  links as (
    insert into identity_link as l (workspace_id, profile_a, profile_b, touchpoint_id, rule)
    select :workspace::int, a, b, evidence,
      case when n > 0 then ('lost race: link ' || n)::int::text else 'SAME_TOUCHPOINT' end
    from unnest(:linkA::bigint[], :linkB::bigint[], :linkEvidence::uuid[]) u(a, b, evidence)
    cross join apart
    on conflict (workspace_id, profile_a, profile_b, touchpoint_id) do update
    set revoked_at = null
    where l.revoked_at is not null and l.touchpoint_id = any(:mergeEvidence::uuid[])
    returning 1
  ),
  merges as (
    insert into merge (workspace_id, survivor_id, absorbed_id, touchpoint_id, rule, merged_at)
    select :workspace::int, survivor, absorbed, evidence, 'SAME_TOUCHPOINT', (select at from instant)
    from unnest(:mergeSurvivors::bigint[], :mergeAbsorbed::bigint[], :mergeEvidence::uuid[]) u(survivor, absorbed, evidence)
    on conflict do nothing
    returning 1
  ),
  traits as (
    insert into trait as t (workspace_id, profile_id, key, value, occurred_at)
    select :workspace::int, profile_id, key, value::jsonb, to_timestamp(at)
    from unnest(:traitProfiles::bigint[], :traitKeys::text[], :traitValues::text[], :traitAt::float8[]) u(profile_id, key, value, at)
    on conflict (workspace_id, profile_id, key) do update
    set value = excluded.value, occurred_at = excluded.occurred_at, recorded_at = now()
    where (excluded.occurred_at, excluded.value::text) > (t.occurred_at, t.value::text)
    returning 1
  ),
  words as (
    insert into search_word (workspace_id, word, profile_id)
    select :workspace::int, word, profile_id
    from unnest(:words::text[], :wordProfiles::bigint[]) u(word, profile_id)
    on conflict do nothing
    returning 1
  )`;

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

export type WriteIdentityName =
  | 'workspace'
  | 'guardIds'
  | 'guardVersions'
  | 'guardCustomers'
  | 'guardMerges'
  | 'guardBraked'
  | 'newProfiles'
  | 'newTypes'
  | 'newValues'
  | 'newRaws'
  | 'newFirst'
  | 'newLast'
  | 'newVerifications'
  | 'newDetached'
  | 'newQuarantined'
  | 'newShared'
  | 'newRivals'
  | 'seenTypes'
  | 'seenValues'
  | 'seenFirst'
  | 'seenLast'
  | 'createdIds'
  | 'createdCustomers'
  | 'linkA'
  | 'linkB'
  | 'linkEvidence'
  | 'mergeSurvivors'
  | 'mergeAbsorbed'
  | 'mergeEvidence'
  | 'traitProfiles'
  | 'traitKeys'
  | 'traitValues'
  | 'traitAt'
  | 'words'
  | 'wordProfiles';
