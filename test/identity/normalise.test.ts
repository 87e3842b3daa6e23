import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocklistOf, matchesGlob } from '../../src/identity/identifier-blocklist.js';
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

describe('a WhatsApp user who hides the number', () => {
  it.each([
    ['US.13491208655302741918', 'US.13491208655302741918'],
    ['US.ENT.11815799212886844830', 'US.ENT.11815799212886844830'],
    ['whatsapp:DE.1A2b3C', 'DE.1A2b3C'],
  ])('is known by the id that WhatsApp gives the business: %s', (value, expected) => {
    expect(normalise('whatsapp', value)).toEqual({ value: expected });
  });

  it('is never taken for a telephone number', () => {
    expect(normalise('phone', 'US.13491208655302741918')).toMatchObject({ refused: 'INVALID' });
  });
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

describe('an id that a platform gives for one account or page', () => {
  const scoped = ['facebook', 'instagram', 'slack'];

  it.each(scoped)('is somebody else on another page: %s', (name) => {
    expect(normalise(name, '999:111')).toEqual({ value: '999:111' });
    expect(normalise(name, ' 998 : 111 ')).toEqual({ value: '998:111' });
  });

  it.each(['111', ':111', ' : 111'])('identifies nobody without the page: %j', (value) => {
    for (const name of scoped) expect(normalise(name, value)).toMatchObject({ refused: 'INVALID' });
  });

  it.each(['999:', '999:0', '999:null', '999: unknown', '999:xxxx'])('may be a placeholder as well: %j', (value) => {
    for (const name of scoped) expect(normalise(name, value)).toMatchObject({ refused: 'BLOCKED' });
  });

  it('is told from one that the platform gives once for all', () => {
    for (const name of ['x', 'telegram', 'line', 'linkedin']) {
      expect(normalise(name, '4477')).toEqual({ value: '4477' });
    }
  });
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
      fc.stringMatching(/^[ 0-9a-z]{0,4}:[ 0-9a-zÄß:]{0,8}$/),
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

describe('a type that a workspace has changed', () => {
  const folding = (plus: boolean, dots: boolean) => ({ ...type('email'), folding: { plus, dots } });

  it.each([
    [folding(true, false), 'a.nn+news@example.com', 'a.nn@example.com'],
    [folding(false, true), 'a.nn+news@example.com', 'ann+news@example.com'],
    [folding(true, true), 'A.nn+x+y@Example.com', 'ann@example.com'],
    [folding(true, true), '+ann@example.com', '+ann@example.com'],
    [{ ...type('slack'), comparison: 'exact_ignoring_case' as const }, 'T1:U0ÄB', 't1:u0äb'],
  ])('compares as it says: %#', (one, value, expected) => {
    expect(normaliseIdentifier(one, value, 'US')).toEqual({ value: expected });
  });

  it('blocks what was sent, and what it is normalised to', () => {
    const blocking = { ...type('phone'), blocked: blocklistOf(['+14155550100'], ['*5550199']) };
    const refused = { refused: 'BLOCKED' };
    expect(normaliseIdentifier(blocking, '(415) 555-0100', 'US')).toMatchObject(refused);
    expect(normaliseIdentifier(blocking, '415 555 0199', 'US')).toMatchObject(refused);
    expect(normaliseIdentifier(blocking, '415 555 0101', 'US')).toEqual({ value: '+14155550101' });
  });
});

describe('a blocked pattern', () => {
  it.each([
    ['noreply@*', 'noreply@shop.example', true],
    ['noreply@*', 'no-reply@shop.example', false],
    ['*@test.???', 'ann@test.com', true],
    ['*@test.???', 'ann@test.info', false],
    ['a*b*c', 'aXXbYYbc', true],
    ['a.c', 'abc', false],
    ['test-(1|2)', 'test-1', false],
  ])('%s fits %s: %s', (pattern, text, expected) => {
    expect(matchesGlob(pattern.toLowerCase(), text.toLowerCase())).toBe(expected);
  });

  it('fits as the same pattern as a regular expression would, for any pattern and text', () => {
    const piece = fc.constantFrom('a', 'b', '*', '?');
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 10 }),
        fc.array(fc.constantFrom('a', 'b'), { maxLength: 14 }),
        (p, t) => {
          const source = p.map((one) => (one === '*' ? '.*' : one === '?' ? '.' : one)).join('');
          expect(matchesGlob(p.join(''), t.join(''))).toBe(new RegExp(`^${source}$`).test(t.join('')));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('is decided in no time, however it is made', () => {
    const started = performance.now();
    expect(matchesGlob('*a'.repeat(100), `${'a'.repeat(511)}b`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(100);
  });
});
