import type { IdentifyCustomerInput, TouchpointInput } from '../touchpoints/record.input.js';
import {
  type CheckContext,
  type CheckedItem,
  checkIdentification,
  checkTouchpoint,
} from '../touchpoints/touchpoint-check.js';

/** What a message becomes: something that happened, or only who somebody is. */
export type Translated = { readonly touchpoint: TouchpointInput } | { readonly identification: IdentifyCustomerInput };

export function checkTranslated(translated: Translated, context: CheckContext): CheckedItem {
  return 'touchpoint' in translated
    ? checkTouchpoint(translated.touchpoint, 'touchpoint', context)
    : checkIdentification(translated.identification, 'identification', context);
}
