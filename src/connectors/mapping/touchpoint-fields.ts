import type { TouchpointInput } from '../../touchpoints/record.input.js';

/** What a field of a touchpoint holds, so that `"40"` of a table can become 40. */
export type FieldKind = 'text' | 'whole' | 'number' | 'boolean' | 'instant' | 'word';

/** The fields of a touchpoint that hold one value each. */
export const scalarFields = {
  source: 'text',
  externalId: 'text',
  channel: 'word',
  kind: 'text',
  direction: 'word',
  status: 'word',
  occurredAt: 'instant',
  endedAt: 'instant',
  sentAt: 'instant',
  sequence: 'whole',
  durationSeconds: 'whole',
  waitSeconds: 'whole',
  holdSeconds: 'whole',
  handleSeconds: 'whole',
  abandoned: 'boolean',
  sentiment: 'number',
  subject: 'text',
  summary: 'text',
  topic: 'text',
  language: 'text',
  agentId: 'text',
  queue: 'text',
  outcome: 'text',
} as const satisfies Partial<Record<keyof TouchpointInput, FieldKind>>;

export type ScalarField = keyof typeof scalarFields;

export const scalarFieldNames = Object.keys(scalarFields) as ScalarField[];

/** Things of other systems that a touchpoint belongs to. */
export const references = ['conversation', 'issue', 'journey'] as const;

export type Reference = (typeof references)[number];

/** What is no scalar: each has a form of its own. */
type Composed = 'identifiers' | 'traits' | 'attributes' | Reference;

/** Fails to compile when a field of a touchpoint is new and nobody thought of it here. */
export type EveryField = [Exclude<keyof TouchpointInput, ScalarField | Composed>] extends [never] ? true : never;
export const knowsEveryField: EveryField = true;
