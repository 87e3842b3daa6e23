import type { EntityManager } from 'typeorm';
import { journeyStatuses } from '../journeys/journey-state.js';
import { channels } from '../touchpoints/vocabulary.js';
import { type AskedText, surveyKinds, surveyTriggers, type Trigger } from './survey.js';

/** What of a survey may change. */
export interface SurveySettings {
  readonly name: string;
  readonly texts: readonly AskedText[];
  readonly trigger: Trigger | null;
  readonly delaySeconds: number;
  readonly quietDays: number;
  readonly validDays: number;
  readonly isActive: boolean;
}

/** Ids of what a trigger names by its key. */
export interface TriggerLinks {
  readonly moment: string | null;
  readonly blueprint: string | null;
}

export interface SurveyRow {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly kind: number;
  readonly scoreMin: number;
  readonly scoreMax: number;
  readonly version: number;
  readonly isActive: boolean;
  readonly texts: readonly AskedText[];
  readonly delaySeconds: number;
  readonly quietDays: number;
  readonly validDays: number;
}

const columns = `replace(s.id::text, '-', '') as id, s.key, s.name, s.kind, s.score_min as "scoreMin",
       s.score_max as "scoreMax", s.version, s.is_active as "isActive", s.texts, s.delay_seconds as "delaySeconds",
       s.quiet_days as "quietDays", s.valid_days as "validDays"`;

/** Who makes or changes surveys of a workspace next, waits: the limit counts over all of them. */
export async function holdSurveys(db: EntityManager, workspace: number): Promise<SurveyRow[]> {
  return db.query(
    `select ${columns}
     from survey s
     where s.workspace_id = $1::int
     order by s.id
     for update`,
    [workspace],
  );
}

/** By `survey_key`. */
export async function findSurvey(db: EntityManager, workspace: number, key: string): Promise<SurveyRow | null> {
  const rows: SurveyRow[] = await db.query(
    `select ${columns}
     from survey s
     where s.workspace_id = $1::int and s.key = $2::text`,
    [workspace, key],
  );
  return rows[0] ?? null;
}

/** By the primary key. */
export async function findSurveyById(db: EntityManager, workspace: number, id: string): Promise<SurveyRow> {
  const rows: SurveyRow[] = await db.query(
    `select ${columns}
     from survey s
     where s.workspace_id = $1::int and s.id = $2::uuid`,
    [workspace, id],
  );
  return rows[0] as SurveyRow;
}

/** False when the key is taken. */
export async function insertSurvey(
  db: EntityManager,
  workspace: number,
  survey: SurveySettings & {
    readonly id: string;
    readonly key: string;
    readonly kind: (typeof surveyKinds)[number];
    readonly scoreMin: number;
    readonly scoreMax: number;
    readonly actor: string;
    readonly links: TriggerLinks;
  },
  now: Date,
): Promise<boolean> {
  const rows: unknown[] = await db.query(
    `insert into survey (workspace_id, created_at, updated_at, version, id, key, kind, score_min, score_max, actor, name,
       texts, delay_seconds, quiet_days, valid_days, is_active, trigger, channels, kinds, topics, moment_id, blueprint_id,
       endings)
     values ($1::int, $2::timestamptz, $2::timestamptz, 1, $3::uuid, $4::text, $5::smallint, $6::smallint, $7::smallint,
       $8::text, $9::text, $10::json, $11::int, $12::int, $13::int, $14::boolean, $15::smallint, $16::smallint[],
       $17::text[], $18::text[], $19::uuid, $20::uuid, $21::smallint[])
     on conflict do nothing
     returning id`,
    [
      workspace,
      now,
      survey.id,
      survey.key,
      surveyKinds.indexOf(survey.kind),
      survey.scoreMin,
      survey.scoreMax,
      survey.actor,
      ...settingValues(survey, survey.links),
    ],
  );
  return rows.length > 0;
}

/** Changes all that may change but for the trigger. */
export async function updateSurvey(
  db: EntityManager,
  workspace: number,
  id: string,
  survey: Omit<SurveySettings, 'trigger'>,
  actor: string,
  now: Date,
): Promise<void> {
  await db.query(
    `update survey
     set updated_at = $3::timestamptz, version = version + 1, actor = $4::text, name = $5::text, texts = $6::json,
       delay_seconds = $7::int, quiet_days = $8::int, valid_days = $9::int, is_active = $10::boolean
     where workspace_id = $1::int and id = $2::uuid`,
    [
      workspace,
      id,
      now,
      actor,
      survey.name,
      JSON.stringify(survey.texts),
      survey.delaySeconds,
      survey.quietDays,
      survey.validDays,
      survey.isActive,
    ],
  );
}

export async function updateSurveyTrigger(
  db: EntityManager,
  workspace: number,
  id: string,
  trigger: Trigger | null,
  links: TriggerLinks,
): Promise<void> {
  await db.query(
    `update survey
     set trigger = $3::smallint, channels = $4::smallint[], kinds = $5::text[], topics = $6::text[],
       moment_id = $7::uuid, blueprint_id = $8::uuid, endings = $9::smallint[]
     where workspace_id = $1::int and id = $2::uuid`,
    [workspace, id, ...triggerValues(trigger, links)],
  );
}

function settingValues(survey: SurveySettings, links: TriggerLinks): unknown[] {
  return [
    survey.name,
    JSON.stringify(survey.texts),
    survey.delaySeconds,
    survey.quietDays,
    survey.validDays,
    survey.isActive,
    ...triggerValues(survey.trigger, links),
  ];
}

function triggerValues(trigger: Trigger | null, { moment, blueprint }: TriggerLinks): unknown[] {
  const on = trigger && surveyTriggers.indexOf(trigger.on);
  if (trigger?.on === 'TOUCHPOINT') {
    return [
      on,
      trigger.channels?.map((one) => channels.indexOf(one)) ?? null,
      trigger.kinds,
      trigger.topics,
      moment,
      null,
      null,
    ];
  }
  return [on, null, null, null, null, blueprint, trigger?.endings.map((one) => journeyStatuses.indexOf(one)) ?? null];
}
