import type { EntityManager } from 'typeorm';
import { publishChange } from '../platform/feed.js';
import { limits } from '../platform/limits.js';
import type { Definition } from './blueprint.js';
import { definitionsOf, versionKey } from './definitions.js';
import { type HeldJourney, type JourneyWrite, writeJourneys } from './journey.queries.js';
import { findActs } from './journey-act.queries.js';
import { eventOf, type Run } from './journey-assignment.js';
import {
  type Act,
  type Cause,
  deadlines,
  fold,
  type JourneyEvent,
  type JourneyState,
  journeyStatuses,
} from './journey-state.js';
import { findFolded, type Interest } from './journey-touchpoint.queries.js';
import {
  JOURNEYS_CHANGED,
  type JourneyChange,
  type JourneyChangeKind,
  type JourneysChanged,
} from './journeys.events.js';

/** A journey with all that happened to it, and what its row says; null for one that begins just now. */
export interface LoadedRun extends Run {
  readonly row: HeldJourney | null;
  readonly acts: readonly Act[];
  /** What changes it, where that is no event that it is folded from. */
  readonly cause?: Cause;
  /** True when somebody just acted on it: who read it before, must look again, even if it shows the same. */
  isActedOn?: boolean;
}

/** What the triggers of definitions look at. */
export function interestOf(definitions: Iterable<Definition>): Interest {
  const triggers = [...definitions].flatMap((definition) => definition.triggers);
  const isOpen = triggers.some((trigger) => trigger.kinds.length === 0);
  return {
    kinds: isOpen ? null : [...new Set(triggers.flatMap((trigger) => trigger.kinds))],
    attributes: [...new Set(triggers.flatMap((trigger) => Object.keys(trigger.attributes)))],
  };
}

/** Journeys as everything that is stored of them makes them by now: three statements, however many they are. */
export async function loadRuns(
  db: EntityManager,
  workspace: number,
  held: readonly HeldJourney[],
  now: number,
): Promise<LoadedRun[]> {
  if (held.length === 0) return [];
  const definitions = await definitionsOf(db, workspace, held);
  const ids = held.map((journey) => journey.id);
  const acts = await findActs(db, workspace, ids);
  const folded = await findFolded(db, workspace, ids, interestOf(definitions.values()));
  const told = new Map<string | null, JourneyEvent[]>();
  for (const touchpoint of folded) {
    const own = told.get(touchpoint.journey) ?? [];
    told.set(touchpoint.journey, own);
    own.push(eventOf(touchpoint));
  }
  return held.map((row) => {
    const definition = definitions.get(versionKey(row));
    if (!definition) throw new Error(`The journey ${row.id} runs by a version that cannot be found.`);
    const own = acts.get(row.id) ?? [];
    return {
      ...runOf(row, definition, [...own, ...(told.get(row.id) ?? [])], now),
      row,
      acts: own,
    };
  });
}

function runOf(row: HeldJourney, definition: Definition, events: JourneyEvent[], now: number): Run {
  const isFromTouchpoint = !events.some((event) => event.kind === 'STARTED');
  const state = fold(events, definition, now);
  const known = state ? events : [...events, startOf(row)];
  return {
    id: row.id,
    profile: row.profile,
    customer: row.customer,
    blueprint: row.blueprint,
    blueprintVersion: row.version,
    definition,
    isFromTouchpoint,
    events: known,
    state: state ?? (fold(known, definition, now) as JourneyState),
  };
}

/** What began the journey was corrected, and would not begin one now: it began all the same. */
function startOf({ startedAt }: HeldJourney): Act {
  return {
    kind: 'STARTED',
    n: 0,
    at: startedAt,
    channel: null,
    isCustomer: false,
    actor: 'touchpoint',
    step: null,
    fromStep: null,
    data: null,
    turn: null,
  };
}

