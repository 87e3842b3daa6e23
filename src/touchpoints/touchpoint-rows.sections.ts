import { asOf, customerOf, knownBy, membersOf, type View } from '../identity/customer-row.sections.js';
import type { Field } from '../platform/composer.js';
import { nothing, raw, type Sql, sql, workspace } from '../platform/sql.js';
import { versionedColumns } from './touchpoint-table.js';
import { internal } from './vocabulary.js';

/** Which touchpoints (row `t`) an answer may show: nothing internal to customers, nothing recorded after the asked time. */
export function shown(f: View): Sql {
  return sql`${f.isPortal ? raw(`and t.direction <> ${internal}`) : nothing} ${knownBy(f, 't.recorded_at')}`;
}

/** Whether sums kept per profile do not fit the question, so that they must be counted from its touchpoints. */
export function isCounted(f: Field): boolean {
  return asOf(f) !== null;
}

/** The column that holds a sum (`touchpoints`, `first_at`, `last_at`) of what the caller may see. */
export function summed(f: Field, column: string): string {
  return f.isPortal ? `shown_${column}` : column;
}

const columns = raw(versionedColumns.map((column) => `t.${column}`).join(', '));

/**
 * `from …` of rows `t`: touchpoints that a condition finds, as they are. As of an earlier time each is as it was known
 * then: from `touchpoint` when it has not changed since, else the version that held. Both are walked by the same index.
 * @param condition `and …` over row `t`
 * @param page the order and the end of the rows, where there is one
 */
export function touchpointRows(f: View, condition: Sql, page: Sql = nothing): Sql {
  const time = asOf(f);
  if (!time) return sql`from touchpoint t\nwhere t.workspace_id = ${workspace}::int ${condition} ${page}`;
  return sql`from (
  (select ${columns}
  from touchpoint t
  where t.workspace_id = ${workspace}::int and not exists (
    select
    from touchpoint_version later
    where later.workspace_id = ${workspace}::int and later.id = t.id and later.replaced_at > ${time}::timestamptz
  ) ${condition} ${page})
  union all
  (select ${columns}
  from touchpoint_version t
  where t.workspace_id = ${workspace}::int and t.since_at <= ${time}::timestamptz and t.replaced_at > ${time}::timestamptz
    ${condition} ${page})
) t
where true ${page}`;
}

/** Row `t` of one touchpoint by an expression of its id: walks `touchpoint_pkey`. */
export function touchpointOf(f: Field, id: Sql): Sql {
  const own = sql`and exists (select ${customerOf(f, raw('t.profile_id'))})`;
  return touchpointRows(f, sql`and t.id = ${id} ${shown(f)} ${f.isPortal ? own : nothing}`);
}

/**
 * The touchpoints (row `t`) of conversation `v` that are its customer's: walks `touchpoint_conversation`, and the
 * versions of an earlier time by profile.
 */
export function inConversation(f: Field, condition: Sql = nothing, page: Sql = nothing): Sql {
  return touchpointRows(
    f,
    sql`and t.conversation_id = v.id and t.profile_id = any(v.members) ${shown(f)}${condition}`,
    page,
  );
}

/** Row `v` (`id`, `source`, `external_id`, `members`) of the conversation that touchpoint `t` belongs to. */
export function conversationOfTouchpoint(f: Field): Sql {
  return sql`from (
  select o.id, o.source, o.external_id, ${membersOf(f, raw('t.profile_id'))} as members
  from conversation o
  where o.workspace_id = ${workspace}::int and o.profile_id = t.profile_id and o.id = t.conversation_id
  offset 0
) v`;
}

/** Row `v` of a conversation by an expression of its id, as the customer of its latest touchpoint has it. */
export function conversationOf(f: Field, id: Sql): Sql {
  const anything = sql`and exists (select ${inConversation(f)})`;
  const sum = (column: string) => raw(`o.${summed(f, column)}`);
  return sql`from (
  select o.id, o.source, o.external_id, ${membersOf(f, raw('o.profile_id'))} as members
  from conversation o
  where o.workspace_id = ${workspace}::int and o.id = ${id} and ${sum('touchpoints')} > 0
    ${f.isPortal ? sql`and exists (select ${customerOf(f, raw('o.profile_id'))})` : nothing}
  order by ${sum('last_at')} desc, o.profile_id desc
  limit 1
) v
where true ${isCounted(f) ? anything : nothing}`;
}
