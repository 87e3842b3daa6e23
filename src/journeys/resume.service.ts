import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ApiKeys } from '../access/api-keys.service.js';
import type { Caller } from '../access/caller.js';
import { verifications } from '../identity/customer.sections.js';
import { IdentifierTypes } from '../identity/identifier-types.js';
import { findHolders, type Holder, isKnown } from '../identity/visitor.queries.js';
import { Database } from '../platform/database.js';
import { publish } from '../platform/events.js';
import { Refusal } from '../platform/refusal.js';
import { Relay } from '../platform/relay.js';
import { findAnchor, findOwners } from './hand-over.queries.js';
import { HandOvers, JOURNEY_HANDED_OVER, type JourneyHandedOver, type ResumeTold } from './hand-over.service.js';
import { findActByKey } from './journey-act.queries.js';
import { requireStatus } from './journey-acts.js';
import { JOURNEY_CLOCK, type JourneyClock } from './journey-clock.js';
import type { LoadedRun } from './journey-runs.js';
import { idempotencyKeyOf, Journeys } from './journeys.service.js';
import type { ResumeJourneyInput, ResumeLink } from './resume.types.js';
import { type HeldCode, holdResumeCode, useResumeCode } from './resume-code.queries.js';
import { ResumeGuard } from './resume-guard.service.js';
import { type Named, type Owner, partByLevel, type Unowned } from './resume-linking.js';
import { fieldOf, ResumeWays, unknownCode, type Way } from './resume-ways.service.js';

export interface Resumed {
  readonly id: string;
  readonly isChanged: boolean;
  readonly links: readonly ResumeLink[];
  /** Who goes on: a visitor may have proven who she is. */
  readonly caller: Caller;
}

interface Redeemed {
  readonly id: string;
  readonly act: number | null;
  readonly joining: readonly Named[];
  readonly heldBack: readonly ResumeLink[];
  readonly caller: Caller;
}

type Level = ResumeTold['level'];

/** Goes on with a journey elsewhere: on another device, in another channel, or by an agent. */
@Injectable()
export class Resumes {
  constructor(
    private readonly database: Database,
    private readonly relay: Relay,
    private readonly keys: ApiKeys,
    private readonly types: IdentifierTypes,
    private readonly journeys: Journeys,
    private readonly ways: ResumeWays,
    private readonly guard: ResumeGuard,
    private readonly handOvers: HandOvers,
    @Inject(JOURNEY_CLOCK) private readonly clock: JourneyClock,
  ) {}

  async resume(caller: Caller, input: ResumeJourneyInput): Promise<Resumed> {
    const { workspace } = caller;
    const named = await this.ways.named(caller, input.identifiers ?? []);
    const way = await this.ways.of(caller, input);
    const done = await this.database.inWorkspace(workspace, (db) => this.redeem(db, caller, input, way, named));
    if (done.caller !== caller) this.keys.forget(caller);
    if ('hash' in way) await this.guard.wasRight(caller, way.via === 'code');
    if (done.act !== null) await this.handOvers.tellNow(workspace, done.id, done.act);
    this.relay.wake();
    const seen = done.act === null ? [] : await this.handOvers.seen(workspace, done.id, done.act);
    const links = [...linksOf(seen, done.joining), ...done.heldBack];
    return { id: done.id, isChanged: done.act !== null, links, caller: done.caller };
  }

