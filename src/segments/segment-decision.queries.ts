import type { EntityManager } from 'typeorm';

export interface NewDecision {
  readonly id: string;
  readonly segment: string;
  readonly profile: string;
  readonly isExclusion: boolean;
  readonly reason: string;
  readonly actor: string;
  readonly expiresAt: Date | null;
}

/**
 * Ends what was decided before of the customer that a profile belongs to, and a segment. Answers with how many there
 * were. Walks `segment_decision_present`.
 */
export async function endDecisions(
  db: EntityManager,
  workspace: number,
  { segment, profile, actor }: Pick<NewDecision, 'segment' | 'profile' | 'actor'>,
  now: Date,
): Promise<number> {
  const [rows]: [unknown[], number] = await db.query(
    `update segment_decision d
     set ended_at = greatest($4::timestamptz, d.decided_at), ended_by = $5::text
     from profile asked
     join profile p on p.workspace_id = $1::int and p.canonical_id = asked.canonical_id
     where asked.workspace_id = $1::int and asked.id = $3::bigint
       and d.workspace_id = $1::int and d.profile_id = p.id and d.segment_id = $2::uuid and d.ended_at is null
     returning d.id`,
    [workspace, segment, profile, now, actor],
  );
  return rows.length;
}

/** On the canonical profile: what is decided of a customer holds for who she is now. */
export async function insertDecision(
  db: EntityManager,
  workspace: number,
  decision: NewDecision,
  now: Date,
): Promise<void> {
  await db.query(
    `insert into segment_decision (workspace_id, id, segment_id, profile_id, is_exclusion, reason, actor, expires_at, decided_at)
     select $1::int, $2::uuid, $3::uuid, p.canonical_id, $5::boolean, $6::text, $7::text, $8::timestamptz, $9::timestamptz
     from profile p
     where p.workspace_id = $1::int and p.id = $4::bigint`,
    [
      workspace,
      decision.id,
      decision.segment,
      decision.profile,
      decision.isExclusion,
      decision.reason,
      decision.actor,
      decision.expiresAt,
      now,
    ],
  );
}

/** From now on evaluations look for decisions about the segment. */
export async function noteDecisions(db: EntityManager, workspace: number, segment: string): Promise<void> {
  await db.query(
    `update segment
     set has_decisions = true
     where workspace_id = $1::int and id = $2::uuid and not has_decisions`,
    [workspace, segment],
  );
}
