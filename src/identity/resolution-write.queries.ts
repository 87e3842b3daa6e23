/**
 * The part of the ingest statement of writing that concerns identity, a fragment as that of reading is. What goes with it
 * where identifiers change that are there is in `protection.queries.ts`.
 */

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
      verified_at, former_profile_id, detached_at, is_quarantined, is_shared, rivals)
    select :workspace::int, case when not is_detached then profile_id end, type, value, raw, to_timestamp(first_at),
      to_timestamp(last_at), verification, case when verification > 0 then now() end,
      case when is_detached then profile_id end, case when is_detached then now() end, is_quarantined, is_shared,
      rivals::text[]
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
