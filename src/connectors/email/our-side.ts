import type { Direction } from '../../touchpoints/vocabulary.js';
import { isOwn, type OwnMail } from './own-mail.js';

interface Mapped {
  readonly channel: string;
  readonly direction?: Direction | null | undefined;
  readonly identifiers: readonly { readonly type: string; readonly value: string }[];
}

/**
 * A mail that somebody's mapping made a touchpoint, as `/v1/email` would see it: the customer is who is none of us, and
 * what one of us wrote is OUTBOUND, or INTERNAL when nobody else is named. Who wrote it is the first address that is
 * named; a direction that the mapping tells stands.
 */
export function fromOurSide<Touchpoint extends Mapped>(touchpoint: Touchpoint, own: OwnMail): Touchpoint {
  if (own.length === 0 || touchpoint.channel !== 'EMAIL') return touchpoint;
  const isOurs = ({ type, value }: Mapped['identifiers'][number]) =>
    type === 'email' && isOwn(String(value).trim().toLowerCase(), own);
  const sender = touchpoint.identifiers.find(({ type }) => type === 'email');
  const customers = touchpoint.identifiers.filter((identifier) => !isOurs(identifier));
  if (!sender || customers.length === touchpoint.identifiers.length) return touchpoint;
  const isAmongUs = customers.length === 0;
  const direction = isAmongUs ? 'INTERNAL' : isOurs(sender) ? 'OUTBOUND' : 'INBOUND';
  return {
    ...touchpoint,
    identifiers: isAmongUs ? touchpoint.identifiers : customers,
    direction: touchpoint.direction ?? direction,
  };
}
