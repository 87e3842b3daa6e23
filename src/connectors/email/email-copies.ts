import { limits } from '../../platform/limits.js';
import type { Direction } from '../../touchpoints/vocabulary.js';
import type { Email, Mailbox } from './email.js';
import { isOwn, type OwnMail } from './own-mail.js';

/** A message as it concerns one customer; plain JSON, so that a dead letter can hold it. */
export interface EmailCopy {
  readonly email: Email;
  readonly own: OwnMail;
  readonly direction: Direction;
  /** Whom it concerns; null when the message does not tell, or tells of too many. */
  readonly customer: string | null;
}

/**
 * The customers that a message concerns: who wrote it, or each to whom it was sent. Two recipients are two customers,
 * so each gets a touchpoint of her own.
 */
export function copiesOf(email: Email, own: OwnMail): EmailCopy[] {
  const to = (direction: Direction, customers: readonly string[]): EmailCopy[] => {
    const distinct = [...new Set(customers)];
    if (distinct.length === 0 || distinct.length > limits.emailRecipientsMax) {
      return [{ email, own, direction, customer: null }];
    }
    return distinct.map((customer) => ({ email, own, direction, customer }));
  };
  const foreign = (boxes: readonly Mailbox[]) =>
    boxes.map((box) => box.address).filter((address) => !isOwn(address, own));
  if (email.report)
    return to(
      'OUTBOUND',
      email.report.recipients.map((recipient) => recipient.address),
    );
  const [sender] = email.from;
  if (!sender || !isOwn(sender.address, own)) return to('INBOUND', sender ? [sender.address] : []);
  const recipients = foreign([...email.to, ...email.cc, ...email.bcc]);
  if (recipients.length > 0) return to('OUTBOUND', recipients);
  // A form on our own pages, or a list that rewrites its senders, says who wrote in Reply-To.
  const [writer] = foreign(email.replyTo);
  return writer === undefined
    ? to('INTERNAL', email.to.map((box) => box.address).slice(0, 1))
    : to('INBOUND', [writer]);
}
