import { describe, expect, it } from 'vitest';
import type { Hour } from '../../console/src/today/documents.js';
import { linePaths } from '../../console/src/today/line-paths.js';
import { channelLines, deviationOf, figuresOf, growingTopics } from '../../console/src/today/usual.js';

/** What came in on a channel in an hour of some day. */
const hour = (key: string, at: number, touchpoints: number, more: Partial<Hour> = {}): Hour => ({
  key,
  bucketAt: new Date(2026, 0, 6, at).toISOString(),
  touchpoints,
  contacts: touchpoints,
  abandonment: { count: 0, of: touchpoints },
  wait: { count: 0, average: null },
  sentiment: { count: 0, mean: null },
  ...more,
});

describe('today against what is usual', () => {
  it('is told by channel, the most together first, with what had come in by now on the days before', () => {
    const lines = channelLines(
      [hour('WEB', 8, 10), hour('CALL', 9, 4)],
      [[hour('WEB', 8, 6), hour('WEB', 10, 8)], [hour('WEB', 8, 8)], []],
      10.5,
    );
    expect(lines.map(({ channel }) => channel)).toEqual(['CALL', 'WEB']);
    expect(lines[1]?.total).toBe(10);
    // Half of the hour that is not over; the day on which nothing at all came in tells nothing.
    expect(lines[1]?.usualTotal).toEqual({ least: 8, most: 10 });
    expect(lines[1]?.usual?.[10]).toEqual({ least: 0, most: 8 });
    expect(lines[0]?.usualTotal).toEqual({ least: 0, most: 0 });
  });

  it('has no usual where no earlier day tells', () => {
    const [line] = channelLines([hour('WEB', 8, 10)], [[], []], 10);
    expect(line?.usual).toBeNull();
    expect(deviationOf(10, line?.usualTotal ?? null)).toBeNull();
  });

  it('is out of the ordinary outside of its range only', () => {
    expect(deviationOf(15, { least: 8, most: 12 })).toEqual({ part: 0.5, isOut: true });
    expect(deviationOf(12, { least: 8, most: 12 })?.isOut).toBe(false);
  });

  it('weighs means by how many they are of, and counts only hours of the days before that are over by now', () => {
    const figures = figuresOf(
      [
        hour('CALL', 8, 3, { wait: { count: 3, average: 100 }, abandonment: { count: 1, of: 2 } }),
        hour('CHAT', 9, 1, { wait: { count: 1, average: 20 }, sentiment: { count: 2, mean: -0.5 } }),
      ],
      [
        [
          hour('CALL', 8, 2, { wait: { count: 1, average: 50 } }),
          hour('CALL', 20, 9, { wait: { count: 9, average: 900 } }),
        ],
      ],
      10,
    );
    expect(figures.contacts).toEqual({ value: 4, usual: { least: 2, most: 2 } });
    expect(figures.wait).toEqual({ value: 80, usual: { least: 50, most: 50 } });
    expect(figures.abandonment.value).toBeCloseTo(1 / 3);
    expect(figures.mood).toEqual({ value: -0.5, usual: null });
  });

  it('names topics that grew, what is new first, and none for a handful or for the rest', () => {
    const of = (key: string | null, contacts: number, isRest = false) => ({ key, contacts, isRest });
    const grown = growingTopics(
      [of('refund', 10), of('parcel', 8), of('voucher', 5), of('rare', 2), of(null, 50), of(null, 90, true)],
      [of('refund', 14), of('parcel', 70)],
      7,
    );
    expect(grown).toEqual([
      { topic: 'voucher', contacts: 5, times: null },
      { topic: 'refund', contacts: 10, times: 5 },
    ]);
  });

  it('is drawn up to now, within its box', () => {
    const [line] = channelLines([hour('WEB', 0, 10), hour('WEB', 9, 100)], [[hour('WEB', 12, 300)]], 9.1);
    if (!line) throw new Error('There is a line.');
    const { path, band, end } = linePaths(line, 9.1);
    const numbers = `${path}${band}`.match(/-?[\d.]+/g)?.map(Number) ?? [];
    expect(Math.max(...numbers)).toBeLessThanOrEqual(240);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(end.x).toBeCloseTo(91);
    expect(end.y).toBeLessThanOrEqual(40);
  });
});
