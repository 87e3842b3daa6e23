import type { EntityManager } from 'typeorm';

export interface NewStatement {
  readonly id: string;
  /** Its place in `preferenceKinds`. */
  readonly kind: number;
  /** JSON text; null takes back what was stated before. */
  readonly value: string | null;
}

/** Of these time zones those that the database does not know. */
export async function findUnknownZones(db: EntityManager, zones: readonly string[]): Promise<string[]> {
  const rows: { zone: string }[] = await db.query(
    `select asked.zone
     from unnest($1::text[]) asked(zone)
     where not exists (select from pg_timezone_names z where z.name = asked.zone)`,
    [zones],
  );
  return rows.map(({ zone }) => zone);
}

/** Statements of the customer that a profile belongs to since an instant, by `preference_of`. */
export async function countStatementsSince(
  db: EntityManager,
  workspace: number,
  profile: string,
  since: Date,
): Promise<number> {
  const rows: { count: number }[] = await db.query(
    `select count(*)::int as count
     from profile o
     join profile p on p.workspace_id = $1::int and p.canonical_id = o.canonical_id
     join preference s on s.workspace_id = $1::int and s.profile_id = p.id and s.stated_at > $3::timestamptz
     where o.workspace_id = $1::int and o.id = $2::bigint`,
    [workspace, profile, since],
  );
  return (rows[0] as { count: number }).count;
}

/**
 * States for a profile what says something else than what its customer's latest statement of that kind does; answers
 * whether anything did.
 */
export async function insertStatements(
  db: EntityManager,
  workspace: number,
  profile: string,
  statements: readonly NewStatement[],
  { statedBy, actor }: { readonly statedBy: number; readonly actor: string },
  now: Date,
): Promise<boolean> {
  const rows: unknown[] = await db.query(
    `insert into preference (workspace_id, id, profile_id, kind, value, stated_at, stated_by, actor)
     select $1::int, n.id, $2::bigint, n.kind, n.value::jsonb, $6::timestamptz, $7::smallint, $8::text
     from unnest($3::uuid[], $4::smallint[], $5::text[]) n(id, kind, value)
     left join lateral (
       select s.value
       from profile o
       join profile p on p.workspace_id = $1::int and p.canonical_id = o.canonical_id
       join preference s on s.workspace_id = $1::int and s.profile_id = p.id and s.kind = n.kind
       where o.workspace_id = $1::int and o.id = $2::bigint
       order by s.stated_at desc, s.id desc
       limit 1
     ) known on true
     where n.value::jsonb is distinct from known.value
     returning id`,
    [
      workspace,
      profile,
      statements.map(({ id }) => id),
      statements.map(({ kind }) => kind),
      statements.map(({ value }) => value),
      now,
      statedBy,
      actor,
    ],
  );
  return rows.length > 0;
}
