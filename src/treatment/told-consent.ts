import { parseInstant } from '../platform/instant.js';
import { channels } from '../touchpoints/vocabulary.js';
import { consentDecisions, stateCode } from './consent-words.js';

/** The kind of a touchpoint that tells what a customer said of a purpose, by whatever way it came in. */
export const consentKind = 'consent.recorded';

export interface ToldConsent {
  /** Key of the purpose. */
  readonly purpose: string;
  readonly state: number;
  /** A code; null is of all channels. */
  readonly channel: number | null;
  readonly expiresAt: Date | null;
}

/**
 * What the attributes of such a touchpoint say: `purpose`, `state`, and perhaps `channel` and `expiresAt`. Null where they
 * cannot be understood in every part: half a consent is none.
 */
export function readToldConsent(attributes: unknown, statedAt: Date): ToldConsent | null {
  if (typeof attributes !== 'object' || attributes === null) return null;
  const { purpose, state, channel, expiresAt } = attributes as Readonly<Record<string, unknown>>;
  const decision = consentDecisions.find((one) => one === upper(state));
  if (typeof purpose !== 'string' || decision === undefined) return null;
  const code = channel == null ? null : channels.indexOf(upper(channel) as never);
  if (code === -1) return null;
  const until = typeof expiresAt === 'string' ? parseInstant(expiresAt) : null;
  if (expiresAt != null && (until === null || decision !== 'GRANTED' || until <= statedAt.getTime())) return null;
  return { purpose, state: stateCode(decision), channel: code, expiresAt: until === null ? null : new Date(until) };
}

const upper = (word: unknown) => (typeof word === 'string' ? word.toUpperCase() : null);
