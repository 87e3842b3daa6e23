import type { Composer, Field, Shapes } from '../platform/composer.js';
import { requireId } from '../platform/ids.js';
import { Refusal } from '../platform/refusal.js';
import { nothing, type Request, raw, type Sql, sql, word, workspace } from '../platform/sql.js';
import { otherCandidates, usedBy } from './customer-candidates.sections.js';
import { asOf, customerOf, instantOf, knownBy } from './customer-row.sections.js';
import { detachedOf, identifierReader, identifiersOf } from './identifier-row.sections.js';
import { firstSeen, lastSeen, seenThen } from './identifier-seen.sections.js';
import type { IdentifierTypes } from './identifier-types.js';
import { maskedName, maskedTrait, maskedValue } from './masking.js';

/** Stored as its place in this list: append only. */
export const verifications = ['CLAIMED', 'VERIFIED'] as const;

/** Query.customer, and what identity itself knows of a customer: row `c` with `members`. */
export function customerShapes(q: Composer, types: IdentifierTypes): Shapes {
  const namedIdentifier = identifierReader(types);
  return {
    Query: {
      customer: (f) => {
        f.check(() => {
          if (f.has('id') === f.has('identifier')) {
            throw new Refusal('ONE_OF_REQUIRED', 'Give exactly one of id and identifier.', { field: f.path('id') });
          }
        });
        if (f.has('id')) return q.object(f, customerOf(f, sql`${f.arg('id', customerId)}::bigint`));
        if (!f.has('identifier')) return raw('null::json');
        return q.object(f, customerOf(f, sql`(select ${usedBy(q, f)} from (select i.* ${namedIdentifier(f)}) i)`));
      },
    },
    Customer: {
      id: raw(`'cus_' || c.id`),
      mergedIds: raw(`(
select coalesce(json_agg('cus_' || m.id order by m.id), '[]') from unnest(c.members) m(id) where m.id <> c.id)`),
      displayName,
      traits,
      createdAt: sql`(
select min(p.created_at) from unnest(c.members) m(id)
join profile p on p.workspace_id = ${workspace}::int and p.id = m.id)`,
      asOf: instantOf,
      identifiers: (f) => q.list(f, sql`from (${identifiers(q, f)}) i order by i.priority, i.type, i.place, i.value`),
      detachedIdentifiers: (f) =>
        q.list(f, sql`from (${detachedIdentifiers(q, f)}) i order by i.detached_at desc, i.type, i.value`),
      resolution: (f) => q.object(f),
    },
    Identifier: {
      type: raw('i.type'),
      value: (f) => (f.isMasked ? maskedValue('i.value') : raw('i.value')),
      rawValue: (f) => (f.isMasked ? maskedValue('i.raw_value') : raw('i.raw_value')),
      verification: verification('i'),
      primary: raw('coalesce(i.place = 1, false)'),
      shared: raw('i.is_shared'),
      quarantined: raw('i.is_quarantined'),
      firstSeenAt: (f) => raw(asOf(f) ? 'i.first_seen_then' : 'i.first_seen_at'),
      lastSeenAt: (f) => raw(asOf(f) ? 'i.last_seen_then' : 'i.last_seen_at'),
      detachedAt: raw('i.detached_at'),
    },
    Resolution: {
      matchedBy: (f) => {
        const asked = askedBy(f);
        if (!asked) return raw('null::json');
        return q.object(
          f,
          sql`from (
  select ${identifierColumns(f)},
    (select k.place from (${identifiers(q, f)}) k where k.type = i.type and k.value = i.value) as place
  from (select i.* ${namedIdentifier(asked)}) i
  ${seenThen(q, f)}
) i`,
        );
      },
      verification: (f) => {
        const asked = askedBy(f);
        if (!asked) return raw('null::text');
        return sql`(select ${verification('i')} from (select i.* ${namedIdentifier(asked)}) i)`;
      },
      isShared: (f) => {
        const asked = askedBy(f);
        if (!asked) return raw('false');
        return sql`coalesce((select i.is_shared from (select i.* ${namedIdentifier(asked)}) i), false)`;
      },
      otherCandidates: (f) => {
        const asked = askedBy(f);
        return asked ? q.list(f, otherCandidates(q, f, namedIdentifier(asked))) : raw(`'[]'::json`);
      },
    },
  };
}

export function customerId(text: string, _request: Request, path: string): string {
  return requireId('customer', text, path);
}

/** A code that a later version stored reads as the weakest. */
function verification(alias: string): Sql {
  return sql`coalesce(${word(`${alias}.verification`, verifications)}, 'CLAIMED')`;
}

/** The field `Query.customer` that a resolution stands under, when it asked by identifier. */
function askedBy(f: Field): Field | null {
  const asked = f.up?.up;
  return asked?.parent === 'Query' && asked.name === 'customer' && asked.has('identifier') ? asked : null;
}

/** Identifiers of the customer, `place` 1 for the one of each type to use: verified before claimed, then the latest seen. */
function identifiers(q: Composer, f: Field): Sql {
  return sql`
select ${identifierColumns(f)}, coalesce(d.priority, 1000) as priority,
  row_number() over (partition by i.type order by i.verification desc, ${lastSeen(f)} desc, i.value) as place
${identifiersOf(f)}
${seenThen(q, f)}
left join identifier_type d on d.workspace_id = ${workspace}::int and d.name = i.type`;
}

/** The columns of row `i`; as of an earlier time with when it was known then to have been seen. */
function identifierColumns(f: Field): Sql {
  return asOf(f) ? sql`i.*, ${firstSeen(f)} as first_seen_then, ${lastSeen(f)} as last_seen_then` : raw('i.*');
}

/** Those of the customer that name nobody any more, the latest first. */
function detachedIdentifiers(q: Composer, f: Field): Sql {
  return sql`
select ${identifierColumns(f)}, null::int as place
${detachedOf(f)}
${seenThen(q, f)}
order by i.detached_at desc
limit 100`;
}

/** Of each key the latest by its own clock; of two at one instant the larger text, whatever the order of arrival. */
function latestTraits(f: Field, only: Sql = nothing): Sql {
  return sql`
select distinct on (r.key) r.key, r.value
from unnest(c.members) m(id)
join trait r on r.workspace_id = ${workspace}::int and r.profile_id = m.id ${knownBy(f, 'r.recorded_at')} ${only}
order by r.key, r.occurred_at desc, r.value::text collate "C" desc`;
}

function traits(f: Field): Sql {
  const value = f.isMasked ? maskedTrait('k.key', 'k.value') : raw('k.value');
  return sql`(
select coalesce(json_object_agg(k.key, ${value} order by k.key), '{}') from (${latestTraits(f)}) k)`;
}

const nameKeys = raw(`and r.key = any('{name,firstName,first_name,lastName,last_name}')`);

function displayName(f: Field): Sql {
  const text = (...keys: string[]) =>
    raw(`coalesce(${keys.map((key) => `max(k.text) filter (where k.key = '${key}')`).join(', ')})`);
  return sql`(
select ${f.isMasked ? maskedName('n.name') : raw('n.name')}
from (
  select coalesce(${text('name')}, nullif(concat_ws(' ', ${text('firstName', 'first_name')}, ${text('lastName', 'last_name')}), '')) as name
  from (
    select v.key, case jsonb_typeof(v.value) when 'string' then nullif(btrim(v.value #>> '{}'), '') end as text
    from (${latestTraits(f, nameKeys)}) v
  ) k
) n)`;
}
