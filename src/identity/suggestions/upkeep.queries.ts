import type { EntityManager } from 'typeorm';
import type { StoredPerson } from './customer-person.js';
import { readTraitNames } from './person-traits.js';

export interface CustomerRow {
  readonly id: string;
  readonly members: readonly string[];
  readonly traits: readonly (readonly [key: string, value: unknown])[];
  readonly identifiers: readonly { readonly type: string; readonly value: string }[];
  /** What it was compared by last, as text; null when it was not. */
  readonly stored: string | null;
}

/**
 * The customers to whom profiles belong now, with what they may be compared by: traits of the given names, the latest
 * first, and identifiers that name them alone. Everything by primary keys and `identifier_profile`.
 */
export async function findCustomers(
  db: EntityManager,
  workspace: number,
  profiles: readonly string[],
  identifierTypes: readonly string[],
): Promise<CustomerRow[]> {
  return db.query(
    `select c.id::text, m.members, t.traits, i.identifiers, s.person::text as stored
     from (
       select distinct p.canonical_id as id
       from profile p
       where p.workspace_id = $1::int and p.id = any($2::bigint[])
     ) c
     cross join lateral (
       select array_agg(p.id::text order by p.id) as members, array_agg(p.id) as ids
       from profile p
       where p.workspace_id = $1::int and p.canonical_id = c.id
     ) m
     cross join lateral (
       select coalesce(json_agg(json_build_array(r.key, r.value)
         order by r.occurred_at desc, r.key, r.value::text collate "C" desc), '[]') as traits
       from unnest(m.ids) u(id)
       join trait r on r.workspace_id = $1::int and r.profile_id = u.id
       where lower(translate(r.key, '_- ', '')) = any($3::text[])
     ) t
     cross join lateral (
       select coalesce(json_agg(json_build_object('type', i.type, 'value', i.value)), '[]') as identifiers
       from unnest(m.ids) u(id)
       join identifier i on i.workspace_id = $1::int and i.profile_id = u.id
       where i.detached_at is null and not i.is_shared and not i.is_quarantined and i.type = any($4::text[])
     ) i
     left join match_person s on s.workspace_id = $1::int and s.customer_id = c.id
     order by c.id`,
    [workspace, profiles, readTraitNames, identifierTypes],
  );
}

export interface PersonRow {
  readonly customer: string;
  readonly place: string;
  readonly person: string;
  readonly keys: readonly string[];
}

/**
 * Stores by what customers are compared, and takes away what stands of profiles that are no customers any more or of
 * customers of whom nothing is known. Of the keys only those that changed are touched.
 */
export async function writePersons(
  db: EntityManager,
  workspace: number,
  rows: readonly PersonRow[],
  gone: readonly string[],
): Promise<void> {
  await db.query(
    `with new as (
       select n.customer, n.place, n.person, n.keys
       from json_to_recordset($2::json) n(customer bigint, place bigint, person json, keys bigint[])
     ), old as (
       select p.customer_id as customer, p.place, p.keys
       from match_person p
       where p.workspace_id = $1::int and p.customer_id = any($4::bigint[])
     ), old_key as (
       select o.customer, o.place, k.key from old o cross join unnest(o.keys) k(key)
     ), new_key as (
       select n.customer, n.place, k.key from new n cross join unnest(n.keys) k(key)
     ), removed as (
       delete from match_key m
       using (select * from old_key except select * from new_key) o
       where m.workspace_id = $1::int and m.key = o.key and m.place = o.place and m.customer_id = o.customer
     ), added as (
       insert into match_key (workspace_id, key, place, customer_id)
       select $1::int, n.key, n.place, n.customer
       from (select * from new_key except select * from old_key) n
     ), forgotten as (
       delete from match_person p
       where p.workspace_id = $1::int and p.customer_id = any($3::bigint[])
     )
     insert into match_person as p (workspace_id, customer_id, place, person, keys)
     select $1::int, customer, place, person, keys
     from new
     on conflict (workspace_id, customer_id) do update
     set place = excluded.place, person = excluded.person, keys = excluded.keys`,
    [
      workspace,
      JSON.stringify(rows.map((row) => ({ ...row, person: JSON.parse(row.person) }))),
      gone,
      // One array: of two conditions joined by "or" Postgres makes a walk over everybody.
      [...gone, ...rows.map((row) => row.customer)],
    ],
  );
}

export interface Candidate {
  readonly customer: string;
  readonly other: string;
}

