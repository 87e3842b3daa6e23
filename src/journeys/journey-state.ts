import type { Channel } from '../touchpoints/vocabulary.js';
import { type Definition, firstStep, type Happening, lengthMs, stepOf, type Trigger, triggersOf } from './blueprint.js';

/** Stored as its place in this list: append only. The first two are open. */
export const journeyStatuses = ['ACTIVE', 'PAUSED', 'COMPLETED', 'ABANDONED', 'CANCELLED'] as const;
export type JourneyStatus = (typeof journeyStatuses)[number];

/** What people and systems do; stored as its place in this list: append only. */
export const actKinds = ['STARTED', 'ADVANCED', 'PAUSED', 'RESUMED', 'HANDED_OFF', 'CANCELLED'] as const;
export type ActKind = (typeof actKinds)[number];

/** Who is to go on, when it was handed over. */
export interface Turn {
  readonly to: 'AGENT' | 'QUEUE' | 'CHANNEL';
  readonly name: string;
}

type Data = Readonly<Record<string, unknown>>;

/** Something that was done, as it was decided then: whatever turns up late, it is not judged again. */
export interface Act {
  readonly kind: ActKind;
  readonly n: number;
  readonly at: number;
  readonly channel: Channel | null;
  readonly isCustomer: boolean;
  readonly actor: string;
  /** Where it leads; null stays. */
  readonly step: string | null;
  /** The step whose data it brings. */
  readonly fromStep: string | null;
  readonly data: Data | null;
  readonly turn: Turn | null;
}

/** Something that happened, which the blueprint’s triggers judge. */
export interface Told {
  readonly kind: 'TOUCHPOINT';
  readonly id: string;
  readonly at: number;
  readonly happening: Happening;
}

export type JourneyEvent = Act | Told;

/** What changed a journey last. */
export interface Cause {
  readonly kind: ActKind | 'TOUCHPOINT' | 'TIME' | 'MIGRATED';
  readonly at: number;
  readonly by: 'CUSTOMER' | 'STAFF' | 'TOUCHPOINT' | 'TIME';
  readonly actor: string | null;
  readonly channel: Channel | null;
  readonly touchpoint: string | null;
}

/** A step that a journey stood on, and when it came there. */
export interface Stay {
  readonly step: string;
  readonly at: number;
}

/** Where a journey stands. Times are epoch milliseconds. */
export interface JourneyState {
  readonly status: JourneyStatus;
  readonly step: string;
  readonly startedAt: number;
  readonly stepSince: number;
  /** Since when the step’s time is counted: a pause stops the clock. */
  readonly countedSince: number;
  /** The last sign of anybody. */
  readonly activeAt: number;
  readonly endedAt: number | null;
  /** What each step was told, by its key. */
  readonly data: Readonly<Record<string, Data>>;
  readonly turn: Turn | null;
  /** Every step that it has been on, in that order. */
  readonly way: readonly Stay[];
  readonly cause: Cause;
}

export function isOpen(status: JourneyStatus): boolean {
  return status === 'ACTIVE' || status === 'PAUSED';
}

/**
 * A journey as everything that happened to it, in the order in which it happened, has made it by now; null while
 * nothing has started it. Which of it was told first makes no difference.
 */
export function fold(events: readonly JourneyEvent[], definition: Definition, now: number): JourneyState | null {
  let state: JourneyState | null = null;
  for (const event of [...events].sort(inOrder)) {
    state = nextState(state && expired(state, definition, event.at), event, definition);
  }
  return state && expired(state, definition, now);
}

/** At one instant: the start, then touchpoints, then what was done on seeing them. */
function inOrder(a: JourneyEvent, b: JourneyEvent): number {
  const rank = (event: JourneyEvent) => (event.kind === 'STARTED' ? 0 : event.kind === 'TOUCHPOINT' ? 1 : 2);
  if (a.at !== b.at || rank(a) !== rank(b)) return a.at - b.at || rank(a) - rank(b);
  if (a.kind === 'TOUCHPOINT' && b.kind === 'TOUCHPOINT') return a.id < b.id ? -1 : 1;
  return (a as Act).n - (b as Act).n;
}

export function nextState(
  state: JourneyState | null,
  event: JourneyEvent,
  definition: Definition,
): JourneyState | null {
  return event.kind === 'TOUCHPOINT' ? told(state, event, definition) : acted(state, event, definition);
}

function told(state: JourneyState | null, event: Told, definition: Definition): JourneyState | null {
  const triggers = triggersOf(definition, event.happening);
  const cause: Cause = {
    kind: 'TOUCHPOINT',
    at: event.at,
    by: 'TOUCHPOINT',
    actor: null,
    channel: event.happening.channel,
    touchpoint: event.id,
  };
  if (state === null) return triggers.some((one) => one.effect === 'START') ? begun(definition, cause) : null;
  if (!isOpen(state.status)) return state;
  const seen = { ...state, activeAt: event.at };
  const to = targetOf(triggers, seen, definition);
  if (to === null || to === state.step) return seen;
  const woken = state.status === 'PAUSED' ? { ...seen, status: 'ACTIVE' as const } : seen;
  return { ...movedTo(to, woken, definition, event.at), turn: null, cause };
}

