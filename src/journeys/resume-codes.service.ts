import { randomBytes, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { verifications } from '../identity/customer.sections.js';
import { Database } from '../platform/database.js';
import { requireId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { pageAddress } from '../platform/page-address.js';
import { Refusal } from '../platform/refusal.js';
import { requireStatus } from './journey-acts.js';
import { JOURNEY_CLOCK, type JourneyClock } from './journey-clock.js';
import { Journeys } from './journeys.service.js';
import type { CreateResumeCodeInput } from './resume.types.js';
import { linkToken, spokenCode, spokenHash, tokenHash } from './resume-code.js';
import { countLiveCodes, endLiveCodes, insertResumeCode, readSalt } from './resume-code.queries.js';

export interface CreatedCode {
  readonly innerId: string;
  readonly code: string;
  readonly linkToken: string;
  readonly link: string | null;
  readonly qrPayload: string;
  readonly expiresAt: string;
  readonly uses: number;
}

/** Two codes that are equal come by once in hundreds of thousands of millions; then another one is made. */
const triesMax = 3;

/** Makes what a journey is resumed by elsewhere. It is shown once and stored hashed. */
@Injectable()
export class ResumeCodes {
  constructor(
    private readonly database: Database,
    private readonly journeys: Journeys,
    @Inject(JOURNEY_CLOCK) private readonly clock: JourneyClock,
  ) {}

  async create(caller: Caller, input: CreateResumeCodeInput): Promise<CreatedCode> {
    const { workspace } = caller;
    const journey = requireId('journey', input.journeyId, 'input.journeyId');
    requireRange(input.uses, limits.resumeCodeUsesMax, 'input.uses');
    requireRange(input.expiresInSeconds, limits.resumeCodeSecondsMax, 'input.expiresInSeconds');
    requireLevel(caller, input);
    const base = input.linkUrl == null ? null : pageAddress(input.linkUrl, 'input.linkUrl');
    const salt = await this.database.inWorkspace(workspace, (db) => readSalt(db, workspace, randomBytes(16)));
    for (let tries = 0; tries < triesMax; tries++) {
      const code = spokenCode(randomBytes);
      const token = linkToken(randomBytes);
      const codeHash = await spokenHash(code, salt);
      const expiresAt = await this.store(caller, input, journey, { codeHash, tokenHash: tokenHash(token) });
      if (expiresAt === null) continue;
      const link = base && `${base}#resume=${token}`;
      const shown = { code, linkToken: token, link, qrPayload: link ?? token, expiresAt: expiresAt.toISOString() };
      return { innerId: journey, ...shown, uses: input.uses };
    }
    throw new Error('No code was free.');
  }

  /** Ends every code and link of a journey, whoever made it: one was lost, or overheard. Twice is once. */
  async revoke(caller: Caller, journeyId: string): Promise<{ readonly innerId: string; readonly count: number }> {
    const { workspace } = caller;
    const journey = requireId('journey', journeyId, 'input.journeyId');
    const count = await this.database.inWorkspace(workspace, async (db) => {
      const now = this.clock.now();
      await this.journeys.hold(db, caller, journey, now, 'input.journeyId');
      return endLiveCodes(db, workspace, journey, now);
    });
    return { innerId: journey, count };
  }

  /** When it will expire; null when the code is another one’s. */
  private store(
    caller: Caller,
    input: CreateResumeCodeInput,
    journey: string,
    hashes: { readonly codeHash: Buffer; readonly tokenHash: Buffer },
  ): Promise<Date | null> {
    const { workspace, actor } = caller;
    return this.database.inWorkspace(workspace, async (db) => {
      const now = this.clock.now();
      const run = await this.journeys.hold(db, caller, journey, now, 'input.journeyId');
      requireStatus(run.state.status, ['ACTIVE', 'PAUSED', 'ABANDONED'], 'be resumed', 'input.journeyId');
      const limit = limits.resumeCodesPerJourneyMax;
      if ((await countLiveCodes(db, workspace, journey, now)) >= limit) {
        const sentence = `A journey has at most ${limit} codes that can still be used.`;
        throw new Refusal('TOO_MANY', sentence, { field: 'input.journeyId', limit });
      }
      const expiresAt = new Date(now.getTime() + input.expiresInSeconds * 1_000);
      const code = {
        ...hashes,
        id: randomUUID(),
        journey,
        verification: verifications.indexOf(input.verification),
        usesMax: input.uses,
        expiresAt,
        actor,
      };
      return (await insertResumeCode(db, workspace, code, now)) ? expiresAt : null;
    });
  }
}

function requireRange(value: number, limit: number, field: string): void {
  if (value >= 1 && value <= limit) return;
  throw new Refusal('OUT_OF_RANGE', `This field takes 1 to ${limit}.`, { field, limit });
}

/** A code that proves who somebody is can join customers: it takes who may do that by hand. */
function requireLevel(caller: Caller, input: CreateResumeCodeInput): void {
  if (input.verification === 'CLAIMED') return;
  const where = { field: 'input.verification' };
  if (caller.customer !== null) {
    throw new Refusal('INPUT_INVALID', 'A customer’s own code proves no more than that she has it: CLAIMED.', where);
  }
  if (!caller.scopes.has('customers:write')) {
    throw new Refusal('SCOPE_MISSING', 'A code of level VERIFIED needs the scope customers:write.', where);
  }
}
