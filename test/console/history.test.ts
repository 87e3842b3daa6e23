import { describe, expect, it } from 'vitest';
import { type Loaded, withNewestPage, withTold } from '../../console/src/customer/merge-history.js';

interface One {
  readonly id: string;
  readonly occurredAt: string;
  readonly word?: string;
}

const one = (minute: number, word?: string): One => ({
  id: `t${minute}`,
  occurredAt: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
  ...(word ? { word } : {}),
});
const loaded = (minutes: readonly number[], hasMore = true): Loaded<One> => ({
  touchpoints: minutes.map((minute) => one(minute)),
  after: `after-${minutes.at(-1)}`,
  hasMore,
});
const idsOf = ({ touchpoints }: Loaded<One>) => touchpoints.map(({ id }) => id);

describe('a history that is loaded again while it is looked at', () => {
  it('keeps the older pages that were loaded, and goes on after them', () => {
    const merged = withNewestPage(loaded([5, 4, 3, 2, 1]), loaded([6, 5, 4]));
    expect(idsOf(merged)).toEqual(['t6', 't5', 't4', 't3', 't2', 't1']);
    expect(merged.after).toBe('after-1');
  });

  it('loses what is gone from the newest page', () => {
    expect(idsOf(withNewestPage(loaded([5, 4, 3, 2, 1]), loaded([5, 3, 2])))).toEqual(['t5', 't3', 't2', 't1']);
  });

  it('begins anew where it cannot know what lies between', () => {
    expect(withNewestPage(loaded([3, 2, 1]), loaded([9, 8, 7]))).toEqual(loaded([9, 8, 7]));
    expect(withNewestPage(loaded([3, 2, 1]), loaded([3], false))).toEqual(loaded([3], false));
  });

  it('puts what was told of where it belongs, once', () => {
    const merged = withTold(loaded([5, 3, 1]), [one(4), one(3, 'ended'), one(6), one(4)]);
    expect(idsOf(merged)).toEqual(['t6', 't5', 't4', 't3', 't1']);
    expect(merged.touchpoints[3]?.word).toBe('ended');
  });

  it('leaves out what is older than what was loaded: its page will bring it', () => {
    expect(idsOf(withTold(loaded([5, 3]), [one(1)]))).toEqual(['t5', 't3']);
    expect(idsOf(withTold(loaded([5, 3], false), [one(1)]))).toEqual(['t5', 't3', 't1']);
  });
});
