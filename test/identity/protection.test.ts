import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultIdentifierTypes } from '../../src/identity/identifier-type.js';
import { hourMs, type Item, type Known, receivedAt, resolve, types, typesWith } from './resolving.js';

const minutes = (n: number) => receivedAt + n * 60_000;
const numbered = (type: string, count: number, from = 1) =>
  Array.from({ length: count }, (_, n) => `${type}:${from + n}`);

describe('the limit of each type', () => {
  it.each(
    defaultIdentifierTypes
      .filter((type) => type.overflow === 'demote' && !type.isUnique)
      .map((type) => [type.name, type.limitPerCustomer] as const),
  )('%s keeps the first %i of a customer, and says of the next that it was left out', (type, limit) => {
    const known = [{ id: 1, identifiers: ['user_id:u', ...numbered(type, limit)] }];
    const { results, attached } = resolve(known, [['user_id:u', `${type}:next`]]);
    expect(results[0]).toMatchObject({ profile: 1, demoted: [`${type}:next LIMIT ${type}`] });
    expect(attached).toEqual([]);
  });

  it.each(['user_id', 'crm_id'])('%s is one for ever: two values are two customers', (type) => {
    const known = [
      { id: 1, identifiers: [`${type}:a`] },
      { id: 2, identifiers: [`${type}:b`] },
    ];
    const { merges, results } = resolve(known, [[`${type}:a`, `${type}:b`]]);
    expect(merges).toEqual([]);
    expect(results[0]?.demoted).toEqual([`${type}:b LIMIT ${type}`]);
  });

  it('of a window counts only what was seen first within it', () => {
    const using = typesWith({ email: { windowDays: 30 } });
    const emails = numbered('email', 5);
    const dayMs = 24 * hourMs;
    const old = Object.fromEntries(emails.map((name) => [name, receivedAt - 31 * dayMs]));
    const recent = Object.fromEntries(emails.map((name) => [name, receivedAt - 29 * dayMs]));
    const known = (seen: Record<string, number>) => [{ id: 1, identifiers: ['user_id:u', ...emails], seen }];
    expect(resolve(known(old), [['user_id:u', 'email:6']], using).results[0]?.demoted).toEqual([]);
    expect(resolve(known(recent), [['user_id:u', 'email:6']], using).results[0]?.demoted).toEqual([
      'email:6 LIMIT email',
    ]);
  });
});

