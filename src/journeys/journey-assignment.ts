import { type Definition, type Happening, lengthMs, triggersOf } from './blueprint.js';
import { fold, type JourneyEvent, type JourneyState, type Told } from './journey-state.js';

/** A touchpoint that a trigger may concern. */
export interface Candidate {
  readonly id: string;
  readonly profile: string;
  readonly customer: string;
  readonly at: number;
  readonly happening: Happening;
}

/** A journey while touchpoints are put to it. */
export interface Run {
  readonly id: string;
  readonly profile: string;
  readonly customer: string;
  readonly blueprint: string;
  readonly blueprintVersion: number;
  readonly definition: Definition;
  /** True when a touchpoint began it. */
  readonly isFromTouchpoint: boolean;
  events: JourneyEvent[];
  state: JourneyState;
}

/** A version by which a touchpoint may begin a journey. */
export interface Startable {
  readonly blueprint: string;
  readonly blueprintVersion: number;
  readonly definition: Definition;
}

export interface Link {
  readonly touchpoint: string;
  readonly journey: string;
  /** False past the limit: the touchpoint belongs to the journey and no longer moves it. */
  readonly isFolded: boolean;
}

export interface Assignment {
  readonly links: readonly Link[];
  /** Begun by a touchpoint just now; they stand among the runs too. */
  readonly begun: readonly Run[];
}

/**
 * Puts touchpoints to the journeys of their customers, in the order in which they happened; `runs` takes up the new
 * ones. A touchpoint goes to the journey that ran when it happened, of several to the one that began last; one that
 * fits none may begin one.
 * @param idOf the id of the journey that a touchpoint begins
 */
export function assign(
  runs: Run[],
  candidates: readonly Candidate[],
  startables: readonly Startable[],
  now: number,
  touchpointsMax: number,
  idOf: (blueprint: string, touchpoint: string) => string,
): Assignment {
  const links: Link[] = [];
  const begun: Run[] = [];
  for (const candidate of [...candidates].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))) {
    const own = runs.filter((run) => run.customer === candidate.customer);
    const run = runningThen(own, candidate) ?? begunLater(own, candidate, startables);
    if (run) {
      const isFolded = take(run, candidate, now, touchpointsMax);
      links.push({ touchpoint: candidate.id, journey: run.id, isFolded });
      continue;
    }
    const started = start(candidate, startables, now, idOf);
    if (!started) continue;
    links.push({ touchpoint: candidate.id, journey: started.id, isFolded: true });
    begun.push(started);
    runs.push(started);
  }
  return { links, begun };
}

/** The touchpoint becomes part of what the journey is folded from; false when there is no room for it. */
export function take(run: Run, candidate: Candidate, now: number, touchpointsMax: number): boolean {
  const event = eventOf(candidate);
  const others = run.events.filter((one) => one.kind !== 'TOUCHPOINT' || one.id !== event.id);
  if (others.filter((one) => one.kind === 'TOUCHPOINT').length >= touchpointsMax) return false;
  run.events = [...others, event];
  run.state = fold(run.events, run.definition, now) ?? run.state;
  return true;
}

function runningThen(own: readonly Run[], candidate: Candidate): Run | null {
  const fitting = own.filter(
    ({ state, definition }) =>
      state.startedAt <= candidate.at &&
      (state.endedAt === null || candidate.at <= state.endedAt) &&
      triggersOf(definition, candidate.happening).length > 0,
  );
  return fitting.sort((a, b) => b.state.startedAt - a.state.startedAt || (a.id < b.id ? 1 : -1))[0] ?? null;
}

/** A start that is told late belongs to the journey that a later touchpoint had to begin without it. */
function begunLater(own: readonly Run[], candidate: Candidate, startables: readonly Startable[]): Run | null {
  const starting = new Set(startables.filter((one) => starts(one.definition, candidate)).map((one) => one.blueprint));
  const later = own.filter((run) => {
    const patience = lengthMs(run.definition.abandonedAfter) ?? Number.POSITIVE_INFINITY;
    return (
      run.isFromTouchpoint &&
      starting.has(run.blueprint) &&
      starts(run.definition, candidate) &&
      run.state.startedAt > candidate.at &&
      run.state.startedAt < candidate.at + patience
    );
  });
  return later.sort((a, b) => a.state.startedAt - b.state.startedAt || (a.id < b.id ? -1 : 1))[0] ?? null;
}

function start(
  candidate: Candidate,
  startables: readonly Startable[],
  now: number,
  idOf: (blueprint: string, touchpoint: string) => string,
): Run | null {
  const by = startables.find((one) => starts(one.definition, candidate));
  if (!by) return null;
  const events = [eventOf(candidate)];
  const state = fold(events, by.definition, now);
  if (!state) return null;
  const { profile, customer } = candidate;
  const id = idOf(by.blueprint, candidate.id);
  return { ...by, id, profile, customer, isFromTouchpoint: true, events, state };
}

function starts(definition: Definition, { happening }: Candidate): boolean {
  return triggersOf(definition, happening).some((one) => one.effect === 'START');
}

export function eventOf({ id, at, happening }: Candidate): Told {
  return { kind: 'TOUCHPOINT', id, at, happening };
}