  /** The act, and the use of the code: both or none. A code that is wrong has been counted before. */
  private async redeem(
    db: EntityManager,
    caller: Caller,
    input: ResumeJourneyInput,
    way: Way,
    named: readonly Unowned[],
  ): Promise<Redeemed> {
    const { workspace } = caller;
    const idempotencyKey = idempotencyKeyOf(input.idempotencyKey);
    const code = 'hash' in way ? await knownCode(db, workspace, way) : null;
    const id = 'hash' in way ? (code as HeldCode).journey : way.journey;
    const isRepeated = idempotencyKey !== null && (await findActByKey(db, workspace, id, idempotencyKey)) !== null;
    if (code && !isRepeated) requireUsable(code, fieldOf(way), this.clock.now());
    const now = this.clock.now();
    // Who has a code finds the journey by it, whosever it is.
    const finder = code ? { workspace, customer: null, isVisitor: false } : caller;
    const run = await this.journeys.hold(db, finder, id, now, 'input.journeyId');
    const level = (code && verifications[code.verification]) ?? 'CLAIMED';
    const proves = code !== null && caller.isVisitor && (await isKnown(db, workspace, run.profile));
    const newcomers = caller.customer === null ? named : await this.bearer(db, caller, run);
    const { joining, heldBack } = await part(db, workspace, run, level, newcomers);
    requireLevel(caller, level, proves, heldBack, fieldOf(way));
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
    if (act.n === null) return { id, act: null, joining, heldBack: held, caller };
    if (code) await useResumeCode(db, workspace, code.id);
    const event: JourneyHandedOver = { journey: id, act: act.n };
    await publish(db, workspace, JOURNEY_HANDED_OVER, event);
    const bearer = proves ? await this.keys.bind(db, caller, run.profile) : caller;
    return { id, act: event.act, joining, heldBack: held, caller: bearer };
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
    return anchor && type ? [{ input: { ...anchor }, type, values: [anchor.value], isProven: false }] : [];
  }
}

async function part(db: EntityManager, workspace: number, run: LoadedRun, level: Level, named: readonly Unowned[]) {
  const keys = named.map(({ type, values }) => ({ type: type.name, values }));
  const holders = keys.length > 0 ? await findHolders(db, workspace, keys) : [];
  const all = named.map((one) => ({ ...one, owner: ownerOf(one, holders) }));
  return partByLevel(level, run, all);
}

/** Whose an identifier is in the first of its forms that is anybody’s. */
function ownerOf({ type, values }: Unowned, holders: readonly Holder[]): Owner | null {
  const of = (value: string) => holders.find((one) => one.type === type.name && one.value === value);
  return values.map(of).find((one) => one !== undefined) ?? null;
}

async function knownCode(
  db: EntityManager,
  workspace: number,
  way: Extract<Way, { readonly hash: unknown }>,
): Promise<HeldCode> {
  const code = await holdResumeCode(db, workspace, way.hash);
  if (!code) throw unknownCode(fieldOf(way));
  return code;
}

function requireUsable(code: HeldCode, field: string, now: Date): void {
  const where = { field };
  if (code.uses >= code.usesMax)
    throw new Refusal('RESUME_CODE_USED', 'This code was used already: make a new one.', where);
  if (code.expiresAt <= now) throw new Refusal('RESUME_CODE_EXPIRED', 'This code has ended: make a new one.', where);
}

/**
 * What a code of level CLAIMED cannot do through a portal: join two who are known, or open the record of one who is known
 * to a visitor.
 */
function requireLevel(caller: Caller, level: Level, proves: boolean, heldBack: readonly Named[], field: string): void {
  if (caller.customer !== null && heldBack.length > 0) {
    const sentence = 'This code proves too little to join it with who you are here: ask for one of level VERIFIED.';
    throw new Refusal('RESUME_LEVEL', sentence, { field });
  }
  if (proves && level !== 'VERIFIED') {
    const sentence =
      'This code proves too little to open a known customer’s record: log in, or ask for one of level VERIFIED.';
    throw new Refusal('RESUME_LEVEL', sentence, { field });
  }
}

function linksOf(seen: Awaited<ReturnType<HandOvers['seen']>>, joining: readonly Named[]): ResumeLink[] {
  return joining.flatMap(({ type, input, values: [value] }) => {
    const one = seen.find((other) => other.type === type.name && other.value === (value ?? input.value));
    if (!one) return [];
    return [{ type: one.type, status: one.status as ResumeLink['status'], reason: one.reason }];
  });
}
