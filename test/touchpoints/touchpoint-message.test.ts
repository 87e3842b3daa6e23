import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  combinedHash,
  fold,
  hashOf,
  messageOf,
  type TouchpointMessage,
  versionOf,
} from '../../src/touchpoints/touchpoint-message.js';

const silent: TouchpointMessage = {
  channel: 0,
  kind: 'call',
  direction: null,
  status: null,
  occurredAt: null,
  endedAt: null,
  durationSeconds: null,
  waitSeconds: null,
  holdSeconds: null,
  handleSeconds: null,
  abandoned: null,
  sentiment: null,
  topic: null,
  language: null,
  agentId: null,
  queue: null,
  outcome: null,
  subject: null,
  summary: null,
  conversation: null,
  issue: null,
  journey: null,
  attributes: {},
};

const orNull = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
const message = fc
  .record({
    direction: orNull(fc.nat(2)),
    status: orNull(fc.nat(4)),
    occurredAt: orNull(fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 })),
    queue: orNull(fc.constantFrom('a', 'b')),
    waitSeconds: orNull(fc.nat(100)),
    attributes: fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.nat(5)),
  })
  .map((said): TouchpointMessage => ({ ...silent, ...said }));

describe('messages about one touchpoint', () => {
  it('tell the same in whatever order they arrive', () => {
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 6 }), fc.infiniteStream(fc.nat()), (messages, keys) => {
        const versioned = messages.map((one, i) => ({ version: i, hash: hashOf(one, []), message: one }));
        const order = versioned.map((one) => ({ one, key: keys.next().value as number }));
        const shuffled = order.sort((a, b) => a.key - b.key).map(({ one }) => one);
        expect(fold(shuffled, 5)).toEqual(fold(versioned, 5));
      }),
    );
  });

  it('tell the same when the first one is read back from the row that it made', () => {
    fc.assert(
      fc.property(message, message, fc.boolean(), (first, second, isLater) => {
        const folded = fold([{ version: 1, hash: '1', message: first }], 7);
        const readBack = messageOf({
          ...silent,
          ...folded,
          occurred_at: new Date(folded.occurredAt).toISOString(),
          recorded_at: '',
          ended_at: null,
          duration_seconds: null,
          wait_seconds: folded.waitSeconds,
          hold_seconds: null,
          handle_seconds: null,
          is_abandoned: null,
          agent_id: null,
          issue_id: null,
          journey_id: null,
          source: 's',
          identifiers_seen: [],
        });
        const other = { version: isLater ? 2 : 0, hash: '2', message: second };
        expect(fold([{ version: 1, hash: '1', message: readBack }, other], 7)).toEqual(
          fold([{ version: 1, hash: '1', message: first }, other], 7),
        );
      }),
    );
  });

  it('are the same message when only the order of their keys differs', () => {
    const one = { ...silent, attributes: { a: 1, b: { c: 2, d: 3 } } };
    const other = { ...silent, attributes: { b: { d: 3, c: 2 }, a: 1 } };
    expect(hashOf(one, [])).toBe(hashOf(other, []));
    expect(hashOf(one, [])).not.toBe(hashOf({ ...one, queue: 'x' }, []));
  });

  it('keep the hash that is stored of them', () => {
    const attributes = { b: [1, { d: 2, c: 'é' }], a: null, 10: 'x', 9: 'y' };
    const seen = [{ type: 'phone', value: '+1', status: 'LINKED' as const, reason: null }];
    expect(hashOf({ ...silent, attributes }, seen)).toBe('6368389297863200594');
  });

  it('are placed by the sender’s count, else its clock, else the stage of life', () => {
    const active = { ...silent, status: 1, occurredAt: 100 };
    const completed = { ...silent, status: 2, occurredAt: 100 };
    expect(versionOf(completed, null, null)).toBeGreaterThan(versionOf(active, null, null));
    expect(versionOf(active, null, 101)).toBeGreaterThan(versionOf(completed, null, 100));
    expect(versionOf(active, 2, 50)).toBeGreaterThan(versionOf(completed, 1, 100));
  });

  it('have a hash together that does not depend on their order', () => {
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 5 }), (messages) => {
        const hashes = messages.map((one) => hashOf(one, []));
        expect(combinedHash([...hashes].reverse())).toBe(combinedHash(hashes));
        expect(BigInt.asIntN(64, BigInt(combinedHash(hashes)))).toBe(BigInt(combinedHash(hashes)));
      }),
    );
  });
});
