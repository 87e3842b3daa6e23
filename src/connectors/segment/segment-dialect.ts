import type { Dialect } from '../intake.service.js';
import { checkTranslated } from '../translated.js';
import { sourceOf } from './segment-identifiers.js';
import { translateMessage } from './segment-message.js';

/** Messages of the Segment specification. */
export const segmentDialect: Dialect = {
  name: 'segment',
  sourceOf,
  check: (message, _index, context) => checkTranslated(translateMessage(message, context.now), context),
};
