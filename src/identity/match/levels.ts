import { type Line, postcodeArea } from './address.js';
import type { BirthDate } from './birth-date.js';
import { areNicknames, type Name } from './names.js';
import type { Person } from './person.js';
import { editDistance, isOneEdit, jaroWinkler, likenessAtMost, mayBeWithin } from './similarity.js';

/** Each field that two people are compared by, with the levels of agreement that are told apart, best first. */
export const levels = {
  given_name: ['same', 'nickname', 'similar', 'part', 'close', 'different'],
  surname: ['same', 'similar', 'part', 'close', 'different'],
  name_order: ['straight', 'swapped'],
  middle_name: ['same', 'initial', 'different'],
  generation: ['same', 'different'],
  dob: ['same', 'edit', 'near', 'partial', 'year', 'decade', 'different'],
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
export const fieldIndex = Object.fromEntries(fields.map((field, index) => [field, index])) as Record<Field, number>;

/** No evidence: one of the two does not say. */
export const missing = 255;

/** The level of each field, in the order of `fields`; indexes into `levels[field]`, or `missing`. */
export type Levels = Uint8Array;

/** Compares two people field by field; symmetric. Writes into `out`, so that a bulk run makes no garbage. */
export function levelsOf(a: Person, b: Person, out: Levels): void {
  compareNames(a, b, out);
  out[4] = a.generation === '' || b.generation === '' ? missing : a.generation === b.generation ? 0 : 1;
  out[5] = dateLevel(a.birth, b.birth);
  out[6] = postcodeLevel(a.postcode, b.postcode);
  compareAddresses(a, b, out);
  out[8] = editLevel(a.house, b.house);
  out[10] = placeLevel(a.locality, b.locality);
  out[11] =
    a.region === '' || b.region === '' ? missing : a.region === b.region ? 0 : isOneEdit(a.region, b.region) ? 1 : 2;
  out[12] = emailLevel(a.email, b.email);
  out[13] = phoneLevel(a.phone, b.phone);
  out[14] = idLevel(a.nationalId, b.nationalId);
  out[15] = a.gender === '' || b.gender === '' ? missing : a.gender === b.gender ? 0 : 1;
  out[16] = placeLevel(a.occupation, b.occupation);
  out[17] = placeLevel(a.birthPlace, b.birthPlace);
}

/**
 * Given name with given name and surname with surname; crosswise when that agrees clearly better, which is a level of
 * its own (`name_order`): whoever typed it mistook the boxes.
 */
function compareNames(a: Person, b: Person, out: Levels): void {
  const given = givenLevel(a.given, b.given);
  const surname = surnameLevel(a.surname, b.surname);
  out[0] = given;
  out[1] = surname;
  out[2] = given === missing && surname === missing ? missing : 0;
  out[3] = middleLevel(a.middle, b.middle);
  const straight = rankOf(given, 5) + rankOf(surname, 4);
  if (straight >= 2) return;
  const first = surnameLevel(a.given, b.surname);
  const second = surnameLevel(a.surname, b.given);
  const crossed = rankOf(first, 4) + rankOf(second, 4);
  if (crossed < Math.max(2, straight + 2)) return;
  // The better of the two stands under the surname, whichever of the two people comes first.
  out[0] = asGiven(Math.max(first, second));
  out[1] = Math.min(first, second);
  out[2] = 1;
}

/** How well a part of the name agrees: 2 the same, 1.5 for similar, -1 different, 0 unknown. */
function rankOf(level: number, different: number): number {
  if (level === missing) return 0;
  if (level === 0) return 2;
  if (level === different) return -1;
  return level === different - 1 ? 0.5 : 1.5;
}

/** The levels of given names have one more, nickname. */
function asGiven(level: number): number {
  return level === missing || level === 0 ? level : level + 1;
}

export function givenLevel(a: Name | null, b: Name | null): number {
  if (a === null || b === null) return missing;
  if (a.text === b.text) return 0;
  if (areNicknames(a, b)) return 1;
  return asGiven(nameLevel(a, b));
}

export function surnameLevel(a: Name | null, b: Name | null): number {
  if (a === null || b === null) return missing;
  return a.text === b.text ? 0 : nameLevel(a, b);
}

function nameLevel(a: Name, b: Name): number {
  const short = Math.min(a.text.length, b.text.length);
  if (short === 1) return a.text[0] === b.text[0] ? 2 : 4;
  const mayBeAlike = likenessAtMost(a, b) >= 0.8;
  const likeness = mayBeAlike ? jaroWinkler(a.text, b.text) : 0;
  const isNear = short >= 4 && mayBeWithin(a, b, 2);
  if (likeness >= 0.92 || (isNear && isOneEdit(a.text, b.text))) return 1;
  const sharesWord =
    a.words.length + b.words.length > 2 && a.words.some((word) => word.length > 1 && b.words.includes(word));
  if (sharesWord) return 2;
  return likeness >= 0.8 || (short >= 4 && editDistance(a.text, b.text, 2) <= 2) || hasSameLetters(a.text, b.text)
    ? 3
    : 4;
}

/** Letters typed in the wrong order: luca and aucal. One letter may be missing or doubled. */
function hasSameLetters(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || a.length < 4) return false;
  let rest = b;
  let lost = 0;
  for (const letter of a) {
    const found = rest.indexOf(letter);
    if (found < 0) lost++;
    else rest = rest.slice(0, found) + rest.slice(found + 1);
  }
  return lost + rest.length <= 1;
}

