import { parseDurationMs } from '../platform/duration.js';
import type { Channel, Direction } from '../touchpoints/vocabulary.js';

export const triggerEffects = ['START', 'ADVANCE', 'COMPLETE'] as const;
export type TriggerEffect = (typeof triggerEffects)[number];

/** A JSON Schema, as its author wrote it. */
export type StepSchema = Readonly<Record<string, unknown>>;

export interface Step {
  readonly key: string;
  readonly title: string;
  /** ISO 8601 durations, as written; null sets none. */
  readonly expectedWithin: string | null;
  /** Where the customer or we may work on it; empty allows all. */
  readonly channels: readonly Channel[];
  readonly schema: StepSchema | null;
  readonly terminal: boolean;
  readonly next: readonly string[];
}

/** Which touchpoints move a journey, and how. Each list that is not empty must hold the touchpoint's value. */
export interface Trigger {
  readonly effect: TriggerEffect;
  readonly to: string | null;
  readonly channels: readonly Channel[];
  readonly directions: readonly Direction[];
  readonly kinds: readonly string[];
  readonly topics: readonly string[];
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/** What a version of a blueprint says; stored as JSON in exactly this form. */
export interface Definition {
  readonly name: string;
  readonly goal: string;
  readonly steps: readonly Step[];
  readonly triggers: readonly Trigger[];
  readonly stuckAfter: string | null;
  readonly abandonedAfter: string | null;
}

/** The step that every journey begins with. */
export function firstStep(definition: Definition): Step {
  const [first] = definition.steps;
  if (!first) throw new Error('A blueprint without steps was stored.');
  return first;
}

export function stepOf(definition: Definition, key: string): Step | null {
  return definition.steps.find((step) => step.key === key) ?? null;
}

/** Milliseconds of a duration that was checked when its blueprint was stored; null where none is set. */
export function lengthMs(duration: string | null): number | null {
  return duration === null ? null : parseDurationMs(duration);
}

/** What a trigger looks at. */
export interface Happening {
  readonly channel: Channel;
  readonly direction: Direction;
  readonly kind: string;
  readonly topic: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** The triggers that a touchpoint fits, in the order of the blueprint. */
export function triggersOf(definition: Definition, happening: Happening): Trigger[] {
  return definition.triggers.filter((trigger) => fits(trigger, happening));
}

function fits(trigger: Trigger, { channel, direction, kind, topic, attributes }: Happening): boolean {
  return (
    allows(trigger.channels, channel) &&
    allows(trigger.directions, direction) &&
    allows(trigger.kinds, kind) &&
    allows(trigger.topics, topic) &&
    Object.entries(trigger.attributes).every(
      ([key, value]) => Object.hasOwn(attributes, key) && attributes[key] === value,
    )
  );
}

function allows<T>(list: readonly T[], value: T | null): boolean {
  return list.length === 0 || (value !== null && list.includes(value));
}
