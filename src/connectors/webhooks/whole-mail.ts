import { Refusal } from '../../platform/refusal.js';
import type { Email } from '../email/email.js';
import { copiesOf } from '../email/email-copies.js';
import { touchpointOf } from '../email/email-touchpoint.js';
import { type JsonObject, presentOf } from '../json-value.js';
import type { MailContext, WebhookItem } from './webhook-kind.js';

/** Where a whole message came from. */
export interface MailOrigin {
  /** The kind's. */
  readonly source: string;
  /** What its thread belongs to: that of the mails whose events the vendor tells. */
  readonly threadSource: string;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  /** What the vendor says of it beside the message. */
  readonly attributes?: JsonObject | undefined;
}

/**
 * A message that a vendor hands over as it came, read as by `/v1/email`: its text without what it answers, its thread,
 * what a machine wrote, and each customer whom it concerns. What we wrote ourselves keeps the source `email`, so that a
 * report about it finds it, whichever way either came in.
 */
export function wholeMail(email: Email, { own }: MailContext, origin: MailOrigin): WebhookItem[] {
  return copiesOf(email, own).map((copy): WebhookItem => {
    try {
      const touchpoint = touchpointOf(copy, origin.receivedAt);
      const { conversation, direction } = touchpoint;
      const name = direction === 'INBOUND' ? nameOf(email, copy.customer) : undefined;
      return {
        ...touchpoint,
        externalId: touchpoint.externalId ?? email.messageId,
        source: direction === 'OUTBOUND' ? touchpoint.source : origin.source,
        conversation: email.report || !conversation ? conversation : { ...conversation, source: origin.threadSource },
        traits: name === undefined ? undefined : { name },
        attributes: presentOf({ ...origin.attributes, ...(touchpoint.attributes as JsonObject | undefined) }),
        sentAt: undefined,
        // Some vendors tell a mail by two ways at once: what was told first in a place stays.
        isRepeatable: true,
      };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { reason, message, where } = error;
      return { externalId: email.messageId, identifiers: [], fault: { reason, message, field: where.field } };
    }
  });
}

/** What the customer calls herself. */
function nameOf(email: Email, customer: string | null): string | undefined {
  return [...email.from, ...email.replyTo].find(({ address }) => address === customer)?.name;
}
