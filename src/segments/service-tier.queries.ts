import type { EntityManager } from 'typeorm';

export interface ProfileTier {
  readonly profile: string;
  readonly tier: string | null;
}

/**
 * The tiers of the customers that profiles belong to, for each of their profiles with open issues: the entitlement
 * `sla:<tier>` of their segment of the highest priority, by key where these are alike, that has one. Nothing where no promise is made by tier.
 */
export async function findServiceTiers(
  db: EntityManager,
  workspace: number,
  profiles: readonly string[],
): Promise<ProfileTier[]> {
  return db.query(
    `select p.id::text as profile, (
       select substring(e.name from 5)
       from segment_member m
       join segment s on s.workspace_id = $1::int and s.id = m.segment_id and s.deleted_at is null
       cross join lateral unnest(s.entitlements) e(name)
       where m.workspace_id = $1::int and m.profile_id = p.canonical_id and m.until_at is null
         and (m.expires_at is null or m.expires_at > now()) and e.name like 'sla:_%'
       order by s.priority desc, s.key, e.name
       limit 1
     ) as tier
     from profile p
     where p.workspace_id = $1::int
       and p.canonical_id in (select o.canonical_id from profile o where o.workspace_id = $1::int and o.id = any($2::bigint[]))
       and exists (select from issue i where i.workspace_id = $1::int and i.profile_id = p.id and i.status < 3)
       and exists (
         select
         from sla_settings a
         where a.workspace_id = $1::int and jsonb_path_exists(a.policies, '$[*] ? (@.tier != null)')
       )`,
    [workspace, profiles],
  );
}
