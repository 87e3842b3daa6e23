import type { EntityManager } from 'typeorm';
import { render } from '../platform/sql.js';
import { maskedTrait, maskedValue } from './masking.js';
import type { MemberRow } from './merge.queries.js';

const maskedIdentifier = render(maskedValue('i.value')).text;
const maskedTraitValue = render(maskedTrait('r.key', 'r.value')).text;

/** All profiles of the customers that two profiles belong to, by `profile_canonical`. */
export async function findMembersOf(
  db: EntityManager,
  workspace: number,
  profiles: readonly string[],
): Promise<MemberRow[]> {
  return db.query(
    `select m.id::text, m.canonical_id::text as root
     from profile m
     where m.workspace_id = $1::int and m.canonical_id in (
       select p.canonical_id
       from profile p
       where p.workspace_id = $1::int and p.id = any($2::bigint[])
     )
     order by m.id`,
    [workspace, profiles],
  );
}

/** The customers that profiles belong to, in their order; none for a profile that does not exist. */
export async function findRoots(
  db: EntityManager,
  workspace: number,
  profiles: readonly string[],
): Promise<{ profile: string; root: string }[]> {
  return db.query(
    `select p.id::text as profile, p.canonical_id::text as root
     from profile p
     where p.workspace_id = $1::int and p.id = any($2::bigint[])`,
    [workspace, profiles],
  );
}

export interface SidedIdentifier {
  readonly root: string;
  readonly type: string;
  readonly value: string;
}

/** The identifiers of customers, by `identifier_profile`, strongest type first. */
export async function findIdentifiers(
  db: EntityManager,
  workspace: number,
  members: readonly MemberRow[],
  identifiersMax: number,
  isMasked: boolean,
): Promise<SidedIdentifier[]> {
  return db.query(
    `select m.root::text, i.type, ${isMasked ? maskedIdentifier : 'i.value'} as value
     from unnest($2::bigint[], $3::bigint[]) m(id, root)
     join identifier i on i.workspace_id = $1::int and i.profile_id = m.id and i.detached_at is null
     left join identifier_type t on t.workspace_id = $1::int and t.name = i.type
     order by t.priority, i.type, i.value
     limit $4::int`,
    [workspace, members.map((member) => member.id), members.map((member) => member.root), identifiersMax],
  );
}

export interface ConflictRow {
  readonly key: string;
  readonly survivorValue: unknown;
  readonly otherValue: unknown;
  readonly isSurvivors: boolean;
}

/** Traits of which two customers have different latest values, by the rule by which one customer's traits are read. */
export async function findConflicts(
  db: EntityManager,
  workspace: number,
  survivor: readonly string[],
  other: readonly string[],
  isMasked: boolean,
): Promise<ConflictRow[]> {
  const latest = (side: string) => `
    select distinct on (r.key) r.key, r.value, r.occurred_at, ${isMasked ? maskedTraitValue : 'r.value'} as shown
    from unnest(${side}::bigint[]) m(id)
    join trait r on r.workspace_id = $1::int and r.profile_id = m.id
    order by r.key, r.occurred_at desc, r.value::text collate "C" desc`;
  return db.query(
    `select s.key, s.shown as "survivorValue", o.shown as "otherValue",
       (s.occurred_at, s.value::text collate "C") > (o.occurred_at, o.value::text collate "C") as "isSurvivors"
     from (${latest('$2')}) s
     join (${latest('$3')}) o on o.key = s.key and o.value <> s.value
     order by s.key`,
    [workspace, survivor, other],
  );
}
