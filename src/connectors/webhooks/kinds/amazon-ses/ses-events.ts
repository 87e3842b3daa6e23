import { type JsonObject, objectOf, presentOf, textOf } from '../../../json-value.js';
import { instantOf } from '../../event-time.js';
import { addressesOf, addressOf, type MailAddress } from '../../mail-address.js';
import { type MailStage, mailClick, mailOther, mailStage } from '../../mail-event.js';
import type { WebhookItem } from '../../webhook-kind.js';

const source = 'amazon_ses';
const recipientsMax = 100;

/** Notifications and published events differ in a name only. */
export function typeOf(event: JsonObject): string | undefined {
  return textOf(event['eventType']) ?? textOf(event['notificationType']);
}

/** What one event tells of each recipient that it is about. */
export function sesItems(event: JsonObject, snsId: string, topicArn: string): WebhookItem[] {
  const type = typeOf(event) ?? 'event';
  const mail = objectOf(event['mail']);
  const part = objectOf(event[partOf[type] ?? type.toLowerCase()]);
  const at = instantOf(part['timestamp']) ?? (type === 'Send' ? instantOf(mail['timestamp']) : undefined);
  const id = textOf(mail['messageId']);
  const headers = objectOf(mail['commonHeaders']);
  const recipients = recipientsOf(type, part, mail);
  return recipients.map((recipient) => {
    const sent = {
      source,
      id: id ?? '',
      recipient,
      subject: textOf(headers['subject']),
      messageId: id === undefined ? undefined : messageIdOf(id, mail, topicArn),
      sentAt: instantOf(mail['timestamp']),
    };
    const news = { at, attributes: attributesOf(part, mail, recipient) };
    const stage = stageOf(type, part);
    if (id !== undefined && stage) return mailStage(sent, stage, news);
    if (id !== undefined && type === 'Click') return mailClick(sent, textOf(part['link']), undefined, news);
    const otherId = recipients.length === 1 ? snsId : `${snsId}/${recipient.address}`;
    return mailOther(source, type, recipient, { id: otherId, at: at ?? sent.sentAt, raw: event });
  });
}

const partOf: Readonly<Record<string, string>> = { 'Rendering Failure': 'failure', DeliveryDelay: 'deliveryDelay' };

function stageOf(type: string, part: JsonObject): MailStage | undefined {
  switch (type) {
    case 'Send':
      return 'sent';
    case 'Delivery':
      return 'delivered';
    case 'DeliveryDelay':
      return 'deferred';
    case 'Bounce':
      return part['bounceType'] === 'Transient' ? 'deferred' : 'bounced';
    case 'Reject':
    case 'Rendering Failure':
      return 'rejected';
    case 'Open':
      return 'opened';
    case 'Complaint':
      return 'complained';
    case 'Subscription':
      return 'unsubscribed';
    default:
      return undefined;
  }
}

/** Those whom the event is about; where it does not say, all to whom the mail went. */
function recipientsOf(type: string, part: JsonObject, mail: JsonObject): MailAddress[] {
  const named = {
    Bounce: part['bouncedRecipients'],
    Complaint: part['complainedRecipients'],
    Delivery: part['recipients'],
    DeliveryDelay: part['delayedRecipients'],
  }[type];
  const list = Array.isArray(named) && named.length > 0 ? named : mail['destination'];
  if (!Array.isArray(list)) return [];
  const found = list
    .slice(0, recipientsMax)
    .flatMap((one) => addressesOf(typeof one === 'string' ? one : objectOf(one)['emailAddress']).slice(0, 1));
  return [...new Map(found.map((one) => [one.address, one])).values()];
}

/** The Message-ID that SES gives every mail, whatever its sender wrote. */
function messageIdOf(id: string, mail: JsonObject, topicArn: string): string {
  const region = (textOf(mail['sourceArn']) ?? topicArn).split(':')[3];
  return `${id}@${!region || region === 'us-east-1' ? 'email' : region}.amazonses.com`;
}

function attributesOf(part: JsonObject, mail: JsonObject, recipient: MailAddress): JsonObject {
  const bounced = [part['bouncedRecipients'], part['delayedRecipients']].flatMap((list) =>
    Array.isArray(list) ? list : [],
  );
  const own = objectOf(bounced.find((one) => addressOf(objectOf(one)['emailAddress'])?.address === recipient.address));
  const tags = Object.entries(objectOf(mail['tags'])).filter(([name]) => !name.startsWith('ses:'));
  return (
    presentOf({
      tags: presentOf(Object.fromEntries(tags)),
      bounceType: textOf(part['bounceType']),
      bounceSubType: textOf(part['bounceSubType']),
      delayType: textOf(part['delayType']),
      reason: textOf(part['complaintFeedbackType']) ?? textOf(part['reason']) ?? textOf(part['errorMessage']),
      code: textOf(own['status']),
      response: textOf(own['diagnosticCode']) ?? textOf(part['smtpResponse']),
      userAgent: textOf(part['userAgent']),
    }) ?? {}
  );
}
