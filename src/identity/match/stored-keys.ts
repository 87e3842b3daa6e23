import { hash } from 'node:crypto';
import { emailKeys, matchKeys, phoneKeys } from './keys.js';
import type { Person } from './person.js';

/**
 * The kinds of key that a service keeps an index of. The bulk match has coarser ones as well (a sound alone, a month of
 * birth), which find little more and would make the largest blocks of a million customers.
 */
const storedKinds = new Set([
  'phone',
  'id',
  'email',
  'local',
  'born',
  'sound-year',
  'letters-day',
  'sound-place',
  'street',
  'name',
  'root',
]);

/** The keys of a person as they are stored: signed numbers of 64 bits as text, each once, in order. */
export function storedKeys(person: Person): string[] {
  const texts = new Set(matchKeys(person).filter((key) => storedKinds.has(key.slice(0, key.indexOf(':')))));
  if (person.postcode !== '') texts.add(`postcode:${person.postcode}`);
  for (const email of person.otherEmails ?? []) {
    for (const key of emailKeys(email)) if (storedKinds.has(key.slice(0, key.indexOf(':')))) texts.add(key);
  }
  for (const phone of person.otherPhones ?? []) for (const key of phoneKeys(phone)) texts.add(key);
  return [...texts].map(numberOf).sort();
}

/** A key's first 64 bits of SHA-256: two keys that share a number only cost a comparison, and no name stands in the index. */
function numberOf(key: string): string {
  return BigInt.asIntN(64, BigInt(`0x${hash('sha256', key, 'hex').slice(0, 16)}`)).toString();
}

/**
 * Where a person stands in a block, as a number that keeps the order of surname, given name and year of birth: who
 * looks into a block that is too big to be read whole meets those of like name first.
 */
export function placeOf({ surname, given, birth }: Person): string {
  const letters = lettersOf(surname?.text ?? '', 6) * 32n ** 4n + lettersOf(given?.text ?? '', 4);
  return (letters * 4096n + BigInt(birth?.year ?? 0)).toString();
}

/** The first letters in five bits each; those of other alphabets fall where they may, always in the same place. */
function lettersOf(text: string, count: number): bigint {
  let place = 0n;
  for (let i = 0; i < count; i++) place = place * 32n + (i < text.length ? BigInt(1 + (text.charCodeAt(i) % 31)) : 0n);
  return place;
}