function middleLevel(a: readonly string[], b: readonly string[]): number {
  const first = a[0];
  const second = b[0];
  if (first === undefined || second === undefined) return missing;
  if (a.some((word) => b.includes(word))) return 0;
  return first[0] === second[0] ? 1 : 2;
}

export function dateLevel(a: BirthDate | null, b: BirthDate | null): number {
  if (a === null || b === null) return missing;
  const isWhole = a.day !== 0 && b.day !== 0;
  if (isWhole && a.text === b.text) return 0;
  if (!isWhole || isStandIn(a) || isStandIn(b)) {
    if (a.year === b.year && (a.month === 0 || b.month === 0 || a.month === b.month || isWhole)) return 3;
  }
  const apart = Math.abs(a.dayNumber - b.dayNumber);
  if (isWhole && isMistyped(a, b)) return 1;
  if (isWhole && apart <= 32) return 2;
  if (apart <= 400) return 4;
  return apart <= 3700 ? 5 : 6;
}

/** The first of January, and of a month in a year that ends in 0: written where only the year was known. */
function isStandIn(date: BirthDate): boolean {
  return date.day === 1 && date.month === 1;
}

/** One digit, or two neighbouring ones, mistyped; or day and month swapped; or all but the year the same. */
function isMistyped(a: BirthDate, b: BirthDate): boolean {
  if (a.year === b.year && a.month === b.day && a.day === b.month) return true;
  const left = a.text;
  const right = b.text;
  let first = -1;
  let count = 0;
  for (let i = 0; i < 8; i++) {
    if (left.charCodeAt(i) === right.charCodeAt(i)) continue;
    if (count++ === 0) first = i;
  }
  if (count === 1) return true;
  return count === 2 && left[first] === right[first + 1] && left[first + 1] === right[first];
}

function postcodeLevel(a: string, b: string): number {
  if (a === '' || b === '') return missing;
  if (a === b) return 0;
  if (a.length >= 4 && isOneEdit(a, b)) return 1;
  return postcodeArea(a) === postcodeArea(b) ? 2 : 3;
}

/** Street with street and second line with second line, or crosswise when that agrees and the straight way does not. */
function compareAddresses(a: Person, b: Person, out: Levels): void {
  const street = streetLevel(a.street, b.street);
  const second = placeLevel(a.secondLine, b.secondLine);
  out[7] = street;
  out[9] = second;
  if (street <= 1 || (a.secondLine === null && b.secondLine === null)) return;
  const first = streetLevel(a.street, b.secondLine);
  const last = streetLevel(a.secondLine, b.street);
  const best = Math.min(first, last);
  if (best > 1) return;
  out[7] = best === 0 ? 0 : 1;
  const other = Math.max(first, last);
  out[9] = other === missing ? missing : other <= 1 ? other : 2;
}

function streetLevel(a: Line | null, b: Line | null): number {
  if (a === null || b === null) return missing;
  if (a.text === b.text) return 0;
  if (likenessAtMost(a, b) >= 0.92 && (jaroWinkler(a.text, b.text) >= 0.92 || isOneEdit(a.text, b.text))) return 1;
  return a.words[0] === b.words[0] || (mayBeWithin(a, b, 3) && editDistance(a.text, b.text, 3) <= 3) ? 2 : 3;
}

function placeLevel(a: Line | null, b: Line | null): number {
  if (a === null || b === null) return missing;
  if (a.text === b.text) return 0;
  if (likenessAtMost(a, b) >= 0.9 && jaroWinkler(a.text, b.text) >= 0.9) return 1;
  if (a.text.length >= 4 && mayBeWithin(a, b, 2) && editDistance(a.text, b.text, 2) <= 2) return 1;
  const sharesWord =
    a.words.length + b.words.length > 2 && a.words.some((word) => word.length > 2 && b.words.includes(word));
  return sharesWord ? 1 : 2;
}

function editLevel(a: string, b: string): number {
  if (a === '' || b === '') return missing;
  return a === b ? 0 : isOneEdit(a, b) ? 1 : 2;
}

/** The local part alone says much where it is long: people change the provider, not the name. */
function emailLevel(a: string, b: string): number {
  if (a === '' || b === '') return missing;
  if (a === b) return 0;
  const localA = localPart(a);
  const localB = localPart(b);
  if (localA === localB && localA.length >= 5) return 1;
  return editDistance(a, b, 4) <= Math.min(4, a.length >> 2) || jaroWinkler(a, b) >= 0.93 ? 2 : 3;
}

export function localPart(email: string): string {
  const at = email.lastIndexOf('@');
  return at < 0 ? email : email.slice(0, at);
}

/** With and without the country's code a number is the same: the shorter one's digits, seven at least, end the longer. */
function phoneLevel(a: string, b: string): number {
  if (a === '' || b === '') return missing;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length >= 7 && long.endsWith(short)) return 0;
  return isOneEdit(a, b) || (short.length >= 9 && isOneEdit(short.slice(-9), long.slice(-9))) ? 1 : 2;
}

function idLevel(a: string, b: string): number {
  if (a === '' || b === '') return missing;
  if (a === b) return 0;
  return a.length === b.length && editDistance(a, b, 2) <= 2 ? 1 : isOneEdit(a, b) ? 1 : 2;
}
