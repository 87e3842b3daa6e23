import type { EntityManager } from 'typeorm';
import type { WeightSet } from './weight-set.js';

export interface WeightsRow {
  readonly version: number;
  readonly status: 'ESTIMATING' | 'READY' | 'TOO_FEW';
  readonly customers: number | null;
  readonly pairs: number | null;
  readonly isActive: boolean;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly finishedAt: string | null;
  readonly activatedAt: string | null;
  readonly activatedBy: string | null;
  readonly weights: WeightSet | null;
}

const instant = (column: string) => `to_json(${column}) #>> '{}'`;
const columns = `w.version, w.status, w.customers, w.pairs, w.is_active as "isActive",
  ${instant('w.created_at')} as "createdAt", w.created_by as "createdBy", ${instant('w.finished_at')} as "finishedAt",
  ${instant('w.activated_at')} as "activatedAt", w.activated_by as "activatedBy", w.weights`;

/** The newest sets of a workspace, and the one that holds wherever it stands. */
export async function listWeights(db: EntityManager, workspace: number, countMax: number): Promise<WeightsRow[]> {
  return db.query(
    `select ${columns}
     from match_weights w
     where w.workspace_id = $1::int and (w.is_active or w.version > (
       select coalesce(max(version), 0) - $2::int from match_weights where workspace_id = $1::int))
     order by w.version desc`,
    [workspace, countMax],
  );
}

export async function findWeights(db: EntityManager, workspace: number, version: number): Promise<WeightsRow | null> {
  const [row]: WeightsRow[] = await db.query(
    `select ${columns} from match_weights w where w.workspace_id = $1::int and w.version = $2::int`,
    [workspace, version],
  );
  return row ?? null;
}

/** The version that holds; null when it is the shipped one. By `match_weights_active`. */
export async function findActiveVersion(db: EntityManager, workspace: number): Promise<number | null> {
  const [row]: { version: number }[] = await db.query(
    'select w.version from match_weights w where w.workspace_id = $1::int and w.is_active',
    [workspace],
  );
  return row?.version ?? null;
}

/** Begins a set; one that is being estimated already is answered instead of a second one. */
export async function beginWeights(
  db: EntityManager,
  workspace: number,
  actor: string,
): Promise<{ version: number; isNew: boolean }> {
  const [row]: { version: number; isNew: boolean }[] = await db.query(
    `with running as (
       select w.version from match_weights w where w.workspace_id = $1::int and w.status = 'ESTIMATING' limit 1
     ), begun as (
       insert into match_weights (workspace_id, version, status, created_by)
       select $1::int, coalesce(max(w.version), 0) + 1, 'ESTIMATING', $2::text
       from match_weights w
       where w.workspace_id = $1::int
       having not exists (select from running)
       returning version
     )
     select version, false as "isNew" from running
     union all
     select version, true from begun`,
    [workspace, actor],
  );
  return row as { version: number; isNew: boolean };
}

/** The version that is being estimated; null when none is. */
export async function findBegun(db: EntityManager, workspace: number): Promise<number | null> {
  const [row]: { version: number }[] = await db.query(
    `select w.version from match_weights w where w.workspace_id = $1::int and w.status = 'ESTIMATING'`,
    [workspace],
  );
  return row?.version ?? null;
}

/** Ends an estimate; one that another process has ended meanwhile stays as it is. */
export async function finishWeights(
  db: EntityManager,
  workspace: number,
  version: number,
  found: {
    readonly status: 'READY' | 'TOO_FEW';
    readonly customers: number;
    readonly pairs: number;
    readonly weights: WeightSet | null;
  },
): Promise<void> {
  await db.query(
    `update match_weights
     set status = $3::text, customers = $4::int, pairs = $5::int, weights = $6::json, finished_at = now()
     where workspace_id = $1::int and version = $2::int and status = 'ESTIMATING'`,
    [
      workspace,
      version,
      found.status,
      found.customers,
      found.pairs,
      found.weights === null ? null : JSON.stringify(found.weights),
    ],
  );
}

/** Lets a version hold, or with null the shipped one. */
export async function activateWeights(
  db: EntityManager,
  workspace: number,
  version: number | null,
  actor: string,
): Promise<void> {
  await db.query(
    'update match_weights set is_active = false where workspace_id = $1::int and is_active and version is distinct from $2::int',
    [workspace, version],
  );
  await db.query(
    `update match_weights
     set is_active = true, activated_at = now(), activated_by = $3::text
     where workspace_id = $1::int and version = $2::int`,
    [workspace, version, actor],
  );
}

/** How many customers are compared. */
export async function countPersons(db: EntityManager, workspace: number): Promise<number> {
  const [row]: { n: number }[] = await db.query(
    'select count(*)::int as n from match_person p where p.workspace_id = $1::int',
    [workspace],
  );
  return row?.n ?? 0;
}

/**
 * So many customers, spread evenly over all ids by a hash: the same ones whenever it is asked. Reads the whole table
 * once.
 */
export async function samplePersons(
  db: EntityManager,
  workspace: number,
  share: number,
  customersMax: number,
): Promise<string[]> {
  const rows: { id: string }[] = await db.query(
    `select p.customer_id::text as id
     from match_person p
     where p.workspace_id = $1::int and (hashint8(p.customer_id)::bigint + 2147483648) < $2::float8 * 4294967296
     order by p.customer_id
     limit $3::int`,
    [workspace, share, customersMax],
  );
  return rows.map((row) => row.id);
}
