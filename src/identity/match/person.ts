import { type Address, type Line, readAddress, readPlace, readPostcode } from './address.js';
import { type BirthDate, type DateOrder, readBirthDate } from './birth-date.js';
import { type Name, nameOf, namePart, readFullName } from './names.js';
import { fold, wordsIn } from './text.js';

/** What may be known of a person, as it was written. */
export const personColumns = [
  'source',
  'given_name',
  'surname',
  'full_name',
  'dob',
  'street_number',
  'address',
  'address_2',
  'locality',
  'postcode',
  'region',
  'email',
  'phone',
  'national_id',
  'gender',
  'occupation',
  'birth_place',
] as const;

export type PersonColumn = (typeof personColumns)[number];
export type RawPerson = Readonly<Partial<Record<PersonColumn, string>>>;

/** A person in the form in which two are compared. What is not known is empty or null, and is no evidence. */
export interface Person {
  readonly source: string;
  readonly given: Name | null;
  readonly surname: Name | null;
  readonly middle: readonly string[];
  readonly generation: string;
  readonly birth: BirthDate | null;
  readonly house: string;
  readonly street: Line | null;
  readonly secondLine: Line | null;
  readonly locality: Line | null;
  readonly postcode: string;
  readonly region: string;
  readonly email: string;
  readonly phone: string;
  readonly nationalId: string;
  readonly gender: string;
  readonly occupation: Line | null;
  readonly birthPlace: Line | null;
  /** Further e-mail addresses and telephone numbers of one person: of several the best agreement counts. */
  readonly otherEmails?: readonly string[];
  readonly otherPhones?: readonly string[];
  /** Identifiers of which a customer has one only, by type: two that differ are never one customer. */
  readonly uniqueIds?: Readonly<Record<string, string>>;
}

/** Shares the objects of values that come again and again: a million people have some thousand given names. */
export interface Sharing {
  name(words: readonly string[]): Name | null;
  date(raw: string | undefined): BirthDate | null;
  place(raw: string | undefined): Line | null;
  line(line: Line | null): Line | null;
  word(text: string): string;
}

export function sharing(order: DateOrder): Sharing {
  const names = new Map<string, Name | null>();
  const dates = new Map<string, BirthDate | null>();
  const places = new Map<string, Line | null>();
  const lines = new Map<string, Line>();
  const words = new Map<string, string>();
  return {
    name: (parts) => remembered(names, parts.join(' '), () => nameOf(parts)),
    date: (raw) => remembered(dates, raw ?? '', () => readBirthDate(raw, order)),
    place: (raw) => remembered(places, raw ?? '', () => readPlace(raw)),
    line: (line) => (line === null ? null : remembered(lines, line.words.join(' '), () => line)),
    word: (text) => remembered(words, text, () => text),
  };
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}

const nothing: readonly string[] = [];

/** Normalises what is known of one person. */
export function readPerson(raw: RawPerson, shared: Sharing = sharing('day-first')): Person {
  const given = namePart(raw.given_name);
  const surname = namePart(raw.surname);
  const whole = readFullName(raw.full_name);
  const isWhole = given.words.length === 0 && surname.words.length === 0;
  const givenWords = isWhole ? whole.given : given.words;
  const surnameWords = isWhole ? whole.surname : surname.words;
  const used = new Set([...givenWords, ...surnameWords]);
  const address: Address = readAddress(raw.street_number, raw.address, raw.address_2);
  return {
    source: shared.word((raw.source ?? '').trim()),
    given: shared.name(givenWords),
    surname: shared.name(surnameWords),
    middle: whole.middle.length === 0 ? nothing : whole.middle.filter((word) => !used.has(word)),
    generation: whole.generation || surname.generation || given.generation,
    birth: shared.date(raw.dob),
    house: shared.word(address.house),
    street: shared.line(address.street),
    secondLine: shared.line(address.second),
    locality: shared.place(raw.locality),
    postcode: shared.word(readPostcode(raw.postcode)),
    region: shared.word(wordsIn(fold(raw.region)).join('')),
    email: readEmail(raw.email),
    phone: readPhone(raw.phone),
    nationalId: readId(raw.national_id),
    gender: shared.word(readGender(raw.gender)),
    occupation: shared.place(raw.occupation),
    birthPlace: shared.place(raw.birth_place),
  };
}

export function readEmail(raw: string | undefined): string {
  return fold(raw).replace(/^mailto:|\s/g, '');
}

/** Digits without the signs of a call abroad or of a trunk line; fewer than six, or one repeated, say nothing. */
export function readPhone(raw: string | undefined): string {
  const digits = (raw ?? '')
    .replace(/(?:ext|x)\.?\s*\d+\s*$/i, '')
    .replace(/\D/g, '')
    .replace(/^0+/, '');
  return digits.length < 6 || isRepeated(digits) ? '' : digits;
}

function readId(raw: string | undefined): string {
  const text = fold(raw).replace(/[^\p{L}\p{N}]/gu, '');
  return text.length < 4 || isRepeated(text) ? '' : text;
}

function isRepeated(text: string): boolean {
  return text === text[0]!.repeat(text.length);
}

function readGender(raw: string | undefined): string {
  const text = fold(raw);
  if (/^(?:m|male|man|boy|h|hombre|homme|maschio|männlich)$/.test(text)) return 'm';
  if (/^(?:f|female|woman|girl|w|mujer|femme|femmina|weiblich)$/.test(text)) return 'f';
  return text === 'u' || text === '0' ? '' : text;
}