describe('the oldest cookie goes', () => {
  const cookies = numbered('anonymous_id', 100);
  const seen = Object.fromEntries(cookies.map((name, n) => [name, receivedAt - (1_000 - n) * hourMs]));
  const full = { id: 1, identifiers: ['user_id:u', ...cookies], seen };

  it('when a customer has a hundred and one comes, and the touchpoint says that room was made', () => {
    const { results, events, changed, guards } = resolve([full], [['user_id:u', 'anonymous_id:new']]);
    expect(results[0]).toMatchObject({ profile: 1, demoted: [], noted: ['anonymous_id:new OLDEST_OUT'] });
    expect(events).toEqual(['anonymous_id:1 DETACHED OLDEST_OUT']);
    expect(changed.get('anonymous_id:1')).toMatchObject({ isDetached: true, profile: 1 });
    expect(guards).toHaveLength(1);
  });

  it('unless the one that comes is older than all of them: then it is the one left out', () => {
    const item = { identifiers: ['user_id:u', 'anonymous_id:late'], at: receivedAt - 2_000 * hourMs };
    const { results, events } = resolve([full], [item]);
    expect(results[0]?.demoted).toEqual(['anonymous_id:late LIMIT anonymous_id']);
    expect(events).toEqual([]);
  });

  it('by when it was seen last, also when that was in the same batch', () => {
    const { events } = resolve(
      [full],
      [
        ['anonymous_id:1', 'user_id:u'],
        ['user_id:u', 'anonymous_id:new'],
      ],
    );
    expect(events).toEqual(['anonymous_id:2 DETACHED OLDEST_OUT']);
  });

  it('of both customers, when a merge makes one of two', () => {
    const half = (id: number, from: number): Known => {
      const mine = numbered('anonymous_id', 60, from);
      return {
        id,
        identifiers: [`email:${id}`, ...mine],
        seen: Object.fromEntries(mine.map((name, n) => [name, minutes(n * 2 + id)])),
      };
    };
    const { merges, events } = resolve([half(1, 1), half(2, 101)], [['email:1', 'email:2']]);
    expect(merges).toEqual([[1, 2]]);
    expect(events).toHaveLength(20);
    expect(events.filter((event) => /^anonymous_id:1[01]\d /.test(event))).toHaveLength(10);
  });

  it('and names nobody any more, until it is seen again: then it belongs to whoever it comes with', () => {
    const known = [
      { id: 1, identifiers: ['user_id:u', 'anonymous_id:gone'], marks: { 'anonymous_id:gone': { isDetached: true } } },
      { id: 2, identifiers: ['user_id:v'] },
    ];
    expect(resolve(known, [['anonymous_id:gone']]).customers).toEqual([1_000]);
    const again = resolve(known, [['anonymous_id:gone', 'user_id:v']]);
    expect(again.customers).toEqual([2]);
    expect(again.changed.get('anonymous_id:gone')).toMatchObject({ isDetached: false, profile: 2 });
    expect(again.events).toEqual(['anonymous_id:gone ATTACHED_AGAIN it was named again']);
  });

  it('and comes back in the same batch as somebody else’s', () => {
    const { events, changed, customers } = resolve(
      [full],
      [
        ['user_id:u', 'anonymous_id:new'],
        ['anonymous_id:1', 'user_id:other'],
      ],
    );
    expect(events.map((event) => event.split(' ')[1])).toEqual(['DETACHED', 'ATTACHED_AGAIN']);
    expect(changed.get('anonymous_id:1')).toMatchObject({ isDetached: false, profile: customers[1] });
  });

  it('for any history: a customer has at most its limit, and they are the ones seen last', () => {
    const using = typesWith({ anonymous_id: { limitPerCustomer: 3 } });
    const sighting = fc.record({ cookie: fc.nat(12), at: fc.integer({ min: 0, max: 500 }) });
    fc.assert(
      fc.property(fc.uniqueArray(sighting, { maxLength: 40, selector: (one) => one.at }), (sightings) => {
        const items = sightings.map(
          ({ cookie, at }): Item => ({
            identifiers: ['user_id:u', `anonymous_id:${cookie}`],
            at: minutes(at),
          }),
        );
        const { inserted } = resolve([], items, using);
        const held = [...inserted.values()].filter((row) => row.type.name === 'anonymous_id' && !row.isDetached);
        expect(held.length).toBeLessThanOrEqual(3);
        // In the order of their times, the last three are exactly those that are left.
        const sorted = [...items].sort((a, b) => (a.at as number) - (b.at as number));
        const inOrder = [...resolve([], sorted, using).inserted.values()].filter(
          (row) => row.type.name === 'anonymous_id' && !row.isDetached,
        );
        const latest = [...new Set([...sorted].reverse().map((item) => item.identifiers[1]))].slice(0, 3);
        expect(inOrder.map((row) => `anonymous_id:${row.value}`).sort()).toEqual(latest.sort());
      }),
      { numRuns: 300 },
    );
  });
});

describe('a device that the last user has', () => {
  const using = typesWith({ device_id: { overflow: 'last_wins' } });
  const known = [
    { id: 1, identifiers: ['user_id:a', 'device_id:d'] },
    { id: 2, identifiers: ['user_id:b'] },
  ];

  it('moves to whoever used it later, and then names that one', () => {
    const { results, customers, events, guards } = resolve(
      known,
      [['user_id:b', 'device_id:d'], ['device_id:d']],
      using,
    );
    expect(results[0]).toMatchObject({ profile: 2, demoted: [], noted: ['device_id:d MOVED'] });
    expect(customers).toEqual([2, 2]);
    expect(events).toEqual(['device_id:d MOVED LIMIT user_id']);
    expect(guards.map((guard) => guard.id)).toEqual([1, 2]);
  });

  it('stays where it is when the touchpoint is older than its last use', () => {
    const late = { identifiers: ['user_id:b', 'device_id:d'], at: receivedAt - 2 * hourMs };
    const { results, customers } = resolve(known, [late, ['device_id:d']], using);
    expect(results[0]?.demoted).toEqual(['device_id:d LIMIT user_id']);
    expect(customers).toEqual([2, 1]);
  });

  it('stays with the first one where the rule is another', () => {
    expect(resolve(known, [['user_id:b', 'device_id:d'], ['device_id:d']]).customers).toEqual([2, 1]);
  });
});

