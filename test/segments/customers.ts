import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { surveyKinds } from '../../src/feedback/survey.js';
import { issuePriorities, issueStatuses } from '../../src/issues/issue-state.js';
import { journeyStatuses } from '../../src/journeys/journey-state.js';
import { channels, directions, statuses } from '../../src/touchpoints/vocabulary.js';
import type { Profile } from './rule-worlds.js';

let lastProfile = 1_000_000;

/** Stores profiles as one customer, past the ways in: row-level security does not bind the owner. */
export async function storeCluster(owner: pg.Client, workspace: number, profiles: readonly Profile[]): Promise<string> {
  const canonical = lastProfile + 1;
  for (const profile of profiles) {
    lastProfile += 1;
    await owner.query('insert into profile (workspace_id, id, canonical_id) values ($1, $2, $3)', [
      workspace,
      lastProfile,
      canonical,
    ]);
    await storeProfile(owner, workspace, lastProfile, canonical, profile);
  }
  return String(canonical);
}

async function storeProfile(
  owner: pg.Client,
  workspace: number,
  id: number,
  customer: number,
  profile: Profile,
): Promise<void> {
  for (const trait of profile.traits) {
    await owner.query(
      'insert into trait (workspace_id, profile_id, occurred_at, key, value) values ($1, $2, $3, $4, $5)',
      [workspace, id, new Date(trait.at), trait.key, JSON.stringify(trait.value)],
    );
  }
  for (const identifier of profile.identifiers) {
    await owner.query(
      `insert into identifier (workspace_id, profile_id, type, value, verification, first_seen_at, last_seen_at)
       values ($1, $2, $3, $4, $5, now(), now())`,
      [workspace, id, identifier.type, randomUUID() + identifier.name, identifier.verification],
    );
  }
  for (const issue of profile.issues) {
    const status = issueStatuses.indexOf(issue.status);
    const key = randomUUID();
    await owner.query(
      `insert into issue (workspace_id, profile_id, id, opened_at, updated_at, resolved_at, status, priority, topic, subject,
         first_response_due_at, resolution_due_at)
       values ($1, $2, $3, $4, now(), $5, $6, $7, $8, 'subject', $9, $10)`,
      [
        workspace,
        id,
        key,
        new Date(issue.openedAt),
        status >= 3 ? new Date(issue.resolvedAt) : null,
        status,
        issuePriorities.indexOf(issue.priority),
        issue.topic,
        issue.answerDue === null ? null : new Date(issue.answerDue),
        issue.endDue === null ? null : new Date(issue.endDue),
      ],
    );
    if (issue.answeredAt === null) continue;
    await owner.query(
      `insert into issue_comment (workspace_id, id, issue_id, created_at, is_public, actor, body)
       values ($1, gen_random_uuid(), $2, $3, true, 'test', 'answer'),
         ($1, gen_random_uuid(), $2, $3::timestamptz - interval '9 days', false, 'test', 'note')`,
      [workspace, key, new Date(issue.answeredAt)],
    );
  }
  for (const journey of profile.journeys) {
    await owner.query(
      `insert into journey (workspace_id, profile_id, id, blueprint_id, blueprint_version, started_at, step_since, active_at,
         updated_at, status, step, is_stuck, source, external_id)
       select $1, $2, gen_random_uuid(), b.id, 1, $4, $4, $4, $4, $5, $6, $7, 'test', gen_random_uuid()::text
       from blueprint b
       where b.workspace_id = $1 and b.key = $3`,
      [
        workspace,
        id,
        journey.blueprint,
        new Date(journey.startedAt),
        journeyStatuses.indexOf(journey.status),
        journey.step,
        journey.isStuck,
      ],
    );
  }
  for (const one of profile.feedback) {
    await owner.query(
      `insert into feedback (workspace_id, profile_id, id, answered_at, recorded_at, score, score_min, score_max, kind, channel,
         survey_id, touchpoint_id, source, answer)
       select $1, $2, gen_random_uuid(), $3, $3, $4, $5, $6, $7, $8,
         (select s.id from survey s where s.workspace_id = $1 and s.key = $9), gen_random_uuid(), 'test', 'x'`,
      [
        workspace,
        id,
        new Date(one.at),
        one.scale?.score ?? null,
        one.scale?.min ?? null,
        one.scale?.max ?? null,
        surveyKinds.indexOf(one.kind),
        channels.indexOf(one.channel),
        one.survey,
      ],
    );
  }
  for (const one of profile.invitations) {
    await owner.query(
      `insert into survey_invitation (workspace_id, profile_id, id, survey_id, cause_id, invited_at, opens_at, expires_at,
         answered_at)
       select $1, $2, gen_random_uuid(), s.id, gen_random_uuid(), $4, $5, $6, $7
       from survey s
       where s.workspace_id = $1 and s.key = $3`,
      [
        workspace,
        id,
        one.survey,
        new Date(one.invitedAt),
        new Date(one.opensAt),
        new Date(one.expiresAt),
        one.answeredAt === null ? null : new Date(one.answeredAt),
      ],
    );
  }
  await owner.query(
    `insert into touchpoint (workspace_id, profile_id, id, occurred_at, version, content_hash, channel, direction, status,
       kind, source, topic, agent_id, conversation_id, is_abandoned, wait_seconds, sentiment, identifiers_seen)
     select $1, $2, gen_random_uuid(), t.at, 0, 0, t.channel, t.direction, t.status, t.kind, 'test', t.topic, t.agent,
       md5($3 || t.conversation)::uuid, t.abandoned, t.wait, t.sentiment, '[]'
     from unnest($4::timestamptz[], $5::smallint[], $6::smallint[], $7::smallint[], $8::text[], $9::text[], $10::text[],
       $11::text[], $12::boolean[], $13::int[], $14::real[])
       t(at, channel, direction, status, kind, topic, agent, conversation, abandoned, wait, sentiment)`,
    [
      workspace,
      id,
      String(customer),
      profile.touchpoints.map((one) => new Date(one.at)),
      profile.touchpoints.map((one) => channels.indexOf(one.channel)),
      profile.touchpoints.map((one) => directions.indexOf(one.direction)),
      profile.touchpoints.map((one) => statuses.indexOf(one.status)),
      profile.touchpoints.map((one) => one.kind),
      profile.touchpoints.map((one) => one.topic),
      profile.touchpoints.map((one) => one.agent),
      profile.touchpoints.map((one) => one.conversation),
      profile.touchpoints.map((one) => one.isAbandoned),
      profile.touchpoints.map((one) => one.wait),
      profile.touchpoints.map((one) => one.sentiment),
    ],
  );
}
