import { Refusal } from '../platform/refusal.js';
import { customerKind, identityChangeKind, membershipKind } from './customer-kinds.sections.js';
import type { ExportKind } from './export-kind.js';
import { conversationKind, issueKind, journeyKind, touchpointKind } from './fact-kinds.sections.js';
import { evaluationKind, feedbackKind } from './feedback-kinds.sections.js';

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
} as const satisfies Record<string, ExportKind>;

export type What = keyof typeof exportKinds;

export function kindOf(what: What): ExportKind {
  return exportKinds[what];
}

export function requireWhat(text: unknown): What {
  if (typeof text === 'string' && Object.hasOwn(exportKinds, text)) return text as What;
  const known = Object.keys(exportKinds).join(', ');
  throw new Refusal('INPUT_INVALID', `what must be one of ${known}.`, { field: 'what' });
}
