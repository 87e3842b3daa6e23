import type { EntityManager } from 'typeorm';
import type { MemberRow } from './merge.queries.js';

export interface TypeCount {
  readonly type: string;
  readonly root: string;
  readonly count: number;
}

/** How many identifiers of each type customers have. */
export async function countIdentifiers(
  db: EntityManager,
  workspace: number,
  members: readonly MemberRow[],
): Promise<TypeCount[]> {
  return db.query(
    `select i.type, m.root::text, count(*)::int as count
     from unnest($2::bigint[], $3::bigint[]) m(id, root)
     join identifier i on i.workspace_id = $1::int and i.profile_id = m.id
     where i.detached_at is null
     group by i.type, m.root
     order by i.type, m.root`,
    [workspace, members.map((member) => member.id), members.map((member) => member.root)],
  );
}
