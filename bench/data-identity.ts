import type { Step } from './data.js';

/** Which identifiers a profile has: 1.6 on average; an absorbed profile has no user id, which is unique. */
const identifiers = `
  select p.*, 'phone' as type, bench.phone(n) as value
  from bench.profile p
  where bench.has_phone(p)
  union all
  select p.*, 'email', 'customer' || n || '@' || ('{example.com,example.org,mail.example,post.example}'::text[])[1 + (n % 4)::int]
  from bench.profile p
  where id = canonical_id and (kind <> 'regular' or bench.u(n, 21) < 0.6)
     or kind = 'regular' and id <> canonical_id and bench.u(n, 22) < 0.3
  union all
  select p.*, 'user_id', 'U-' || lpad(n::text, 8, '0')
  from bench.profile p
  where id = canonical_id and (kind <> 'regular' or bench.u(n, 23) < 0.35)
  union all
  select p.*, 'anonymous_id', md5('cookie' || n)
  from bench.profile p
  where not bench.has_phone(p)`;

/** Profiles, their identifiers, traits, words for the search, and the merges that made customers of them. */
export function identitySteps(): Step[] {
  return [
    {
      title: 'identity functions',
      sql: `
    create function bench.names(n bigint, out first_name text, out last_name text) immutable parallel safe language sql as
      $$ select ('{Ada,Ben,Carla,David,Elif,Farid,Greta,Hugo,Ines,Jonas,Kemi,Liam,Mara,Noor,Otto,Priya}'::text[])[1 + (n % 16)::int],
                'Bench' || substr(md5('name' || n / 7), 1, 5) $$`,
    },
    {
      title: 'profiles',
      sql: `
    insert into profile (id, canonical_id, created_at, workspace_id, version, merges)
    select p.id, p.canonical_id, a.first_at, p.workspace_id, coalesce(m.members, 0), coalesce(m.members, 0)
    from bench.profile p
    join profile_activity a on a.workspace_id = p.workspace_id and a.profile_id = p.id
    left join (select canonical_id, count(*) - 1 as members from bench.profile group by 1 having count(*) > 1) m
      on m.canonical_id = p.id
    order by p.workspace_id, p.id`,
    },
    {
      title: 'identifiers',
      sql: `
    insert into identifier (profile_id, first_seen_at, last_seen_at, recorded_at, workspace_id, verification, type, value)
    select i.id, a.first_at, a.last_at, a.first_at, i.workspace_id, (i.type = 'user_id' or i.n % 3 = 0)::int, i.type, i.value
    from (${identifiers}) i
    join profile_activity a on a.workspace_id = i.workspace_id and a.profile_id = i.id`,
    },
    {
      title: 'traits',
      sql: `
    insert into trait (profile_id, occurred_at, recorded_at, workspace_id, key, value)
    select p.id, a.last_at, a.last_at, p.workspace_id, t.key, to_jsonb(t.value)
    from bench.profile p
    join profile_activity a on a.workspace_id = p.workspace_id and a.profile_id = p.id
    cross join lateral bench.names(p.n) x
    cross join lateral (values ('firstName', x.first_name), ('lastName', x.last_name),
      ('plan', ('{free,basic,plus,pro}'::text[])[1 + (p.n % 4)::int]),
      ('city', ('{Lyon,Austin,Leeds,Graz,Porto,Ghent}'::text[])[1 + (p.n % 6)::int])) t (key, value)
    where p.id = p.canonical_id or bench.u(p.n, 25) < 0.3 and t.key like '%Name'`,
    },
    {
      title: 'search words',
      sql: `
    insert into search_word (profile_id, workspace_id, word)
    select distinct p.id, p.workspace_id, lower(w.word)
    from bench.profile p
    cross join lateral bench.names(p.n) x
    cross join lateral (values (x.first_name), (x.last_name)) w (word)
    where p.id = p.canonical_id or bench.u(p.n, 25) < 0.3`,
    },
    {
      title: 'merges',
      sql: `
    create unlogged table bench.joined as
    select p.id, p.canonical_id, p.workspace_id, t.id as touchpoint_id, t.recorded_at
    from bench.profile p
    cross join lateral (
      select t.id, t.recorded_at
      from touchpoint t
      where t.workspace_id = p.workspace_id and t.profile_id = p.id
      order by t.occurred_at
      limit 1) t
    where p.id <> p.canonical_id;
    insert into merge (survivor_id, absorbed_id, merged_at, workspace_id, touchpoint_id, rule)
    select canonical_id, id, recorded_at, workspace_id, touchpoint_id, 'SAME_TOUCHPOINT'
    from bench.joined
    order by recorded_at;
    insert into identity_link (profile_a, profile_b, recorded_at, workspace_id, touchpoint_id, rule)
    select canonical_id, id, recorded_at, workspace_id, touchpoint_id, 'SAME_TOUCHPOINT'
    from bench.joined;
    insert into profile_pointer (profile_id, canonical_id, moved_at, workspace_id)
    select id, canonical_id, recorded_at, workspace_id
    from bench.joined`,
    },
    {
      title: 'profile ids',
      sql: `select setval('profile_id_block', (max(id) / 1000 + 2) * 1000) from profile`,
    },
    {
      title: 'identifier types',
      sql: `
    insert into identifier_type (workspace_id, priority, limit_per_customer, is_unique, name, comparison)
    select w.id, t.priority, t.most, t.most = 1, t.name, t.comparison
    from workspace w
    cross join (values ('user_id', 1, 1, 'exact'), ('crm_id', 2, 1, 'exact'), ('email', 3, 5, 'email'),
      ('phone', 4, 5, 'phone'), ('whatsapp', 4, 5, 'phone'), ('device_id', 6, 20, 'exact'),
      ('anonymous_id', 7, 100, 'exact')) t (name, priority, most, comparison)
    where w.key like 'bench%'
    on conflict do nothing`,
    },
  ];
}
