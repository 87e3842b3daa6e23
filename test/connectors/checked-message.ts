import { translateMessage } from '../../src/connectors/segment/segment-message.js';
import { defaultIdentifierTypes } from '../../src/identity/identifier-type.js';
import {
  type CheckContext,
  type CheckedItem,
  checkIdentification,
  checkTouchpoint,
} from '../../src/touchpoints/touchpoint-check.js';

export const now = Date.UTC(2026, 10, 24, 12);

/** What an item is checked against without a service. */
export const context: CheckContext = {
  workspace: 1,
  rules: { types: new Map(defaultIdentifierTypes.map((type) => [type.name, type])), defaultRegion: 'US' },
  now,
  randomId: () => '0'.repeat(32),
};

/** A message as the connector hands it to ingest, without a service; throws its refusal. */
export function checked(message: unknown, at = now): CheckedItem {
  const translated = translateMessage(message, at);
  return 'touchpoint' in translated
    ? checkTouchpoint(translated.touchpoint, 'touchpoint', { ...context, now: at })
    : checkIdentification(translated.identification, 'identification', { ...context, now: at });
}
