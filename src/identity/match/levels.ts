import { editLevel, emailLevel, idLevel, phoneLevel } from './contact-levels.js';
import { dateLevel, yearLevel } from './date-levels.js';
import { missing } from './missing.js';
import { compareNames, middleLevel } from './name-levels.js';
import type { Person } from './person.js';
import { compareAddresses, placeLevel, postcodeLevel } from './place-levels.js';
import { isOneEdit } from './similarity.js';

/** Each field that two people are compared by, with the levels of agreement that are told apart, best first. */
export const levels = {
  given_name: ['same', 'nickname', 'similar', 'part', 'close', 'different'],
  surname: ['same', 'similar', 'part', 'close', 'different'],
  name_order: ['straight', 'swapped'],
  middle_name: ['same', 'initial', 'different'],
  generation: ['same', 'different'],
  dob: ['same', 'edit', 'near', 'year', 'decade', 'different'],
  birth_year: ['same', 'near', 'decade', 'different'],
  postcode: ['same', 'edit', 'area', 'different'],
  address: ['same', 'similar', 'part', 'different'],
  house: ['same', 'edit', 'different'],
  address_2: ['same', 'similar', 'different'],
  locality: ['same', 'similar', 'different'],
  region: ['same', 'similar', 'different'],
  email: ['same', 'local', 'similar', 'different'],
  phone: ['same', 'edit', 'different'],
  national_id: ['same', 'edit', 'different'],
  gender: ['same', 'different'],
  occupation: ['same', 'similar', 'different'],
  birth_place: ['same', 'similar', 'different'],
} as const;

export type Field = keyof typeof levels;
export const fields = Object.keys(levels) as Field[];
/** Where each field stands in `Levels`. */
export const at = Object.fromEntries(fields.map((field, index) => [field, index])) as Readonly<Record<Field, number>>;

/** The level of each field, in the order of `fields`; indexes into `levels[field]`, or `missing`. */
export type Levels = Uint8Array;

/** Compares two people field by field; symmetric. Writes into `out`, so that a bulk run makes little garbage. */
export function levelsOf(a: Person, b: Person, out: Levels): void {
  const [given, surname, order] = compareNames(a, b);
  out[at.given_name] = given;
  out[at.surname] = surname;
  out[at.name_order] = order;
  out[at.middle_name] = middleLevel(a.middle, b.middle);
  out[at.generation] = wordLevel(a.generation, b.generation);
  out[at.dob] = dateLevel(a.birth, b.birth);
  out[at.birth_year] = yearLevel(a.birth, b.birth);
  out[at.postcode] = postcodeLevel(a.postcode, b.postcode);
  const [street, second] = compareAddresses(a, b);
  out[at.address] = street;
  out[at.house] = editLevel(a.house, b.house);
  out[at.address_2] = second;
  out[at.locality] = placeLevel(a.locality, b.locality);
  out[at.region] = regionLevel(a.region, b.region);
  out[at.email] =
    a.otherEmails || b.otherEmails
      ? bestLevel(emailLevel, [a.email, ...(a.otherEmails ?? [])], [b.email, ...(b.otherEmails ?? [])])
      : emailLevel(a.email, b.email);
  out[at.phone] =
    a.otherPhones || b.otherPhones
      ? bestLevel(phoneLevel, [a.phone, ...(a.otherPhones ?? [])], [b.phone, ...(b.otherPhones ?? [])])
      : phoneLevel(a.phone, b.phone);
  out[at.national_id] = idLevel(a.nationalId, b.nationalId);
  out[at.gender] = wordLevel(a.gender, b.gender);
  out[at.occupation] = placeLevel(a.occupation, b.occupation);
  out[at.birth_place] = placeLevel(a.birthPlace, b.birthPlace);
}

/** Who has several needs to share one only. */
function bestLevel(
  level: (a: string, b: string) => number,
  some: readonly string[],
  others: readonly string[],
): number {
  let best = missing;
  for (const one of some) for (const other of others) best = Math.min(best, level(one, other));
  return best;
}

function wordLevel(a: string, b: string): number {
  if (a === '' || b === '') return missing;
  return a === b ? 0 : 1;
}

function regionLevel(a: string, b: string): number {
  if (a === '' || b === '') return missing;
  if (a === b) return 0;
  return isOneEdit(a, b) ? 1 : 2;
}
