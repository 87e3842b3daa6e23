import { asOf, customerOf, knownBy, membersOf } from '../identity/customer-row.sections.js';
import type { Field } from '../platform/composer.js';
import { nothing, raw, type Sql, sql, workspace } from '../platform/sql.js';
import { directions } from './vocabulary.js';

/** Code of the direction that customers never see. */
const internal = directions.indexOf('INTERNAL');

/** Which touchpoints (row `t`) an answer may show: nothing internal to customers, nothing recorded after the asked time. */
export function shown(f: Field): Sql {
  return sql`${f.isPortal ? raw(`and t.direction <> ${internal}`) : nothing} ${knownBy(f, 't.recorded_at')}`;
}

/** Whether sums kept per profile do not fit the question, so that they must be counted from its touchpoints. */
export function isCounted(f: Field): boolean {
  return f.isPortal || asOf(f) !== null;
}

/** Row `t` of one touchpoint by an expression of its id: walks `touchpoint_pkey`. */
export function touchpointOf(f: Field, id: Sql): Sql {
  const own = sql`and exists (select ${customerOf(f, raw('t.profile_id'))})`;
  return sql`from touchpoint t
where t.workspace_id = ${workspace}::int and t.id = ${id} ${shown(f)} ${f.isPortal ? own : nothing}`;
}

/** The touchpoints (row `t`) of conversation `v` that are its customer's: walks `touchpoint_conversation`. */
export function inConversation(f: Field): Sql {
  return sql`from touchpoint t
where t.workspace_id = ${workspace}::int and t.conversation_id = v.id and t.profile_id = any(v.members) ${shown(f)}`;
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
  return sql`from (
  select o.id, o.source, o.external_id, ${membersOf(f, raw('o.profile_id'))} as members
  from conversation o
  where o.workspace_id = ${workspace}::int and o.id = ${id} and o.touchpoints > 0
    ${f.isPortal ? sql`and exists (select ${customerOf(f, raw('o.profile_id'))})` : nothing}
  order by o.last_at desc, o.profile_id desc
  limit 1
) v
where true ${isCounted(f) ? anything : nothing}`;
}