describe('an anonymous visitor who names what he has not proved', () => {
  const known = [
    { id: 1, identifiers: ['email:a', 'anonymous_id:a'] },
    { id: 2, identifiers: ['email:b', 'device_id:b'] },
    { id: 3, identifiers: ['phone:c'] },
    { id: 4, identifiers: ['anonymous_id:nobody'] },
  ];
  const outcome = (item: readonly string[] | Item) => {
    const { merges, results, claims, customers } = resolve(known, [item]);
    return { merges, demoted: results[0]?.demoted, claims, customer: customers[0] };
  };

  it('joins no two identified customers: the cookie is left out, and a suggestion is kept', () => {
    expect(outcome(['anonymous_id:a', 'email:b'])).toEqual({
      merges: [],
      demoted: ['anonymous_id:a UNVERIFIED'],
      claims: [[1, 2]],
      customer: 2,
    });
  });

  it('joins them when the customer proved the identifier', () => {
    const proven = { identifiers: ['anonymous_id:a', 'email:b'], verified: ['email:b'] };
    expect(outcome(proven)).toMatchObject({ merges: [[1, 2]], demoted: [], claims: [] });
  });

  it('joins nobody by two devices', () => {
    expect(outcome(['anonymous_id:a', 'device_id:b'])).toMatchObject({
      merges: [],
      demoted: ['anonymous_id:a UNVERIFIED'],
    });
  });

  it('joins nobody by naming an e-mail and a telephone of two', () => {
    expect(outcome(['email:a', 'phone:c', 'anonymous_id:new'])).toMatchObject({
      merges: [],
      demoted: ['phone:c UNVERIFIED'],
      claims: [[1, 3]],
      customer: 1,
    });
  });

  it('brings in by one proof only what he holds, not what he merely says', () => {
    const said = { identifiers: ['email:a', 'phone:c', 'anonymous_id:new'], verified: ['phone:c'] };
    expect(outcome(said)).toMatchObject({ merges: [], demoted: ['phone:c UNVERIFIED'] });
    const held = { identifiers: ['email:a', 'phone:c', 'anonymous_id:a'], verified: ['phone:c'] };
    expect(outcome(held)).toMatchObject({ merges: [[1, 3]], demoted: [] });
  });

  it('becomes the customer that he names, when nobody knew who he was', () => {
    expect(outcome(['anonymous_id:nobody', 'email:b'])).toMatchObject({ merges: [[2, 4]], demoted: [] });
  });

  it('is one by what the item names, also when it tells more of a touchpoint that is stored', () => {
    const later = { identifiers: ['email:b', 'anonymous_id:a'], fixedProfile: 1 };
    expect(outcome(later)).toMatchObject({ merges: [], demoted: ['email:b UNVERIFIED'], customer: 1 });
  });

  it('is not at work where a colleague or a system names both', () => {
    expect(outcome(['email:a', 'phone:c'])).toMatchObject({ merges: [[1, 3]], demoted: [] });
  });
});

describe('verification', () => {
  it('only rises', () => {
    const known = [{ id: 1, identifiers: ['email:a'], marks: { 'email:a': { isVerified: true } } }];
    expect(resolve(known, [['email:a']]).changed.size).toBe(0);
    const claimed = [{ id: 1, identifiers: ['email:a'] }];
    const raised = resolve(claimed, [{ identifiers: ['email:a'], verified: ['email:a'] }, ['email:a']]);
    expect(raised.changed.get('email:a')).toMatchObject({ isVerified: true });
  });

  it('does not rise where the identifier was left out', () => {
    const known = [{ id: 1, identifiers: ['user_id:a', 'email:a'] }];
    const item = { identifiers: ['user_id:b', 'email:a'], verified: ['email:a', 'user_id:b'] };
    expect(resolve(known, [item]).changed.get('email:a')).toMatchObject({ isVerified: false });
  });
});

