import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { raw, type Sql, sql, workspace } from '../platform/sql.js';
import { requireText } from '../platform/text-input.js';

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
  highPoints: whole(20, 1, 1_000),
  urgentPoints: whole(50, 1, 1_000),
  markPoints: whole(40, 0, 1_000),
  breachPoints: whole(30, 0, 1_000),
  criticalPoints: whole(20, 0, 1_000),
  warningPoints: whole(10, 0, 1_000),
  agentDays: whole(90, 1, 365),
  goodSentimentPercent: whole(30, 1, 100),
  goodScorePercent: whole(75, 51, 100),
} as const satisfies Readonly<Record<string, Threshold>>;

export type TreatmentThreshold = keyof typeof treatmentThresholds;
export const treatmentThresholdNames = Object.keys(treatmentThresholds) as TreatmentThreshold[];

/** Who can settle what a topic is about. */
export interface TopicSkill {
  readonly topic: string;
  readonly skill: string;
  /** Where those wait who come about it. */
  readonly queue: string | null;
}

/** What an entitlement of a segment counts for. */
export interface EntitlementPoints {
  readonly entitlement: string;
  readonly points: number;
}

/** How a workspace treats its customers. */
export interface Treatment extends Readonly<Record<TreatmentThreshold, number>> {
  /** The time zone of customers of whom none is known. */
  readonly timeZone: string;
  readonly skills: readonly TopicSkill[];
  readonly entitlements: readonly EntitlementPoints[];
}

const timeZone = 'UTC';

/** What holds where a workspace changed some. */
export function treatmentOf(changed: Partial<Treatment>): Treatment {
  const thresholds = treatmentThresholdNames.map((name) => [name, changed[name] ?? treatmentThresholds[name].value]);
  return {
    timeZone: changed.timeZone ?? timeZone,
    skills: changed.skills ?? [],
    entitlements: changed.entitlements ?? [],
    ...Object.fromEntries(thresholds),
  } as Treatment;
}

/** Refuses a threshold outside of what makes sense. */
export function checkTreatmentThreshold(name: TreatmentThreshold, value: number): void {
  const { min, max } = treatmentThresholds[name];
  const field = `input.${name}`;
  if (value >= min && value <= max) return;
  throw new Refusal('OUT_OF_RANGE', `${field} is ${min} to ${max}.`, { field, limit: value < min ? min : max });
}

/** Refuses tables of skills and entitlements that say two things of one. */
export function checkTables(input: Partial<Pick<Treatment, 'skills' | 'entitlements'>>): void {
  few('input.skills', input.skills ?? [], limits.topicSkillsMax);
  few('input.entitlements', input.entitlements ?? [], limits.entitlementPointsMax);
  input.skills?.forEach(({ topic, skill, queue }, n) => {
    requireText(topic, `input.skills[${n}].topic`, limits.shortTextCharactersMax);
    requireText(skill, `input.skills[${n}].skill`, limits.shortTextCharactersMax);
    if (queue !== null) requireText(queue, `input.skills[${n}].queue`, limits.shortTextCharactersMax);
  });
  input.entitlements?.forEach(({ entitlement, points }, n) => {
    requireText(entitlement, `input.entitlements[${n}].entitlement`, limits.shortTextCharactersMax);
    const field = `input.entitlements[${n}].points`;
    if (points >= 0 && points <= pointsMax) return;
    throw new Refusal('OUT_OF_RANGE', `${field} is 0 to ${pointsMax}.`, { field, limit: points < 0 ? 0 : pointsMax });
  });
  unique('input.skills', 'topic', input.skills?.map(({ topic }) => topic) ?? []);
  unique('input.entitlements', 'entitlement', input.entitlements?.map(({ entitlement }) => entitlement) ?? []);
}

const pointsMax = 1_000;

function few(field: string, list: readonly unknown[], limit: number): void {
  if (list.length <= limit) return;
  throw new Refusal('TOO_MANY', `${field} has ${list.length} entries; at most ${limit} are allowed.`, { field, limit });
}

function unique(field: string, part: string, names: readonly string[]): void {
  const second = names.findIndex((name, n) => names.indexOf(name) !== n);
  if (second < 0) return;
  throw new Refusal('INPUT_INVALID', 'This one is there twice.', { field: `${field}[${second}].${part}` });
}

const column = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** One row: each threshold as a column, `observedDays` as `observed_days`, `time_zone`, and the tables as JSON. */
export const treatmentRow: Sql = sql`
  select coalesce(s.settings ->> 'timeZone', '${raw(timeZone)}') as time_zone,
    coalesce(s.settings -> 'skills', '[]') as skills, coalesce(s.settings -> 'entitlements', '[]') as entitlements, ${raw(
      treatmentThresholdNames
        .map(
          (name) => `coalesce((s.settings ->> '${name}')::int, ${treatmentThresholds[name].value}) as ${column(name)}`,
        )
        .join(',\n    '),
    )}
  from (select 1) one
  left join treatment_settings s on s.workspace_id = ${workspace}::int`;