/** The first trigger that holds where the journey stands: an end always does, an advance only where it may go next. */
function targetOf(triggers: readonly Trigger[], state: JourneyState, definition: Definition): string | null {
  const next = stepOf(definition, state.step)?.next ?? [];
  const holding = triggers.find(
    ({ effect, to }) => effect === 'COMPLETE' || (effect === 'ADVANCE' && to !== null && next.includes(to)),
  );
  return holding?.to ?? null;
}

function acted(state: JourneyState | null, act: Act, definition: Definition): JourneyState | null {
  const cause: Cause = {
    kind: act.kind,
    at: act.at,
    by: act.isCustomer ? 'CUSTOMER' : 'STAFF',
    actor: act.actor,
    channel: act.channel,
    touchpoint: null,
  };
  if (act.kind === 'STARTED') return state ?? withData(begun(definition, cause), act);
  if (state === null) return null;
  const kept = withData(state, act);
  // What ended stays ended, and what was told is kept all the same; only of being abandoned it may be woken.
  if (state.status === 'COMPLETED' || state.status === 'CANCELLED') return kept;
  const open = isOpen(state.status) ? kept : woken(kept, act.at);
  const seen = { ...open, activeAt: act.at, cause };
  switch (act.kind) {
    case 'ADVANCED': {
      if (act.step === null || !stepOf(definition, act.step)) return { ...seen, turn: null };
      return { ...movedTo(act.step, { ...seen, status: 'ACTIVE' }, definition, act.at), turn: null };
    }
    case 'PAUSED':
      return { ...seen, status: 'PAUSED' };
    case 'RESUMED':
      return { ...(state.status === 'PAUSED' ? woken(seen, act.at) : seen), turn: null };
    case 'HANDED_OFF':
      return { ...seen, turn: act.turn };
    case 'CANCELLED':
      return { ...seen, status: 'CANCELLED', endedAt: act.at, turn: null };
  }
}

function begun(definition: Definition, cause: Cause): JourneyState {
  const { at } = cause;
  const first = firstStep(definition);
  return {
    status: first.terminal ? 'COMPLETED' : 'ACTIVE',
    step: first.key,
    startedAt: at,
    stepSince: at,
    countedSince: at,
    activeAt: at,
    endedAt: first.terminal ? at : null,
    data: {},
    turn: null,
    way: [{ step: first.key, at }],
    cause,
  };
}

function woken<T extends JourneyState>(state: T, at: number): T {
  return { ...state, status: 'ACTIVE', endedAt: null, countedSince: at };
}

function movedTo(key: string, state: JourneyState, definition: Definition, at: number): JourneyState {
  if (key === state.step) return state;
  const isEnd = stepOf(definition, key)?.terminal === true;
  return {
    ...state,
    step: key,
    stepSince: at,
    countedSince: at,
    way: [...state.way, { step: key, at }],
    ...(isEnd ? { status: 'COMPLETED' as const, endedAt: at } : {}),
  };
}

function withData(state: JourneyState, { fromStep, data }: Act): JourneyState {
  if (fromStep === null || data === null) return state;
  return { ...state, data: { ...state.data, [fromStep]: { ...state.data[fromStep], ...data } } };
}

/** The journey at an instant, when nothing further happens before it. */
function expired(state: JourneyState, definition: Definition, at: number): JourneyState {
  const { abandonedAt } = deadlines(state, definition);
  if (abandonedAt === null || at < abandonedAt) return state;
  const cause: Cause = { kind: 'TIME', at: abandonedAt, by: 'TIME', actor: null, channel: null, touchpoint: null };
  return { ...state, status: 'ABANDONED', endedAt: abandonedAt, cause };
}

/** When time alone changes an active journey; null where it never does. */
export interface Deadlines {
  readonly expectedAt: number | null;
  readonly stuckAt: number | null;
  readonly abandonedAt: number | null;
}

export function deadlines(state: JourneyState, definition: Definition): Deadlines {
  if (state.status !== 'ACTIVE') return { expectedAt: null, stuckAt: null, abandonedAt: null };
  const after = (since: number, duration: string | null) => {
    const ms = lengthMs(duration);
    return ms === null ? null : since + ms;
  };
  return {
    expectedAt: after(state.countedSince, stepOf(definition, state.step)?.expectedWithin ?? null),
    stuckAt: after(state.countedSince, definition.stuckAfter),
    abandonedAt: after(state.activeAt, definition.abandonedAfter),
  };
}
