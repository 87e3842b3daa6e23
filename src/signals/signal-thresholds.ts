import { Refusal } from '../platform/refusal.js';
import { raw, type Sql, sql, workspace } from '../platform/sql.js';

interface Threshold {
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly isWhole: boolean;
}

const whole = (value: number, min: number, max: number): Threshold => ({ value, min, max, isWhole: true });

/** From when on something is a signal, unless the workspace says otherwise. Days are at most those of the window. */
export const signalThresholds = {
  repeatOccasions: whole(3, 2, 50),
  repeatDays: whole(7, 1, 30),
  longWaitSeconds: whole(1_200, 1, 86_400),
  longWaitDays: whole(7, 1, 30),
  callBackMinutes: whole(60, 0, 10_080),
  callBackDays: whole(7, 1, 30),
  storyTold: whole(3, 2, 50),
  selfServiceDays: whole(7, 1, 30),
  negativeTouchpoints: whole(3, 1, 50),
  negativeSentiment: { value: -0.3, min: -1, max: 0, isWhole: false },
} as const satisfies Readonly<Record<string, Threshold>>;

export type SignalThreshold = keyof typeof signalThresholds;
export type SignalThresholds = Readonly<Record<SignalThreshold, number>>;

export const thresholdNames = Object.keys(signalThresholds) as SignalThreshold[];

/** What holds where a workspace changed some. */
export function thresholdsOf(changed: Partial<SignalThresholds>): SignalThresholds {
  return Object.fromEntries(
    thresholdNames.map((name) => [name, changed[name] ?? signalThresholds[name].value]),
  ) as SignalThresholds;
}

/** Refuses a threshold outside of what makes sense. */
export function checkThreshold(name: SignalThreshold, value: number): void {
  const { min, max, isWhole } = signalThresholds[name];
  const field = `input.${name}`;
  if (!(value >= min && value <= max) || (isWhole && !Number.isInteger(value))) {
    throw new Refusal('OUT_OF_RANGE', `${field} is ${min} to ${max}.`, { field, limit: value < min ? min : max });
  }
}

const column = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** One row: each threshold as a column, `longWaitSeconds` as `long_wait_seconds`. */
export const thresholdRow: Sql = sql`
  select ${raw(
    thresholdNames
      .map((name) => {
        const { value, isWhole } = signalThresholds[name];
        return `coalesce((s.thresholds ->> '${name}')::${isWhole ? 'int' : 'numeric'}, ${value}) as ${column(name)}`;
      })
      .join(',\n    '),
  )}
  from (select 1) one
  left join signal_settings s on s.workspace_id = ${workspace}::int`;
