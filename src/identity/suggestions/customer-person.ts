import { type DateOrder, readBirthDate } from '../match/birth-date.js';
import { type Person, type PersonColumn, readEmail, readPerson, readPhone } from '../match/person.js';
import { columnsOf } from './person-traits.js';

/** What is stored of a customer to compare it by: values as they were told, all its addresses and numbers. */
export type StoredPerson = Readonly<Partial<Record<Exclude<PersonColumn, 'source' | 'email' | 'phone'>, string>>> & {
  readonly emails?: readonly string[];
  readonly phones?: readonly string[];
  /** Of each identifier type that must be unique, the values. */
  readonly unique?: Readonly<Record<string, string>>;
};

export interface CustomerFacts {
  /** The latest first. */
  readonly traits: readonly (readonly [key: string, value: unknown])[];
  /** Those that name this customer alone: neither detached, shared nor quarantined. */
  readonly identifiers: readonly { readonly type: string; readonly value: string }[];
}

/** What a workspace's identifier types are, as far as people are compared by them. */
export interface ComparedTypes {
  readonly email: ReadonlySet<string>;
  readonly phone: ReadonlySet<string>;
  readonly unique: ReadonlySet<string>;
}

const valuesMax = 10;

/** Of what is known of a customer, what it is compared by; null when that is nothing. */
export function storedPersonOf(facts: CustomerFacts, types: ComparedTypes, order: DateOrder): StoredPerson | null {
  const columns = columnsOf(facts.traits);
  const emails = valuesOf(facts, types.email, readEmail(columns.get('email')));
  const phones = valuesOf(facts, types.phone, readPhone(columns.get('phone')));
  columns.delete('email');
  columns.delete('phone');
  const born = columns.get('dob');
  columns.delete('dob');
  const date = readBirthDate(born, order);
  // Whether 04/05 is April or May is decided here, where the workspace's region is known.
  if (date)
    columns.set(
      'dob',
      [date.year, date.month, date.day]
        .filter((part) => part > 0)
        .map(padded)
        .join('-'),
    );
  if (columns.size === 0 && emails.length === 0 && phones.length === 0) return null;
  const unique = uniqueOf(facts, types.unique);
  return {
    ...Object.fromEntries([...columns].sort(([a], [b]) => (a < b ? -1 : 1))),
    ...(emails.length > 0 ? { emails } : {}),
    ...(phones.length > 0 ? { phones } : {}),
    ...(unique ? { unique } : {}),
  };
}

function valuesOf(facts: CustomerFacts, types: ReadonlySet<string>, told: string): string[] {
  const values = new Set(facts.identifiers.filter(({ type }) => types.has(type)).map(({ value }) => value));
  const sorted = [...values].sort().slice(0, valuesMax);
  return told === '' || sorted.some((value) => readEmail(value) === told || readPhone(value) === told)
    ? sorted
    : [...sorted, told];
}

/** A customer who was joined in spite of a uniqueness has several: any of them tells it from all others. */
function uniqueOf(facts: CustomerFacts, types: ReadonlySet<string>): Record<string, string> | null {
  const unique: Record<string, string> = {};
  const sorted = facts.identifiers.filter(({ type }) => types.has(type)).sort((a, b) => (a.value < b.value ? -1 : 1));
  for (const { type, value } of sorted.sort((a, b) => (a.type < b.type ? -1 : a.type === b.type ? 0 : 1))) {
    unique[type] ??= value;
  }
  return Object.keys(unique).length > 0 ? unique : null;
}

const padded = (part: number): string => String(part).padStart(2, '0');

/** The same in the form in which two are compared. */
export function personOf(stored: StoredPerson): Person {
  const { emails = [], phones = [], unique, ...columns } = stored;
  const [email, ...otherEmails] = emails.map(readEmail);
  const [phone, ...otherPhones] = phones.map(readPhone);
  return {
    ...readPerson(columns),
    email: email ?? '',
    phone: phone ?? '',
    ...(otherEmails.length > 0 ? { otherEmails } : {}),
    ...(otherPhones.length > 0 ? { otherPhones } : {}),
    ...(unique ? { uniqueIds: unique } : {}),
  };
}
