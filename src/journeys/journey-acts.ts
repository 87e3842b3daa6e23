import { jsonText } from '../platform/json-input.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import type { Channel } from '../touchpoints/vocabulary.js';
import { type Definition, type Step, stepOf } from './blueprint.js';
import type { JourneyState, JourneyStatus } from './journey-state.js';
import { WrongData, wrongFields } from './step-schema.js';

/** Where an act leads and what it brings, once it is allowed. */
export interface Move {
  readonly step: string | null;
  readonly fromStep: string | null;
  readonly data: Readonly<Record<string, unknown>> | null;
}

/** The data that a client sends for a step: an object, of so many bytes. */
export function dataOf(data: unknown, field: string): Readonly<Record<string, unknown>> | null {
  if (data == null) return null;
  if (typeof data !== 'object' || Array.isArray(data)) {
    throw new Refusal('INPUT_INVALID', 'The data of a step are an object.', { field });
  }
  jsonText(data, field, limits.stepDataBytesMax);
  return data as Readonly<Record<string, unknown>>;
}

/** Goes on from the present step: to a next one, or, without one, stays and keeps what was told so far. */
export function advance(
  state: JourneyState,
  definition: Definition,
  { to, data, channel }: { to: string | null; data: Move['data']; channel: Channel },
): Move {
  const step = presentStep(state, definition);
  requireStatus(state.status, ['ACTIVE'], 'advance');
  requireChannel(step, channel);
  if (to !== null && !step.next.includes(to)) {
    throw new Refusal(
      'STEP_FORBIDS',
      `From ‘${step.key}’ the blueprint leads to ${step.next.join(', ') || 'no other step'}, not to ‘${to}’.`,
      { field: 'input.to' },
    );
  }
  // To go back, or to stay, nothing need be complete.
  const isDraft = to === null || state.way.some((stay) => stay.step === to);
  const told = { ...state.data[step.key], ...data };
  requireData(step, told, isDraft);
  jsonText(told, 'input.data', limits.stepDataBytesMax);
  return { step: to, fromStep: data === null ? null : step.key, data };
}

/** Ends it at the terminal step that the present one leads to; where there are several, the client says which. */
export function complete(
  state: JourneyState,
  definition: Definition,
  { to, data, channel }: { to: string | null; data: Move['data']; channel: Channel },
): Move {
  const step = presentStep(state, definition);
  requireStatus(state.status, ['ACTIVE'], 'be completed');
  const ends = step.next.filter((key) => stepOf(definition, key)?.terminal);
  const end = to ?? (ends.length === 1 ? (ends[0] as string) : null);
  if (end === null || !ends.includes(end)) {
    const where = ends.length === 0 ? 'to no end' : `to ${ends.join(', ')}: say to which`;
    throw new Refusal('STEP_FORBIDS', `From ‘${step.key}’ the blueprint leads ${where}.`, { field: 'input.to' });
  }
  return advance(state, definition, { to: end, data, channel });
}

/** What the first step is told when a journey starts. */
export function beginning(definition: Definition, data: Move['data'], channel: Channel): Move {
  const first = definition.steps[0] as Step;
  requireChannel(first, channel);
  requireData(first, data ?? {}, true);
  return { step: null, fromStep: data === null ? null : first.key, data };
}

export function requireStatus(
  status: JourneyStatus,
  allowed: readonly JourneyStatus[],
  act: string,
  field = 'input.id',
): void {
  if (allowed.includes(status)) return;
  throw new Refusal('STATUS_FORBIDS', `A journey that is ${status} cannot ${act}.`, { field });
}

function presentStep(state: JourneyState, definition: Definition): Step {
  const step = stepOf(definition, state.step);
  if (!step) throw new Error(`The journey is on ‘${state.step}’, which its blueprint does not have.`);
  return step;
}

function requireChannel(step: Step, channel: Channel): void {
  if (step.channels.length === 0 || step.channels.includes(channel)) return;
  throw new Refusal('CHANNEL_FORBIDS', `The step ‘${step.key}’ goes on ${step.channels.join(', ')} only.`, {
    field: 'input.channel',
  });
}

function requireData(step: Step, data: Readonly<Record<string, unknown>>, isDraft: boolean): void {
  const wrong = wrongFields(step.schema, data, 'input.data', isDraft);
  if (wrong.length > 0) throw new WrongData(step.key, wrong);
}
