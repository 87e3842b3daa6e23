import type { EntityManager } from 'typeorm';

export interface NewConsent {
  readonly id: string;
  readonly profile: string;
  readonly purpose: string;
  /** A code; null is of all channels. */
  readonly channel: number | null;
  readonly state: number;
  readonly statedAt: Date;
  readonly expiresAt: Date | null;
  readonly statedBy: number;
  readonly source: string | null;
  readonly evidence: string | null;
  readonly touchpoint: string | null;
  readonly actor: string;
}

export interface SaidBefore {
  /** Whether the very last that was said of the purpose is the same, and spoke for all profiles of the customer. */
  readonly isSaid: boolean;
  /** The state that was last said of this channel; null when nothing was. */
  readonly lastState: number | null;
}

/** What was said before of a purpose for the customer that a profile belongs to, by `consent_of`. */
export async function findSaidBefore(
  db: EntityManager,
  workspace: number,
  { profile, purpose, channel, state, expiresAt }: Omit<NewConsent, 'id'>,
): Promise<SaidBefore> {
  const rows: SaidBefore[] = await db.query(
    `with own as (
       select p.id
       from profile o
       join profile p on p.workspace_id = $1::int and p.canonical_id = o.canonical_id
       where o.workspace_id = $1::int and o.id = $2::bigint
     ), said as (
       select s.*
       from own
       join consent s on s.workspace_id = $1::int and s.profile_id = own.id and s.purpose_id = $3::uuid
       order by s.stated_at desc, s.state desc, s.recorded_at desc
     )
     select coalesce((
         select s.state = $5::smallint and s.channel is not distinct from $4::smallint
           and s.expires_at is not distinct from $6::timestamptz
           and not exists (select from own where own.id <> all(s.members))
         from said s
         limit 1
       ), false) as "isSaid",
       (select s.state from said s where s.channel is not distinct from $4::smallint limit 1) as "lastState"`,
    [workspace, profile, purpose, channel, state, expiresAt],
  );
  return rows[0] as SaidBefore;
}

/** Statements of consent that were recorded since an instant for the customer that a profile belongs to. */
export async function countConsentsSince(
  db: EntityManager,
  workspace: number,
  profile: string,
  since: Date,
): Promise<number> {
  const rows: { count: number }[] = await db.query(
    `select count(*)::int as count
     from profile o
     join profile p on p.workspace_id = $1::int and p.canonical_id = o.canonical_id
     join consent s on s.workspace_id = $1::int and s.profile_id = p.id and s.recorded_at > $3::timestamptz
     where o.workspace_id = $1::int and o.id = $2::bigint`,
    [workspace, profile, since],
  );
  return (rows[0] as { count: number }).count;
}

/** Whether a touchpoint is of the customer that a profile belongs to. */
export async function isTouchpointOf(
  db: EntityManager,
  workspace: number,
  touchpoint: string,
  profile: string,
): Promise<boolean> {
  const rows: unknown[] = await db.query(
    `select
     from touchpoint t
     join profile p on p.workspace_id = $1::int and p.id = t.profile_id
     join profile o on o.workspace_id = $1::int and o.canonical_id = p.canonical_id and o.id = $3::bigint
     where t.workspace_id = $1::int and t.id = $2::uuid`,
    [workspace, touchpoint, profile],
  );
  return rows.length > 0;
}

/** Stores a statement, with the profiles that are one customer now; false when it was stored before. */
export async function insertConsent(
  db: EntityManager,
  workspace: number,
  consent: NewConsent,
  now: Date,
): Promise<boolean> {
  const rows: unknown[] = await db.query(
    `insert into consent (workspace_id, id, profile_id, purpose_id, channel, state, stated_at, recorded_at, expires_at,
       stated_by, source, evidence, touchpoint_id, actor, members)
     select $1::int, $2::uuid, $3::bigint, $4::uuid, $5::smallint, $6::smallint, $7::timestamptz, $8::timestamptz,
       $9::timestamptz, $10::smallint, $11::text, $12::text, $13::uuid, $14::text, array(
         select p.id
         from profile o
         join profile p on p.workspace_id = $1::int and p.canonical_id = o.canonical_id
         where o.workspace_id = $1::int and o.id = $3::bigint
         order by p.id
       )
     on conflict do nothing
     returning id`,
    [
      workspace,
      consent.id,
      consent.profile,
      consent.purpose,
      consent.channel,
      consent.state,
      consent.statedAt,
      now,
      consent.expiresAt,
      consent.statedBy,
      consent.source,
      consent.evidence,
      consent.touchpoint,
      consent.actor,
    ],
  );
  return rows.length > 0;
}
