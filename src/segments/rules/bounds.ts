import { z } from 'zod';
import { limits } from '../../platform/limits.js';

/** How many there must be: at least, at most, or both. */
export interface Bounds {
  readonly atLeast?: number | undefined;
  readonly atMost?: number | undefined;
}

const count = z
  .number()
  .int('must be a whole number')
  .min(0, 'must not be negative')
  .max(limits.countPerConditionMax, `must be at most ${limits.countPerConditionMax}`);

const countBounds = { atLeast: count.optional(), atMost: count.optional() };

export const hasBound = (value: Bounds) => value.atLeast !== undefined || value.atMost !== undefined;
export const agrees = (value: Bounds) =>
  value.atLeast === undefined || value.atMost === undefined || value.atLeast <= value.atMost;
export const contradiction = { path: ['atMost'], error: 'must not be less than atLeast' };
export const boundless = (what: string) => ({
  path: ['atLeast'],
  error: `or atMost is required: ${what} needs a bound`,
});

const canFail = (value: Bounds) => value.atMost !== undefined || value.atLeast !== 0;
const vacuous = { path: ['atLeast'], error: 'must be at least 1: every customer has 0 or more' };

/** A condition that counts what its one word describes. */
export function counted<T extends z.ZodRawShape>(shape: T) {
  return z
    .strictObject({ ...shape, ...countBounds })
    .refine((value) => hasBound(value as Bounds), boundless('a count'))
    .refine((value) => agrees(value as Bounds), contradiction)
    .refine((value) => canFail(value as Bounds), vacuous);
}

/** The number that decides: more need not be counted. */
export function enoughOf({ atLeast = 0, atMost }: Bounds): number {
  return atMost === undefined ? atLeast : atMost + 1;
}
