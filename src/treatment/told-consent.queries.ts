import type { EntityManager } from 'typeorm';
import { directions } from '../touchpoints/vocabulary.js';
import { stateCode } from './consent-words.js';
import { staters } from './preference-kinds.js';
import { consentKind, type ToldConsent } from './told-consent.js';

/** Who recorded what a touchpoint tells. */
const byTouchpoint = 'touchpoint';

export interface ConsentTouchpoint {
  readonly id: string;
  readonly occurredAt: Date;
  readonly attributes: unknown;
}

/** Of touchpoints those that tell of a consent, by the primary key. */
export async function findConsentTouchpoints(
  db: EntityManager,
  workspace: number,
  touchpoints: readonly string[],
): Promise<ConsentTouchpoint[]> {
  return db.query(
    `select replace(t.id::text, '-', '') as id, t.occurred_at as "occurredAt", t.attributes
     from unnest($2::uuid[]) k(id)
     join touchpoint t on t.workspace_id = $1::int and t.id = k.id
     where t.kind = '${consentKind}'`,
    [workspace, touchpoints],
  );
}

/**
 * Stores what touchpoints tell of purposes that the workspace has, on channels that they cover: stated by the customer
 * where the touchpoint is INBOUND, else by its sender. Told twice it is stored once. Anybody who has a page's key can tell
 * a grant of anybody, so it lifts no refusal but one that a touchpoint told.
 */
export async function insertToldConsents(
  db: EntityManager,
  workspace: number,
  told: readonly (ToldConsent & { readonly id: string; readonly touchpoint: string })[],
  now: Date,
): Promise<void> {
  await db.query(
    `insert into consent (workspace_id, id, profile_id, purpose_id, channel, state, stated_at, recorded_at, expires_at,
       stated_by, source, touchpoint_id, actor, members)
     select $1::int, k.id, t.profile_id, cp.id, k.channel, k.state, t.occurred_at, $8::timestamptz, k.expires_at,
       case when t.direction = ${directions.indexOf('INBOUND')} then ${staters.indexOf('CUSTOMER')}
         else ${staters.indexOf('SENDER')} end, t.source, t.id, '${byTouchpoint}', array(
         select p.id
         from profile o
         join profile p on p.workspace_id = $1::int and p.canonical_id = o.canonical_id
         where o.workspace_id = $1::int and o.id = t.profile_id
         order by p.id
       )
     from unnest($2::uuid[], $3::uuid[], $4::text[], $5::smallint[], $6::smallint[], $7::timestamptz[])
       k(id, touchpoint, purpose, channel, state, expires_at)
     join touchpoint t on t.workspace_id = $1::int and t.id = k.touchpoint
     join consent_purpose cp on cp.workspace_id = $1::int and cp.key = k.purpose and cp.retired_at is null
       and (k.channel is null or k.channel = any(cp.channels) or cp.channels is null)
     where k.state <> ${stateCode('GRANTED')} or not exists (
       select
       from profile o
       join profile p on p.workspace_id = $1::int and p.canonical_id = o.canonical_id
       join consent s on s.workspace_id = $1::int and s.profile_id = p.id and s.purpose_id = cp.id
       where o.workspace_id = $1::int and o.id = t.profile_id
         and s.state <> ${stateCode('GRANTED')} and s.actor <> '${byTouchpoint}'
         and (k.channel is null or s.channel is null or s.channel = k.channel)
     )
     on conflict do nothing`,
    [
      workspace,
      told.map(({ id }) => id),
      told.map(({ touchpoint }) => touchpoint),
      told.map(({ purpose }) => purpose),
      told.map(({ channel }) => channel),
      told.map(({ state }) => state),
      told.map(({ expiresAt }) => expiresAt),
      now,
    ],
  );
}
