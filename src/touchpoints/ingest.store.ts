import type pg from 'pg';
import type { IdentityRules } from '../identity/identifier-types.js';
import { inOneWrite } from '../platform/database.js';
import { numberArray } from '../platform/named-sql.js';
import { workspaceLocks } from '../platform/workspace-locks.js';
import {
  conversationsOf,
  eventOf,
  identityParameters,
  readParameters,
  sightings,
  touchpointParameters,
} from './batch-parameters.js';
import { type Decision, decide } from './decide.js';
import type { CheckedIdentifier } from './identifier-check.js';
import {
  forgetConversations,
  holdActivity,
  holdConversations,
  readBatch,
  recountActivity,
  recountConversations,
  storedForms,
  writeBatch,
  writeProtectedBatch,
} from './ingest.queries.js';
import { type State, stateOf } from './ingest-state.js';
import { type PreparedBatch, prepare } from './prepared-batch.js';
import { isProtected, protectionParameters } from './protection-parameters.js';
import type { CheckedItem } from './touchpoint-check.js';

interface Written {
  /** Ids of the touchpoints that were inserted, when it was not all of them. */
  readonly inserted: readonly string[] | null;
}

/**
 * Where a batch is worked off. A plan that was made while a table was empty is a bad one when it has grown, and stays
 * until the next statistics come: a new `planAge` has it made anew.
 */
export interface Connection {
  readonly client: pg.PoolClient;
  readonly planAge: number;
}

/** Another batch changed in between what this one was decided on. */
export class LostRace extends Error {}

/**
 * Reads a batch's state. One round trip, or two where the batch updates touchpoints: their customers are then read
 * with it, and once more in the rare case that another batch stored one of them in between.
 */
export async function read(
  db: Connection,
  workspace: number,
  rules: IdentityRules,
  items: readonly CheckedItem[],
  isLocked: boolean,
) {
  let batch = prepare(items);
  let state = await readOnce(db, workspace, rules, batch, isLocked);
  while (hasUnreadCustomer(items, state)) {
    batch = prepare(items, state.stored);
    state = await readOnce(db, workspace, rules, batch, isLocked);
  }
  return { batch, state };
}

/**
 * While a changed rule is being applied to what is stored, an identifier that is stored in its former form only is
 * meant in that form. A round trip that ordinary batches do not make.
 */
export async function inStoredForms(
  db: Connection,
  workspace: number,
  items: readonly CheckedItem[],
): Promise<readonly CheckedItem[]> {
  const waiting = items.flatMap((item) => item.identifiers.filter((one) => one.former !== null));
  if (waiting.length === 0) return items;
  const values = [
    workspace,
    waiting.map((one) => one.type.name),
    waiting.map((one) => one.value),
    waiting.map((one) => one.former),
  ];
  const [, , answer] = await inOneWrite(db.client, () =>
    Promise.all([
      db.client.query('begin'),
      enter(db, workspace),
      db.client.query(storedForms, values),
      db.client.query('commit'),
    ]),
  );
  const stored = new Set(answer.rows.map((row) => `${row.type} ${row.value}`));
  return items.map((item) => withForms(item, (one) => stored.has(`${one.type.name} ${one.value}`)));
}

function withForms(item: CheckedItem, isFormer: (one: CheckedIdentifier) => boolean): CheckedItem {
  const former = new Map(
    item.identifiers
      .filter((one) => one.former !== null && isFormer(one))
      .map((one) => [one.value, one.former as string]),
  );
  if (former.size === 0) return item;
  const form = <One extends { readonly value: string }>(one: One): One => ({
    ...one,
    value: former.get(one.value) ?? one.value,
  });
  return { ...item, identifiers: item.identifiers.map(form), seen: item.seen.map(form) };
}

/** An item that names nobody changes nobody, so the customer of its touchpoint need not be known. */
function hasUnreadCustomer(items: readonly CheckedItem[], state: State): boolean {
  return items.some((item) => {
    const stored = state.stored.get(item.id);
    return stored?.detail && item.identifiers.length > 0 && !state.customerOfProfile.has(stored.profile);
  });
}