/**
 * Whom each customer is to be compared with: in each of its blocks the nearest by name and birth, so many on either
 * side, along the primary key of `match_key`; of all those the ones that share most blocks; and those with whom it is
 * suggested already, as long as they share a block, however many came between the two.
 */
export async function findCandidates(
  db: EntityManager,
  workspace: number,
  customers: readonly string[],
  limits: { readonly perSide: number; readonly perCustomer: number },
): Promise<Candidate[]> {
  return db.query(
    `select c.id::text as customer, o.other::text
     from unnest($2::bigint[]) c(id)
     cross join lateral (
       (
         select n.other
         from match_person p
         cross join unnest(p.keys) k(key)
         cross join lateral (
           (
             select m.customer_id as other
             from match_key m
             where m.workspace_id = $1::int and m.key = k.key and (m.place, m.customer_id) > (p.place, p.customer_id)
             order by m.place, m.customer_id
             limit $3::int
           )
           union all
           (
             select m.customer_id
             from match_key m
             where m.workspace_id = $1::int and m.key = k.key and (m.place, m.customer_id) < (p.place, p.customer_id)
             order by m.place desc, m.customer_id desc
             limit $3::int
           )
         ) n
         where p.workspace_id = $1::int and p.customer_id = c.id
         group by n.other
         order by count(*) desc, n.other
         limit $4::int
       )
       union
       select x.other
       from (
         select s.customer_b as other from match_suggestion s where s.workspace_id = $1::int and s.customer_a = c.id
         union all
         select s.customer_a from match_suggestion s where s.workspace_id = $1::int and s.customer_b = c.id
       ) x
       join match_person p on p.workspace_id = $1::int and p.customer_id = c.id
       join match_person n on n.workspace_id = $1::int and n.customer_id = x.other
       where n.keys && p.keys
     ) o
     where o.other <> c.id`,
    [workspace, customers, limits.perSide, limits.perCustomer],
  );
}

export interface ClaimRow {
  readonly a: string;
  readonly b: string;
  readonly rule: string;
  readonly touchpoint: string;
  readonly times: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

/** Links that touchpoints claimed of profiles, as pairs of the customers whose they are now; `a` is the smaller id. */
export async function findClaims(
  db: EntityManager,
  workspace: number,
  profiles: readonly string[],
): Promise<ClaimRow[]> {
  return db.query(
    `select least(x.canonical_id, y.canonical_id)::text as a, greatest(x.canonical_id, y.canonical_id)::text as b,
       l.rule, replace(l.touchpoint_id::text, '-', '') as touchpoint, l.times, to_json(l.first_at) #>> '{}' as "firstAt",
       to_json(l.last_at) #>> '{}' as "lastAt"
     from (
       select l.* from claimed_link l where l.workspace_id = $1::int and l.profile_a = any($2::bigint[])
       union
       select l.* from claimed_link l where l.workspace_id = $1::int and l.profile_b = any($2::bigint[])
     ) l
     join profile x on x.workspace_id = $1::int and x.id = l.profile_a
     join profile y on y.workspace_id = $1::int and y.id = l.profile_b
     where x.canonical_id <> y.canonical_id
     order by l.last_at desc, l.profile_a, l.profile_b`,
    [workspace, profiles],
  );
}

/** What customers are compared by; those of whom nothing is known are not among them. */
export async function findPersons(
  db: EntityManager,
  workspace: number,
  customers: readonly string[],
): Promise<{ customer: string; person: StoredPerson }[]> {
  return db.query(
    `select p.customer_id::text as customer, p.person
     from match_person p
     where p.workspace_id = $1::int and p.customer_id = any($2::bigint[])`,
    [workspace, customers],
  );
}

/** Of pairs of customers, those between whose profiles a do-not-link edge stands. Walks the primary key of the edges. */
export async function findForbidden(
  db: EntityManager,
  workspace: number,
  pairs: readonly { readonly a: string; readonly b: string }[],
): Promise<{ a: string; b: string }[]> {
  return db.query(
    `select u.a::text, u.b::text
     from unnest($2::bigint[], $3::bigint[]) u(a, b)
     where exists (
       select
       from profile m
       join do_not_link d on d.workspace_id = $1::int and d.profile_a = m.id
       join profile o on o.workspace_id = $1::int and o.id = d.profile_b and o.canonical_id = u.b
       where m.workspace_id = $1::int and m.canonical_id = u.a
     )`,
    [workspace, pairs.map((pair) => pair.a), pairs.map((pair) => pair.b)],
  );
}
