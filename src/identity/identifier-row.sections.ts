import type { Field } from '../platform/composer.js';
import { type Bound, Fact, join, nothing, type Request, raw, type Sql, sql, workspace } from '../platform/sql.js';
import { asOf } from './customer-row.sections.js';
import type { IdentifierInput } from './identifier.input.js';
import type { IdentifierTypes } from './identifier-types.js';
import { readIdentifier } from './named-identifier.js';

/** What row `i` holds beside its owner: the same of `identifier` and of `identifier_owner`. */
const columns =
  'type value raw_value recorded_at valid_from first_seen_at last_seen_at verification is_shared is_quarantined'.split(
    ' ',
  );

/** What people say of an identifier and behaviour shows: as which acts that stands in `identifier_event`. */
const marks = {
  is_shared: { set: 'SHARED', unset: 'NOT_SHARED' },
  is_quarantined: { set: 'QUARANTINED', unset: 'RELEASED' },
} as const;

/** Columns of row `i`, with the marks as they were known at an earlier time. */
function columnsThen(row: 'i' | 'o', time: Bound): Sql {
  const known: Readonly<Record<string, Sql>> = {
    verification: sql`case when ${raw(row)}.verified_at > ${time}::timestamptz then 0::smallint else ${raw(row)}.verification end`,
    is_shared: markThen(row, 'is_shared', time),
    is_quarantined: markThen(row, 'is_quarantined', time),
  };
  return join(
    columns.map((name) => (known[name] ? sql`${known[name]} as ${raw(name)}` : raw(`${row}.${name}`))),
    ', ',
  );
}

/**
 * A mark at an earlier time: that of the row, unless it was changed since; then what the last act until that time said.
 * Who gets an identifier from somebody else gets it without marks. Walks `identifier_event_of`.
 */
function markThen(row: 'i' | 'o', mark: keyof typeof marks, time: Bound): Sql {
  const { set, unset } = marks[mark];
  const acts = sql`from identifier_event e
  where e.workspace_id = ${workspace}::int and e.type = ${raw(row)}.type and e.value = ${raw(row)}.value
    and (e.act in (${raw(`'${set}', '${unset}'`)})`;
  const until = row === 'o' ? raw('and e.happened_at < o.replaced_at') : nothing;
  return sql`case when exists (
  select ${acts}) and e.happened_at > ${time}::timestamptz ${until}
) then coalesce((
  select e.act = ${raw(`'${set}'`)} ${acts} or e.act in ('REASSIGNED', 'SPLIT') and e.from_profile_id <> e.to_profile_id)
    and e.happened_at <= ${time}::timestamptz
  order by e.id desc
  limit 1), false) else ${raw(`${row}.${mark}`)} end`;
}

/**
 * `from …` of row `i`, the identifier that the argument `identifier` of a field names, in the form that is stored: walks
 * `identifier_pkey`, and as of an earlier time `identifier_owner_pkey` too, for whoever had it as it was known then.
 * `profile_id` is null while it is detached. What is no identifier finds nothing; a type that the workspace does not
 * have is refused.
 */
export function identifierReader(types: IdentifierTypes): (f: Field) => Sql {
  const rules = new Fact((asker) => types.of(asker.workspace));
  return (f) => {
    const rulesOf = f.needs(rules);
    const read = (given: IdentifierInput, request: Request, path: string) =>
      readIdentifier(given, path, rulesOf(request));
    const type = f.arg<IdentifierInput>('identifier', (...given) => read(...given).type);
    const forms = f.arg<IdentifierInput>('identifier', (...given) => read(...given).forms);
    const named = (row: string) => sql`${raw(row)}.workspace_id = ${workspace}::int and ${raw(row)}.type = ${type}::text
    and ${raw(row)}.value = any(${forms}::text[])`;
    const time = asOf(f);
    const rows = time
      ? sql`(
  select ${columnsThen('i', time)}, case when i.detached_at > ${time}::timestamptz then i.former_profile_id else i.profile_id end as profile_id,
    case when i.detached_at <= ${time}::timestamptz then i.detached_at end as detached_at, 'infinity'::timestamptz as replaced_at
  from identifier i
  where ${named('i')} and i.recorded_at <= ${time}::timestamptz
  union all
  select ${columnsThen('o', time)}, case when coalesce(o.detached_at > ${time}::timestamptz, true) then o.profile_id end,
    case when o.detached_at <= ${time}::timestamptz then o.detached_at end, o.replaced_at
  from identifier_owner o
  where ${named('o')} and o.recorded_at <= ${time}::timestamptz and o.replaced_at > ${time}::timestamptz
) i`
      : sql`identifier i where ${named('i')}`;
    return sql`from ${rows}
order by array_position(${forms}::text[], i.value)${time ? raw(', i.replaced_at') : nothing}
limit 1`;
  };
}

/**
 * `from …` of rows `i`, the identifiers of customer `c`: walks `identifier_profile`, and as of an earlier time also
 * `identifier_former` and `identifier_owner_profile`, for what was detached or given away since.
 */
export function identifiersOf(f: Field): Sql {
  const time = asOf(f);
  if (!time) {
    return sql`from unnest(c.members) m(id)
join identifier i on i.workspace_id = ${workspace}::int and i.profile_id = m.id`;
  }
  return sql`from unnest(c.members) m(id)
cross join lateral (
  select ${columnsThen('i', time)}, null::timestamptz as detached_at
  from identifier i
  where i.workspace_id = ${workspace}::int and i.profile_id = m.id and i.recorded_at <= ${time}::timestamptz
  union all
  select ${columnsThen('i', time)}, null
  from identifier i
  where i.workspace_id = ${workspace}::int and i.former_profile_id = m.id and i.detached_at > ${time}::timestamptz
    and i.recorded_at <= ${time}::timestamptz
  union all
  select ${columnsThen('o', time)}, null
  from identifier_owner o
  where o.workspace_id = ${workspace}::int and o.profile_id = m.id and o.recorded_at <= ${time}::timestamptz
    and o.replaced_at > ${time}::timestamptz and coalesce(o.detached_at > ${time}::timestamptz, true)
) i`;
}

/** `from …` of rows `i`, identifiers that were customer `c`’s and name nobody any more. */
export function detachedOf(f: Field): Sql {
  const time = asOf(f);
  if (!time) {
    return sql`from unnest(c.members) m(id)
join identifier i on i.workspace_id = ${workspace}::int and i.former_profile_id = m.id`;
  }
  return sql`from unnest(c.members) m(id)
cross join lateral (
  select ${columnsThen('i', time)}, i.detached_at
  from identifier i
  where i.workspace_id = ${workspace}::int and i.former_profile_id = m.id and i.detached_at <= ${time}::timestamptz
    and i.recorded_at <= ${time}::timestamptz
  union all
  select ${columnsThen('o', time)}, o.detached_at
  from identifier_owner o
  where o.workspace_id = ${workspace}::int and o.profile_id = m.id and o.recorded_at <= ${time}::timestamptz
    and o.replaced_at > ${time}::timestamptz and o.detached_at <= ${time}::timestamptz
) i`;
}
