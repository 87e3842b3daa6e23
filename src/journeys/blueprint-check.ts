import { parseDurationMs } from '../platform/duration.js';
import { jsonText } from '../platform/json-input.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { requireText } from '../platform/text-input.js';
import type { Definition, Step, StepSchema, Trigger } from './blueprint.js';
import { brokenWays } from './blueprint-graph.js';
import type { BlueprintStepInput, BlueprintTriggerInput } from './blueprints.types.js';
import { faultOfSchema } from './step-schema.js';

const keyShape = /^[a-z0-9][a-z0-9_-]{0,62}$/;

export function requireKey(key: string, field: string): string {
  if (keyShape.test(key)) return key;
  throw new Refusal('INPUT_INVALID', 'A key has lower-case letters, digits, - and _, at most 63, and no - first.', {
    field,
  });
}

/** What a client writes of a blueprint. */
export interface DefinitionInput {
  readonly name: string;
  readonly goal: string;
  readonly steps: readonly BlueprintStepInput[];
  readonly triggers?: readonly BlueprintTriggerInput[] | null;
  readonly stuckAfter?: string | null;
  readonly abandonedAfter?: string | null;
}

/** Checks a blueprint wholly; the refusal names the field, and the step that is at fault. */
export function definitionOf(input: DefinitionInput): Definition {
  const definition: Definition = {
    name: requireText(input.name, 'input.name', limits.nameCharactersMax),
    goal: requireText(input.goal, 'input.goal', limits.longTextCharactersMax),
    steps: stepsOf(input.steps),
    triggers: triggersOf(input),
    stuckAfter: duration(input.stuckAfter, 'input.stuckAfter'),
    abandonedAfter: duration(input.abandonedAfter, 'input.abandonedAfter'),
  };
  const bytes = Buffer.byteLength(JSON.stringify(definition));
  const limit = limits.blueprintBytesMax;
  if (bytes <= limit) return definition;
  throw new Refusal('TOO_LONG', `A blueprint takes at most ${limit} bytes of JSON; this one has ${bytes}.`, {
    field: 'input',
    limit,
  });
}

function stepsOf(inputs: readonly BlueprintStepInput[]): Step[] {
  const field = 'input.steps';
  const limit = limits.stepsPerBlueprintMax;
  if (inputs.length === 0) throw new Refusal('TOO_FEW', 'A blueprint has at least one step.', { field, limit: 1 });
  if (inputs.length > limit) throw new Refusal('TOO_MANY', `A blueprint has at most ${limit} steps.`, { field, limit });
  const steps = inputs.map((input, place) => stepOf(input, `${field}[${place}]`));
  const places = new Map<string, number>();
  for (const [place, { key }] of steps.entries()) {
    if (places.has(key)) {
      throw new Refusal('STEP_KEY_TWICE', `Two steps have the key ‘${key}’.`, { field: `${field}[${place}].key` });
    }
    places.set(key, place);
  }
  for (const [place, step] of steps.entries()) requireNext(step, places, `${field}[${place}].next`);
  const [broken] = brokenWays(steps);
  if (!broken) return steps;
  const where = { field: `${field}[${places.get(broken.step)}]` };
  if (broken.fault === 'UNREACHABLE') {
    throw new Refusal('STEP_UNREACHABLE', `No way from the first step leads to ‘${broken.step}’.`, where);
  }
  throw new Refusal(
    'STEP_CANNOT_END',
    `From ‘${broken.step}’ no way leads to a terminal step: it goes in a circle.`,
    where,
  );
}

function requireNext(step: Step, places: ReadonlyMap<string, number>, field: string): void {
  if (step.terminal && step.next.length > 0) {
    throw new Refusal('INPUT_INVALID', `The terminal step ‘${step.key}’ can have no next one.`, { field });
  }
  if (!step.terminal && step.next.length === 0) {
    throw new Refusal('STEP_CANNOT_END', `The step ‘${step.key}’ is neither terminal nor has a next one.`, { field });
  }
  for (const [place, next] of step.next.entries()) {
    if (!places.has(next)) {
      throw new Refusal('STEP_UNKNOWN', `There is no step ‘${next}’.`, { field: `${field}[${place}]` });
    }
  }
}

