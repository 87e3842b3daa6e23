import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultIdentifierTypes, type IdentifierType } from '../../src/identity/identifier-type.js';
import { isToken, linkToken, readSpoken, spokenCode, spokenHash, tokenHash } from '../../src/journeys/resume-code.js';
import { type Named, type Owner, partByLevel } from '../../src/journeys/resume-linking.js';

describe('a spoken code', () => {
  test('has nine letters and digits, none of which looks like another', () => {
    for (let n = 0; n < 500; n++) {
      expect(spokenCode(randomBytes)).toMatch(/^[234679ACFHJKMQRTUWXY]{3}(-[234679ACFHJKMQRTUWXY]{3}){2}$/);
    }
  });

  test('has each of them equally often', () => {
    const counts = new Map<string, number>();
    for (let n = 0; n < 4_000; n++) {
      for (const one of spokenCode(randomBytes).replaceAll('-', '')) counts.set(one, (counts.get(one) ?? 0) + 1);
    }
    expect(counts.size).toBe(20);
    // 1,800 each; eleven standard deviations are not met by chance.
    for (const count of counts.values()) expect(Math.abs(count - 1_800)).toBeLessThan(460);
  });

  test('is read however it is written down', () => {
    for (const text of ['k7m2rxa9q', ' K7M-2RX-A9Q ', 'k7m 2rx a9q', 'K7M.2RX.A9Q', 'K7M–2RX–A9Q']) {
      expect(readSpoken(text)).toBe('K7M2RXA9Q');
    }
    for (const text of ['', 'K7M', 'K7M2RXA9QK', 'K7M2RXA90', 'O'.repeat(1_000_000)])
      expect(readSpoken(text)).toBeNull();
  });

  test('comes back from any writing of it, and nothing else does', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = readSpoken(text);
        if (read !== null) expect(readSpoken(read.toLowerCase())).toBe(read);
      }),
    );
  });

  test('is proven by a hash that differs from one workspace to another', async () => {
    const [one, two] = [randomBytes(16), randomBytes(16)];
    expect(await spokenHash('K7M-2RX-A9Q', one)).toEqual(await spokenHash('K7M2RXA9Q', one));
    expect(await spokenHash('K7M2RXA9Q', one)).not.toEqual(await spokenHash('K7M2RXA9Q', two));
  });
});

test('a token of a link is long and never the same', () => {
  const tokens = Array.from({ length: 50 }, () => linkToken(randomBytes));
  expect(new Set(tokens.map((token) => tokenHash(token).toString('hex'))).size).toBe(50);
  for (const token of tokens) expect(isToken(token)).toBe(true);
  for (const text of ['', 'tlr_', `${tokens[0]}x`, `x${tokens[0]}`]) expect(isToken(text)).toBe(false);
});

describe('what a code lets be joined', () => {
  const type = defaultIdentifierTypes[0] as IdentifierType;
  const own: Owner = { customer: 'own', isKnown: true };
  const visitor: Owner = { customer: 'visitor', isKnown: false };
  const named = (owner: Owner | null): Named => ({
    input: { type: 'x', value: 'x' },
    type,
    values: ['x'],
    owner,
    isProven: false,
  });
  const other: Owner = { customer: 'other', isKnown: true };

  test.each([
    ['nobody’s', null, true],
    ['her own', own, true],
    ['a visitor’s', visitor, true],
    ['another known customer’s', other, false],
  ])('CLAIMED: what is %s', (_, owner, isJoined) => {
    expect(partByLevel('CLAIMED', own, [named(owner)]).joining).toHaveLength(isJoined ? 1 : 0);
    expect(partByLevel('VERIFIED', own, [named(owner)]).joining).toHaveLength(1);
  });

  test('CLAIMED: a visitor’s journey is joined with no known customer, unless it is proven that she is it', () => {
    const [held, proven] = [named(other), { ...named(other), isProven: true }];
    expect(partByLevel('CLAIMED', visitor, [held, proven, named(null)])).toEqual({
      joining: [proven, named(null)],
      heldBack: [held],
    });
  });
});
