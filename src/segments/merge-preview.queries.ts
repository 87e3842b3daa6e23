import type { EntityManager } from 'typeorm';
import { join, sql } from '../platform/sql.js';
import { present, run } from './evaluation.queries.js';
import { bind } from './rules/bound-value.js';
import { RuleCompiler, type SegmentRule } from './rules/compiler.js';

export interface MergedMembership {
  /** For each segment in the given order whether the merged customer would belong to it. */
  readonly holds: readonly boolean[];
  /** Segments that one of the two is a member of now. */
  readonly present: readonly string[];
}

/** Evaluates segments for a customer that does not exist: the profiles of two that would be one. */
export async function evaluateMerged(
  db: EntityManager,
  workspace: number,
  segments: readonly SegmentRule[],
  profiles: readonly string[],
  now: Date,
): Promise<MergedMembership> {
  const own = bind(workspace);
  const compiler = new RuleCompiler(own, now, segments);
  const holds = segments.map((segment) => compiler.membership(segment));
  const members = bind(profiles);
  const merged = sql`(select 0::bigint as id, ${members}::bigint[] as members) c`;
  const [row] = await run<MergedMembership>(
    db,
    workspace,
    sql`
    with f as materialized (${compiler.facts(merged)})
    select array[${join(holds, ', ')}]::bool[] as holds, array(
      select distinct replace(sm.segment_id::text, '-', '')
      from unnest(f.members) m(id)
      cross join lateral (
        select sm.segment_id
        from segment_member sm
        where sm.workspace_id = ${own}::int and sm.profile_id = m.id and ${present}
          and (sm.expires_at is null or sm.expires_at > ${bind(now)}::timestamptz)
        offset 0
      ) sm) as present
    from f${compiler.segments()}`,
  );
  if (!row) throw new Error('A statement that answers with one row answered with none.');
  return row;
}
