import type { Bound } from '../../platform/sql.js';

/** A value of a rule on its way into SQL: always bound, never text. */
export const bind =
  (value: unknown): Bound =>
  () =>
    value;
