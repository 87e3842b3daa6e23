import { hash } from 'node:crypto';
import { type JsonObject, objectOf, presentOf, textOf } from '../../json-value.js';
import { instantOf } from '../event-time.js';
import { addressOf } from '../mail-address.js';
import { type MailStage, mailClick, mailOther, mailReceived, mailStage } from '../mail-event.js';
import { headersOfList } from '../mail-header.js';
import { jsonObjectOf } from '../request-content.js';
import type { MailContext, WebhookItem, WebhookKind } from '../webhook-kind.js';

const source = 'postmark';

/** Postmark signs nothing; what it calls a message id is the left side of the mail's own. */
const messageHost = 'mtasv.net';

/** Postmark: deliveries, bounces, openings, clicks, complaints, changes of subscription, and mails received. */
export const postmarkKind: WebhookKind = {
  name: source,
  title: 'Postmark',
  proof: 'none',
  wholeMail: () => null,
  translate(request, _settings, mail) {
    const event = jsonObjectOf(request);
    const type = textOf(event['RecordType']) ?? (isInbound(event) ? 'Inbound' : 'event');
    const bodyId = hash('sha256', request.body, 'hex').slice(0, 32);
    return type === 'Inbound' ? received(event, bodyId, mail) : sent(type, event, bodyId);
  },
};

const isInbound = (event: JsonObject) => event['FromFull'] !== undefined || event['From'] !== undefined;

function received(event: JsonObject, bodyId: string, context: MailContext): WebhookItem[] {
  const { Email, Name } = objectOf(event['FromFull']);
  const address = textOf(Email);
  const name = (textOf(Name) ?? textOf(event['FromName']))?.replace(/["\\]/g, '');
  const mail = {
    source,
    id: textOf(event['MessageID']) ?? bodyId,
    from: address ? (name ? `"${name}" <${address}>` : address) : event['From'],
    headers: headersOfList(event['Headers']),
    subject: textOf(event['Subject']),
    reply: textOf(event['StrippedTextReply']),
    text: textOf(event['TextBody']),
    to: textOf(event['To']) ?? textOf(event['OriginalRecipient']),
    html: textOf(event['HtmlBody']),
    at: instantOf(event['Date']),
    attributes: presentOf({
      postmarkId: textOf(event['MessageID']),
      to: textOf(event['To']) ?? textOf(event['OriginalRecipient']),
      tag: textOf(event['Tag']),
      mailboxHash: textOf(event['MailboxHash']),
      stream: textOf(event['MessageStream']),
    }),
  };
  return mailReceived(mail, context);
}

function sent(type: string, event: JsonObject, bodyId: string): WebhookItem[] {
  const recipient = addressOf(event['Recipient']) ?? addressOf(event['Email']);
  if (!recipient) return [];
  const id = textOf(event['MessageID']);
  const at = instantOf(event['DeliveredAt'] ?? event['BouncedAt'] ?? event['ReceivedAt'] ?? event['ChangedAt']);
  const stage = stageOf(type, event);
  // A change that somebody made by hand is about no mail.
  if (id === undefined || /^[0-]*$/.test(id))
    return [mailOther(source, type, recipient, { id: bodyId, at, raw: event })];
  const mail = { source, id, recipient, subject: textOf(event['Subject']), messageId: `${id}@${messageHost}` };
  const attributes = attributesOf(event);
  if (type === 'Click') {
    const url = textOf(event['OriginalLink']);
    return [mailClick(mail, url, undefined, { at, attributes: { ...attributes, ...visitorOf(event) } })];
  }
  if (type === 'Open') return [mailStage(mail, 'opened', { at, attributes: { ...attributes, ...visitorOf(event) } })];
  if (stage) return [mailStage(mail, stage, { at, attributes })];
  return [mailOther(source, type, recipient, { id: bodyId, at, raw: event })];
}

/** Bounces that pass: Postmark tries again, or only tells of an answer that a machine gave. */
const passing = new Set([
  'Transient',
  'SoftBounce',
  'DnsError',
  'AutoResponder',
  'AddressChange',
  'ChallengeVerification',
]);

function stageOf(type: string, event: JsonObject): MailStage | undefined {
  switch (type) {
    case 'Delivery':
      return 'delivered';
    case 'Bounce':
      return passing.has(textOf(event['Type']) ?? '') ? 'deferred' : 'bounced';
    case 'SpamComplaint':
      return 'complained';
    case 'SubscriptionChange':
      return subscriptionStage(event);
    default:
      return undefined;
  }
}

/** What a bounce or a complaint has led to is told by those. */
function subscriptionStage(event: JsonObject): MailStage | undefined {
  if (event['SuppressSending'] !== true) return undefined;
  const reason = textOf(event['SuppressionReason']);
  return reason === 'HardBounce' ? 'bounced' : reason === 'SpamComplaint' ? 'complained' : 'unsubscribed';
}

function attributesOf(event: JsonObject): JsonObject {
  return (
    presentOf({
      tag: textOf(event['Tag']),
      metadata: presentOf(objectOf(event['Metadata'])),
      stream: textOf(event['MessageStream']),
      reason: textOf(event['Name']) ?? textOf(event['Type']) ?? textOf(event['SuppressionReason']),
      description: textOf(event['Description']),
      response: textOf(event['Details']),
    }) ?? {}
  );
}

function visitorOf(event: JsonObject): JsonObject {
  const name = (field: string) => textOf(objectOf(event[field])['Name']);
  return (
    presentOf({
      platform: textOf(event['Platform']),
      client: name('Client'),
      os: name('OS'),
      userAgent: textOf(event['UserAgent']),
    }) ?? {}
  );
}