describe('quarantine', () => {
  const strangers = (count: number) => numbered('user_id', count).map((user) => [user, 'device_id:kiosk']);
  const kiosk = {
    id: 1,
    identifiers: ['user_id:first', 'device_id:kiosk'],
    marks: { 'device_id:kiosk': { isSharingDecided: true } },
  };

  it('falls on an identifier that tried to join more than ten different unique ids', () => {
    const ten = resolve([kiosk], strangers(10));
    expect(ten.changed.get('device_id:kiosk')).toMatchObject({ isQuarantined: false });
    const eleven = resolve([kiosk], strangers(11));
    expect(eleven.changed.get('device_id:kiosk')).toMatchObject({ isQuarantined: true });
    expect(eleven.events).toEqual(['device_id:kiosk QUARANTINED it tried to join 11 different unique ids']);
  });

  it('does not fall on one that tried the same again and again', () => {
    const again = Array.from({ length: 30 }, () => ['user_id:2', 'device_id:kiosk']);
    expect(resolve([kiosk], again).changed.get('device_id:kiosk')).toMatchObject({ isQuarantined: false });
  });

  it('counts on from what earlier batches saw', () => {
    const before = resolve([kiosk], strangers(8)).changed.get('device_id:kiosk');
    const marks = { 'device_id:kiosk': { rivals: before?.rivals, isSharingDecided: true } };
    const after = resolve([{ ...kiosk, marks }], strangers(11));
    expect(after.changed.get('device_id:kiosk')).toMatchObject({ isQuarantined: true });
  });

  it('lets the identifier pull nobody in, not even somebody new', () => {
    const quarantined = { ...kiosk, quarantined: ['device_id:kiosk'] };
    const { results, customers } = resolve([quarantined], [['device_id:kiosk', 'email:new'], ['device_id:kiosk']]);
    expect(results[0]?.demoted).toEqual(['device_id:kiosk QUARANTINED']);
    expect(customers).toEqual([1_000, 1]);
    expect(results[1]?.noted).toEqual(['device_id:kiosk QUARANTINED']);
  });
});

describe('a brake', () => {
  it('at a thousand identifiers attaches nothing, still resolves, and raises an alarm once a day', () => {
    const known = (brakedAt?: number) => [
      { id: 1, identifiers: ['user_id:u'], more: { slack: 5, other: 994 }, brakedAt },
    ];
    const { results, brakes, guards } = resolve(known(), [
      ['user_id:u', 'x:1'],
      ['user_id:u', 'x:2'],
    ]);
    expect(results.map((one) => [one.profile, one.demoted[0]])).toEqual([
      [1, 'x:1 TOO_MANY_IDENTIFIERS'],
      [1, 'x:2 TOO_MANY_IDENTIFIERS'],
    ]);
    expect(brakes).toEqual([[1, 'TOO_MANY_IDENTIFIERS']]);
    expect(guards).toEqual([{ id: 1, version: 1, customer: 1, merges: 0, isBraked: true }]);
    expect(resolve(known(receivedAt - hourMs), [['user_id:u', 'x:1']]).brakes).toEqual([]);
    expect(resolve(known(receivedAt - 25 * hourMs), [['user_id:u', 'x:1']]).brakes).toHaveLength(1);
  });

  it('at a hundred merges merges nothing, still resolves, and raises an alarm', () => {
    const known = [
      { id: 1, identifiers: ['email:1'], merges: 100 },
      { id: 2, identifiers: ['phone:2'] },
    ];
    const { merges, customers, brakes } = resolve(known, [['email:1', 'phone:2'], ['phone:2']]);
    expect(merges).toEqual([]);
    expect(customers).toEqual([1, 2]);
    expect(brakes).toEqual([[1, 'TOO_MANY_MERGES']]);
  });
});

