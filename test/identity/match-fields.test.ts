import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAddress, readPostcode } from '../../src/identity/match/address.js';
import { type DateOrder, orderShownBy, readBirthDate } from '../../src/identity/match/birth-date.js';
import { emailLevel, idLevel, phoneLevel } from '../../src/identity/match/contact-levels.js';
import { dateLevel, yearLevel } from '../../src/identity/match/date-levels.js';
import { levels } from '../../src/identity/match/levels.js';
import { missing } from '../../src/identity/match/missing.js';
import { givenLevel, surnameLevel } from '../../src/identity/match/name-levels.js';
import { nameOf, namePart, readFullName } from '../../src/identity/match/names.js';
import { readPerson, readPhone } from '../../src/identity/match/person.js';
import { placeLevel, postcodeLevel } from '../../src/identity/match/place-levels.js';
import { editDistance, isOneEdit, jaroWinkler, lettersIn, mayBeWithin } from '../../src/identity/match/similarity.js';

const dateText = (raw: string, order: DateOrder = 'day-first') => readBirthDate(raw, order)?.text ?? null;
const name = (text: string) => nameOf(namePart(text).words);
const given = (a: string, b: string) => levels.given_name[givenLevel(name(a), name(b))];
const surname = (a: string, b: string) => levels.surname[surnameLevel(name(a), name(b))];
const dob = (a: string, b: string) =>
  levels.dob[dateLevel(readBirthDate(a, 'day-first'), readBirthDate(b, 'day-first'))];

const year = (a: string, b: string) =>
  levels.birth_year[yearLevel(readBirthDate(a, 'day-first'), readBirthDate(b, 'day-first'))];

describe('a birth date', () => {
  it('is read in every common form', () => {
    const forms = [
      '1980-04-12',
      '19800412',
      '12041980',
      '80-04-12',
      '1980/4/12',
      '12/04/1980',
      '12.4.1980',
      '12-04-80',
      '12 April 1980',
      '12-Apr-1980',
      'April 12th, 1980',
      '1980-04-12T00:00:00Z',
      ' 1980-04-12 00:00:00 ',
    ];
    expect(forms.map((form) => dateText(form))).toEqual(forms.map(() => '19800412'));
  });

  it('takes day and month in the order of its column, and the only possible order where one is above twelve', () => {
    expect(dateText('04/05/1980', 'day-first')).toBe('19800504');
    expect(dateText('04/05/1980', 'month-first')).toBe('19800405');
    expect(dateText('04/25/1980', 'day-first')).toBe('19800425');
    expect(dateText('04051980', 'month-first')).toBe('19800405');
    expect(dateText('04251980', 'day-first')).toBe('19800425');
    expect([orderShownBy('25/04/1980'), orderShownBy('04/25/1980'), orderShownBy('04/05/1980')]).toEqual([
      'day-first',
      'month-first',
      null,
    ]);
  });

  it('may be a year, or a month of a year', () => {
    expect(['1852', '1852-03', '03/1852', 'March 1852'].map((form) => dateText(form))).toEqual([
      '18520000',
      '18520300',
      '18520300',
      '18520300',
    ]);
  });

  it('is unknown when it is no date', () => {
    expect(['', 'unknown', 'n/a', '99', '1980-13-01', 'abc', '0000-00-00'].map((form) => dateText(form))).toEqual(
      Array(7).fill(null),
    );
  });

  it('is compared in levels from the same day to another time', () => {
    expect(dob('1980-04-12', '12/04/1980')).toBe('same');
    expect(dob('1980-04-12', '1980-12-04')).toBe('edit');
    expect(dob('1980-04-12', '1980-04-21')).toBe('edit');
    expect(dob('1980-04-12', '1990-04-12')).toBe('edit');
    expect(dob('1980-04-12', '1980-05-03')).toBe('near');
    expect(dob('1980-04-12', '1981-03-05')).toBe('year');
    expect(dob('1980-04-12', '1986-03-25')).toBe('decade');
    expect(dob('1980-04-12', '1951-10-25')).toBe('different');
  });

  it('is compared by its year where no more is known, or the first of January stands in for it', () => {
    expect(dob('1980', '1980-05-03')).toBeUndefined();
    expect(year('1980', '1980-05-03')).toBe('same');
    expect(year('1980-01-01', '1980-05-03')).toBe('same');
    expect(year('1980-03', '1980-05-03')).toBe('near');
    expect(year('1980', '1981-05-03')).toBe('near');
    expect(year('1980', '1951')).toBe('different');
    expect(dob('1980-01-01', '1980-01-01')).toBe('same');
  });
});

