import type { Composer, Field, Shapes } from '../platform/composer.js';
import { limits } from '../platform/limits.js';
import { raw, type Sql, sql, workspace } from '../platform/sql.js';
import { plainText } from '../platform/text-argument.js';
import { idOf } from '../touchpoints/touchpoint.sections.js';

const key = plainText(limits.shortTextCharactersMax);
/** A membership whose time has run out is none, also before it is noted as ended. */
export const isNotOver = raw('(sm.expires_at is null or sm.expires_at > now())');

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
      and sm.until_at is null and ${isNotOver})`;
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
  where sm.workspace_id = ${workspace}::int and sm.segment_id = ${named(f)} and sm.until_at is null
    and ${isNotOver}`;
}

/** Row alias `s`. */
export const segmentShapes = (q: Composer): Shapes => ({
  Query: {
    segments: (f) => q.list(f, segmentFrom(raw('and s.deleted_at is null order by s.key'))),
    segment: (f) => q.object(f, segmentFrom(sql`and s.key = ${f.arg('key', key)}::text and s.deleted_at is null`)),
  },
  Segment: {
    id: idOf('seg', 's.id'),
    key: raw('s.key'),
    name: raw('s.name'),
    description: raw('s.description'),
    rule: raw('s.rule'),
    entitlements: raw('s.entitlements'),
    priority: raw('s.priority'),
    memberFor: raw(`case
      when s.lasts_seconds % 86400 = 0 then 'P' || s.lasts_seconds / 86400 || 'D'
      else 'PT' || s.lasts_seconds || 'S' end`),
    endsAt: raw('s.ends_at'),
    version: raw('s.version'),
    createdAt: raw('s.created_at'),
    updatedAt: raw('s.updated_at'),
    memberCount: sql`(
      select count(*)::int
      from (
        select from segment_member sm
        where sm.workspace_id = ${workspace}::int and sm.segment_id = s.id and sm.until_at is null
          and ${isNotOver}
        limit ${raw(String(membersCountedMax))}
      ) n)`,
  },
});
