/** 95 % of a normal distribution lie within so many standard deviations. */
const z = 1.959963984540054;

/** Fewer answers than this are shown as few: intervals stand beside them, conclusions should not. */
export const fewBelow = 30;

/** A part of a whole, with the interval in which the true share lies in 95 of 100 cases. */
export interface ShareOf {
  readonly count: number;
  readonly of: number;
  readonly rate: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly isFew: boolean;
}

/**
 * Wilson’s score interval, which holds for few cases and for shares near 0 and 1 too (E. B. Wilson, *Probable Inference,
 * the Law of Succession, and Statistical Inference*, Journal of the American Statistical Association 22, 1927).
 */
export function share(count: number, of: number): ShareOf {
  if (of === 0) return { count, of, rate: null, low: null, high: null, isFew: true };
  const rate = count / of;
  const centre = rate + z ** 2 / (2 * of);
  const spread = z * Math.sqrt((rate * (1 - rate)) / of + z ** 2 / (4 * of ** 2));
  const scale = 1 + z ** 2 / of;
  return {
    count,
    of,
    rate,
    low: count === 0 ? 0 : (centre - spread) / scale,
    high: count === of ? 1 : (centre + spread) / scale,
    isFew: of < fewBelow,
  };
}

/** A mean of so many answers, with its 95 % interval. */
export interface MeanOf {
  readonly count: number;
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly isFew: boolean;
}

/**
 * A mean with Student’s interval (*The Probable Error of a Mean*, Biometrika 6, 1908). One answer alone says nothing of
 * how far others lie from it: then there is no interval.
 * @param deviation the standard deviation of the sample
 */
export function mean(count: number, average: number | null, deviation: number | null): MeanOf {
  const isFew = count < fewBelow;
  if (average === null || deviation === null || count < 2) {
    return { count, mean: average, low: null, high: null, isFew };
  }
  const half = (studentQuantile(count - 1) * deviation) / Math.sqrt(count);
  return { count, mean: average, low: average - half, high: average + half, isFew };
}

/** The two-sided 95 % quantiles of Student’s distribution for one to ten degrees of freedom. */
const exact = [12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281];

/** From eleven degrees on by Cornish and Fisher’s expansion, right to the third decimal place. */
export function studentQuantile(degrees: number): number {
  const known = exact[degrees - 1];
  if (known !== undefined) return known;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / degrees + second / degrees ** 2 + third / degrees ** 3;
}

/** How far two figures go together, with the 95 % interval. */
export interface CorrelationOf {
  readonly count: number;
  readonly r: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly isFew: boolean;
}

/**
 * Pearson’s correlation with Fisher’s interval (R. A. Fisher, *On the ‘Probable Error’ of a Coefficient of Correlation
 * Deduced from a Small Sample*, Metron 1, 1921), which four pairs are the least for.
 */
export function correlation(count: number, r: number | null): CorrelationOf {
  const isFew = count < fewBelow;
  if (r === null || count < 4 || Math.abs(r) >= 1) return { count, r, low: null, high: null, isFew };
  const half = z / Math.sqrt(count - 3);
  return { count, r, low: Math.tanh(Math.atanh(r) - half), high: Math.tanh(Math.atanh(r) + half), isFew };
}
