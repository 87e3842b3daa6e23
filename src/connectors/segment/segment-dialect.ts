import { checkIdentification, checkTouchpoint } from '../../touchpoints/touchpoint-check.js';
import type { Dialect } from '../intake.service.js';
import { sourceOf } from './segment-identifiers.js';
import { translateMessage } from './segment-message.js';

/** Messages of the Segment specification. */
export const segmentDialect: Dialect = {
  sourceOf,
  check(message, _index, context) {
    const translated = translateMessage(message, context.now);
    return 'touchpoint' in translated
      ? checkTouchpoint(translated.touchpoint, 'touchpoint', context)
      : checkIdentification(translated.identification, 'identification', context);
  },
};
