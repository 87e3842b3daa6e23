import { asOf } from '../identity/customer-row.sections.js';
import type { Composer, Field, Shapes } from '../platform/composer.js';
import { limits } from '../platform/limits.js';
import { raw, type Sql, sql, workspace } from '../platform/sql.js';
import { plainText } from '../platform/text-argument.js';
import { idOf } from '../touchpoints/touchpoint.sections.js';

const key = plainText(limits.shortTextCharactersMax);
const membersCountedMax = 100_000;

/** Segments, row alias `s`. */
function segmentFrom(where: Sql): Sql {
  return sql`from segment s
    where s.workspace_id = ${workspace}::int ${where}`;
}

/** The row of one segment by its id; segments are our own business and no portal token sees them. */
export function segmentById(f: Field, id: Sql): Sql {
  return segmentFrom(sql`and s.id = ${id}::uuid and s.deleted_at is null ${raw(f.isPortal ? 'and false' : '')}`);
}

/** The segment that the argument names: one row, read before anything else. */
const named = (f: Field): Sql => sql`(
    select s.id
    from segment s
    where s.workspace_id = ${workspace}::int and s.key = ${f.arg('segment', key)}::text and s.deleted_at is null)`;

/** `and …` over customers `c`: those with a present membership of the segment, by `segment_member_present`. */
export function inSegment(f: Field): Sql {
  return sql`and exists (
    select
    from segment_member sm
    where sm.workspace_id = ${workspace}::int and sm.profile_id = any(c.members) and sm.segment_id = ${named(f)}
      and sm.until_at is null)`;
}

/**
 * Customers with a present membership of the segment, walking `segment_member_segment` in the order of their ids: a page
 * costs the same at any depth, however many members or customers there are. One that was absorbed since is in it again
 * once the survivor is evaluated, which is a moment later.
 */
export function membersOfSegment(f: Field): Sql {
  return sql`
  select sm.profile_id as id
  from segment_member sm
  join profile p on p.workspace_id = ${workspace}::int and p.id = sm.profile_id and p.canonical_id = p.id
  where sm.workspace_id = ${workspace}::int and sm.segment_id = ${named(f)} and sm.until_at is null`;
}

/**
 * `from …` of the memberships of all profiles of customer `c`, row `sm` with its segment `s`, by primary key: after a
 * merge the rows of the absorbed ones count until the survivor is evaluated, and of one segment the oldest row speaks.
 * Those that a time knew of were open then.
 */
export function membershipsOf(f: Field): Sql {
  const time = asOf(f);
  const [open, alive] =
    time === null
      ? // Worded so that only the primary key can find them: the other indexes begin elsewhere.
        [raw(`coalesce(sm.until_at, 'infinity') = 'infinity'`), raw('s.deleted_at is null')]
      : [
          sql`sm.since_at <= ${time}::timestamptz and (sm.until_at is null or sm.until_at > ${time}::timestamptz)`,
          sql`(s.deleted_at is null or s.deleted_at > ${time}::timestamptz)`,
        ];
  return sql`from (
          select distinct on (sm.segment_id) sm.segment_id, sm.since_at, sm.until_at, sm.reason
          from unnest(c.members) m(id)
          cross join lateral (
            select sm.segment_id, sm.since_at, sm.until_at, sm.reason, sm.profile_id
            from segment_member sm
            where sm.workspace_id = ${workspace}::int and sm.profile_id = m.id and ${open}
          ) sm
          order by sm.segment_id, sm.since_at, sm.profile_id
        ) sm
        join segment s on s.workspace_id = ${workspace}::int and s.id = sm.segment_id and ${alive}`;
}

export const segmentShapes = (q: Composer): Shapes => ({
  Query: {
    segments: (f) => q.list(f, segmentFrom(raw('and s.deleted_at is null order by s.key'))),
    segment: (f) => q.object(f, segmentFrom(sql`and s.key = ${f.arg('key', key)}::text and s.deleted_at is null`)),
  },
  Customer: {
    segments: (f) => q.list(f, sql`${membershipsOf(f)}\n        order by s.key`),
  },
  SegmentMembership: {
    segment: (f) => q.object(f),
    since: raw('sm.since_at'),
    // As of a time the end was not known yet, and a present membership has none.
    until: (f) => (asOf(f) === null ? raw('sm.until_at') : raw('null::timestamptz')),
    reason: (f) => q.list(f, raw(`from json_array_elements(sm.reason) with ordinality r(part, n) order by r.n`)),
  },
  SegmentReason: {
    // What was seen of a trait may say who a person is.
    text: (f) =>
      raw(
        f.isMasked
          ? `case when r.part->'condition'->'trait' is null then r.part->>'text' else 'trait ****' end`
          : `r.part->>'text'`,
      ),
    condition: raw(`r.part->'condition'`),
    observed: (f) =>
      raw(
        f.isMasked
          ? `case when r.part->'condition'->'trait' is null then r.part->'observed' else '"****"'::json end`
          : `r.part->'observed'`,
      ),
  },
  Segment: {
    id: idOf('seg', 's.id'),
    key: raw('s.key'),
    name: raw('s.name'),
    description: raw('s.description'),
    rule: raw('s.rule'),
    entitlements: raw('s.entitlements'),
    version: raw('s.version'),
    createdAt: raw('s.created_at'),
    updatedAt: raw('s.updated_at'),
    memberCount: sql`(
      select count(*)::int
      from (
        select from segment_member sm
        where sm.workspace_id = ${workspace}::int and sm.segment_id = s.id and sm.until_at is null
        limit ${raw(String(membersCountedMax))}
      ) n)`,
  },
});
