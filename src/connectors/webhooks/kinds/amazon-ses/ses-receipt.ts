import { type JsonObject, objectOf, presentOf, textOf } from '../../../json-value.js';
import { instantOf } from '../../event-time.js';
import { mailReceived } from '../../mail-event.js';
import { headersOfList } from '../../mail-header.js';
import type { MailContext, WebhookItem } from '../../webhook-kind.js';
import { wholeMail } from '../../whole-mail.js';
import { typeOf } from './ses-events.js';

const source = 'amazon_ses';

export const isReceipt = (event: JsonObject) => typeOf(event) === 'Received';

/** The message as it came, when the rule's action is SNS: as text or in base64. Other actions leave it elsewhere. */
export function contentOf(event: JsonObject): Buffer | null {
  const content = textOf(event['content']);
  if (content === undefined || !isReceipt(event)) return null;
  const { encoding } = objectOf(objectOf(event['receipt'])['action']);
  // A message has a colon in its first line, and base64 has none anywhere.
  const isBase64 = encoding === 'BASE64' || /^[A-Za-z0-9+/\r\n]+={0,2}\s*$/.test(content);
  return Buffer.from(content, isBase64 ? 'base64' : 'utf8');
}

/** A mail that SES received: read as a whole where the topic carries it, else by its headers. */
export function sesReceipt(event: JsonObject, snsId: string, receivedAt: number, context: MailContext): WebhookItem[] {
  const mail = objectOf(event['mail']);
  const common = objectOf(mail['commonHeaders']);
  const attributes = presentOf({ sesId: textOf(mail['messageId']) });
  if (context.email) return wholeMail(context.email, context, { source, threadSource: source, receivedAt, attributes });
  const { from, to } = common;
  const received = {
    source,
    id: textOf(mail['messageId']) ?? snsId,
    from: Array.isArray(from) ? from[0] : (from ?? mail['source']),
    headers: headersOfList(mail['headers']),
    to: Array.isArray(to) ? to.filter((one) => typeof one === 'string').join(', ') : textOf(to),
    subject: textOf(common['subject']),
    at: instantOf(mail['timestamp']) ?? instantOf(common['date']),
    attributes,
  };
  return mailReceived(received, context);
}
