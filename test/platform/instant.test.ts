import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInstant } from '../../src/platform/instant.js';
import { DateTime } from '../../src/platform/scalars.js';

const digits = (max: number, width: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(width, '0'));

/** Instants in UTC, and what only looks like one: month 13, hour 24, 31 February. */
const written = fc
  .tuple(digits(9999, 4), digits(13, 2), digits(32, 2), digits(24, 2), digits(60, 2), digits(60, 2))
  .chain(([y, mo, d, h, mi, s]) =>
    fc.constantFrom('', '.1', '.123', '.123456789').map((fraction) => `${y}-${mo}-${d}T${h}:${mi}:${s}${fraction}`),
  );

const readOf = (text: string): string | null => {
  try {
    return String(DateTime.parseValue(text));
  } catch {
    return null;
  }
};

describe('An instant', () => {
  it('is the same whether it is written with Z or with the offset of UTC', () => {
    fc.assert(
      fc.property(written, (text) => {
        expect(parseInstant(`${text}Z`)).toBe(parseInstant(`${text}+00:00`));
        expect(readOf(`${text}Z`)).toBe(readOf(`${text}+00:00`));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is refused on a day that its month does not have', () => {
    expect(parseInstant('2026-02-29T00:00:00Z')).toBeNull();
    expect(parseInstant('2024-02-29T00:00:00Z')).toBe(Date.UTC(2024, 1, 29));
    expect(parseInstant('2026-04-31T00:00:00+02:00')).toBeNull();
  });
});
