import { hash } from 'node:crypto';
import { Refusal } from '../../../platform/refusal.js';
import { type JsonObject, listOf, objectOf, presentOf, textOf } from '../../json-value.js';
import { instantOf } from '../event-time.js';
import { addressesOf, type MailAddress } from '../mail-address.js';
import { type MailStage, mailClick, mailOther, mailReceived, mailStage } from '../mail-event.js';
import { headersOfList, messageIdsOf } from '../mail-header.js';
import { jsonObjectOf } from '../request-content.js';
import type { MailContext, WebhookItem, WebhookKind } from '../webhook-kind.js';
import { isStandardSigned, standardPart } from '../webhook-proof.js';

const source = 'resend';

/** Resend: events of mails, and mails received (of which it tells the envelope only). Signed by Standard Webhooks. */
export const resendKind: WebhookKind = {
  name: source,
  title: 'Resend',
  proof: 'signature',
  checkSecret(secret) {
    if (keyOf(secret)) return;
    throw new Refusal('INPUT_INVALID', 'The signing secret begins with whsec_, and base64 follows.', {
      field: 'input.secret',
    });
  },
  verify(request, secret) {
    const key = keyOf(secret);
    return key !== null && isStandardSigned(request, key);
  },
  signatureId: (request) => standardPart(request, 'id'),
  headers: ['svix-id', 'webhook-id'],
  wholeMail: () => null,
  translate(request, _settings, mail) {
    const event = jsonObjectOf(request);
    const type = textOf(event['type']) ?? 'event';
    const id = standardPart(request, 'id') ?? hash('sha256', request.body, 'hex').slice(0, 32);
    return type === 'email.received' ? received(event, id, mail) : sent(type, event, id);
  },
};

function keyOf(secret: string): Buffer | null {
  const encoded = secret.replace(/^whsec_/, '');
  const key = /^[A-Za-z0-9+/]{16,}={0,2}$/.test(encoded) ? Buffer.from(encoded, 'base64') : null;
  return key && key.length >= 12 ? key : null;
}

const stages: Readonly<Record<string, MailStage>> = {
  'email.scheduled': 'queued',
  'email.sent': 'sent',
  'email.delivered': 'delivered',
  'email.delivery_delayed': 'deferred',
  'email.bounced': 'bounced',
  'email.failed': 'rejected',
  'email.suppressed': 'rejected',
  'email.opened': 'opened',
  'email.complained': 'complained',
};

function sent(type: string, event: JsonObject, eventId: string): WebhookItem[] {
  const data = objectOf(event['data']);
  const at = instantOf(event['created_at']);
  const id = textOf(data['email_id']);
  const stage = Object.hasOwn(stages, type) ? stages[type] : undefined;
  const isMail = id !== undefined && (stage !== undefined || type === 'email.clicked');
  const recipients = recipientsOf(data);
  return recipients.map((recipient) => {
    if (!isMail) {
      const otherId = recipients.length === 1 ? eventId : `${eventId}/${recipient.address}`;
      return mailOther(source, type.replace(/^email\./, ''), recipient, { id: otherId, at, raw: event });
    }
    const [messageId] = messageIdsOf(data['message_id']);
    const subject = textOf(data['subject']);
    const mail = { source, id, recipient, subject, messageId, sentAt: instantOf(data['created_at']) };
    const click = objectOf(data['click']);
    const news = { at, attributes: attributesOf(data) };
    return stage
      ? mailStage(mail, stage, news)
      : mailClick(mail, textOf(click['link']), undefined, { ...news, at: instantOf(click['timestamp']) ?? at });
  });
}

/** Of mails the recipients; of contacts the one whom it is about. */
function recipientsOf(data: JsonObject): MailAddress[] {
  const { to, email } = data;
  const list = Array.isArray(to) ? to.slice(0, 100) : [to ?? email];
  return list.flatMap((one) => addressesOf(one).slice(0, 1));
}

function attributesOf(data: JsonObject): JsonObject {
  const bounce = objectOf(data['bounce']);
  const click = objectOf(data['click']);
  return (
    presentOf({
      tags: data['tags'],
      broadcastId: textOf(data['broadcast_id']),
      templateId: textOf(data['template_id']),
      reason: textOf(bounce['type']) ?? textOf(objectOf(data['failed'])['reason']),
      description: textOf(bounce['message']) ?? textOf(objectOf(data['suppressed'])['message']),
      userAgent: textOf(click['userAgent']),
    }) ?? {}
  );
}

/** Addresses as they were written, one or a list, after each other; undefined when there is none. */
function namesOf(written: unknown): string | undefined {
  const names = listOf(written)
    .map(textOf)
    .filter((name) => name !== undefined);
  return names.length > 0 ? names.join(', ') : undefined;
}

function received(event: JsonObject, eventId: string, context: MailContext): WebhookItem[] {
  const data = objectOf(event['data']);
  const listed = headersOfList(data['headers']);
  const headers = new Map([
    ...listed,
    ['message-id', textOf(data['message_id']) ?? listed.get('message-id') ?? eventId],
  ]);
  const { to, cc, attachments } = data;
  const mail = {
    source,
    id: eventId,
    from: data['from'],
    headers,
    subject: textOf(data['subject']),
    text: textOf(data['text']),
    to: namesOf(to),
    html: textOf(data['html']),
    at: instantOf(data['created_at']) ?? instantOf(event['created_at']),
    attributes: presentOf({
      resendId: textOf(data['email_id']),
      to: namesOf(to),
      cc: namesOf(cc),
      attachments: Array.isArray(attachments) ? attachments.length : undefined,
    }),
  };
  return mailReceived(mail, context);
}
