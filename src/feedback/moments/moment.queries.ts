import type { EntityManager } from 'typeorm';
import { type Channel, channels } from '../../touchpoints/vocabulary.js';
import type { Moment } from './moment.js';

export interface MomentRow extends Moment {
  readonly id: string;
  readonly version: number;
}

/** All of the workspace, which nobody else changes until the end of the transaction. */
export async function holdMoments(db: EntityManager, workspace: number): Promise<MomentRow[]> {
  const rows: (Omit<MomentRow, 'channels'> & { readonly channels: readonly number[] | null })[] = await db.query(
    `select replace(m.id::text, '-', '') as id, m.version, m.key, m.name, m.kinds, m.channels, m.topics,
       m.good_outcomes as "goodOutcomes", m.bad_outcomes as "badOutcomes", m.is_active as "isActive"
     from moment_of_truth m
     where m.workspace_id = $1::int
     order by m.id
     for update`,
    [workspace],
  );
  return rows.map((row) => ({ ...row, channels: row.channels?.map((code) => channels[code] as Channel) ?? null }));
}

/** The id of one by `moment_of_truth_key`. */
export async function findMoment(db: EntityManager, workspace: number, key: string): Promise<string | null> {
  const rows: { id: string }[] = await db.query(
    `select m.id::text as id
     from moment_of_truth m
     where m.workspace_id = $1::int and m.key = $2::text`,
    [workspace, key],
  );
  return rows[0]?.id ?? null;
}

/** False when the key is taken. */
export async function insertMoment(
  db: EntityManager,
  workspace: number,
  id: string,
  moment: Moment,
  actor: string,
  now: Date,
): Promise<boolean> {
  const rows: unknown[] = await db.query(
    `insert into moment_of_truth (workspace_id, id, version, created_at, updated_at, actor, key, name, kinds, channels,
       topics, good_outcomes, bad_outcomes, is_active)
     values ($1::int, $2::uuid, 1, $3::timestamptz, $3::timestamptz, $4::text, $5::text, $6::text, $7::text[],
       $8::smallint[], $9::text[], $10::text[], $11::text[], $12::boolean)
     on conflict do nothing
     returning id`,
    [workspace, id, now, actor, moment.key, ...values(moment)],
  );
  return rows.length > 0;
}

export async function updateMoment(
  db: EntityManager,
  workspace: number,
  id: string,
  moment: Moment,
  actor: string,
  now: Date,
): Promise<void> {
  await db.query(
    `update moment_of_truth
     set version = version + 1, updated_at = $3::timestamptz, actor = $4::text, name = $5::text, kinds = $6::text[],
       channels = $7::smallint[], topics = $8::text[], good_outcomes = $9::text[], bad_outcomes = $10::text[],
       is_active = $11::boolean
     where workspace_id = $1::int and id = $2::uuid`,
    [workspace, id, now, actor, ...values(moment)],
  );
}

function values({ name, kinds, channels: on, topics, goodOutcomes, badOutcomes, isActive }: Moment): unknown[] {
  return [name, kinds, on?.map((one) => channels.indexOf(one)) ?? null, topics, goodOutcomes, badOutcomes, isActive];
}
