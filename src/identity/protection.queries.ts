import { IDENTITY_BRAKE } from './identity.events.js';

const changedRows = `
    from unnest(:changedTypes::text[], :changedValues::text[], :changedNamed::boolean[], :changedProfiles::bigint[],
      :changedDetached::boolean[], :changedSince::float8[], :changedVerifications::smallint[],
      :changedQuarantined::boolean[], :changedShared::boolean[], :changedRivals::text[], :changedFirst::float8[],
      :changedLast::float8[], :changedOldProfiles::bigint[], :changedOldDetached::boolean[],
      :changedOldQuarantined::boolean[], :changedOldShared::boolean[], :changedOldRivals::int[])
      u(type, value, is_named, profile_id, is_detached, since, verification, is_quarantined, is_shared, rivals, first_at,
        last_at, old_profile, old_detached, old_quarantined, old_shared, old_rivals)`;

/** Who had it is kept with the instants at which that was known: one after the other, whatever the clock says. */
const replacedAt = `greatest(now(), i.recorded_at + interval '1 microsecond')`;

/**
 * What goes with `writeIdentity` where a batch changes identifiers that are there, or has something to tell of them:
 * few batches do. A row that is not as it was read ends the write as a lost race. Rows that the batch did not name are
 * only detached or not, whatever else is known of them. One that is somebody's from an instant on (`since`) leaves whose
 * it was in `identifier_owner`.
 */
export const writeProtection = `,
  handed as (
    insert into identifier_owner (workspace_id, type, value, profile_id, valid_from, valid_to, first_seen_at, last_seen_at,
      recorded_at, replaced_at, detached_at, verification, verified_at, is_quarantined, is_shared, raw_value)
    select :workspace::int, i.type, i.value, coalesce(i.profile_id, i.former_profile_id), i.valid_from,
      to_timestamp(u.since), i.first_seen_at, i.last_seen_at, i.recorded_at, ${replacedAt}, i.detached_at, i.verification,
      i.verified_at, i.is_quarantined, i.is_shared, i.raw_value${changedRows}
    join identifier i on i.workspace_id = :workspace::int and i.type = u.type and i.value = u.value
    where u.since is not null
    on conflict do nothing
    returning 1
  ),
  changed as (
    update identifier i
    set profile_id = case when not u.is_detached then u.profile_id end,
      former_profile_id = case when u.is_detached then u.profile_id end,
      detached_at = case when u.is_detached then coalesce(i.detached_at, now()) end,
      valid_from = coalesce(to_timestamp(u.since), i.valid_from),
      recorded_at = case when u.since is null then i.recorded_at else ${replacedAt} end,
      verification = greatest(i.verification, u.verification),
      verified_at = case when i.verification = 0 and u.verification > 0 then now() else i.verified_at end,
      is_quarantined = case when u.is_named then u.is_quarantined else i.is_quarantined end,
      is_shared = case when u.is_named then u.is_shared else i.is_shared end,
      rivals = case when u.is_named then nullif(u.rivals::text[], '{}') else i.rivals end,
      first_seen_at = least(i.first_seen_at, to_timestamp(u.first_at)),
      last_seen_at = greatest(i.last_seen_at, to_timestamp(u.last_at))${changedRows}
    where i.workspace_id = :workspace::int and i.type = u.type and i.value = u.value
      and coalesce(i.profile_id, i.former_profile_id) = u.old_profile and (i.profile_id is null) = u.old_detached
      and (not u.is_named or (i.is_quarantined = u.old_quarantined and i.is_shared = u.old_shared
        and coalesce(cardinality(i.rivals), 0) = u.old_rivals))
    returning 1
  ),
  uses as (
    insert into identifier_use as x (workspace_id, type, value, profile_id, uses, last_seen_at)
    select :workspace::int, type, value, profile_id, uses, to_timestamp(last_at)
    from unnest(:useTypes::text[], :useValues::text[], :useProfiles::bigint[], :useCounts::int[], :useLast::float8[])
      u(type, value, profile_id, uses, last_at)
    on conflict (workspace_id, type, value, profile_id) do update
    set uses = x.uses + excluded.uses, last_seen_at = greatest(x.last_seen_at, excluded.last_seen_at)
    returning 1
  ),
  told as (
    insert into identifier_event (workspace_id, type, value, act, reason, touchpoint_id, from_profile_id, to_profile_id)
    select :workspace::int, type, value, act, reason, evidence, from_profile, to_profile
    from unnest(:toldTypes::text[], :toldValues::text[], :toldActs::text[], :toldReasons::text[], :toldEvidence::uuid[],
      :toldFrom::bigint[], :toldTo::bigint[]) u(type, value, act, reason, evidence, from_profile, to_profile)
    returning 1
  ),
  claimed as (
    insert into claimed_link as x (workspace_id, profile_a, profile_b, first_at, last_at, times, touchpoint_id, rule)
    select :workspace::int, a, b, to_timestamp(first_at), to_timestamp(last_at), times, evidence, 'UNVERIFIED'
    from unnest(:claimA::bigint[], :claimB::bigint[], :claimFirst::float8[], :claimLast::float8[], :claimTimes::int[],
      :claimEvidence::uuid[]) u(a, b, first_at, last_at, times, evidence)
    on conflict (workspace_id, profile_a, profile_b) do update
    set first_at = least(x.first_at, excluded.first_at), last_at = greatest(x.last_at, excluded.last_at),
      times = x.times + excluded.times, touchpoint_id = excluded.touchpoint_id
    returning 1
  ),
  alarms as (
    insert into feed (workspace_id, kind, profiles, payload)
    select :workspace::int, '${IDENTITY_BRAKE}', array[(alarm::json ->> 'customer')::bigint], alarm::json
    from unnest(:alarms::text[]) u(alarm)
    returning 1
  )`;

/** Goes before the other guards' cases: the rows that `writeProtection` changes must be as they were read. */
export const protectionGuard = `
      when (select count(*) from changed) <> cardinality(:changedTypes::text[])
        then ('lost race: changed identifier ' || (select count(*) from changed))::int`;

export type WriteProtectionName =
  | 'changedTypes'
  | 'changedValues'
  | 'changedNamed'
  | 'changedProfiles'
  | 'changedDetached'
  | 'changedSince'
  | 'changedVerifications'
  | 'changedQuarantined'
  | 'changedShared'
  | 'changedRivals'
  | 'changedFirst'
  | 'changedLast'
  | 'changedOldProfiles'
  | 'changedOldDetached'
  | 'changedOldQuarantined'
  | 'changedOldShared'
  | 'changedOldRivals'
  | 'useTypes'
  | 'useValues'
  | 'useProfiles'
  | 'useCounts'
  | 'useLast'
  | 'toldTypes'
  | 'toldValues'
  | 'toldActs'
  | 'toldReasons'
  | 'toldEvidence'
  | 'toldFrom'
  | 'toldTo'
  | 'claimA'
  | 'claimB'
  | 'claimFirst'
  | 'claimLast'
  | 'claimTimes'
  | 'claimEvidence'
  | 'alarms';
