import { Refusal } from '../platform/refusal.js';
import { raw, type Sql, sql, workspace } from '../platform/sql.js';

interface Threshold {
  readonly value: number;
  readonly min: number;
  readonly max: number;
}

const whole = (value: number, min: number, max: number): Threshold => ({ value, min, max });

/** Figures that rules of treatment go by, unless the workspace says otherwise. All are whole numbers. */
export const treatmentThresholds = {
  observedDays: whole(90, 1, 365),
  observedContacts: whole(3, 1, 50),
} as const satisfies Readonly<Record<string, Threshold>>;

export type TreatmentThreshold = keyof typeof treatmentThresholds;
export const treatmentThresholdNames = Object.keys(treatmentThresholds) as TreatmentThreshold[];

/** How a workspace treats its customers. */
export interface Treatment extends Readonly<Record<TreatmentThreshold, number>> {
  /** The time zone of customers of whom none is known. */
  readonly timeZone: string;
}

const timeZone = 'UTC';

/** What holds where a workspace changed some. */
export function treatmentOf(changed: Partial<Treatment>): Treatment {
  const thresholds = treatmentThresholdNames.map((name) => [name, changed[name] ?? treatmentThresholds[name].value]);
  return { timeZone: changed.timeZone ?? timeZone, ...Object.fromEntries(thresholds) } as Treatment;
}

/** Refuses a threshold outside of what makes sense. */
export function checkTreatmentThreshold(name: TreatmentThreshold, value: number): void {
  const { min, max } = treatmentThresholds[name];
  const field = `input.${name}`;
  if (value >= min && value <= max) return;
  throw new Refusal('OUT_OF_RANGE', `${field} is ${min} to ${max}.`, { field, limit: value < min ? min : max });
}

const column = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** One row: each threshold as a column, `observedDays` as `observed_days`, and `time_zone`. */
export const treatmentRow: Sql = sql`
  select coalesce(s.settings ->> 'timeZone', '${raw(timeZone)}') as time_zone, ${raw(
    treatmentThresholdNames
      .map((name) => `coalesce((s.settings ->> '${name}')::int, ${treatmentThresholds[name].value}) as ${column(name)}`)
      .join(',\n    '),
  )}
  from (select 1) one
  left join treatment_settings s on s.workspace_id = ${workspace}::int`;
