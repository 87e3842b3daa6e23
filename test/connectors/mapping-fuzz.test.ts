import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyMapping } from '../../src/connectors/mapping/apply-mapping.js';
import { checkMapped } from '../../src/connectors/mapping/check-mapped.js';
import { parseMapping } from '../../src/connectors/mapping/mapping.schema.js';
import { partsOf, touchpointOf } from '../../src/connectors/mapping/touchpoint-parts.js';
import { Refusal } from '../../src/platform/refusal.js';
import { anyMapping, anyPayload } from './any-mapping.js';
import { context } from './checked-message.js';

/** Anything but a refusal that names a field fails the test. */
function orRefusal(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.where.field).toBeTruthy();
    return false;
  }
}

describe('any mapping of any payload', () => {
  it('makes touchpoints that can be checked, or refusals that name a field, and nothing else ever', () => {
    let made = 0;
    let stored = 0;
    const property = fc.property(anyMapping, anyPayload, anyPayload, (written, payload, headers) => {
      const mapping = parseMapping(written, 'mapping');
      const before = JSON.stringify(payload);
      const given = { payload, headers: Object(headers), query: Object(headers), source: 'import' };
      orRefusal(() => {
        const mapped = applyMapping(mapping, given);
        expect(applyMapping(mapping, given)).toEqual(mapped);
        for (const one of mapped) {
          if ('refusals' in one) {
            expect(one.refusals.length).toBeGreaterThan(0);
            for (const refusal of one.refusals) expect(refusal.where.field).toBeTruthy();
          } else {
            made++;
            if (orRefusal(() => checkMapped(one.touchpoint, context))) stored++;
          }
        }
      });
      expect(JSON.stringify(payload)).toBe(before);
    });
    fc.assert(property, { numRuns: 1_000 });
    // The generator must reach what it is there for.
    expect(made).toBeGreaterThan(100);
    expect(stored).toBeGreaterThan(30);
  });

  it('is refused with a field when it is no mapping', () => {
    const broken = fc.oneof(
      fc.jsonValue(),
      fc
        .tuple(anyMapping, anyPayload, fc.constantFrom('skip', 'touchpoints', 'x'))
        .map(([one, two, key]) => ({ ...one, [key]: two })),
      fc
        .tuple(anyMapping, anyPayload, fc.constantFrom('when', 'each', 'kind', 'identifiers', 'traits', 'issue'))
        .map(([one, two, key]) => ({
          touchpoints: one.touchpoints.map((touchpoint) => ({ ...touchpoint, [key]: two })),
        })),
    );
    fc.assert(
      fc.property(broken, (written) => {
        orRefusal(() => parseMapping(written, 'mapping'));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('any object in the shape of a touchpoint', () => {
  const whole = { source: 's', channel: 'CALL', kind: 'k', identifiers: [{ type: 'user_id', value: 'u' }] };
  const keys = ['identifiers', 'traits', 'attributes', 'issue', 'abandoned', 'channel', 'sequence', 'occurredAt', 'x'];

  it('can be checked, or is refused by field', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys), anyPayload), (more) => {
        const parts = partsOf({ ...whole, ...more });
        const shaped = 'refusals' in parts ? parts : touchpointOf(parts);
        if ('refusals' in shaped) for (const refusal of shaped.refusals) expect(refusal.where.field).toBeTruthy();
        else orRefusal(() => checkMapped(shaped.touchpoint, context));
      }),
      { numRuns: 1_000 },
    );
  });
});