function stepOf(input: BlueprintStepInput, field: string): Step {
  return {
    key: requireKey(input.key, `${field}.key`),
    title: requireText(input.title, `${field}.title`, limits.nameCharactersMax),
    expectedWithin: duration(input.expectedWithin, `${field}.expectedWithin`),
    channels: [...new Set(input.channels ?? [])],
    schema: schemaOf(input.schema, `${field}.schema`),
    terminal: input.terminal,
    next: [...new Set(input.next)],
  };
}

function schemaOf(schema: unknown, field: string): StepSchema | null {
  if (schema == null) return null;
  if (typeof schema !== 'object' || Array.isArray(schema)) {
    throw new Refusal('SCHEMA_INVALID', 'A step’s schema is an object.', { field });
  }
  jsonText(schema, field, limits.stepSchemaBytesMax);
  const fault = faultOfSchema(schema as StepSchema);
  if (fault !== null) throw new Refusal('SCHEMA_INVALID', fault, { field });
  return schema as StepSchema;
}

function triggersOf(input: DefinitionInput): Trigger[] {
  const field = 'input.triggers';
  const limit = limits.triggersPerBlueprintMax;
  const inputs = input.triggers ?? [];
  if (inputs.length > limit)
    throw new Refusal('TOO_MANY', `A blueprint has at most ${limit} triggers.`, { field, limit });
  return inputs.map((trigger, place) => triggerOf(trigger, input.steps, `${field}[${place}]`));
}

function triggerOf(input: BlueprintTriggerInput, steps: readonly BlueprintStepInput[], field: string): Trigger {
  const to = input.to ?? null;
  const target = steps.find((step) => step.key === to);
  if (to !== null && !target) throw new Refusal('STEP_UNKNOWN', `There is no step ‘${to}’.`, { field: `${field}.to` });
  const invalid = (sentence: string) => new Refusal('TRIGGER_INVALID', sentence, { field: `${field}.to` });
  if (input.effect === 'START' && to !== null) throw invalid('A journey starts at the first step: leave ‘to’ out.');
  if (input.effect === 'ADVANCE' && to === null) throw invalid('Say to which step it advances.');
  if (input.effect === 'COMPLETE' && !target?.terminal) throw invalid('Say at which terminal step it ends.');
  const trigger: Trigger = {
    effect: input.effect,
    to,
    channels: [...new Set(input.channels ?? [])],
    directions: [...new Set(input.directions ?? [])],
    kinds: words(input.kinds, `${field}.kinds`),
    topics: words(input.topics, `${field}.topics`),
    attributes: attributes(input.attributes, `${field}.attributes`),
  };
  if (trigger.kinds.length + trigger.topics.length + Object.keys(trigger.attributes).length > 0) return trigger;
  throw new Refusal('TRIGGER_INVALID', 'A trigger names kinds, topics or attributes: else everything would fit.', {
    field,
  });
}

function words(given: readonly string[] | null | undefined, field: string): string[] {
  const limit = limits.wordsPerConditionMax;
  const list = given ?? [];
  if (list.length > limit) throw new Refusal('TOO_MANY', `${field} names at most ${limit}.`, { field, limit });
  return [...new Set(list.map((one, place) => requireText(one, `${field}[${place}]`, limits.shortTextCharactersMax)))];
}

function attributes(given: unknown, field: string): Trigger['attributes'] {
  if (given == null) return {};
  const invalid = () =>
    new Refusal('TRIGGER_INVALID', 'Attributes are an object of texts, numbers and booleans.', { field });
  if (typeof given !== 'object' || Array.isArray(given)) throw invalid();
  const entries = Object.entries(given);
  const limit = limits.wordsPerConditionMax;
  if (entries.length > limit) throw new Refusal('TOO_MANY', `${field} names at most ${limit}.`, { field, limit });
  for (const [key, value] of entries) {
    requireText(key, field, limits.traitKeyCharactersMax);
    if (typeof value === 'string') requireText(value, `${field}.${key}`, limits.shortTextCharactersMax);
    else if (typeof value !== 'number' && typeof value !== 'boolean') throw invalid();
  }
  return Object.fromEntries(entries);
}

function duration(text: string | null | undefined, field: string): string | null {
  if (text == null) return null;
  if (parseDurationMs(text) !== null) return text;
  throw new Refusal(
    'INPUT_INVALID',
    `A duration is ISO 8601, such as P3D or PT12H, of at most ${limits.durationDaysMax} days.`,
    { field },
  );
}
