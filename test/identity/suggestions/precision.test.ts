import { describe, expect, it } from 'vitest';
import { madePeople } from '../../../bench/identity/made-people.js';
import { measureSuggestions } from '../../../bench/identity/measure-suggestions.js';
import { readPerson } from '../../../src/identity/match/person.js';
import { scorePairs } from '../../../src/identity/suggestions/score-pairs.js';
import { contextOf, shippedWeights } from '../../../src/identity/suggestions/weight-set.js';

const ann = {
  given_name: 'Ann',
  surname: 'Ledger',
  dob: '1980-04-12',
  street_number: '12',
  address: 'Harbour Street',
  locality: 'Rockport',
  postcode: '4711',
  national_id: '',
  email: '',
};

function bandOf(one: Partial<typeof ann>, other: Partial<typeof ann>) {
  const persons = new Map([one, other].map((more, n) => [String(n), readPerson({ ...ann, ...more })]));
  return scorePairs([{ a: '0', b: '1' }], persons, new Map(), contextOf(shippedWeights))[0]?.band;
}

describe('a strong suggestion', () => {
  it('is somebody of one name, home and birth date, also by a nickname or with a slip of the pen', () => {
    expect(bandOf({}, {})).toBe('STRONG');
    expect(bandOf({ given_name: 'Elizabeth' }, { given_name: 'Lizzie' })).toBe('STRONG');
    expect(bandOf({ given_name: 'Elizabeth' }, { given_name: 'Elizabet' })).toBe('STRONG');
    expect(bandOf({ email: 'ann.ledger@mail.example' }, { email: 'ann.leger@mail.example', dob: '1980-04-21' })).toBe(
      'STRONG',
    );
  });

  it.each([
    ['a twin', {}, { given_name: 'Grace' }],
    ['a twin of a like name', { given_name: 'Alan' }, { given_name: 'Aaron' }],
    ['a twin, where one given name is unknown', {}, { given_name: '' }],
    ['a mother of one name, where one birth date is unknown', {}, { dob: '' }],
    [
      'a mother of one name, whose address at her provider is made of it too',
      { dob: '', email: 'ann.ledger@mail.example' },
      { dob: '', email: 'ann.ledger@post.example' },
    ],
  ])('is never %s', (_, one, other) => {
    expect(bandOf(one, other)).not.toBe('STRONG');
  });

  it('is who has the same e-mail address or national id beside all else, whatever is unknown', () => {
    const mail = { dob: '', email: 'ann.ledger@mail.example' };
    const number = { given_name: '', dob: '', national_id: '7345123' };
    expect([bandOf(mail, mail), bandOf(number, number)]).toEqual(['STRONG', 'STRONG']);
  });

  it('is right ninety-nine times in a hundred also among families, as long as a possible one is four times in five', () => {
    for (const { bands } of measureSuggestions(madePeople('homes', 5_000, 17))) {
      expect(bands.STRONG.precision).toBeGreaterThanOrEqual(0.99);
      expect(bands.POSSIBLE.precision).toBeGreaterThanOrEqual(0.8);
      expect(bands.STRONG.pairs).toBeGreaterThan(500);
    }
  });
});
