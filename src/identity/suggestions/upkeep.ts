import type { EntityManager } from 'typeorm';
import type { DateOrder } from '../match/birth-date.js';
import type { MatchContext } from '../match/compare.js';
import type { Person } from '../match/person.js';
import { placeOf, storedKeys } from '../match/stored-keys.js';
import { type ComparedTypes, personOf, type StoredPerson, storedPersonOf } from './customer-person.js';
import type { DueRow } from './due.queries.js';
import { type Pair, scorePairs } from './score-pairs.js';
import { type ClaimRecord, inOrder, pairKey } from './suggestion.js';
import { writeSuggestions } from './suggestion-rows.queries.js';
import {
  type CustomerRow,
  findCandidates,
  findClaims,
  findCustomers,
  findForbidden,
  findPersons,
  type PersonRow,
  writePersons,
} from './upkeep.queries.js';

/** Half a block on either side: what is near by name and birth stands near. */
const neighboursPerSide = 100;
/** A customer is compared with so many, those that share most blocks with it. */
const candidatesPerCustomer = 1_000;

/** By what a workspace's customers are compared. */
export interface UpkeepRules {
  readonly types: ComparedTypes;
  readonly dateOrder: DateOrder;
  readonly context: MatchContext;
  /** Which weights `context` has. */
  readonly model: string;
}

export interface UpkeepDone {
  readonly customers: number;
  /** Of those, how many were compared with others. */
  readonly compared: number;
  readonly pairs: number;
}

/**
 * Brings what is stored and suggested of the customers of due profiles up to date, set by set, in the caller's
 * transaction under the lock of the workspace. Twice gives the same as once, in any order, and all customers together
 * give what one at a time gives.
 */
export async function bringUpToDate(
  db: EntityManager,
  workspace: number,
  due: readonly DueRow[],
  rules: UpkeepRules,
): Promise<UpkeepDone> {
  const profiles = due.map((one) => one.profile);
  const { email, phone, unique } = rules.types;
  const customers = await findCustomers(db, workspace, profiles, [...new Set([...email, ...phone, ...unique])]);
  const { rows, gone, changed } = renewed(customers, due, rules);
  await writePersons(db, workspace, rows, gone);
  const compared = customers.filter((one) => changed.has(one.id));
  const pairs = await rescore(db, workspace, compared, gone, rules);
  return { customers: customers.length, compared: compared.length, pairs };
}

/** What to store of each, and whose suggestions may be others than before. */
function renewed(customers: readonly CustomerRow[], due: readonly DueRow[], rules: UpkeepRules) {
  const forced = new Set(due.filter((one) => one.isForced).map((one) => one.profile));
  const rows: PersonRow[] = [];
  const gone: string[] = [];
  const changed = new Set<string>();
  for (const customer of customers) {
    const stored = storedPersonOf(customer, rules.types, rules.dateOrder);
    const text = stored && JSON.stringify(stored);
    if (text !== customer.stored || customer.members.some((member) => forced.has(member))) changed.add(customer.id);
    gone.push(...customer.members.filter((member) => member !== customer.id));
    if (stored && text) rows.push(rowOf(customer.id, stored, text));
    else gone.push(customer.id);
  }
  return { rows, gone, changed };
}

function rowOf(customer: string, stored: StoredPerson, text: string): PersonRow {
  const person = personOf(stored);
  return { customer, place: placeOf(person), person: text, keys: storedKeys(person) };
}

async function rescore(
  db: EntityManager,
  workspace: number,
  customers: readonly CustomerRow[],
  gone: readonly string[],
  rules: UpkeepRules,
): Promise<number> {
  const ids = customers.map((one) => one.id);
  const limits = { perSide: neighboursPerSide, perCustomer: candidatesPerCustomer };
  const found = ids.length === 0 ? [] : await findCandidates(db, workspace, ids, limits);
  const claims = claimsByPair(
    await findClaims(
      db,
      workspace,
      customers.flatMap((one) => one.members),
    ),
  );
  const pairs = pairsOf(found, claims);
  const persons = await readPersons(db, workspace, pairs);
  const suggested = scorePairs(pairs, persons, claims, rules.context);
  const forbidden = new Set((await findForbidden(db, workspace, suggested)).map(pairKey));
  const rows = suggested.map((one) => ({ ...one, status: forbidden.has(pairKey(one)) ? 'REJECTED' : 'OPEN' }) as const);
  await writeSuggestions(db, workspace, { customers: ids, gone, rows, model: rules.model });
  return pairs.length;
}

function claimsByPair(rows: Awaited<ReturnType<typeof findClaims>>): Map<string, ClaimRecord[]> {
  const claims = new Map<string, ClaimRecord[]>();
  for (const { a, b, ...claim } of rows) {
    const key = pairKey({ a, b });
    const known = claims.get(key);
    if (known) known.push(claim);
    else claims.set(key, [claim]);
  }
  return claims;
}

/** Each pair once, the smaller id first. */
function pairsOf(
  found: readonly { readonly customer: string; readonly other: string }[],
  claims: ReadonlyMap<string, unknown>,
): Pair[] {
  const pairs = new Map<string, Pair>();
  for (const { customer, other } of found) {
    const pair = inOrder(customer, other);
    pairs.set(pairKey(pair), pair);
  }
  for (const key of claims.keys()) {
    const [a, b] = key.split(' ') as [string, string];
    pairs.set(key, { a, b });
  }
  return [...pairs.values()];
}

async function readPersons(db: EntityManager, workspace: number, pairs: readonly Pair[]): Promise<Map<string, Person>> {
  const ids = [...new Set(pairs.flatMap(({ a, b }) => [a, b]))];
  const rows = ids.length === 0 ? [] : await findPersons(db, workspace, ids);
  return new Map(rows.map(({ customer, person }) => [customer, personOf(person)]));
}
