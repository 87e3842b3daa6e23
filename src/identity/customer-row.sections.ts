import type { Field } from '../platform/composer.js';
import { type Bound, isVisitor, nothing, ownProfile, raw, type Sql, sql, workspace } from '../platform/sql.js';
import { wasEverKnown } from './visitor.queries.js';

/**
 * From where things are looked at: the field of a query, or work behind one that sees everything, at an instant of its
 * own.
 */
export type View = Pick<Field, 'isPortal' | 'inherited'> & { readonly now?: Sql };

/** The earlier time of which the query asks, given to a field above; null means now. */
export function asOf(f: View): Bound | null {
  return f.inherited('asOf');
}

/** `and <column> <= <asked time>`, where an earlier time is asked for. */
export function knownBy(f: View, column: string): Sql {
  const time = asOf(f);
  return time ? sql`and ${raw(column)} <= ${time}::timestamptz` : nothing;
}

/** The instant that the answer describes: never later than now. */
export function instantOf(f: View): Sql {
  const time = asOf(f);
  return time ? sql`least(${time}::timestamptz, now())` : (f.now ?? raw('now()'));
}

/** The profiles of the customer `r.id`, index only; the aggregate keeps it from being read once per section. */
const membersNow = sql`cross join lateral (
  select array_agg(p.id) as members
  from profile p
  where p.workspace_id = ${workspace}::int and p.canonical_id = r.id
) m`;

/**
 * Row `c` (`id`, `members bigint[]`) of the customer to whom a profile belongs, from an expression of the profile's
 * id. A portal token finds its own customer only. Walks `profile_pkey`, then `profile_canonical`.
 */
export function customerOf(f: Field, profile: Sql): Sql {
  return sql`from (select r.id, m.members from (${asOf(f) ? resolvedThen(f, profile) : resolvedNow(f, profile)}) r
${asOf(f) ? membersThen(f) : membersNow}) c`;
}

/** Row `c` of every customer, for lists: walks `profile_canonical` in the order of ids. */
export const everyCustomer = sql`from (
  select r.id, m.members
  from (select p.canonical_id as id from profile p where p.workspace_id = ${workspace}::int and p.canonical_id = p.id) r
  ${membersNow}
) c`;

/** Row `c` of the customers whose ids a query gives, as column `id`. */
export function theseCustomers(ids: Sql): Sql {
  return sql`from (select r.id, m.members from (${ids}) r ${membersNow}) c`;
}

/** The profile `o` that a portal token is bound to; none when it is a visitor’s who became known, whenever is asked of. */
const own = sql`
  from profile o
  where o.workspace_id = ${workspace}::int and o.id = ${ownProfile}::bigint
    and not (${isVisitor}::boolean and ${raw(wasEverKnown)})`;

function resolvedNow(f: Field, profile: Sql): Sql {
  const mine = sql`and p.canonical_id = (
  select o.canonical_id ${own})`;
  return sql`
select p.canonical_id as id
from profile p
where p.workspace_id = ${workspace}::int and p.id = ${profile} ${f.isPortal ? mine : nothing}`;
}

/** The pointer that a profile had at the asked time; one that never moved points to itself. */
function pointerThen(f: Field, profile: string): Sql {
  return sql`coalesce((
  select h.canonical_id
  from profile_pointer h
  where h.workspace_id = ${workspace}::int and h.profile_id = ${raw(profile)} ${knownBy(f, 'h.moved_at')}
  order by h.moved_at desc
  limit 1), ${raw(profile)})`;
}

function resolvedThen(f: Field, profile: Sql): Sql {
  const mine = sql`and ${pointerThen(f, 'p.id')} = (
  select ${pointerThen(f, 'o.id')} ${own})`;
  return sql`
select ${pointerThen(f, 'p.id')} as id
from profile p
where p.workspace_id = ${workspace}::int and p.id = ${profile} ${knownBy(f, 'p.created_at')} ${f.isPortal ? mine : nothing}`;
}

/** Everyone who ever pointed to the customer by then, of whom those stay that still did. Walks `profile_pointer_canonical`. */
function membersThen(f: Field): Sql {
  return sql`cross join lateral (
  select array_agg(k.id) as members
  from (
    select r.id
    union
    select h.profile_id
    from profile_pointer h
    where h.workspace_id = ${workspace}::int and h.canonical_id = r.id ${knownBy(f, 'h.moved_at')}
  ) k(id)
  where ${pointerThen(f, 'k.id')} = r.id
) m`;
}

/** The profiles of the customer to whom a profile belongs, as an expression; null when the caller may not see it. */
export function membersOf(f: Field, profile: Sql): Sql {
  return sql`(select c.members ${customerOf(f, profile)})`;
}
