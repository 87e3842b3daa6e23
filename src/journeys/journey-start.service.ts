import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { Database } from '../platform/database.js';
import { publish } from '../platform/events.js';
import { deterministicId, requireId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { Relay } from '../platform/relay.js';
import { exactText } from '../platform/text-input.js';
import { Ingest } from '../touchpoints/ingest.service.js';
import { checkTouchpoint } from '../touchpoints/touchpoint-check.js';
import { firstStep } from './blueprint.js';
import { type BlueprintRow, findBlueprint } from './blueprint.queries.js';
import { definitionOfVersion } from './definitions.js';
import { HandOvers, JOURNEY_HANDED_OVER, type JourneyHandedOver } from './hand-over.service.js';
import { countOpenJourneys, findCustomer, holdJourneys, insertJourneys } from './journey.queries.js';
import { findActs, findRequestOfStart, insertAct } from './journey-act.queries.js';
import { beginning, dataOf, type Move } from './journey-acts.js';
import type { StartJourneyInput } from './journey-acts.types.js';
import { take } from './journey-assignment.js';
import { JOURNEY_CLOCK, type JourneyClock } from './journey-clock.js';
import { placeTouchpoints } from './journey-places.queries.js';
import { interestOf, loadRuns, writeRuns } from './journey-runs.js';
import { journeyId, ownSource } from './journey-settling.js';
import type { Act } from './journey-state.js';
import { findReferring } from './journey-touchpoint.queries.js';
import { idempotencyKeyOf, type JourneyAct, requireOwn } from './journeys.service.js';

interface Started {
  readonly id: string;
  readonly source: string;
  readonly externalId: string;
  readonly idempotencyKey: string | null;
  readonly requestHash: string;
}

/** Starts journeys, also of visitors whom nobody knows yet. */
@Injectable()
export class JourneyStart {
  constructor(
    private readonly database: Database,
    private readonly relay: Relay,
    private readonly ingest: Ingest,
    private readonly handOvers: HandOvers,
    @Inject(JOURNEY_CLOCK) private readonly clock: JourneyClock,
  ) {}

  /** Told twice, by the same external id or idempotency key, it starts one journey. */
  async start(caller: Caller, input: StartJourneyInput): Promise<JourneyAct> {
    const { workspace } = caller;
    const data = dataOf(input.data, 'input.data');
    const started = startedOf(caller, input, data);
    const { blueprint, move } = await this.database.inWorkspace(workspace, (db) =>
      prepare(db, workspace, input, data, started.id),
    );
    const profile = await this.profileOf(caller, input, started);
    const act = await this.database.inWorkspace(workspace, (db) =>
      this.begin(db, caller, input, blueprint, profile, started, move),
    );
    if (isTold(caller, act)) await this.handOvers.tellNow(workspace, act.id, act.n as number);
    this.relay.wake();
    return act;
  }

  private async begin(
    db: EntityManager,
    caller: Caller,
    input: StartJourneyInput,
    { id: blueprint, version }: BlueprintRow,
    profile: string,
    started: Started,
    move: Move,
  ): Promise<JourneyAct> {
    const { workspace } = caller;
    const { id, source, externalId, idempotencyKey, requestHash } = started;
    await requireOwn(db, caller);
    const now = this.clock.now();
    const limit = limits.openJourneysPerCustomerMax;
    const definition = await definitionOfVersion(db, workspace, { blueprint, version });
    const isFull = (await countOpenJourneys(db, workspace, profile)) >= limit;
    const row = { id, profile, blueprint, version, step: firstStep(definition).key, source, externalId };
    const isNew = (await insertJourneys(db, workspace, [row], now)).length > 0;
    if (!isNew) {
      const before = await findRequestOfStart(db, workspace, id);
      if (idempotencyKey === null || before === requestHash) return { id, isChanged: false, n: null };
      throw new Refusal('CONTENT_CONFLICT', 'Another request stood under this idempotency key.', {
        field: 'input.idempotencyKey',
      });
    }
    if (isFull) {
      const sentence = `A customer has at most ${limit} journeys open at once.`;
      throw new Refusal('TOO_MANY', sentence, { field: 'input.blueprint', limit });
    }
    const act: Act = {
      ...move,
      turn: null,
      kind: 'STARTED',
      n: 1,
      at: now.getTime(),
      channel: input.channel,
      isCustomer: caller.customer !== null,
      actor: caller.actor,
    };
    await insertAct(db, workspace, id, { ...act, idempotencyKey, requestHash });
    const [run] = await loadRuns(db, workspace, await holdJourneys(db, workspace, [id]), now.getTime());
    if (!run) throw new Error('A journey that was made just now cannot be found.');
    // Touchpoints that named the journey before it was there.
    const touchpointsMax = limits.touchpointsPerJourneyMax;
    const referring = await findReferring(db, workspace, id, interestOf([definition]), touchpointsMax);
    const taken = referring.filter((touchpoint) => take(run, touchpoint, now.getTime(), touchpointsMax));
    const places = taken.map((touchpoint) => ({ touchpoint: touchpoint.id, journey: id, isReferred: true }));
    if (places.length > 0) await placeTouchpoints(db, workspace, places);
    await writeRuns(db, workspace, [run], now);
    const done = { id, isChanged: true, n: act.n };
    const event: JourneyHandedOver = { journey: id, act: act.n };
    if (isTold(caller, done)) await publish(db, workspace, JOURNEY_HANDED_OVER, event);
    return done;
  }

  /**
   * The very profile that was named, or that the identifiers are of: an unmerge parts what it joined. Who is not known
   * yet becomes known by a touchpoint, which tells of the start.
   */
  private async profileOf(caller: Caller, input: StartJourneyInput, started: Started): Promise<string> {
    const { workspace } = caller;
    if (caller.customer !== null) {
      if (input.customerId == null && input.identifiers == null) return caller.customer;
      throw new Refusal('INPUT_INVALID', 'Who starts it, the token says: leave customerId and identifiers out.', {
        field: input.customerId == null ? 'input.identifiers' : 'input.customerId',
      });
    }
    if ((input.customerId == null) === (input.identifiers == null)) {
      throw new Refusal('ONE_OF_REQUIRED', 'Give exactly one of customerId and identifiers.', {
        field: 'input.customerId',
      });
    }
    if (input.customerId != null) {
      const profile = requireId('customer', input.customerId, 'input.customerId');
      const customer = await this.database.inWorkspace(workspace, (db) => findCustomer(db, workspace, profile));
      if (customer !== null) return profile;
      throw new Refusal('NOT_FOUND', 'There is no such customer.', { field: 'input.customerId' });
    }
    const touchpoint = {
      source: ownSource,
      externalId: `${started.id} started`,
      channel: input.channel,
      kind: 'journey.started',
      identifiers: input.identifiers ?? [],
      journey: { source: started.source, externalId: started.externalId },
    };
    const [recorded] = await this.ingest.record(workspace, [touchpoint], (one, _, context) =>
      checkTouchpoint(one, 'input', context),
    );
    if (!recorded || 'refusal' in recorded) throw recorded?.refusal ?? new Error('Nothing was recorded.');
    return String(recorded.profile);
  }
}

/** A customer’s own start is something that she did: a touchpoint tells of it. */
const isTold = (caller: Caller, { n }: JourneyAct): boolean => caller.customer !== null && n !== null;

/** All that can be refused without knowing who it is, so that nothing is recorded of what is refused. */
async function prepare(
  db: EntityManager,
  workspace: number,
  input: StartJourneyInput,
  data: Move['data'],
  id: string,
): Promise<{ blueprint: BlueprintRow; move: Move }> {
  const blueprint = await findBlueprint(db, workspace, input.blueprint);
  if (!blueprint) throw new Refusal('NOT_FOUND', 'There is no such blueprint.', { field: 'input.blueprint' });
  const isKnown = (await findActs(db, workspace, [id])).has(id);
  if (blueprint.isRetired && !isKnown) {
    throw new Refusal('STATUS_FORBIDS', 'This blueprint is retired: no journey begins by it any more.', {
      field: 'input.blueprint',
    });
  }
  const definition = await definitionOfVersion(db, workspace, { blueprint: blueprint.id, version: blueprint.version });
  return { blueprint, move: beginning(definition, data, input.channel) };
}

/** What names the journey: the sender’s own id of it, else its idempotency key, else nothing that could be repeated. */
function startedOf(caller: Caller, input: StartJourneyInput, data: Move['data']): Started {
  const given = exactText(input.externalId, 'input.externalId', limits.externalIdCharactersMax);
  const from = exactText(input.source, 'input.source', limits.shortTextCharactersMax);
  if ((given === null) !== (from === null)) {
    throw new Refusal('INPUT_INVALID', 'source and externalId name a journey together: give both or neither.', {
      field: given === null ? 'input.externalId' : 'input.source',
    });
  }
  if (given !== null && (caller.customer !== null || from === ownSource)) {
    throw new Refusal('INPUT_INVALID', 'This caller cannot name a journey so.', { field: 'input.source' });
  }
  const idempotencyKey = idempotencyKeyOf(input.idempotencyKey);
  const name = idempotencyKey && deterministicId('start', caller.customer ?? '', idempotencyKey);
  const source = from ?? ownSource;
  const externalId = given ?? name ?? randomUUID();
  const who = input.customerId ?? input.identifiers ?? null;
  const requestHash = deterministicId(JSON.stringify(['start', input.blueprint, input.channel, who, data]));
  return { id: journeyId(caller.workspace, source, externalId), source, externalId, idempotencyKey, requestHash };
}
