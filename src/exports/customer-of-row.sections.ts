import { raw, type Sql, sql, workspace } from '../platform/sql.js';
import type { Column, OwnFilter } from './export-kind.js';

/** The canonical id of the customer to whom a profile belongs: by `profile_pkey`. */
export function canonicalOf(profile: string): Sql {
  return sql`(select pr.canonical_id from profile pr where pr.workspace_id = ${workspace}::int and pr.id = ${raw(profile)})`;
}

/** The customer of a row, as the API names it today. */
export const customerIdOf = (profile: string): Column => ({
  type: 'id',
  sql: () => sql`'cus_' || ${canonicalOf(profile)}`,
});

/** Rows of one customer, by any of its ids: of all its profiles. */
export const ofCustomer = (profile: string): OwnFilter => ({
  form: 'customer',
  where: (value) => sql`and ${raw(profile)} in (
    select member.id
    from profile asked
    join profile member on member.workspace_id = ${workspace}::int and member.canonical_id = asked.canonical_id
    where asked.workspace_id = ${workspace}::int and asked.id = ${value}::bigint)`,
});

/** Rows of customers with a present membership of a segment, by its key. */
export const ofSegment = (profile: string): OwnFilter => ({
  form: 'text',
  where: (value) => sql`and ${raw(profile)} in (
    select member.id
    from segment asked
    join segment_member present
      on present.workspace_id = ${workspace}::int and present.segment_id = asked.id and present.until_at is null
      and (present.expires_at is null or present.expires_at > now())
    join profile of on of.workspace_id = ${workspace}::int and of.id = present.profile_id
    join profile member on member.workspace_id = ${workspace}::int and member.canonical_id = of.canonical_id
    where asked.workspace_id = ${workspace}::int and asked.key = ${value}::text and asked.deleted_at is null)`,
});

export const since = (column: string): OwnFilter => ({
  form: 'time',
  where: (value) => sql`and ${raw(column)} >= ${value}::timestamptz`,
});

export const until = (column: string): OwnFilter => ({
  form: 'time',
  where: (value) => sql`and ${raw(column)} < ${value}::timestamptz`,
});
