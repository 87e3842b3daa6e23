import type { EntityManager } from 'typeorm';
import type { IdentifierType } from './identifier-type.js';
import type { MemberRow } from './merge.queries.js';

export interface TypeCount {
  readonly type: string;
  readonly root: string;
  readonly count: number;
}

/** How many identifiers of each type customers have that count for its limit: of a window those first seen within it. */
export async function countIdentifiers(
  db: EntityManager,
  workspace: number,
  types: ReadonlyMap<string, IdentifierType>,
  members: readonly MemberRow[],
): Promise<TypeCount[]> {
  return db.query(
    `select i.type, m.root::text, count(*)::int as count
     from unnest($2::bigint[], $3::bigint[]) m(id, root)
     join identifier i on i.workspace_id = $1::int and i.profile_id = m.id
     left join unnest($4::text[], $5::int[]) w(type, days) on w.type = i.type
     where i.detached_at is null and (w.days is null or i.first_seen_at >= now() - make_interval(days => w.days))
     group by i.type, m.root
     order by i.type, m.root`,
    [
      workspace,
      members.map((member) => member.id),
      members.map((member) => member.root),
      [...types.keys()],
      [...types.values()].map((type) => type.windowDays),
    ],
  );
}