/** Writes what journeys have become, and tells of it. Written twice they are the same as once. */
export async function writeRuns(
  db: EntityManager,
  workspace: number,
  runs: readonly LoadedRun[],
  now: Date,
  backfill = false,
): Promise<void> {
  if (runs.length === 0) return;
  await writeJourneys(
    db,
    workspace,
    runs.map((run) => writeOf(run, now.getTime())),
    now,
  );
  const changes = runs.flatMap((run) => changesOf(run, now.getTime()));
  const event: JourneysChanged = { changes, backfill };
  const profiles = changes.map((change) => change.profile);
  if (changes.length > 0) await publishChange(db, workspace, JOURNEYS_CHANGED, profiles, event);
}

function writeOf(run: LoadedRun, now: number): JourneyWrite {
  const { id, blueprintVersion, definition, state, row, cause } = run;
  const { expectedAt, stuckAt, abandonedAt } = deadlines(state, definition);
  const isStuck = stuckAt !== null && now >= stuckAt;
  const dues = [isStuck ? null : stuckAt, abandonedAt].filter((due) => due !== null);
  return {
    id,
    blueprintVersion,
    status: journeyStatuses.indexOf(state.status),
    step: state.step,
    startedAt: iso(state.startedAt),
    stepSince: iso(state.stepSince),
    activeAt: iso(state.activeAt),
    expectedAt: expectedAt === null ? null : iso(expectedAt),
    stuckAt: stuckAt === null ? null : iso(stuckAt),
    endedAt: state.endedAt === null ? null : iso(state.endedAt),
    isStuck,
    state: state.data,
    way: state.way,
    turn: state.turn,
    cause: cause ?? state.cause,
    dueAt: dues.length > 0 ? iso(Math.min(...dues)) : null,
    isChanged: row === null || run.isActedOn === true || !isSame(row, { blueprintVersion, state }),
  };
}

const iso = (ms: number) => new Date(ms).toISOString();

function isSame(row: HeldJourney, { blueprintVersion, state }: { blueprintVersion: number; state: JourneyState }) {
  // A row that was only inserted has been no version yet.
  if (row.journeyVersion === 0) return false;
  const { status, step, startedAt, stepSince, endedAt, data, turn } = state;
  return (
    JSON.stringify([blueprintVersion, status, step, startedAt, stepSince, endedAt, data, turn]) ===
    JSON.stringify([row.version, row.status, row.step, row.startedAt, row.stepSince, row.endedAt, row.state, row.turn])
  );
}

/** What became of a journey since its row was written, in words that others may act on. */
function changesOf({ id, blueprint, profile, definition, state, row }: LoadedRun, now: number): JourneyChange[] {
  const change = (kind: JourneyChangeKind, at: number): JourneyChange => ({
    kind,
    journey: id,
    blueprint,
    profile,
    step: state.step,
    at: iso(at),
  });
  const before = row && row.journeyVersion > 0 ? row : null;
  const changes: JourneyChange[] = [];
  if (!before) changes.push(change('STARTED', state.startedAt));
  else if (before.step !== state.step) changes.push(change('ADVANCED', state.stepSince));
  if ((before?.status ?? 'ACTIVE') !== state.status) {
    const kind = state.status === 'ACTIVE' ? 'RESUMED' : state.status;
    changes.push(change(kind, state.endedAt ?? state.cause.at));
  }
  if (state.turn && JSON.stringify(before?.turn ?? null) !== JSON.stringify(state.turn)) {
    changes.push(change('HANDED_OFF', state.cause.at));
  }
  const { stuckAt } = deadlines(state, definition);
  if (stuckAt !== null && now >= stuckAt && !before?.isStuck) changes.push(change('STUCK', stuckAt));
  return changes;
}

/** Whether a journey has room for one more act; that it is cancelled must always be possible. */
export function hasRoom(run: LoadedRun): boolean {
  return run.acts.length < limits.actsPerJourneyMax;
}
