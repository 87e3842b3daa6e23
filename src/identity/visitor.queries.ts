import type { EntityManager } from 'typeorm';
import { devicePriorityMin } from './identifier-type.js';

/**
 * Whether the customer of profile row `o` was ever known by more than devices, as an expression. What was detached or
 * given away since counts: what came by it is still there.
 */
export const wasEverKnown = `exists (
    select
    from profile kp
    cross join lateral (
      select i.type
      from identifier i
      where i.workspace_id = kp.workspace_id and i.profile_id = kp.id
      union all
      select i.type
      from identifier i
      where i.workspace_id = kp.workspace_id and i.former_profile_id = kp.id
      union all
      select w.type
      from identifier_owner w
      where w.workspace_id = kp.workspace_id and w.profile_id = kp.id
    ) ki
    left join identifier_type kt on kt.workspace_id = kp.workspace_id and kt.name = ki.type
    where kp.workspace_id = o.workspace_id and kp.canonical_id = o.canonical_id
      and coalesce(kt.priority, 0) < ${devicePriorityMin}
  )`;

/** Whether somebody ever said who the customer of a profile is. */
export async function isKnown(db: EntityManager, workspace: number, profile: string): Promise<boolean> {
  const rows: { isKnown: boolean }[] = await db.query(
    `select ${wasEverKnown} as "isKnown"
     from profile o
     where o.workspace_id = $1::int and o.id = $2::bigint`,
    [workspace, profile],
  );
  return rows[0]?.isKnown ?? false;
}

/** Whose an identifier is, as far as it names one customer for sure. */
export interface Holder {
  readonly type: string;
  readonly value: string;
  readonly profile: string;
  readonly customer: string;
  readonly isKnown: boolean;
  /** Shared or in quarantine: it opens nobody’s record. */
  readonly isDoubtful: boolean;
}

/** The holders of those of the identifiers that belong to somebody. */
export async function findHolders(
  db: EntityManager,
  workspace: number,
  identifiers: readonly { readonly type: string; readonly values: readonly string[] }[],
): Promise<Holder[]> {
  return db.query(
    `select i.type, i.value, o.id::text as profile, o.canonical_id::text as customer,
       i.is_shared or i.is_quarantined as "isDoubtful", ${wasEverKnown} as "isKnown"
     from json_to_recordset($2::json) n(type text, values json)
     join identifier i on i.workspace_id = $1::int and i.type = n.type
       and i.value in (select v.value from json_array_elements_text(n.values) v(value))
     join profile o on o.workspace_id = $1::int and o.id = i.profile_id`,
    [workspace, JSON.stringify(identifiers)],
  );
}
