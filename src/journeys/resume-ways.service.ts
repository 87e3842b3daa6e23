import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import type { IdentifierInput } from '../identity/identifier.input.js';
import type { IdentifierType } from '../identity/identifier-type.js';
import { formsOf, IdentifierTypes, type IdentityRules, requireType } from '../identity/identifier-types.js';
import { Database } from '../platform/database.js';
import { requireId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { findRecognised, findResumable } from './hand-over.queries.js';
import { requireOwn } from './journeys.service.js';
import type { ResumeJourneyInput } from './resume.types.js';
import { isToken, readSpoken, spokenHash, tokenHash } from './resume-code.js';
import { readSalt } from './resume-code.queries.js';
import { ResumeGuard } from './resume-guard.service.js';
import type { Unowned } from './resume-linking.js';

/** By what somebody asks to go on. */
export type Way =
  | { readonly via: 'code' | 'link'; readonly hash: { readonly code: Buffer } | { readonly token: Buffer } }
  | { readonly via: 'identifier' | 'id'; readonly journey: string };

/** Reads by what a journey is to be gone on with, and who says to go on. */
@Injectable()
export class ResumeWays {
  constructor(
    private readonly database: Database,
    private readonly types: IdentifierTypes,
    private readonly guard: ResumeGuard,
  ) {}

  /** What is asked by, with wrong codes counted before they are looked at. */
  async of(caller: Caller, input: ResumeJourneyInput): Promise<Way> {
    const { workspace } = caller;
    const given = [input.code, input.linkToken, input.identifier, input.journeyId].filter((one) => one != null);
    if (given.length > 1 || (given.length === 0 && caller.customer === null)) {
      throw new Refusal('ONE_OF_REQUIRED', 'Give exactly one of code, linkToken, identifier and journeyId.', {
        field: 'input.code',
      });
    }
    if (input.journeyId != null) {
      return { via: 'id', journey: requireId('journey', input.journeyId, 'input.journeyId') };
    }
    if (input.code != null) {
      await this.guard.enter(caller, true);
      const code = readSpoken(input.code);
      if (code === null) throw unknownCode('input.code');
      const salt = await this.database.inWorkspace(workspace, (db) => readSalt(db, workspace, randomBytes(16)));
      return { via: 'code', hash: { code: await spokenHash(code, salt) } };
    }
    if (input.linkToken != null) {
      await this.guard.enter(caller, false);
      if (!isToken(input.linkToken)) throw unknownCode('input.linkToken');
      return { via: 'link', hash: { token: tokenHash(input.linkToken) } };
    }
    return { via: 'identifier', journey: await this.recognised(caller, input) };
  }

  /** The identifiers that a caller of ours names of whoever goes on. */
  async named(caller: Caller, identifiers: readonly IdentifierInput[]): Promise<Unowned[]> {
    requireIdentifiers(caller, identifiers);
    const rules = await this.types.of(caller.workspace);
    const mayProve = caller.scopes.has('customers:write');
    return identifiers.map((input, place) => {
      const type = requireType(rules, input.type, `input.identifiers[${place}].type`);
      const isProven = mayProve && input.verification === 'VERIFIED';
      return { input, type, values: storedForms(rules, type, input), isProven };
    });
  }

  private async recognised(caller: Caller, { identifier, blueprint }: ResumeJourneyInput): Promise<string> {
    const { workspace } = caller;
    const profile =
      identifier == null
        ? caller.customer
        : caller.customer === null
          ? await this.profileOf(workspace, identifier)
          : refuseIdentifier();
    const journey =
      profile &&
      (await this.database.inWorkspace(workspace, async (db) => {
        await requireOwn(db, caller);
        return findResumable(db, workspace, profile, blueprint ?? null);
      }));
    if (journey) return journey;
    throw new Refusal('NOT_FOUND', 'Whoever that is has no journey to go on with.', { field: 'input.identifier' });
  }

  private async profileOf(workspace: number, identifier: IdentifierInput): Promise<string | null> {
    const rules = await this.types.of(workspace);
    const type = requireType(rules, identifier.type, 'input.identifier.type');
    const values = storedForms(rules, type, identifier);
    return this.database.inWorkspace(workspace, (db) => findRecognised(db, workspace, type.name, values));
  }
}

/** The forms in which an identifier may be stored, the present one first; none when it is no value of its type. */
function storedForms(rules: IdentityRules, type: IdentifierType, { value, region }: IdentifierInput): string[] {
  const forms = formsOf(rules, type, value, region?.toUpperCase() ?? null);
  if ('refused' in forms) return [];
  return [forms.value, ...(forms.former === null ? [] : [forms.former])];
}

const fieldsOfWays: Readonly<Record<Way['via'], string>> = {
  code: 'input.code',
  link: 'input.linkToken',
  identifier: 'input.identifier',
  id: 'input.journeyId',
};

/** The field by which a client says it. */
export function fieldOf({ via }: Way): string {
  return fieldsOfWays[via];
}

/** Wrong, or of another workspace: nobody is told which. */
export function unknownCode(field: string): Refusal {
  return new Refusal('RESUME_CODE_UNKNOWN', 'There is no such code: read it again.', { field });
}

function requireIdentifiers(caller: Caller, identifiers: readonly IdentifierInput[]): void {
  const field = 'input.identifiers';
  if (identifiers.length === 0) return;
  if (caller.customer !== null) {
    throw new Refusal('INPUT_INVALID', 'Who goes on, the token says: leave identifiers out.', { field });
  }
  const limit = limits.identifiersPerResumeMax;
  if (identifiers.length > limit) throw new Refusal('TOO_MANY', `${field} names at most ${limit}.`, { field, limit });
}

function refuseIdentifier(): never {
  throw new Refusal('INPUT_INVALID', 'Who goes on, the token says: leave identifier out.', {
    field: 'input.identifier',
  });
}