describe('a name', () => {
  it('is the same whatever its case, accents, apostrophes, hyphens and titles', () => {
    expect(given('  José ', 'JOSE')).toBe('same');
    expect(surname("O'Brien", 'obrien')).toBe('same');
    expect(given('Mary-Ann', 'mary ann')).toBe('same');
    expect(given('Dr. Jane', 'jane')).toBe('same');
    expect(surname('Müller', 'muller')).toBe('same');
    expect(surname('Łukasz', 'lukasz')).toBe('same');
  });

  it('is the same in Cyrillic and Greek as passports write it, and close to the same with an umlaut spelled out', () => {
    expect(surname('Иванов', 'Ivanov')).toBe('same');
    expect(surname('Шевченко', 'Shevchenko')).toBe('same');
    expect(surname('Παππάς', 'Pappas')).toBe('same');
    expect(given('Сергей', 'Sergei')).toBe('same');
    expect(surname('Müller', 'Mueller')).toBe('similar');
    expect(readPerson({ surname: 'Müller' }).surname?.sound).toBe(readPerson({ surname: 'Mueller' }).surname?.sound);
  });

  it('agrees with its short forms, and short forms with one another', () => {
    expect(given('Robert', 'Bob')).toBe('nickname');
    expect(given('Bob', 'Robert')).toBe('nickname');
    expect(given('Bill', 'Will')).toBe('nickname');
  });

  it('agrees less, level by level, the more it is mistyped', () => {
    expect(surname('Atkinson', 'Atkinsn')).toBe('similar');
    expect(surname('Lillie-Hinrichs', 'Hinrichs')).toBe('part');
    expect(given('J', 'Jane')).toBe('part');
    expect(given('Luca', 'aucL')).toBe('close');
    expect(surname('Smith', 'Kowalski')).toBe('different');
  });

  it('is no evidence when it is unknown', () => {
    expect(givenLevel(name(''), name('jane'))).toBe(missing);
    expect(name('unknown')).toBeNull();
  });

  it('is taken apart when it is given as a whole', () => {
    expect(readFullName('Dr. Jane Anne van der Berg Jr.')).toEqual({
      given: ['jane'],
      middle: ['anne'],
      surname: ['van', 'der', 'berg'],
      generation: 'jr',
    });
    expect(readFullName('Smith, John A.')).toMatchObject({ given: ['john'], middle: ['a'], surname: ['smith'] });
    expect(readFullName('sir thomas chudleigh, 1st baronet')).toMatchObject({
      given: ['thomas'],
      surname: ['chudleigh'],
      generation: '1',
    });
    expect(readFullName('william herbert, 3rd earl of pembroke')).toMatchObject({
      given: ['william'],
      surname: ['herbert'],
      generation: '3',
    });
    expect(readFullName('Madonna')).toMatchObject({ given: [], surname: ['madonna'] });
  });

  it('in two columns comes to the same as in one', () => {
    const whole = readPerson({ full_name: 'Mr John Smith' });
    const split = readPerson({ given_name: 'John', surname: 'Smith' });
    expect([whole.given, whole.surname]).toEqual([split.given, split.surname]);
  });
});

