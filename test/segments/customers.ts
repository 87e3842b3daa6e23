import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { issuePriorities } from '../../src/issues/issue-state.js';
import { channels, directions } from '../../src/touchpoints/vocabulary.js';
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
    await storeProfile(owner, workspace, lastProfile, profile);
  }
  return String(canonical);
}

export async function storeProfile(owner: pg.Client, workspace: number, id: number, profile: Profile): Promise<void> {
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
    await owner.query(
      `insert into issue (workspace_id, profile_id, id, opened_at, updated_at, status, priority, topic, subject)
       values ($1, $2, $3, now(), now(), $4, $5, $6, 'subject')`,
      [workspace, id, randomUUID(), issue.status, issuePriorities.indexOf(issue.priority), issue.topic],
    );
  }
  await owner.query(
    `insert into touchpoint (workspace_id, profile_id, id, occurred_at, version, content_hash, channel, direction, status,
       kind, source, topic, identifiers_seen)
     select $1, $2, gen_random_uuid(), t.at, 0, 0, t.channel, t.direction, 2, t.kind, 'test', t.topic, '[]'
     from unnest($3::timestamptz[], $4::smallint[], $5::smallint[], $6::text[], $7::text[])
       t(at, channel, direction, kind, topic)`,
    [
      workspace,
      id,
      profile.touchpoints.map((one) => new Date(one.at)),
      profile.touchpoints.map((one) => channels.indexOf(one.channel)),
      profile.touchpoints.map((one) => directions.indexOf(one.direction)),
      profile.touchpoints.map((one) => one.kind),
      profile.touchpoints.map((one) => one.topic),
    ],
  );
}
