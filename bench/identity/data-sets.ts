import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readCsv } from '../../src/identity/match/csv.js';
import {
  type Person,
  type PersonColumn,
  type RawPerson,
  readPerson,
  sharing,
} from '../../src/identity/match/person.js';
import { randomOf } from '../../src/identity/match/random.js';

/** People whose truth is known: `entity[i]` tells who `people[i]` is. The matcher never sees it. */
export interface DataSet {
  readonly name: string;
  readonly raw: readonly RawPerson[];
  readonly people: readonly Person[];
  readonly entity: readonly string[];
}

const renamed: Readonly<Record<string, PersonColumn>> = {
  first_name: 'given_name',
  given_name: 'given_name',
  surname: 'surname',
  street_number: 'street_number',
  address_1: 'address',
  address_2: 'address_2',
  suburb: 'locality',
  city: 'locality',
  postcode: 'postcode',
  state: 'region',
  date_of_birth: 'dob',
  dob: 'dob',
  soc_sec_id: 'national_id',
  email: 'email',
};

const folder = path.resolve('test/samples/identity');

export function febrl3(): DataSet {
  return load('febrl3', 'febrl3.csv', (row) => /^rec-(\d+)-/.exec(row['rec_id']!)![1]!);
}

export function febrl3WithoutId(): DataSet {
  return without('febrl3 without national_id', febrl3(), ['national_id']);
}

export function fake1000(): DataSet {
  return load('fake_1000', 'fake_1000.csv', (row) => row['cluster']!);
}

/** The same people with some columns unknown. */
export function without(name: string, data: DataSet, columns: readonly PersonColumn[]): DataSet {
  const raw = data.raw.map((person) => {
    const kept: Partial<Record<PersonColumn, string>> = { ...person };
    for (const column of columns) delete kept[column];
    return kept;
  });
  return dataSet(name, raw, data.entity);
}

/** Some of the entities only. */
export function part(data: DataSet, isIn: (entity: string) => boolean): DataSet {
  const chosen = data.entity.flatMap((entity, index) => (isIn(entity) ? [index] : []));
  return dataSet(
    data.name,
    chosen.map((index) => data.raw[index]!),
    chosen.map((index) => data.entity[index]!),
  );
}

export function dataSet(name: string, raw: readonly RawPerson[], entity: readonly string[]): DataSet {
  const shared = sharing('day-first');
  return { name, raw, people: raw.map((one) => readPerson(one, shared)), entity };
}

function load(name: string, file: string, entityOf: (row: Record<string, string>) => string): DataSet {
  const rows: Record<string, string>[] = [];
  let header: string[] | null = null;
  const reader = readCsv((cells) => {
    if (header === null) header = cells.map((cell) => cell.trim());
    else rows.push(Object.fromEntries(header.map((column, index) => [column, cells[index]!.trim()])));
  });
  reader.write(readFileSync(path.join(folder, file)));
  reader.end();
  // The order of the rows gives the truth away; the shuffle is a fixed one.
  const shuffled = shuffle(rows, 7);
  const raw = shuffled.map((row) =>
    Object.fromEntries(
      Object.entries(row).flatMap(([column, value]) => (renamed[column] ? [[renamed[column], value]] : [])),
    ),
  );
  return dataSet(name, raw, shuffled.map(entityOf));
}

/** A shuffled copy: the same one for the same seed. */
export function shuffle<T>(items: readonly T[], seed: number): T[] {
  const random = randomOf(seed);
  const copy = [...items];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [copy[i], copy[j]] = [copy[j]!, copy[i]!];
  }
  return copy;
}
