import type { EntityManager } from 'typeorm';
import type { Scale } from './survey.js';

export interface NewAnswer {
  readonly id: string;
  readonly invitation: string;
  readonly survey: string;
  readonly profile: string;
  readonly kind: number;
  readonly scale: Scale;
  readonly score: number;
  readonly channel: number;
  readonly language: string | null;
  readonly agent: string | null;
  readonly comment: string | null;
  readonly actor: string | null;
  readonly source: string;
  /** The touchpoint that tells of it. */
  readonly told: string;
  readonly touchpoint: string | null;
  readonly conversation: string | null;
  readonly journey: string | null;
  readonly issue: string | null;
}

export async function insertAnswer(db: EntityManager, workspace: number, answer: NewAnswer, now: Date): Promise<void> {
  await db.query(
    `insert into feedback (workspace_id, id, answered_at, recorded_at, profile_id, score, score_min, score_max, kind,
       channel, survey_id, invitation_id, touchpoint_id, about_touchpoint_id, conversation_id, journey_id, issue_id,
       language, agent_id, source, answer, comment, actor)
     values ($1::int, $2::uuid, $3::timestamptz, $3::timestamptz, $4::bigint, $5::real, $6::real, $7::real, $8::smallint,
       $9::smallint, $10::uuid, $11::uuid, $12::uuid, $13::uuid, $14::uuid, $15::uuid, $16::uuid, $17::text, $18::text,
       $19::text, $20::text, $21::text, $22::text)`,
    [
      workspace,
      answer.id,
      now,
      answer.profile,
      answer.score,
      answer.scale.min,
      answer.scale.max,
      answer.kind,
      answer.channel,
      answer.survey,
      answer.invitation,
      answer.told,
      answer.touchpoint,
      answer.conversation,
      answer.journey,
      answer.issue,
      answer.language,
      answer.agent,
      answer.source,
      String(answer.score),
      answer.comment,
      answer.actor,
    ],
  );
}

/** An answer of ours that no touchpoint tells of yet, or not under its issue: read anew, so that it can be told again after a failure. */
export interface UntoldAnswer {
  readonly name: string;
  readonly answeredAt: Date;
  readonly channel: number;
  readonly score: string;
  readonly comment: string | null;
  readonly language: string | null;
  readonly agent: string | null;
  readonly survey: string;
  readonly surveyName: string;
  readonly kind: number;
  readonly scoreMin: number;
  readonly scoreMax: number;
  readonly conversation: { readonly source: string; readonly externalId: string } | null;
  readonly journey: { readonly source: string; readonly externalId: string } | null;
  readonly issue: string | null;
  /** The touchpoint that tells of it. */
  readonly touchpoint: string;
  /** By what the customer is best named; null when no identifier is left. */
  readonly anchor: { readonly type: string; readonly value: string } | null;
}

export async function findUntoldAnswers(
  db: EntityManager,
  workspace: number,
  ids: readonly string[],
): Promise<UntoldAnswer[]> {
  return db.query(
    `select replace(b.id::text, '-', '') as name, b.answered_at as "answeredAt", b.channel, b.answer as score, b.comment,
       b.language, b.agent_id as agent, s.key as survey, s.name as "surveyName", s.kind, s.score_min as "scoreMin",
       s.score_max as "scoreMax", (
         select json_build_object('source', v.source, 'externalId', v.external_id)
         from conversation v
         where v.workspace_id = $1::int and v.id = b.conversation_id
         limit 1
       ) as conversation, (
         select json_build_object('source', j.source, 'externalId', j.external_id)
         from journey j
         where j.workspace_id = $1::int and j.id = b.journey_id
       ) as journey, replace(b.issue_id::text, '-', '') as issue, replace(b.touchpoint_id::text, '-', '') as touchpoint, (
         select json_build_object('type', i.type, 'value', i.value)
         from profile own
         join profile p on p.workspace_id = $1::int and p.canonical_id = own.canonical_id
         join identifier i on i.workspace_id = $1::int and i.profile_id = p.id
         join identifier_type t on t.workspace_id = $1::int and t.name = i.type
         where own.workspace_id = $1::int and own.id = b.profile_id and not i.is_shared and not i.is_quarantined
         order by (p.id = own.id) desc, t.priority, i.verification desc, i.last_seen_at desc, i.type, i.value
         limit 1
       ) as anchor
     from unnest($2::uuid[]) k(id)
     join feedback b on b.workspace_id = $1::int and b.id = k.id
     join survey s on s.workspace_id = $1::int and s.id = b.survey_id
     where not exists (
       select
       from touchpoint t
       where t.workspace_id = $1::int and t.id = b.touchpoint_id and (b.issue_id is null or t.issue_id = b.issue_id)
     )`,
    [workspace, ids],
  );
}
