import { expect, test } from 'vitest';
import { correlation, mean, share, studentQuantile } from '../../src/analytics/confidence.js';

test.each([
  // From the tables of R. G. Newcombe, Two-sided confidence intervals for the single proportion, 1998.
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])('a share of %i of %i has the interval that is published for it', (count, of, low, high) => {
  const found = share(count, of);
  expect(found.low).toBeCloseTo(low, 4);
  expect(found.high).toBeCloseTo(high, 4);
  expect(found.isFew).toBe(of < 30);
});

test('means and correlations of few have wide intervals, and of next to nothing none', () => {
  expect(studentQuantile(9)).toBeCloseTo(2.2622, 4);
  expect(studentQuantile(30)).toBeCloseTo(2.0423, 3);
  expect(mean(1, 5, null)).toEqual({ count: 1, mean: 5, low: null, high: null, isFew: true });
  expect(mean(4, 5, 2).low).toBeCloseTo(5 - 3.1824, 4);
  expect(correlation(3, 0.5)).toMatchObject({ low: null, high: null });
  // Fisher’s transformation: 0.5 of 28 pairs lies between 0.156 and 0.736.
  expect(correlation(28, 0.5).low).toBeCloseTo(0.1559, 3);
  expect(correlation(28, 0.5).high).toBeCloseTo(0.7357, 3);
});
