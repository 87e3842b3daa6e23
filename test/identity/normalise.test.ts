import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultIdentifierTypes, type IdentifierType } from '../../src/identity/identifier-type.js';
import { normaliseIdentifier } from '../../src/identity/normalise.js';

const type = (name: string) => defaultIdentifierTypes.find((one) => one.name === name) as IdentifierType;
const normalise = (name: string, value: string, region = 'US') => normaliseIdentifier(type(name), value, region);

describe('a telephone number', () => {
  it.each([
    ['(415) 555-0123', 'US', '+14155550123'],
    ['+1 415 555 0123', 'DE', '+14155550123'],
    ['0014155550123', 'US', '+14155550123'],
    ['whatsapp:+14155550123', 'US', '+14155550123'],
    ['tel:+1-415-555-0123', 'US', '+14155550123'],
    ['sip:+14155550123@pbx.example.com', 'US', '+14155550123'],
    ['020 7946 0958', 'GB', '+442079460958'],
    ['030 901820', 'DE', '+4930901820'],
  ])('is the same however it is written: %s in %s', (value, region, expected) => {
    expect(normalise('phone', value, region)).toEqual({ value: expected });
  });

  it.each([
    ['Brazil’s missing ninth digit', '+5511981234567', '+551181234567'],
    ['Argentina’s 9', '+5491123456789', '+541123456789'],
    ['Mexico’s 1', '+5215512345678', '+525512345678'],
  ])('is one with and without %s', (_, one, other) => {
    expect(normalise('phone', one)).toEqual(normalise('phone', other));
    expect(normalise('phone', one)).toHaveProperty('value');
  });

  it.each(['12', '+15555555555', '+999123456789', '555-0123'])('that cannot exist identifies nobody: %s', (value) => {
    expect(normalise('phone', value)).toMatchObject({ refused: 'INVALID' });
  });

  it.each(['anonymous', 'Restricted', 'private', 'unknown', 'withheld', 'unavailable'])(
    'that was withheld identifies nobody: %s',
    (value) => {
      expect(normalise('phone', value)).toMatchObject({ refused: 'BLOCKED' });
    },
  );
});

describe('an e-mail address', () => {
  it.each([
    ['  Ann.Lee@Example.COM ', 'ann.lee@example.com'],
    ['ann+news@example.com', 'ann+news@example.com'],
    ['jürgen@bücher.example', 'jürgen@xn--bcher-kva.example'],
    ['ａｎｎ@example.com', 'ann@example.com'],
  ])('is compared folded: %s', (value, expected) => {
    expect(normalise('email', value)).toEqual({ value: expected });
  });

  it.each(['ann', 'ann@', '@example.com', 'ann@localhost', 'a b@example.com', 'ann@@'])(
    'that is none identifies nobody: %s',
    (value) => {
      expect(normalise('email', value)).toMatchObject({ refused: 'INVALID' });
    },
  );
});

describe('a placeholder', () => {
  it.each([
    '',
    '   ',
    '0',
    '0000',
    '-1',
    'null',
    'Undefined',
    'NONE',
    'NaN',
    'guest',
    'anonymous',
    'xxxxxx',
    '1111111',
    '00000000-0000-0000-0000-000000000000',
  ])('identifies nobody in any type: %j', (value) => {
    for (const one of defaultIdentifierTypes) {
      expect(normaliseIdentifier(one, value, 'US')).toMatchObject({ refused: 'BLOCKED' });
    }
  });
});

describe('any text', () => {
  it('is normalised to something that stays the same when it is normalised again', () => {
    const anyValue = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.emailAddress(),
      fc.stringMatching(/^\+?[0-9 ()-]{4,18}$/),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...defaultIdentifierTypes),
        anyValue,
        fc.constantFrom('US', 'DE', 'BR', 'AR', 'MX'),
        (one, value, region) => {
          const first = normaliseIdentifier(one, value, region);
          if ('value' in first) expect(normaliseIdentifier(one, first.value, region)).toEqual(first);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
