import type { EntityManager } from 'typeorm';
import { estimateInSteps } from '../match/estimate.js';
import type { Person } from '../match/person.js';
import { personOf, type StoredPerson } from './customer-person.js';
import { findCandidates, findPersons } from './upkeep.queries.js';
import { type WeightSet, weightSetOf } from './weight-set.js';
import { countPersons, samplePersons } from './weights.queries.js';

/** How common values are, and how strangers agree, is seen of so many customers. */
const sampledCustomers = 5_000;
/** Of so many of them, with whom they might be one. */
const probedCustomers = 1_000;
const candidatesPerProbe = 60;
const probesPerStretch = 250;
/** Fewer say nothing that the shipped weights do not say better. */
const customersLeast = 200;

/** What an estimate rests on. */
export interface Sampled {
  /** Customers of the workspace that have anything to be compared by. */
  readonly population: number;
  /** Those that stand for all of them; none when they are too few. */
  readonly customers: readonly string[];
  readonly probed: number;
  readonly pairs: readonly (readonly [string, string])[];
  /** In the order of their ids, so that an estimate of the same customers is the same. */
  readonly persons: readonly { readonly customer: string; readonly person: StoredPerson }[];
}

/** Reads customers that are spread evenly over a workspace, and those with whom some of them might be one. */
export async function sampleCustomers(db: EntityManager, workspace: number): Promise<Sampled> {
  const population = await countPersons(db, workspace);
  if (population < customersLeast) return { population, customers: [], probed: 0, pairs: [], persons: [] };
  const share = Math.min(1, sampledCustomers / population);
  const customers = await samplePersons(db, workspace, share, sampledCustomers * 2);
  const step = Math.max(1, Math.floor(customers.length / probedCustomers));
  const probes = customers.filter((_, index) => index % step === 0).slice(0, probedCustomers);
  const pairs = await candidatesOf(db, workspace, probes);
  const persons = await findPersons(db, workspace, [...new Set([...customers, ...pairs.flat()])]);
  persons.sort((x, y) => x.customer.length - y.customer.length || (x.customer < y.customer ? -1 : 1));
  return { population, customers, probed: probes.length, pairs, persons };
}

/** Each pair once, whichever of the two was probed. */
async function candidatesOf(
  db: EntityManager,
  workspace: number,
  probes: readonly string[],
): Promise<(readonly [string, string])[]> {
  const pairs = new Map<string, readonly [string, string]>();
  const limits = { perSide: candidatesPerProbe / 2, perCustomer: candidatesPerProbe };
  for (let start = 0; start < probes.length; start += probesPerStretch) {
    const stretch = probes.slice(start, start + probesPerStretch);
    for (const { customer, other } of await findCandidates(db, workspace, stretch, limits)) {
      pairs.set([customer, other].sort().join(' '), [customer, other]);
    }
  }
  return [...pairs.values()];
}

const personsPerPause = 1_000;

/**
 * Fits the learned weights to them, in the steps of the bulk match; null when they are too few. The share of pairs that
 * are one customer starts from a strict rule and refers to all pairs of the workspace, though only those are looked at
 * that share a block. Pauses often, so that other work goes on in between, and needs no database.
 */
export async function fitWeights(sampled: Sampled, pause: () => Promise<void>): Promise<WeightSet | null> {
  if (sampled.customers.length === 0) return null;
  const people = new Map<string, Person>();
  for (const { customer, person } of sampled.persons) {
    people.set(customer, personOf(person));
    if (people.size % personsPerPause === 0) await pause();
  }
  const places = new Map([...people.keys()].map((id, index) => [id, index]));
  const pairs = sampled.pairs.filter((ids) => ids.every((id) => places.has(id)));
  const sample = sampled.customers.flatMap((id) => people.get(id) ?? []);
  const steps = estimateInSteps({
    people: [...people.values()],
    sample,
    pairs: {
      a: Int32Array.from(pairs, ([one]) => places.get(one) as number),
      b: Int32Array.from(pairs, ([, other]) => places.get(other) as number),
      share: 1,
    },
    looked: { pairs: sampled.probed * sampled.population, people: sampled.probed },
  });
  for (;;) {
    const { done, value } = steps.next();
    if (done) return weightSetOf(value, sample);
    await pause();
  }
}
