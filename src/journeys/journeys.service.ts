import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { outgrown } from '../access/visitors.js';
import { isKnown } from '../identity/visitor.queries.js';
import { Database } from '../platform/database.js';
import { deterministicId, requireId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { Relay } from '../platform/relay.js';
import { exactText } from '../platform/text-input.js';
import type { Channel } from '../touchpoints/vocabulary.js';
import { findCustomer, holdJourneys } from './journey.queries.js';
import { findActByKey, insertAct } from './journey-act.queries.js';
import { advance, complete, dataOf, type Move, requireStatus } from './journey-acts.js';
import type {
  AdvanceJourneyInput,
  CancelJourneyInput,
  CompleteJourneyInput,
  PauseJourneyInput,
} from './journey-acts.types.js';
import { JOURNEY_CLOCK, type JourneyClock } from './journey-clock.js';
import { hasRoom, type LoadedRun, loadRuns, writeRuns } from './journey-runs.js';
import { type Act, type ActKind, fold, type Turn } from './journey-state.js';
import { StaleJourney } from './stale-journey.js';

/** What an act answers with; the edge reads the journey itself. */
export interface JourneyAct {
  readonly id: string;
  /** False when the same request was carried out before. */
  readonly isChanged: boolean;
  /** Number of the act; null when there was none. */
  readonly n: number | null;
}

/** What every act on a journey says. */
export interface ActRequest {
  readonly id: string;
  /** Null for acts that are right whatever happened meanwhile. */
  readonly version: number | null;
  readonly kind: ActKind;
  readonly channel: Channel;
  readonly idempotencyKey: string | null;
  /** What else the request says: under one idempotency key it must be the same. */
  readonly told: unknown;
}

/** By whom a journey is looked for. */
export type Finder = Pick<Caller, 'workspace' | 'customer' | 'isVisitor'>;

/** Decides on what it sees of the journey, which nobody else changes meanwhile; or refuses. */
export type Decides = (run: LoadedRun) => Move & { readonly turn?: Turn | null };

/** Acts on journeys. Each is one transaction: the act, what it makes of the journey, and its event, or nothing. */
@Injectable()
export class Journeys {
  constructor(
    private readonly database: Database,
    private readonly relay: Relay,
    @Inject(JOURNEY_CLOCK) private readonly clock: JourneyClock,
  ) {}

  async advance(caller: Caller, input: AdvanceJourneyInput): Promise<JourneyAct> {
    const { channel, version } = input;
    const to = input.to ?? null;
    const data = dataOf(input.data, 'input.data');
    const request = { ...requestOf(input), version, kind: 'ADVANCED' as const, told: [to, data] };
    return this.act(caller, request, ({ state, definition }) => advance(state, definition, { to, data, channel }));
  }

  async complete(caller: Caller, input: CompleteJourneyInput): Promise<JourneyAct> {
    const { channel, version } = input;
    const to = input.to ?? null;
    const data = dataOf(input.data, 'input.data');
    const request = { ...requestOf(input), version, kind: 'ADVANCED' as const, told: ['complete', to, data] };
    return this.act(caller, request, ({ state, definition }) => complete(state, definition, { to, data, channel }));
  }

  async pause(caller: Caller, input: PauseJourneyInput): Promise<JourneyAct> {
    const request = { ...requestOf(input), version: input.version, kind: 'PAUSED' as const, told: null };
    return this.act(caller, request, ({ state }) => {
      requireStatus(state.status, ['ACTIVE'], 'be paused');
      return nowhere;
    });
  }

  async cancel(caller: Caller, input: CancelJourneyInput): Promise<JourneyAct> {
    const request = { ...requestOf(input), version: input.version, kind: 'CANCELLED' as const, told: null };
    return this.act(caller, request, ({ state }) => {
      requireStatus(state.status, ['ACTIVE', 'PAUSED', 'ABANDONED'], 'be cancelled');
      return nowhere;
    });
  }

  /** One act, wholly or not at all: what it published is handed on at once. */
  async act(caller: Caller, request: ActRequest, decide: Decides): Promise<JourneyAct> {
    const done = await this.database.inWorkspace(caller.workspace, (db) => this.actIn(db, caller, request, decide));
    this.relay.wake();
    return done;
  }

  /** As `act`, in a transaction that does more than this. */
  async actIn(db: EntityManager, caller: Caller, request: ActRequest, decide: Decides): Promise<JourneyAct> {
    const now = this.clock.now();
    const run = await this.hold(db, caller, request.id, now, 'input.id');
    return this.actOn(db, caller, run, request, decide, now);
  }

  /** As `actIn`, on a journey that is held already. */
  async actOn(
    db: EntityManager,
    caller: Caller,
    run: LoadedRun,
    request: ActRequest,
    decide: Decides,
    now: Date,
  ): Promise<JourneyAct> {
    const { workspace } = caller;
    const { id, kind, channel, idempotencyKey } = request;
    const requestHash = deterministicId(JSON.stringify([kind, channel, request.told]));
    if (idempotencyKey !== null) {
      const known = await findActByKey(db, workspace, id, idempotencyKey);
      if (known !== null) return repeated(id, known === requestHash);
    }
    const { row } = run;
    if (request.version !== null && row && row.journeyVersion !== request.version) {
      throw new StaleJourney(request.version, row, caller);
    }
    if (kind !== 'CANCELLED' && !hasRoom(run)) {
      const limit = limits.actsPerJourneyMax;
      throw new Refusal('TOO_MANY', `A journey takes at most ${limit} acts.`, { field: 'input.id', limit });
    }
    const { turn = null, ...move } = decide(run);
    const act: Act = {
      ...move,
      turn,
      kind,
      n: run.acts.length + 1,
      // Acts are in the order in which they were carried out, whatever a clock says.
      at: Math.max(now.getTime(), run.acts.at(-1)?.at ?? 0),
      channel,
      isCustomer: caller.customer !== null,
      actor: caller.actor,
    };
    await insertAct(db, workspace, id, { ...act, idempotencyKey, requestHash });
    run.events = [...run.events, act];
    run.state = fold(run.events, run.definition, now.getTime()) ?? run.state;
    run.isActedOn = true;
    await writeRuns(db, workspace, [run], now);
    return { id, isChanged: true, n: act.n };
  }

  /**
   * A journey, held until the end of the transaction. A customer finds her own only, and what is not hers looks as if it
   * were not there.
   */
  async hold(db: EntityManager, caller: Finder, id: string, now: Date, field: string): Promise<LoadedRun> {
    const { workspace, customer: own } = caller;
    const held = await holdJourneys(db, workspace, [id]);
    await requireOwn(db, caller);
    const customer = own === null ? null : await findCustomer(db, workspace, own);
    const seen = held.filter((journey) => own === null || journey.customer === customer);
    const [run] = await loadRuns(db, workspace, seen, now.getTime());
    if (!run) throw new Refusal('NOT_FOUND', 'There is no such journey.', { field });
    return run;
  }
}

/**
 * What a visitor's token is bound to may have become somebody's since it was presented.
 * @throws Refusal TOKEN_OUTGROWN
 */
export async function requireOwn(db: EntityManager, { workspace, customer, isVisitor }: Finder): Promise<void> {
  if (isVisitor && (await isKnown(db, workspace, customer as string))) throw outgrown();
}

const nowhere: Move = { step: null, fromStep: null, data: null };

/** What every act says of itself. */
export function requestOf(input: { id: string; channel: Channel; idempotencyKey?: string | null }) {
  return {
    id: requireId('journey', input.id, 'input.id'),
    channel: input.channel,
    idempotencyKey: idempotencyKeyOf(input.idempotencyKey),
  };
}

export function idempotencyKeyOf(key: string | null | undefined): string | null {
  return exactText(key, 'input.idempotencyKey', limits.idempotencyKeyCharactersMax);
}

function repeated(id: string, isSame: boolean): JourneyAct {
  if (isSame) return { id, isChanged: false, n: null };
  throw new Refusal('CONTENT_CONFLICT', 'Another request stood under this idempotency key.', {
    field: 'input.idempotencyKey',
  });
}
