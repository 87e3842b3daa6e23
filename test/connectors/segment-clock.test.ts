import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checked, now } from './checked-message.js';

describe('the clock of a message', () => {
  const page = (more: object) => ({ type: 'page', userId: 'u', messageId: 'm', ...more });
  const at = (message: object) => checked(message).touchpoint?.occurredAt;
  const iso = (time: number) => new Date(time).toISOString();
  const hour = 3_600_000;

  it('is mended by sentAt, also when it is a year ahead', () => {
    for (const wrong of [-400 * 24 * hour, -2 * hour, 2 * hour, 400 * 24 * hour]) {
      const message = page({ timestamp: iso(now - hour + wrong), sentAt: iso(now + wrong) });
      expect(at(message)).toBe(now - hour);
    }
  });

  it('is read from originalTimestamp where there is no timestamp', () => {
    expect(at(page({ originalTimestamp: iso(now - hour) }))).toBe(now - hour);
    expect(at(page({ timestamp: 'soon', originalTimestamp: iso(now - hour) }))).toBe(now - hour);
  });

  it.each([
    [{}, 'MISSING'],
    [{ timestamp: 1_764_000_000 }, 'INVALID'],
    [{ timestamp: '2026-02-31T10:00:00Z' }, 'INVALID'],
    [{ timestamp: '9999-12-31T23:59:59Z' }, 'OUT_OF_RANGE'],
    [{ timestamp: '0000-01-01T00:00:00+14:00' }, 'OUT_OF_RANGE'],
    [{ timestamp: '2026-11-24T11:00:00Z', sentAt: '1970-01-01T00:00:00Z' }, 'OUT_OF_RANGE'],
  ])('%j leaves the time of receipt, and says so', (more, reason) => {
    const item = checked(page(more));
    expect(item.touchpoint?.occurredAt).toBeNull();
    expect(item.touchpoint?.attributes).toMatchObject({ clock: { reason } });
  });

  it('does not change what a message says when it is sent again later', () => {
    const first = checked(page({ timestamp: iso(now - hour), sentAt: iso(now) }));
    const again = checked(page({ timestamp: iso(now - hour), sentAt: iso(now + 2 * hour) }), now + 3 * hour);
    expect([again.id, again.hash]).toEqual([first.id, first.hash]);
  });

  it('no clock, however wrong, costs a message', () => {
    const anyTime = fc.oneof(
      fc
        .date({ noInvalidDate: true, min: new Date('0000-01-01'), max: new Date('9999-12-31') })
        .map((date) => date.toISOString()),
      fc.integer({ min: -3 * 86_400_000, max: 3 * 86_400_000 }).map((ms) => new Date(now + ms).toISOString()),
      fc.string({ unit: 'binary' }),
      fc.jsonValue(),
      fc.constantFrom(undefined, null, '0000-01-01T00:00:00+14:00', '9999-12-31T23:59:59-12:00', '\ud800', '\0'),
    );
    fc.assert(
      fc.property(anyTime, anyTime, anyTime, (timestamp, originalTimestamp, sentAt) => {
        expect(checked({ type: 'page', userId: 'u', timestamp, originalTimestamp, sentAt }).touchpoint).not.toBeNull();
        expect(checked({ type: 'identify', userId: 'u', timestamp, originalTimestamp, sentAt }).touchpoint).toBeNull();
      }),
      { numRuns: 2_000 },
    );
  });
});
