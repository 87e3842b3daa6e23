import { Refusal } from '../../platform/refusal.js';
import { checkIdentification, checkTouchpoint } from '../../touchpoints/touchpoint-check.js';
import type { Dialect } from '../intake.service.js';
import { isObject, objectOf, textOf } from '../json-value.js';
import { fitted } from './fit.js';
import type { WebhookItem } from './webhook-kind.js';

/** An item of a vendor's request on its way to be stored. */
export interface Told {
  readonly item: WebhookItem;
  /** The kind of its connector. */
  readonly kind: string;
  /** The raw request. */
  readonly request: string;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  /** How often its request was translated anew. */
  readonly generation: number;
}

/** What is told anew comes after what was told before, and before what a later message tells. */
const generations = 256;

/** Items as the kinds of webhooks translate them. */
export const webhookDialect: Dialect = {
  name: 'webhook',
  sourceOf: (told) => textOf(objectOf(told)['kind']) ?? 'webhook',
  requestOf: (told) => textOf(objectOf(told)['request']),
  isHarmless(told, refusal) {
    const item = objectOf(objectOf(told)['item']);
    return refusal.reason === 'CONTENT_CONFLICT' && item['isRepeatable'] === true;
  },
  check(told, _index, context) {
    const { item, receivedAt, generation } = requireTold(told);
    if ('fault' in item) throw new Refusal(item.fault.reason, item.fault.message, { field: item.fault.field });
    const fit = fitted(item, receivedAt);
    if (fit.channel === undefined) return checkIdentification(fit, 'identification', context);
    const checked = checkTouchpoint(fit, 'touchpoint', { ...context, mayNameNobody: true });
    return { ...checked, version: checked.version * generations + generation };
  },
};

/** A dead letter may have been mended by hand, and may be one of a request that could not be read. */
function requireTold(told: unknown): Told {
  const { item, receivedAt, generation } = objectOf(told);
  if (!isObject(item)) {
    throw new Refusal('BODY_MALFORMED', 'The request could not be read: `replayRequests` tries it again.');
  }
  const { externalId, identifiers } = item;
  const isNamed = (one: unknown) => ['type', 'value'].every((field) => typeof objectOf(one)[field] === 'string');
  if (typeof externalId !== 'string' || !Array.isArray(identifiers) || !identifiers.every(isNamed)) {
    throw new Refusal('INPUT_INVALID', 'An item has an externalId, and identifiers with type and value.', {
      field: 'item',
    });
  }
  if (!Number.isInteger(receivedAt) || !Number.isInteger(generation)) {
    throw new Refusal('INPUT_INVALID', 'An item says when it was received, and its generation.', {
      field: 'receivedAt',
    });
  }
  return told as Told;
}
