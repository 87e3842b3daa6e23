import { Refusal } from '../../platform/refusal.js';
import type { TouchpointInput } from '../../touchpoints/record.input.js';
import { type CheckContext, type CheckedItem, checkTouchpoint } from '../../touchpoints/touchpoint-check.js';

/** Checks a mapped touchpoint wholly; the refusal names the field as the touchpoint's own: `waitSeconds`. */
export function checkMapped(touchpoint: TouchpointInput, context: CheckContext): CheckedItem {
  try {
    return checkTouchpoint(touchpoint, 'touchpoint', context);
  } catch (error) {
    throw error instanceof Refusal ? withOwnField(error) : error;
  }
}

/** The same refusal, whose field is not told by the place of its touchpoint in a batch that the sender never saw. */
export function withOwnField(refusal: Refusal): Refusal {
  const { field, limit } = refusal.where;
  if (field === undefined) return refusal;
  const own = field.replace(/^touchpoints?(\[\d+\])?\./, '');
  return own === field ? refusal : new Refusal(refusal.reason, refusal.message, { field: own, limit });
}
