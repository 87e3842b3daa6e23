import type { PersonColumn, RawPerson } from '../../src/identity/match/person.js';
import { randomOf } from '../../src/identity/match/random.js';
import { nicknameLines } from '../../src/identity/match/tables/nicknames.js';
import { type DataSet, dataSet, shuffle } from './data-sets.js';

/**
 * People made up for speed and for what the training data lacks: households that share name and address, towns that hold
 * their postcodes, common names, people who move, phones, occupations, several sources. Nothing is learned from them.
 */
export type Kind = 'shop' | 'homes' | 'voters' | 'history';

const columnsOf: Readonly<Record<Kind, readonly PersonColumn[]>> = {
  shop: [
    'given_name',
    'surname',
    'dob',
    'street_number',
    'address',
    'locality',
    'postcode',
    'email',
    'phone',
    'gender',
  ],
  // The hard case of shop: twins, fathers and sons of one name, and a third of the birth dates not known.
  homes: ['given_name', 'surname', 'dob', 'street_number', 'address', 'locality', 'postcode', 'email', 'phone'],
  voters: ['source', 'given_name', 'surname', 'locality', 'postcode'],
  history: ['full_name', 'dob', 'birth_place', 'postcode', 'gender', 'occupation'],
};
const recordsOfOne: Readonly<Record<Kind, readonly [least: number, most: number]>> = {
  shop: [1, 3],
  homes: [1, 3],
  voters: [1, 5],
  history: [1, 12],
};

export function madePeople(kind: Kind, records: number, seed = 5): DataSet {
  const raw: RawPerson[] = [];
  const entity: string[] = [];
  for (const record of madeRecords(kind, seed)) {
    if (raw.length === records) break;
    raw.push(record.raw);
    entity.push(record.entity);
  }
  const order = shuffle([...raw.keys()], seed);
  return dataSet(
    `made: ${kind}, ${records}`,
    order.map((i) => raw[i]!),
    order.map((i) => entity[i]!),
  );
}

/** Records without end, those of one person and of one household behind each other. */
export function* madeRecords(
  kind: Kind,
  seed: number,
): Generator<{ readonly raw: RawPerson; readonly entity: string }> {
  const maker = new Maker(randomOf(seed));
  const [least, most] = recordsOfOne[kind];
  for (let number = 0; ; number++) {
    const person = kind === 'homes' ? maker.relative() : maker.person();
    const copies = least + maker.below(most - least + 1);
    // A source of voters holds nobody twice.
    const sources = shuffle(['a', 'b', 'c', 'd', 'e'], number + 1);
    for (let copy = 0; copy < copies; copy++) {
      const all = maker.record(person, kind);
      if (kind === 'voters') all.source = sources[copy];
      const raw = Object.fromEntries(columnsOf[kind].map((column) => [column, all[column] ?? '']));
      yield { raw, entity: String(number) };
    }
  }
}

type Made = Partial<Record<PersonColumn, string>>;

class Maker {
  private household: Made = {};
  private last: Made = {};
  private readonly given = nicknameLines.split('|').flatMap((line) => line.trim().split(/\s+/)[0] || []);
  private readonly shortForms = new Map(
    nicknameLines.split('|').map((line) => {
      const [name = '', ...short] = line.trim().split(/\s+/);
      return [name, short] as const;
    }),
  );
  private readonly surnames = Array.from({ length: 4000 }, () => this.madeWord(2 + this.below(2)));
  private readonly towns = Array.from(
    { length: 400 },
    () => `${this.madeWord(2)}${this.any(['ton', 'ham', ' bay', 'ville'])}`,
  );
  private readonly streets = Array.from(
    { length: 3000 },
    () => `${this.madeWord(2)} ${this.any(['st', 'road', 'ave', 'lane'])}`,
  );
  private readonly work = Array.from({ length: 300 }, () => this.madeWord(3));

  constructor(private readonly random: () => number) {}

  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  /** Someone of the household at hand, or of a new one. */
  person(): Made {
    if (!this.household.surname || this.chance(0.35)) this.household = this.home(this.common(this.surnames));
    const given = this.common(this.given);
    const surname = this.chance(0.85) ? this.household.surname! : this.common(this.surnames);
    const year = 1930 + this.below(75);
    const date = new Date(Date.UTC(year, this.below(12), 1 + this.below(28)));
    const local = this.any([
      `${given}.${surname}`,
      `${given[0]}${surname}${this.below(99)}`,
      `${this.madeWord(2)}${this.below(999)}`,
    ]);
    return {
      ...this.household,
      given_name: given,
      surname,
      dob: date.toISOString().slice(0, 10),
      email: `${local}@${this.any(['gmail.com', 'mail.org', 'web.de', `${this.madeWord(2)}.com`])}`,
      phone: this.chance(0.3) ? this.household.phone : String(6_000_000_000 + this.below(999_999_999)),
      gender: this.any(['m', 'f']),
      occupation: this.common(this.work),
      birth_place: this.common(this.towns),
    };
  }

