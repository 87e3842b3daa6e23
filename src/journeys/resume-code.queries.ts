import type { EntityManager } from 'typeorm';

/** The workspace’s own salt, made by whoever needs it first. */
export async function readSalt(db: EntityManager, workspace: number, fresh: Buffer): Promise<Buffer> {
  const rows: { salt: Buffer }[] = await db.query(
    `with made as (
       insert into resume_salt (workspace_id, salt)
       values ($1::int, $2::bytea)
       on conflict do nothing
       returning salt
     )
     select salt from made
     union all
     select salt from resume_salt where workspace_id = $1::int
     limit 1`,
    [workspace, fresh],
  );
  // Somebody else made it while this statement ran, which does not see it.
  if (rows[0]) return rows[0].salt;
  return readSalt(db, workspace, fresh);
}

/**
 * Counts one attempt of a caller and answers with how many there are in the present window. The one that is too many
 * starts the lock; those after it do not prolong it.
 */
export async function countAttempt(
  db: EntityManager,
  workspace: number,
  actor: string,
  { attemptsMax, windowMs, now }: { attemptsMax: number; windowMs: number; now: Date },
): Promise<{ readonly attempts: number; readonly until: Date }> {
  const rows: { attempts: number; until: Date }[] = await db.query(
    `insert into resume_attempts as a (workspace_id, actor, attempts, until_at)
     values ($1::int, $2::text, 1, $4::timestamptz + $5::float8 * interval '1 millisecond')
     on conflict (workspace_id, actor) do update
     set attempts = case when a.until_at <= $4::timestamptz then 1 else a.attempts + 1 end,
       until_at = case
         when a.until_at <= $4::timestamptz or a.attempts = $3::int
           then $4::timestamptz + $5::float8 * interval '1 millisecond'
         else a.until_at
       end
     returning attempts, until_at as until`,
    [workspace, actor, attemptsMax, now, windowMs],
  );
  return rows[0] as { attempts: number; until: Date };
}

/** An attempt that turned out to be none: the code was right. */
export async function giveBackAttempt(db: EntityManager, workspace: number, actors: readonly string[]): Promise<void> {
  await db.query(
    `update resume_attempts
     set attempts = attempts - 1
     where workspace_id = $1::int and actor = any($2::text[]) and attempts > 0`,
    [workspace, actors],
  );
}

export interface NewResumeCode {
  readonly id: string;
  readonly journey: string;
  readonly codeHash: Buffer;
  readonly tokenHash: Buffer;
  readonly verification: number;
  readonly usesMax: number;
  readonly expiresAt: Date;
  readonly actor: string;
}

/** False when the code is another one’s already. */
export async function insertResumeCode(
  db: EntityManager,
  workspace: number,
  code: NewResumeCode,
  now: Date,
): Promise<boolean> {
  const rows: unknown[] = await db.query(
    `insert into resume_code (workspace_id, id, journey_id, code_hash, token_hash, verification, uses_max, created_at,
       expires_at, actor)
     values ($1::int, $2::uuid, $3::uuid, $4::bytea, $5::bytea, $6::smallint, $7::int, $8::timestamptz, $9::timestamptz,
       $10::text)
     on conflict do nothing
     returning id`,
    [
      workspace,
      code.id,
      code.journey,
      code.codeHash,
      code.tokenHash,
      code.verification,
      code.usesMax,
      now,
      code.expiresAt,
      code.actor,
    ],
  );
  return rows.length > 0;
}

/** Codes of a journey that could still be used, by `resume_code_journey`. */
export async function countLiveCodes(
  db: EntityManager,
  workspace: number,
  journey: string,
  now: Date,
): Promise<number> {
  const rows: { n: number }[] = await db.query(
    `select count(*)::int as n
     from resume_code
     where workspace_id = $1::int and journey_id = $2::uuid and expires_at > $3::timestamptz and uses < uses_max`,
    [workspace, journey, now],
  );
  return rows[0]?.n ?? 0;
}

/** Ends the codes of a journey that could still be used, by `resume_code_journey`; answers with how many they were. */
export async function endLiveCodes(db: EntityManager, workspace: number, journey: string, now: Date): Promise<number> {
  const [, count]: [unknown, number] = await db.query(
    `update resume_code
     set expires_at = $3::timestamptz
     where workspace_id = $1::int and journey_id = $2::uuid and expires_at > $3::timestamptz and uses < uses_max`,
    [workspace, journey, now],
  );
  return count;
}

export interface HeldCode {
  readonly id: string;
  readonly journey: string;
  readonly verification: number;
  readonly uses: number;
  readonly usesMax: number;
  readonly expiresAt: Date;
}

/** Reads a code by what proves it, and locks it: who uses it at the same time, waits. */
export async function holdResumeCode(
  db: EntityManager,
  workspace: number,
  hash: { readonly code: Buffer } | { readonly token: Buffer },
): Promise<HeldCode | null> {
  const [column, value] = 'code' in hash ? ['code_hash', hash.code] : ['token_hash', hash.token];
  const rows: HeldCode[] = await db.query(
    `select replace(id::text, '-', '') as id, replace(journey_id::text, '-', '') as journey, verification, uses,
       uses_max as "usesMax", expires_at as "expiresAt"
     from resume_code
     where workspace_id = $1::int and ${column} = $2::bytea
     for update`,
    [workspace, value],
  );
  return rows[0] ?? null;
}

export async function useResumeCode(db: EntityManager, workspace: number, id: string): Promise<void> {
  await db.query(
    `update resume_code
     set uses = uses + 1
     where workspace_id = $1::int and id = $2::uuid`,
    [workspace, id],
  );
}