describe('an identifier that strangers share', () => {
  it('keeps its first owner and pulls nobody in: each stranger is a customer by its own identifiers', () => {
    const items = numbered('user_id', 30).map((user) => [user, 'email:desk']);
    const { customers, merges } = resolve([], items);
    expect(new Set(customers).size).toBe(30);
    expect(merges).toEqual([]);
    expect(resolve([], [...items, ['email:desk']]).customers.at(-1)).toBe(customers[0]);
  });

  it('lets strangers without a unique id become customers too, once three found its customer full', () => {
    const items = numbered('phone', 12).map((phone) => ['email:desk', phone]);
    const { customers, results, events, inserted } = resolve([], items);
    expect(new Set(customers.slice(0, 8))).toEqual(new Set([customers[0]]));
    expect(results.slice(5, 8).map((one) => one.demoted[0])).toEqual([6, 7, 8].map((n) => `phone:${n} LIMIT phone`));
    expect(events).toEqual(['email:desk SHARED 3 different ones use it']);
    expect(inserted.get('email:desk')).toMatchObject({ isShared: true });
    expect(results.slice(8).map((one) => one.demoted[0])).toEqual(Array(4).fill('email:desk SHARED'));
    expect(new Set(customers.slice(8)).size).toBe(4);
  });

  it('is a unique one never: its owner merely has many', () => {
    const items = numbered('email', 12).map((email) => ['user_id:u', email]);
    expect(resolve([], items).events).toEqual([]);
  });

  it('is not found shared where a person said that it is not', () => {
    const known = [
      { id: 1, identifiers: ['user_id:a', 'phone:home'], marks: { 'phone:home': { isSharingDecided: true } } },
    ];
    const items = numbered('user_id', 5).map((user) => [user, 'phone:home']);
    expect(resolve(known, items).changed.get('phone:home')).toMatchObject({ isShared: false });
  });

  it('tells who else uses it, and who used it first', () => {
    const known = [{ id: 1, identifiers: ['user_id:a', 'phone:home'] }];
    const { uses } = resolve(known, [
      ['user_id:b', 'phone:home'],
      ['user_id:b', 'phone:home'],
      ['user_id:a', 'phone:home'],
    ]);
    expect(uses).toEqual([
      ['phone:home', 1, 2],
      ['phone:home', 1_000, 2],
    ]);
  });

  it('is innocent where another identifier of the touchpoint leads to its owner too', () => {
    const known = [{ id: 1, identifiers: ['user_id:a', 'phone:home'], marks: { 'phone:home': { isShared: true } } }];
    const { results, attached } = resolve(known, [['user_id:a', 'phone:home', 'email:new']]);
    expect(results[0]).toMatchObject({ profile: 1, demoted: [], noted: ['phone:home SHARED'] });
    expect(attached).toEqual([['email:new', 1]]);
  });
});

describe('protection as a whole', () => {
  it('holds for any history: no limit is passed, nobody is lost, and what is unique stays apart', () => {
    const name = fc
      .tuple(fc.constantFrom('user_id', 'email', 'phone', 'device_id', 'anonymous_id'), fc.nat(20))
      .map(([type, n]) => `${type}:${n}`);
    const item = fc.record({
      identifiers: fc.uniqueArray(name, { minLength: 1, maxLength: 4 }),
      at: fc.nat(1_000).map(minutes),
    });
    const using = typesWith({
      email: { limitPerCustomer: 2 },
      device_id: { limitPerCustomer: 2, overflow: 'last_wins' },
      anonymous_id: { limitPerCustomer: 2 },
    });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 60 }), (items) => {
        const { results, customers, inserted } = resolve([], items, using);
        expect(customers.every((customer) => customer !== null)).toBe(true);
        const customerOf = new Map(results.map((result, i) => [result.profile, customers[i]]));
        const counts = new Map<string, number>();
        for (const row of inserted.values()) {
          if (row.isDetached) continue;
          const key = `${customerOf.get(row.profile)} ${row.type.name}`;
          counts.set(key, (counts.get(key) ?? 0) + 1);
          expect(counts.get(key), key).toBeLessThanOrEqual(using.get(row.type.name)?.limitPerCustomer as number);
        }
      }),
      { numRuns: 500 },
    );
    expect(types.get('device_id')?.overflow).toBe('demote');
  });
});
