import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { verifications } from '../identity/customer.sections.js';
import type { IdentifierInput } from '../identity/identifier.input.js';
import { formsOf, IdentifierTypes, requireType } from '../identity/identifier-types.js';
import { Database } from '../platform/database.js';
import { publish } from '../platform/events.js';
import { requireId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { Relay } from '../platform/relay.js';
import { findAnchor, findOwners, findProfilesOf, findRecognised, findResumable } from './hand-over.queries.js';
import { HandOvers, JOURNEY_HANDED_OVER, type JourneyHandedOver, type ResumeTold } from './hand-over.service.js';
import { findActByKey } from './journey-act.queries.js';
import { requireStatus } from './journey-acts.js';
import { JOURNEY_CLOCK, type JourneyClock } from './journey-clock.js';
import type { LoadedRun } from './journey-runs.js';
import { idempotencyKeyOf, Journeys } from './journeys.service.js';
import type { ResumeJourneyInput, ResumeLink } from './resume.types.js';
import { isToken, readSpoken, spokenHash, tokenHash } from './resume-code.js';
import { type HeldCode, holdResumeCode, readSalt, useResumeCode } from './resume-code.queries.js';
import { ResumeGuard } from './resume-guard.service.js';
import { type Named, partByLevel, type Unowned } from './resume-linking.js';

/** By what somebody asks to go on. */
type Way =
  | { readonly via: 'code' | 'link'; readonly hash: { readonly code: Buffer } | { readonly token: Buffer } }
  | { readonly via: 'identifier' | 'id'; readonly journey: string };

export interface Resumed {
  readonly id: string;
  readonly isChanged: boolean;
  readonly links: readonly ResumeLink[];
}

/** Goes on with a journey elsewhere: on another device, in another channel, or by an agent. */
@Injectable()
export class Resumes {
  constructor(
    private readonly database: Database,
    private readonly relay: Relay,
    private readonly types: IdentifierTypes,
    private readonly journeys: Journeys,
    private readonly guard: ResumeGuard,
    private readonly handOvers: HandOvers,
    @Inject(JOURNEY_CLOCK) private readonly clock: JourneyClock,
  ) {}

  async resume(caller: Caller, input: ResumeJourneyInput): Promise<Resumed> {
    const { workspace } = caller;
    requireIdentifiers(caller, input);
    const named = await this.named(caller, input.identifiers ?? []);
    const way = await this.wayOf(caller, input);
    const done = await this.database.inWorkspace(workspace, (db) => this.redeem(db, caller, input, way, named));
    if ('hash' in way) await this.guard.wasRight(caller, way.via === 'code');
    if (done.act !== null) await this.handOvers.tellNow(workspace, done.id, done.act);
    this.relay.wake();
    const seen = done.act === null ? [] : await this.handOvers.seen(workspace, done.id, done.act);
    return { id: done.id, isChanged: done.act !== null, links: [...linksOf(seen, done.joining), ...done.heldBack] };
  }

  /** The act, and the use of the code: both or none. A code that is wrong has been counted before. */
  private async redeem(
    db: EntityManager,
    caller: Caller,
    input: ResumeJourneyInput,
    way: Way,
    named: readonly Unowned[],
  ): Promise<{ id: string; act: number | null; joining: readonly Named[]; heldBack: readonly ResumeLink[] }> {
    const { workspace } = caller;
    const idempotencyKey = idempotencyKeyOf(input.idempotencyKey);
    const code = 'hash' in way ? await knownCode(db, workspace, way.hash) : null;
    const id = 'hash' in way ? (code as HeldCode).journey : way.journey;
    const isRepeated = idempotencyKey !== null && (await findActByKey(db, workspace, id, idempotencyKey)) !== null;
    if (code && !isRepeated) requireUsable(code, this.clock.now());
    const now = this.clock.now();
    const run = await this.journeys.hold(db, workspace, code ? null : caller.customer, id, now, 'input.journeyId');
    const level = (code && verifications[code.verification]) ?? 'CLAIMED';
    const newcomers = caller.customer === null ? named : await this.bearer(db, caller, run);
    const { joining, heldBack } = await part(db, workspace, run, level, newcomers);
    if (caller.customer !== null && heldBack.length > 0) {
      throw new Refusal(
        'RESUME_LEVEL',
        'This code proves too little to join it with who you are here: ask for one of level VERIFIED.',
        {
          field: 'input.code',
        },
      );
    }
    const told: ResumeTold = { via: way.via, level, identifiers: joining.map(({ input: one }) => one) };
    const request = {
      id,
      version: null,
      kind: 'RESUMED' as const,
      channel: input.channel,
      idempotencyKey,
      told: [way.via, input.identifiers ?? []],
    };
    const act = await this.journeys.actOn(
      db,
      caller,
      run,
      request,
      ({ state }) => {
        requireStatus(state.status, ['ACTIVE', 'PAUSED', 'ABANDONED'], 'be resumed');
        return { step: null, fromStep: null, data: { ...told } };
      },
      now,
    );
    const held = heldBack.map(({ type }) => ({ type: type.name, status: 'HELD_BACK' as const, reason: 'LEVEL' }));
    if (act.n === null) return { id, act: null, joining, heldBack: held };
    if (code) await useResumeCode(db, workspace, code.id);
    const event: JourneyHandedOver = { journey: id, act: act.n };
    await publish(db, workspace, JOURNEY_HANDED_OVER, event);
    return { id, act: event.act, joining, heldBack: held };
  }

  /** What is asked by, with wrong codes counted before they are looked at. */
  private async wayOf(caller: Caller, input: ResumeJourneyInput): Promise<Way> {
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
      (await this.database.inWorkspace(workspace, (db) => findResumable(db, workspace, profile, blueprint ?? null)));
    if (journey) return journey;
    throw new Refusal('NOT_FOUND', 'Whoever that is has no journey to go on with.', { field: 'input.identifier' });
  }

  private async profileOf(workspace: number, identifier: IdentifierInput): Promise<string | null> {
    const rules = await this.types.of(workspace);
    const type = requireType(rules, identifier.type, 'input.identifier.type');
    const forms = formsOf(rules, type, identifier.value, identifier.region?.toUpperCase() ?? null);
    if ('refused' in forms) return null;
    const values = [forms.value, ...(forms.former === null ? [] : [forms.former])];
    return this.database.inWorkspace(workspace, (db) => findRecognised(db, workspace, type.name, values));
  }

  private async named(caller: Caller, identifiers: readonly IdentifierInput[]): Promise<Unowned[]> {
    const rules = await this.types.of(caller.workspace);
    const mayProve = caller.scopes.has('customers:write');
    return identifiers.map((input, place) => {
      const type = requireType(rules, input.type, `input.identifiers[${place}].type`);
      const forms = formsOf(rules, type, input.value, input.region?.toUpperCase() ?? null);
      const isProven = mayProve && input.verification === 'VERIFIED';
      return { input, type, value: 'value' in forms ? forms.value : null, isProven };
    });
  }

  /** Whom a portal token is bound to, by what she is best known by, when the journey is not hers already. */
  private async bearer(db: EntityManager, caller: Caller, run: LoadedRun): Promise<Unowned[]> {
    const { workspace } = caller;
    const profile = caller.customer as string;
    const owner = (await findOwners(db, workspace, [profile])).get(profile);
    if (!owner || owner.customer === run.customer) return [];
    const anchor = await findAnchor(db, workspace, profile);
    const rules = await this.types.of(workspace);
    const type = anchor && rules.types.get(anchor.type);
    return anchor && type ? [{ input: { ...anchor }, type, value: anchor.value, isProven: false }] : [];
  }
}

async function part(
  db: EntityManager,
  workspace: number,
  run: LoadedRun,
  level: 'CLAIMED' | 'VERIFIED',
  named: readonly Unowned[],
) {
  const keys = named.map(({ type, value }) => ({ type: type.name, value: value ?? '' }));
  const profiles = keys.length > 0 ? await findProfilesOf(db, workspace, keys) : [];
  const owners = await findOwners(db, workspace, [
    run.profile,
    ...profiles.filter((profile): profile is string => profile !== null),
  ]);
  const own = owners.get(run.profile) ?? { customer: run.customer, isIdentified: true };
  const all = named.map((one, place) => ({ ...one, owner: owners.get(profiles[place] ?? '') ?? null }));
  return partByLevel(level, own, all);
}

async function knownCode(
  db: EntityManager,
  workspace: number,
  hash: { readonly code: Buffer } | { readonly token: Buffer },
): Promise<HeldCode> {
  const code = await holdResumeCode(db, workspace, hash);
  if (!code) throw unknownCode('code' in hash ? 'input.code' : 'input.linkToken');
  return code;
}

function requireUsable(code: HeldCode, now: Date): void {
  const where = { field: 'input.code' };
  if (code.uses >= code.usesMax)
    throw new Refusal('RESUME_CODE_USED', 'This code was used already: make a new one.', where);
  if (code.expiresAt <= now) throw new Refusal('RESUME_CODE_EXPIRED', 'This code has ended: make a new one.', where);
}

/** Wrong, or of another workspace: nobody is told which. */
function unknownCode(field: string): Refusal {
  return new Refusal('RESUME_CODE_UNKNOWN', 'There is no such code: read it again.', { field });
}

function requireIdentifiers(caller: Caller, { identifiers }: ResumeJourneyInput): void {
  const field = 'input.identifiers';
  if (identifiers == null || identifiers.length === 0) return;
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

function linksOf(seen: Awaited<ReturnType<HandOvers['seen']>>, joining: readonly Named[]): ResumeLink[] {
  return joining.flatMap(({ type, input, value }) => {
    const one = seen.find((other) => other.type === type.name && other.value === (value ?? input.value));
    if (!one) return [];
    return [{ type: one.type, status: one.status as ResumeLink['status'], reason: one.reason }];
  });
}