  /** Someone; every tenth the twin of the one before, or a parent or child of the same name. */
  relative(): Made {
    const before = this.last;
    const person = this.person();
    const isOfHome = before.address === person.address && before.surname === person.surname;
    const draw = isOfHome ? this.random() : 1;
    if (draw < 0.05) person.dob = before.dob;
    else if (draw < 0.1) {
      person.given_name = before.given_name;
      const year = Number(before.dob!.slice(0, 4)) + this.any([-1, 1]) * (20 + this.below(15));
      person.dob = `${year}${person.dob!.slice(4)}`;
      if (this.chance(0.3)) person.surname = `${person.surname} jr`;
    }
    this.last = person;
    return person;
  }

  record(person: Made, kind: Kind): Made {
    const record: Made = { ...person };
    if (this.chance(0.12))
      Object.assign(record, this.home(person.surname!), { surname: person.surname, phone: record.phone });
    const short = this.shortForms.get(record.given_name!) ?? [];
    if (short.length > 0 && this.chance(0.06)) record.given_name = this.any(short);
    if (this.chance(0.02)) [record.given_name, record.surname] = [record.surname, record.given_name];
    if (this.chance(0.03)) record.surname = this.common(this.surnames);
    for (const column of [
      'given_name',
      'surname',
      'address',
      'locality',
      'email',
      'occupation',
      'birth_place',
    ] as const) {
      if (this.chance(0.07)) record[column] = this.mistyped(record[column]!);
    }
    for (const column of ['dob', 'postcode', 'phone', 'street_number'] as const) {
      if (this.chance(0.04)) record[column] = this.withOtherDigit(record[column]!);
    }
    if (kind === 'history' && this.chance(0.1)) record.dob = `${record.dob!.slice(0, 4)}-01-01`;
    record.full_name = [this.chance(0.05) ? 'Sir' : '', record.given_name, record.surname].join(' ');
    if (kind === 'homes' && this.chance(0.35)) record.dob = '';
    for (const column of Object.keys(record) as PersonColumn[]) {
      const isName = column === 'given_name' || column === 'surname' || column === 'full_name';
      if (this.chance(isName ? 0.01 : kind === 'history' ? 0.2 : 0.08)) record[column] = '';
    }
    return record;
  }

  private home(surname: string): Made {
    const town = this.below(this.towns.length);
    return {
      surname,
      street_number: String(1 + this.below(200)),
      address: this.any(this.streets),
      locality: this.towns[town]!,
      postcode: String(10_000 + town * 20 + this.below(5)),
      phone: String(7_000_000_000 + this.below(999_999_999)),
    };
  }

  private chance(share: number): boolean {
    return this.random() < share;
  }

  private any<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** Few are very common, most are rare. */
  private common<T>(items: readonly T[]): T {
    return items[Math.floor(items.length * this.random() ** 3)]!;
  }

  private madeWord(syllables: number): string {
    return Array.from(
      { length: syllables },
      () => this.any([...'bcdfghjklmnprstvw']) + this.any(['a', 'e', 'i', 'o', 'u', 'an', 'er', 'il']),
    ).join('');
  }

  private mistyped(text: string): string {
    const place = this.below(text.length);
    const letter = this.any([...'abcdefghijklmnopqrstuvwxyz']);
    const kind = this.below(4);
    if (kind === 0) return text.slice(0, place) + letter + text.slice(place + 1);
    if (kind === 1) return text.slice(0, place) + letter + text.slice(place);
    if (kind === 2) return text.slice(0, place) + text.slice(place + 1);
    return text.slice(0, place) + (text[place + 1] ?? '') + (text[place] ?? '') + text.slice(place + 2);
  }

  private withOtherDigit(text: string): string {
    const place = this.below(text.length);
    return /\d/.test(text[place] ?? '') ? text.slice(0, place) + this.below(10) + text.slice(place + 1) : text;
  }
}
