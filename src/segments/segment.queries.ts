import type { EntityManager } from 'typeorm';

export interface SegmentRow {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  readonly rule: unknown;
  readonly entitlements: readonly string[];
  readonly version: number;
  readonly ruleVersion: number;
  readonly isDeleted: boolean;
  readonly priority: number;
  readonly endsAt: Date | null;
  readonly lastsSeconds: number | null;
  readonly hasDecisions: boolean;
}

const columns = `replace(s.id::text, '-', '') as id, s.key, s.name, s.description, s.rule, s.entitlements, s.version,
  s.rule_version as "ruleVersion", s.deleted_at is not null as "isDeleted",
  s.priority, s.ends_at as "endsAt", s.lasts_seconds as "lastsSeconds", s.has_decisions as "hasDecisions"`;

/** All segments of a workspace: few, so one read each evaluation. */
export async function listSegments(db: EntityManager, workspace: number): Promise<SegmentRow[]> {
  return db.query(
    `select ${columns}
     from segment s
     where s.workspace_id = $1::int and s.deleted_at is null
     order by s.id`,
    [workspace],
  );
}

export async function findSegment(db: EntityManager, workspace: number, id: string): Promise<SegmentRow | null> {
  const rows: SegmentRow[] = await db.query(
    `select ${columns}
     from segment s
     where s.workspace_id = $1::int and s.id = $2::uuid`,
    [workspace, id],
  );
  return rows[0] ?? null;
}

export async function findSegmentByKey(db: EntityManager, workspace: number, key: string): Promise<SegmentRow | null> {
  const rows: SegmentRow[] = await db.query(
    `select ${columns}
     from segment s
     where s.workspace_id = $1::int and s.key = $2::text and s.deleted_at is null`,
    [workspace, key],
  );
  return rows[0] ?? null;
}

/** Who makes or changes segments of a workspace next, waits: the limits count over all of them. */
export async function holdSegments(db: EntityManager, workspace: number): Promise<SegmentRow[]> {
  return db.query(
    `select ${columns}
     from segment s
     where s.workspace_id = $1::int and s.deleted_at is null
     order by s.id
     for update`,
    [workspace],
  );
}

export interface SegmentContent {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  readonly rule: unknown;
  readonly entitlements: readonly string[];
  readonly priority: number;
  readonly endsAt: Date | null;
  readonly lastsSeconds: number | null;
}

/** False when the key is taken. */
export async function insertSegment(db: EntityManager, workspace: number, segment: SegmentContent): Promise<boolean> {
  const rows: unknown[] = await db.query(
    `insert into segment (workspace_id, id, key, name, description, rule, entitlements, priority, ends_at, lasts_seconds)
     values ($1::int, $2::uuid, $3::text, $4::text, $5::text, $6::json, $7::text[], $8::int, $9::timestamptz, $10::int)
     on conflict do nothing
     returning id`,
    [
      workspace,
      segment.id,
      segment.key,
      segment.name,
      segment.description,
      JSON.stringify(segment.rule),
      segment.entitlements,
      segment.priority,
      segment.endsAt,
      segment.lastsSeconds,
    ],
  );
  return rows.length > 0;
}

export async function writeSegment(
  db: EntityManager,
  workspace: number,
  segment: SegmentContent,
  ruleVersion: number,
  now: Date,
): Promise<void> {
  await db.query(
    `update segment
     set name = $3::text, description = $4::text, rule = $5::json, entitlements = $6::text[], rule_version = $7::int,
       version = version + 1, updated_at = $8::timestamptz, priority = $9::int, ends_at = $10::timestamptz,
       lasts_seconds = $11::int
     where workspace_id = $1::int and id = $2::uuid`,
    [
      workspace,
      segment.id,
      segment.name,
      segment.description,
      JSON.stringify(segment.rule),
      segment.entitlements,
      ruleVersion,
      now,
      segment.priority,
      segment.endsAt,
      segment.lastsSeconds,
    ],
  );
}

export async function markDeleted(db: EntityManager, workspace: number, id: string, now: Date): Promise<void> {
  await db.query(
    `update segment
     set deleted_at = $3::timestamptz, updated_at = $3::timestamptz, version = version + 1
     where workspace_id = $1::int and id = $2::uuid`,
    [workspace, id, now],
  );
}
