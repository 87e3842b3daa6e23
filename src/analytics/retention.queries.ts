import type { EntityManager } from 'typeorm';
import { named } from '../platform/named-sql.js';
import type { Bucket } from './analytics.types.js';
import { inSegment, matches, type Span, type SpanName, touchpointsIn } from './span.js';

export interface CohortRow {
  readonly cohortAt: string;
  readonly customers: number;
  readonly periods: readonly { readonly bucketAt: string; readonly active: number }[];
}

/** Cohorts by the first touchpoint ever, which sums kept per profile tell; then one walk along `touchpoint_time`. */
export async function retention(db: EntityManager, span: Span, bucket: Bucket): Promise<CohortRow[]> {
  const piece = (at: string) => `date_trunc('${bucket.toLowerCase()}', ${at}, :timeZone::text)`;
  const statement = named<SpanName>(
    `with came as (
       select p.canonical_id as customer, min(a.shown_first_at) as first_at
       from profile_activity a
       join profile p on p.workspace_id = :workspace::int and p.id = a.profile_id
       where a.workspace_id = :workspace::int
       group by p.canonical_id
     ), cohort as (
       select c.customer, ${piece('c.first_at')} as began
       from came c
       where c.first_at >= :from::timestamptz and c.first_at < :to::timestamptz
         ${span.segment === null ? '' : inSegment('c.customer')}
     ), active as (
       select distinct p.canonical_id as customer, ${piece('t.occurred_at')} as bucket
       ${touchpointsIn(span, {}, true, `and ${matches(span, 't')}`)}
     ), cell as (
       select c.began, a.bucket, count(*)::int as active
       from cohort c
       join active a on a.customer = c.customer
       group by c.began, a.bucket
     )
     select to_json(s.began) #>> '{}' as "cohortAt", s.customers, coalesce(
       (
         select json_agg(json_build_object('bucketAt', c.bucket, 'active', c.active) order by c.bucket)
         from cell c
         where c.began = s.began
       ), '[]') as periods
     from (select c.began, count(*)::int as customers from cohort c group by c.began) s
     order by s.began`,
  );
  return db.query(statement.text, statement.values(span));
}
