import type { EntityManager } from 'typeorm';

export interface Prohibition {
  readonly a: string;
  readonly b: string;
  readonly reason: string | null;
  readonly actor: string | null;
  readonly at: string;
}

/** What forbids to join two customers, from every profile of one to every profile of the other. Walks the primary key. */
export async function findProhibitions(
  db: EntityManager,
  workspace: number,
  side: readonly string[],
  others: readonly string[],
): Promise<Prohibition[]> {
  return db.query(
    `select d.profile_a::text as a, d.profile_b::text as b, d.reason, d.actor, to_json(d.recorded_at) #>> '{}' as at
     from unnest($2::bigint[]) s(id)
     join do_not_link d on d.workspace_id = $1::int and d.profile_a = s.id
     where d.profile_b = any($3::bigint[])
     order by d.recorded_at, d.profile_a, d.profile_b`,
    [workspace, side, others],
  );
}

/** Forbids to join the profiles of each pair, in both directions; who forbade it first is kept. Answers how many are new. */
export async function insertProhibitions(
  db: EntityManager,
  workspace: number,
  pairs: readonly { readonly a: string; readonly b: string }[],
  why: { readonly actor: string; readonly reason: string | null },
  at: string,
): Promise<number> {
  const rows: unknown[] = await db.query(
    `insert into do_not_link (workspace_id, profile_a, profile_b, recorded_at, reason, actor)
     select $1::int, d.a, d.b, $4::timestamptz, $5::text, $6::text
     from unnest($2::bigint[], $3::bigint[]) p(a, b)
     cross join lateral (values (p.a, p.b), (p.b, p.a)) d(a, b)
     order by d.a, d.b
     on conflict do nothing
     returning profile_a`,
    [workspace, pairs.map((pair) => pair.a), pairs.map((pair) => pair.b), at, why.reason, why.actor],
  );
  return rows.length / 2;
}

/** Lifts whatever forbids to join two customers; answers how many pairs of profiles it was. */
export async function deleteProhibitions(
  db: EntityManager,
  workspace: number,
  side: readonly string[],
  others: readonly string[],
): Promise<number> {
  const [, lifted]: [unknown[], number] = await db.query(
    `delete from do_not_link d
     using unnest($2::bigint[]) s(id)
     cross join unnest($3::bigint[]) o(id)
     cross join lateral (values (s.id, o.id), (o.id, s.id)) p(a, b)
     where d.workspace_id = $1::int and d.profile_a = p.a and d.profile_b = p.b`,
    [workspace, side, others],
  );
  return lifted / 2;
}
