/**
 * The parts of the two ingest statements that concern identity. They are fragments because a batch is read in one
 * statement and written in one, whatever it touches; `touchpoints/ingest.queries.ts` puts them together.
 */

/**
 * What the identifiers of a batch are now: one probe of the primary key each. `need` holds the customers that the
 * batch may change, and only those are read in detail.
 */
export const readIdentity = `
  found as materialized (
    select i.n, i.g, d.profile_id, d.is_quarantined, d.first_seen_at, d.last_seen_at, p.canonical_id
    from unnest(:groups::int[], :types::text[], :values::text[]) with ordinality i(g, type, value, n)
    left join identifier d on d.workspace_id = :workspace::int and d.type = i.type and d.value = i.value
    left join profile p on p.workspace_id = :workspace::int and p.id = d.profile_id
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
  (select array_agg(n) from found where is_quarantined) as quarantined,
  (select json_agg(json_build_array(id, canonical_id)) from updated) as updated,
  (
    select json_agg(json_build_object(
      'id', n.id, 'version', r.version, 'merges', r.merges,
      'counts', coalesce(k.counts, '{}'), 'doNotLink', coalesce(e.others, '[]')))
    from need n
    join profile r on r.workspace_id = :workspace::int and r.id = n.id
    cross join lateral (
      select json_object_agg(type, c) as counts
      from (
        select d.type, count(*) as c
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
 */
export const writeIdentity = `
  locked as materialized (
    select p.id, g.customer, g.merges
    from unnest(:guardIds::bigint[], :guardVersions::int[], :guardCustomers::bigint[], :guardMerges::int[])
      g(id, version, customer, merges)
    join profile p on p.workspace_id = :workspace::int and p.id = g.id
      and p.version = g.version and p.canonical_id = p.id
    order by p.id
    for no key update of p
  ),
  moved as (
    update profile p
    set canonical_id = l.customer, version = p.version + 1, merges = p.merges + case when p.id = l.id then l.merges else 0 end
    from locked l
    where p.workspace_id = :workspace::int and p.canonical_id = l.id and (l.customer <> l.id or p.id = l.id)
    returning p.id, l.id as from_id, l.customer
  ),
  attached as (
    insert into identifier (workspace_id, profile_id, type, value, raw_value, first_seen_at, last_seen_at)
    select :workspace::int, profile_id, type, value, raw, to_timestamp(first_at), to_timestamp(last_at)
    from unnest(:newProfiles::bigint[], :newTypes::text[], :newValues::text[], :newRaws::text[],
      :newFirst::float8[], :newLast::float8[]) u(profile_id, type, value, raw, first_at, last_at)
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
  pointers as (
    insert into profile_pointer (workspace_id, profile_id, canonical_id)
    select :workspace::int, id, customer from moved where from_id <> customer
    union all
    select :workspace::int, id, customer
    from unnest(:createdIds::bigint[], :createdCustomers::bigint[]) u(id, customer)
    where id <> customer
    on conflict do nothing
    returning 1
  ),
  links as (
    insert into identity_link (workspace_id, profile_a, profile_b, touchpoint_id, rule)
    select :workspace::int, a, b, evidence, 'SAME_TOUCHPOINT'
    from unnest(:linkA::bigint[], :linkB::bigint[], :linkEvidence::uuid[]) u(a, b, evidence)
    on conflict do nothing
    returning 1
  ),
  merges as (
    insert into merge (workspace_id, survivor_id, absorbed_id, touchpoint_id, rule)
    select :workspace::int, survivor, absorbed, evidence, 'SAME_TOUCHPOINT'
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
  | 'changing';

export type WriteIdentityName =
  | 'workspace'
  | 'guardIds'
  | 'guardVersions'
  | 'guardCustomers'
  | 'guardMerges'
  | 'newProfiles'
  | 'newTypes'
  | 'newValues'
  | 'newRaws'
  | 'newFirst'
  | 'newLast'
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