/** One pipelined flush; under the lock the transaction is already open and sees what others committed before it. */
async function readOnce(
  db: Connection,
  workspace: number,
  rules: IdentityRules,
  batch: PreparedBatch,
  isLocked: boolean,
): Promise<State> {
  const query = {
    name: `read-batch-${db.planAge}`,
    text: readBatch.text,
    values: readBatch.values(readParameters(workspace, rules.types, batch)),
  };
  if (isLocked) return stateOf((await db.client.query(query)).rows[0]);
  const [, , answer] = await inOneWrite(db.client, () =>
    Promise.all([db.client.query('begin'), enter(db, workspace), db.client.query(query), db.client.query('commit')]),
  );
  return stateOf(answer.rows[0]);
}

const enter = (db: Connection, workspace: number) =>
  db.client.query({ name: 'enter', text: `select set_config('app.workspace', $1, true)`, values: [String(workspace)] });

export async function write(
  db: Connection,
  workspace: number,
  batch: PreparedBatch,
  state: State,
  decision: Decision,
  backfill: boolean,
  isLocked: boolean,
): Promise<Written> {
  const event = eventOf(decision, backfill);
  const named = sightings(batch, decision);
  const values = {
    ...identityParameters(workspace, batch, decision, state, named),
    ...touchpointParameters(decision),
    event: event && JSON.stringify(event),
    eventProfiles: numberArray(event?.profiles ?? []),
  };
  const query = isProtected(decision)
    ? {
        name: `write-protected-${db.planAge}`,
        text: writeProtectedBatch.text,
        values: writeProtectedBatch.values({ ...values, ...protectionParameters(decision, named) }),
      }
    : { name: `write-batch-${db.planAge}`, text: writeBatch.text, values: writeBatch.values(values) };
  const mending = mendingOf(workspace, decision, state);
  // All travel in one flush. When the write fails, what follows it fails too, but only the write knows why.
  const { writing, following } = inOneWrite(db.client, () => ({
    writing: isLocked ? db.client.query(query) : openAndWrite(db, workspace, query),
    following: [...mending.map((one) => db.client.query(one)), db.client.query('commit')],
  }));
  try {
    await Promise.allSettled([writing, ...following]);
    const answer = await writing;
    await Promise.all(following);
    return { inserted: answer.rows[0].inserted };
  } catch (error) {
    await db.client.query('rollback');
    const { code, message } = error as { code?: string; message: string };
    if (code === '22P02' && message.includes('lost race')) throw new LostRace(message);
    throw error;
  }
}

async function openAndWrite(db: Connection, workspace: number, query: pg.QueryConfig) {
  const [, , , answer] = await Promise.all([
    db.client.query('begin'),
    enter(db, workspace),
    db.client.query('select pg_advisory_xact_lock_shared($1, $2)', [workspaceLocks.ingest, workspace]),
    db.client.query(query),
  ]);
  return answer;
}

/** Opens a transaction in which no other batch of the workspace writes. */
export async function lockAlone(db: Connection, workspace: number): Promise<void> {
  await Promise.all([
    db.client.query('begin'),
    enter(db, workspace),
    db.client.query('select pg_advisory_xact_lock($1, $2)', [workspaceLocks.ingest, workspace]),
  ]);
}

/** Sums that an update can make smaller are counted anew, in the same transaction. */
function mendingOf(workspace: number, decision: Decision, state: State): pg.QueryConfig[] {
  const moved = decision.rows.filter((row) => row.moved);
  if (moved.length === 0) return [];
  const before = moved.map((row) => state.stored.get(row.item.id)?.detail?.conversation).filter((id) => id != null);
  const after = conversationsOf(moved);
  const profiles = [...new Set(moved.map((row) => row.profile))].sort((a, b) => a - b);
  const conversations = [...new Set([...before, ...after.map((one) => one.id)])];
  return [
    { text: holdActivity, values: [workspace, profiles] },
    { text: holdConversations, values: [workspace, conversations] },
    { text: recountActivity, values: [workspace, profiles] },
    { text: forgetConversations, values: [workspace, [...new Set(before)]] },
    {
      text: recountConversations,
      values: [
        workspace,
        after.map((one) => one.id),
        after.map((one) => one.source),
        after.map((one) => one.externalId),
      ],
    },
  ];
}

export function decideBatch(
  batch: PreparedBatch,
  state: State,
  rules: IdentityRules,
  nextId: () => number,
  now: number,
) {
  return decide(batch, state, rules.types, nextId, now);
}
