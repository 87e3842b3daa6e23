import type { Dependence } from './compare.js';
import type { Field } from './levels.js';

/** Strangers who agree on all of `when` agree on `field` as `assumed` says, where the people at hand show little. */
interface Dependent {
  readonly field: Field;
  readonly when: readonly Field[];
  readonly apart?: Field;
  readonly assumed?: readonly number[];
  /** What the shipped weights go by before anything is estimated, where nothing is assumed beside what is observed. */
  readonly usual?: readonly number[];
}

/**
 * Strangers who agree on the one often agree on the other: relatives, neighbours, the gender of a given name, the e-mail
 * address made of a name, twins (`apart`: of one home, with different names). Always from the finer to the coarser, never both ways. With what is assumed where the people
 * at hand show little.
 */
export const dependents: readonly Dependent[] = [
  { field: 'surname', when: ['address', 'house'], assumed: [0.6, 0.05, 0.02, 0.03, 0.3] },
  { field: 'surname', when: ['postcode', 'house'], assumed: [0.6, 0.05, 0.02, 0.03, 0.3] },
  { field: 'surname', when: ['address'], assumed: [0.3, 0.03, 0.02, 0.03, 0.62] },
  { field: 'surname', when: ['phone'], assumed: [0.6, 0.05, 0.02, 0.03, 0.3] },
  { field: 'surname', when: ['postcode'], usual: [0.02, 0.005, 0.001, 0.006, 0.968] },
  { field: 'surname', when: ['locality'], usual: [0.008, 0.003, 0.0006, 0.006, 0.9824] },
  { field: 'phone', when: ['address', 'house'], assumed: [0.3, 0.02, 0.68] },
  { field: 'phone', when: ['surname', 'address'], assumed: [0.3, 0.02, 0.68] },
  { field: 'phone', when: ['surname', 'postcode'], assumed: [0.2, 0.02, 0.78] },
  { field: 'phone', when: ['postcode', 'house'], assumed: [0.3, 0.02, 0.68] },
  { field: 'email', when: ['surname'], assumed: [0.0003, 0.003, 0.03, 0.9667] },
  { field: 'email', when: ['given_name', 'surname'], assumed: [0.0005, 0.02, 0.03, 0.9495] },
  { field: 'gender', when: ['given_name'], usual: [0.97, 0.03] },
  { field: 'house', when: ['address'], assumed: [0.3, 0.2, 0.5] },
  { field: 'house', when: ['surname', 'postcode'], assumed: [0.3, 0.2, 0.5] },
  { field: 'house', when: ['postcode'], assumed: [0.05, 0.2, 0.75] },
  { field: 'given_name', when: ['address', 'house'], assumed: [0.02, 0.01, 0.02, 0.01, 0.04, 0.9] },
  { field: 'given_name', when: ['postcode', 'house'], assumed: [0.02, 0.01, 0.02, 0.01, 0.04, 0.9] },
  { field: 'dob', when: ['address', 'house'], apart: 'given_name', assumed: [0.01, 0.002, 0.003, 0.05, 0.25, 0.685] },
  { field: 'dob', when: ['postcode', 'house'], apart: 'given_name', assumed: [0.01, 0.002, 0.003, 0.05, 0.25, 0.685] },
  { field: 'postcode', when: ['address'], usual: [0.4, 0.03, 0.02, 0.55] },
  { field: 'locality', when: ['postcode'], usual: [0.85, 0.1, 0.05] },
  { field: 'locality', when: ['address'], usual: [0.4, 0.05, 0.55] },
  { field: 'region', when: ['postcode'], usual: [0.97, 0.01, 0.02] },
  { field: 'region', when: ['locality'], usual: [0.9, 0.01, 0.09] },
];

/** What strangers share who share something else, before any of a workspace's people are known. */
export const usualDependences: readonly Dependence[] = dependents.map(({ field, when, apart, assumed, usual }) => {
  const u = assumed ?? usual;
  if (u === undefined) throw new Error(`Nothing is assumed of ${field} among those who share ${when.join(' and ')}.`);
  return { field, when, ...(apart ? { apart } : {}), u };
});
