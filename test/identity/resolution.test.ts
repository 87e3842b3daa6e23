import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolve, types } from './resolving.js';

describe('identifiers of one touchpoint', () => {
  it('that nobody knows become a new customer', () => {
    expect(resolve([], [['email:a@x.io', 'phone:+1']])).toMatchObject({
      customers: [1_000],
      attached: [
        ['email:a@x.io', 1_000],
        ['phone:+1', 1_000],
      ],
      merges: [],
    });
  });

  it('of which one is known are attached to its customer', () => {
    const { customers, attached, guards } = resolve(
      [{ id: 7, identifiers: ['email:a@x.io'] }],
      [['phone:+1', 'email:a@x.io']],
    );
    expect(customers).toEqual([7]);
    expect(attached).toEqual([['phone:+1', 7]]);
    expect(guards).toEqual([{ id: 7, version: 1, customer: 7, merges: 0 }]);
  });

  it('that two customers have merge them into the older one, with the evidence kept', () => {
    const known = [
      { id: 9, identifiers: ['phone:+1'] },
      { id: 7, identifiers: ['email:a@x.io'] },
    ];
    const { customers, merges, links, guards } = resolve(known, [['phone:+1', 'email:a@x.io']]);
    expect(customers).toEqual([7]);
    expect(merges).toEqual([[7, 9]]);
    expect(links).toEqual([[7, 9]]);
    expect(guards).toEqual([
      { id: 7, version: 1, customer: 7, merges: 1 },
      { id: 9, version: 1, customer: 7, merges: 0 },
    ]);
  });

  it('that belong to one customer already change nothing', () => {
    const { guards, attached } = resolve(
      [{ id: 7, identifiers: ['email:a@x.io', 'phone:+1'] }],
      [['phone:+1', 'email:a@x.io']],
    );
    expect([guards, attached]).toEqual([[], []]);
  });

  it('join within a batch as they join between batches', () => {
    const { customers } = resolve([], [['email:a@x.io'], ['phone:+1'], ['phone:+1', 'email:a@x.io'], ['email:a@x.io']]);
    expect(new Set(customers).size).toBe(1);
  });
});

describe('protection', () => {
  it('never joins two customers with different unique ids, and demotes the weakest that would', () => {
    const known = [
      { id: 1, identifiers: ['user_id:u1', 'email:a@x.io'] },
      { id: 2, identifiers: ['user_id:u2', 'phone:+2'] },
    ];
    const { results, merges } = resolve(known, [['email:a@x.io', 'phone:+2']]);
    expect(merges).toEqual([]);
    expect(results).toMatchObject([{ profile: 1, demoted: ['phone:+2 LIMIT user_id'] }]);
  });

  it('gives a known shared e-mail’s stranger a customer of its own', () => {
    const known = [{ id: 1, identifiers: ['user_id:u1', 'email:desk@x.io'] }];
    const { results, customers } = resolve(known, [['user_id:u2', 'email:desk@x.io']]);
    expect(results[0]?.demoted).toEqual(['email:desk@x.io LIMIT user_id']);
    expect(customers).toEqual([1_000]);
  });

  it('keeps a sixth e-mail address out and its touchpoint in', () => {
    const emails = [1, 2, 3, 4, 5].map((n) => `email:${n}@x.io`);
    const { results } = resolve([{ id: 1, identifiers: ['user_id:u1', ...emails] }], [['user_id:u1', 'email:6@x.io']]);
    expect(results).toMatchObject([{ profile: 1, demoted: ['email:6@x.io LIMIT email'] }]);
  });

  it('never demotes an innocent identifier of the same touchpoint', () => {
    const emails = [1, 2, 3, 4, 5].map((n) => `email:${n}@x.io`);
    const { results, attached } = resolve(
      [{ id: 1, identifiers: ['user_id:u1', ...emails] }],
      [['user_id:u1', 'email:6@x.io', 'anonymous_id:c']],
    );
    expect(results[0]?.demoted).toEqual(['email:6@x.io LIMIT email']);
    expect(attached).toEqual([['anonymous_id:c', 1]]);
  });

  it('obeys do-not-link edges, also for what was merged in the same batch', () => {
    const known = [
      { id: 1, identifiers: ['email:1@x.io'], doNotLink: [3] },
      { id: 2, identifiers: ['email:2@x.io'] },
      { id: 3, identifiers: ['phone:+3'], doNotLink: [1] },
    ];
    const { merges, results } = resolve(known, [
      ['email:1@x.io', 'email:2@x.io'],
      ['email:2@x.io', 'phone:+3'],
    ]);
    expect(merges).toEqual([[1, 2]]);
    expect(results[1]?.demoted).toEqual(['phone:+3 DO_NOT_LINK']);
  });

  it('stops merging at a hundred merges of one customer', () => {
    const known = [
      { id: 1, identifiers: ['email:1@x.io'], merges: 100 },
      { id: 2, identifiers: ['phone:+2'] },
    ];
    const { merges, results } = resolve(known, [['email:1@x.io', 'phone:+2']]);
    expect(merges).toEqual([]);
    expect(results[0]?.demoted).toEqual(['phone:+2 TOO_MANY_MERGES']);
  });

  it('lets a quarantined identifier pull nobody together', () => {
    const known = [
      { id: 1, identifiers: ['device_id:kiosk'], quarantined: ['device_id:kiosk'] },
      { id: 2, identifiers: ['email:a@x.io'] },
    ];
    const { merges, customers } = resolve(known, [['device_id:kiosk', 'email:a@x.io']]);
    expect(merges).toEqual([]);
    expect(customers).toEqual([2]);
  });

  it('holds for any history: no customer ever has more of a type than its limit', () => {
    const name = fc
      .tuple(fc.constantFrom('user_id', 'email', 'phone', 'device_id'), fc.nat(30))
      .map(([type, n]) => `${type}:${n}`);
    fc.assert(
      fc.property(fc.array(fc.uniqueArray(name, { minLength: 1, maxLength: 4 }), { maxLength: 60 }), (items) => {
        const { results, customers, attached } = resolve([], items);
        const ofProfile = new Map(results.map((result, i) => [result.profile, customers[i]]));
        const counts = new Map<string, number>();
        for (const [identifier, profile] of attached as [string, number][]) {
          const type = identifier.split(':')[0] as string;
          const key = `${ofProfile.get(profile)} ${type}`;
          counts.set(key, (counts.get(key) ?? 0) + 1);
          expect(counts.get(key)).toBeLessThanOrEqual(types.get(type)!.limitPerCustomer);
        }
        expect(new Set(attached.map(([identifier]) => identifier)).size).toBe(attached.length);
      }),
      { numRuns: 500 },
    );
  });
});