describe('an address', () => {
  it('keeps the house number apart, wherever it stands', () => {
    const column = readAddress('12', 'Main Street', undefined);
    expect(readAddress(undefined, '12 Main St.', undefined)).toEqual(column);
    expect(readAddress('12', '12 main st', undefined)).toEqual(column);
    expect(readAddress(undefined, 'Hauptstr. 5a', undefined).house).toBe('5a');
  });

  it('has a postcode of any country', () => {
    expect(readPostcode(' sw1a 2aa ')).toBe('SW1A2AA');
    expect(readPostcode('27601-1234')).toBe('27601');
    expect(levels.postcode[postcodeLevel('SW1A2AA', 'SW1A1AB')]).toBe('area');
    expect(levels.postcode[postcodeLevel('2119', '2191')]).toBe('edit');
    expect(levels.postcode[postcodeLevel('80331', '10115')]).toBe('different');
  });

  it('has a town that may be mistyped', () => {
    const town = (text: string) => readPerson({ locality: text }).locality;
    expect(levels.locality[placeLevel(town('Birmingham'), town('Bimringham'))]).toBe('similar');
    expect(levels.locality[placeLevel(town('London'), town('Leeds'))]).toBe('different');
  });
});

describe('contact details', () => {
  it('compare e-mail addresses as a whole, by the local part, and mistyped', () => {
    const email = (a: string, b: string) =>
      levels.email[emailLevel(readPerson({ email: a }).email, readPerson({ email: b }).email)];
    expect(email('Ann.Lee@X.org', 'ann.lee@x.org')).toBe('same');
    expect(email('ann.lee@x.org', 'ann.lee@gmail.com')).toBe('local');
    expect(email('roberta25@smith.net', 'robreta25@smth.net')).toBe('similar');
    expect(email('ann.lee@x.org', 'bob@y.com')).toBe('different');
  });

  it('find a phone number the same with and without the country, however it is written', () => {
    const phone = (a: string, b: string) => levels.phone[phoneLevel(readPhone(a), readPhone(b))];
    expect(phone('+44 20 7946 0958', '020 7946 0958')).toBe('same');
    expect(phone('(919) 555-0101', '1-919-555-0101')).toBe('same');
    expect(phone('919 555 0101', '919 555 0110')).toBe('edit');
    expect(phone('919 555 0101', '252 555 7788')).toBe('different');
    expect(readPhone('000000')).toBe('');
  });

  it('allow a slip in an id number, and no more', () => {
    expect([idLevel('5752601', '5752610'), idLevel('5752601', '5752601'), idLevel('5752601', '4216940')]).toEqual([
      1, 0, 2,
    ]);
  });
});

describe('likeness of text', () => {
  it('follows Jaro and Winkler', () => {
    expect(jaroWinkler('martha', 'marhta')).toBeCloseTo(0.9611, 4);
    expect(jaroWinkler('dwayne', 'duane')).toBeCloseTo(0.84, 4);
    expect(jaroWinkler('dixon', 'dicksonx')).toBeCloseTo(0.8133, 4);
    expect(jaroWinkler('', 'a')).toBe(0);
  });

  it('counts a swap of neighbours as one edit', () => {
    expect(isOneEdit('marsh', 'marhs')).toBe(true);
    expect(isOneEdit('marsh', 'harms')).toBe(false);
    expect(editDistance('ca', 'abc', 5)).toBe(3);
    expect(editDistance('kitten', 'sitting', 5)).toBe(3);
    expect(editDistance('kitten', 'sitting', 1)).toBe(2);
  });

  it('counts as few edits as the whole table of them does, up to the most that is asked for', () => {
    const word = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 }),
      fc.string({ unit: fc.constantFrom('a', 'b', 'é', '7', ' '), maxLength: 80 }),
    );
    fc.assert(
      fc.property(word, word, fc.nat(6), (a, b, most) => {
        const whole = plainDistance(a.slice(0, 64), b.slice(0, 64));
        expect(editDistance(a, b, most)).toBe(Math.min(whole, most + 1));
        if (a.length > 64 || b.length > 64) return;
        const letters = (text: string) => ({ text, letters: lettersIn(text) });
        if (whole <= most) expect(mayBeWithin(letters(a), letters(b), most)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });
});

/** Optimal string alignment as textbooks have it. */
function plainDistance(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  const at = (i: number, j: number) => table[i]?.[j] as number;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const change = at(i - 1, j - 1) + Number(a[i - 1] !== b[j - 1]);
      const swap = isSwap ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY;
      (table[i] as number[])[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, change, swap);
    }
  }
  return at(a.length, b.length);
}
