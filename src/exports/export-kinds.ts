import { Refusal } from '../platform/refusal.js';
import { customerKind, identityChangeKind, membershipKind } from './customer-kinds.sections.js';
import { conversationEventKind, customerEventKind, issueEventKind, journeyEventKind } from './event-kinds.sections.js';
import type { ExportKind } from './export-kind.js';
import { conversationKind, issueKind, journeyKind, touchpointKind } from './fact-kinds.sections.js';
import { evaluationKind, feedbackKind } from './feedback-kinds.sections.js';
import { ocelKinds } from './ocel-kinds.sections.js';
import { conversationFactKind, customerFactKind, journeyFactKind } from './wide-kinds.sections.js';

/** Everything that can be exported, by the word that a request uses. */
export const exportKinds = {
  touchpoints: touchpointKind,
  conversations: conversationKind,
  journeys: journeyKind,
  issues: issueKind,
  feedback: feedbackKind,
  evaluations: evaluationKind,
  customers: customerKind,
  memberships: membershipKind,
  'identity-changes': identityChangeKind,
  'conversation-facts': conversationFactKind,
  'journey-facts': journeyFactKind,
  'customer-facts': customerFactKind,
  'customer-events': customerEventKind,
  'journey-events': journeyEventKind,
  'conversation-events': conversationEventKind,
  'issue-events': issueEventKind,
} as const satisfies Record<string, ExportKind>;

export type What = keyof typeof exportKinds;

/** Also what only a format is made of, which nobody asks for by name. */
export type AnyWhat = What | keyof typeof ocelKinds;

export function kindOf(what: AnyWhat): ExportKind {
  return { ...exportKinds, ...ocelKinds }[what];
}

export function requireWhat(text: unknown): What {
  if (typeof text === 'string' && Object.hasOwn(exportKinds, text)) return text as What;
  const known = Object.keys(exportKinds).join(', ');
  throw new Refusal('INPUT_INVALID', `what must be one of ${known}.`, { field: 'what' });
}
