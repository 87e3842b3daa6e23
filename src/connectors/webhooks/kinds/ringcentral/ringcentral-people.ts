import type { Direction } from '../../../../touchpoints/vocabulary.js';
import { type JsonObject, listOf, objectOf, textOf } from '../../../json-value.js';
import { type NamedBy, touchpointOf } from '../../touchpoint-draft.js';
import type { WebhookItem } from '../../webhook-kind.js';

export const source = 'ringcentral';

/** Who is at one end: somebody outside with a number, or an extension of our own. */
export interface End {
  readonly number: string | undefined;
  readonly name: string | undefined;
  readonly extension: string | undefined;
}

export function endOf(value: unknown): End {
  const end = objectOf(value);
  return {
    number: textOf(end['phoneNumber']),
    name: textOf(end['name']),
    extension: textOf(end['extensionId']) ?? textOf(end['extensionNumber']),
  };
}

export function directionOf(told: JsonObject): Direction {
  return /^out/i.test(textOf(told['direction']) ?? '') ? 'OUTBOUND' : 'INBOUND';
}

/** The end outside. None when both are our own: what colleagues tell each other is with no customer. */
export function customerOf(told: JsonObject): End | undefined {
  const isOutbound = directionOf(told) === 'OUTBOUND';
  const other = endOf(isOutbound ? listOf(told['to'])[0] : told['from']);
  return other.extension === undefined && other.number !== undefined ? other : undefined;
}

/** Our own end: whose extension it was. */
export function agentOf(told: JsonObject): string | undefined {
  const own = endOf(directionOf(told) === 'OUTBOUND' ? told['from'] : listOf(told['to'])[0]);
  return own.extension ?? textOf(told['extensionId']) ?? textOf(objectOf(told['extension'])['id']);
}

export function namesOf({ number }: End): NamedBy[] {
  return [['phone', number]];
}

/** A caller's name by the network is a guess, and often the town or the number. */
export function traitsOf({ name, number }: End): JsonObject {
  const isName =
    name !== undefined && name !== number && /\p{L}{2}/u.test(name) && !/wireless|caller|unknown/i.test(name);
  return { name: isName ? name : undefined };
}

/** Summaries, presence and renewals name nobody outside; what does, is kept as it came. */
export function unknownOf(body: JsonObject, event: string, at: number | undefined): WebhookItem[] {
  const customer = customerOf(body);
  if (customer === undefined) return [];
  return touchpointOf(
    {
      source,
      id: [],
      identifiers: namesOf(customer),
      channel: 'OTHER',
      kind: `${source}.${wordOf(event)}`,
      direction: directionOf(body),
      occurredAt: at,
      attributes: { [source]: body },
    },
    body,
  );
}

/** `account.new-thing` of `/restapi/v1.0/account/1/new-thing?x=1`. */
function wordOf(event: string): string {
  const parts = (event.split('?')[0] as string).split('/').filter((part) => /^[a-z-]+$/.test(part));
  return parts.slice(-2).join('.') || 'unknown';
}
