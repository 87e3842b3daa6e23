import type { EntityManager } from 'typeorm';
import { type Channel, channels } from '../touchpoints/vocabulary.js';
import { type Act, type ActKind, actKinds } from './journey-state.js';

/** An act to be kept, with what tells a repeated request from another. */
export interface NewAct extends Omit<Act, 'n'> {
  readonly n: number;
  readonly idempotencyKey: string | null;
  readonly requestHash: string;
}

export async function insertAct(db: EntityManager, workspace: number, journey: string, act: NewAct): Promise<void> {
  await db.query(
    `insert into journey_act (workspace_id, journey_id, n, at, kind, channel, is_customer, step, from_step, actor,
       idempotency_key, request_hash, data, turn)
     values ($1::int, $2::uuid, $3::int, $4::timestamptz, $5::smallint, $6::smallint, $7::boolean, $8::text, $9::text,
       $10::text, $11::text, $12::text, $13::json, $14::json)`,
    [
      workspace,
      journey,
      act.n,
      new Date(act.at),
      actKinds.indexOf(act.kind),
      act.channel === null ? null : channels.indexOf(act.channel),
      act.isCustomer,
      act.step,
      act.fromStep,
      act.actor,
      act.idempotencyKey,
      act.requestHash,
      act.data && JSON.stringify(act.data),
      act.turn && JSON.stringify(act.turn),
    ],
  );
}

/** The hash of the request that an idempotency key stood on, by `journey_act_once`. */
export async function findActByKey(
  db: EntityManager,
  workspace: number,
  journey: string,
  idempotencyKey: string,
): Promise<string | null> {
  const rows: { hash: string }[] = await db.query(
    `select a.request_hash as hash
     from journey_act a
     where a.workspace_id = $1::int and a.journey_id = $2::uuid and a.idempotency_key = $3::text`,
    [workspace, journey, idempotencyKey],
  );
  return rows[0]?.hash ?? null;
}

interface ActRow extends Omit<Act, 'kind' | 'channel' | 'at'> {
  readonly journey: string;
  readonly kind: number;
  readonly channel: number | null;
  readonly at: Date;
}

/** Everything that was done to journeys, by the primary key. */
export async function findActs(
  db: EntityManager,
  workspace: number,
  journeys: readonly string[],
): Promise<ReadonlyMap<string, Act[]>> {
  const rows: ActRow[] = await db.query(
    `select replace(a.journey_id::text, '-', '') as journey, a.n, a.at, a.kind, a.channel,
       a.is_customer as "isCustomer", a.actor, a.step, a.from_step as "fromStep", a.data, a.turn
     from journey_act a
     where a.workspace_id = $1::int and a.journey_id = any($2::uuid[])
     order by a.journey_id, a.n`,
    [workspace, journeys],
  );
  const acts = new Map<string, Act[]>();
  for (const { journey, ...row } of rows) {
    const act = {
      ...row,
      kind: actKinds[row.kind] as ActKind,
      channel: row.channel === null ? null : (channels[row.channel] as Channel),
      at: row.at.getTime(),
    };
    acts.set(journey, [...(acts.get(journey) ?? []), act]);
  }
  return acts;
}

/** The hash of the request that started a journey by API; null when there is none, or a touchpoint began it. */
export async function findRequestOfStart(
  db: EntityManager,
  workspace: number,
  journey: string,
): Promise<string | null> {
  const rows: { hash: string }[] = await db.query(
    `select a.request_hash as hash
     from journey_act a
     where a.workspace_id = $1::int and a.journey_id = $2::uuid and a.n = 1`,
    [workspace, journey],
  );
  return rows[0]?.hash ?? null;
}
