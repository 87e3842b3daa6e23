import type { Field } from './levels.js';
import type { Person } from './person.js';
import { weights } from './tables/weights.js';

/** The fields where agreeing on a rare value says more than agreeing on a common one, with the value that is counted. */
export const countedValue: Readonly<Partial<Record<Field, (person: Person) => string>>> = {
  given_name: (person) => person.given?.text ?? '',
  surname: (person) => person.surname?.text ?? '',
  dob: (person) => person.birth?.text ?? '',
  birth_year: (person) => (person.birth === null ? '' : String(person.birth.year)),
  postcode: (person) => person.postcode,
  address: (person) => person.street?.text ?? '',
  address_2: (person) => person.secondLine?.text ?? '',
  locality: (person) => person.locality?.text ?? '',
  region: (person) => person.region,
  email: (person) => person.email,
  phone: (person) => person.phone.slice(-9),
  national_id: (person) => person.nationalId,
  occupation: (person) => person.occupation?.text ?? '',
  birth_place: (person) => person.birthPlace?.text ?? '',
};

/** The value by which people are grouped who agree in a field; none where agreement is not equality. */
export const groupedValue: Readonly<Partial<Record<Field, (person: Person) => string>>> = {
  ...countedValue,
  house: (person) => person.house,
};

/** How often each value occurs among those who have one. */
export interface Frequencies {
  /** The share of people with this value, or undefined where the field is not counted or the value not known. */
  share(field: Field, value: string): number | undefined;
}

/** A handful of people shows nothing of how common a value is: so many others, of the usual kind, are thought beside them. */
const usualPeople = 200;

/**
 * Made for one person. That a few records have one is more likely that person again than a stranger with the same, and a
 * file of some thousand people cannot show how rare the second is.
 */
const personalIds: ReadonlySet<Field> = new Set(['email', 'national_id']);
const ownRecordsMax = 5;

/** Counts the values of people at hand. */
export class CountedFrequencies implements Frequencies {
  private readonly counts = new Map<Field, { total: number; of: Map<string, number> }>();

  add(person: Person): void {
    for (const [field, value] of Object.entries(countedValue) as [Field, (person: Person) => string][]) {
      const text = value(person);
      if (text === '') continue;
      const table = this.counts.get(field) ?? { total: 0, of: new Map<string, number>() };
      this.counts.set(field, table);
      table.total++;
      table.of.set(text, (table.of.get(text) ?? 0) + 1);
    }
  }

  share(field: Field, value: string): number | undefined {
    const table = this.counts.get(field);
    const count = table?.of.get(value);
    if (table === undefined || count === undefined) return undefined;
    const usual = weights.shares[field].u[0]!;
    if (personalIds.has(field) && count <= ownRecordsMax) return usual;
    return (count + usualPeople * usual) / (table.total + usualPeople);
  }
}
