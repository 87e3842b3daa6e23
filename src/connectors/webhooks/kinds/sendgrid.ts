import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { Refusal } from '../../../platform/refusal.js';
import { isObject, type JsonObject, presentOf, textOf } from '../../json-value.js';
import { instantOf } from '../event-time.js';
import { addressOf } from '../mail-address.js';
import { type MailStage, mailClick, mailOther, mailStage } from '../mail-event.js';
import { messageIdsOf } from '../mail-header.js';
import { jsonBodyOf } from '../request-content.js';
import type { WebhookItem, WebhookKind } from '../webhook-kind.js';

const source = 'sendgrid';

/** SendGrid tries again for a day, with what it signed first. */
const signedSecondsMax = 25 * 60 * 60;

/** SendGrid's Event Webhook: many events of many mails at once, signed with a key of which we know the public half. */
export const sendgridKind: WebhookKind = {
  name: source,
  title: 'SendGrid Event Webhook',
  proof: 'signature',
  checkSecret(secret) {
    if (publicKeyOf(secret)) return;
    const sentence = 'The secret is the verification key that SendGrid shows: a public key of P-256 in base64.';
    throw new Refusal('INPUT_INVALID', sentence, { field: 'input.secret' });
  },
  verify(request, secret) {
    const key = publicKeyOf(secret);
    const time = request.headers['x-twilio-email-event-webhook-timestamp'];
    const signature = request.headers['x-twilio-email-event-webhook-signature'];
    if (!key || !signature || !time || !/^\d{1,12}$/.test(time)) return false;
    if (Math.abs(request.receivedAt / 1000 - Number(time)) > signedSecondsMax) return false;
    const signed = Buffer.concat([Buffer.from(time), request.body]);
    return verify('sha256', signed, key, Buffer.from(signature, 'base64'));
  },
  translate(request) {
    const body = jsonBodyOf(request);
    const events = Array.isArray(body) ? body : [body];
    return events.flatMap((event) => (isObject(event) ? told(event) : []));
  },
};

function publicKeyOf(secret: string): KeyObject | null {
  const encoded = secret.replace(/-----[A-Z ]+-----/g, '').replace(/\s+/g, '');
  try {
    const key = createPublicKey({ key: Buffer.from(encoded, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : null;
  } catch {
    return null;
  }
}

const stages: Readonly<Record<string, MailStage>> = {
  processed: 'sent',
  dropped: 'rejected',
  deferred: 'deferred',
  delivered: 'delivered',
  bounce: 'bounced',
  open: 'opened',
  spamreport: 'complained',
  unsubscribe: 'unsubscribed',
  group_unsubscribe: 'unsubscribed',
};

function told(event: JsonObject): WebhookItem[] {
  const recipient = addressOf(event['email']);
  if (!recipient) return [];
  const type = textOf(event['event']) ?? 'event';
  const at = instantOf(event['timestamp']);
  const eventId = textOf(event['sg_event_id']);
  const [messageId] = messageIdsOf(event['smtp-id']);
  // What follows the first dot tells of SendGrid's servers, and differs from event to event.
  const id = textOf(event['sg_message_id'])?.split('.')[0] ?? messageId?.split('@')[0];
  const mail = { source, id: id ?? '', recipient, subject: textOf(event['subject']), messageId };
  const attributes = attributesOf(event);
  if (id && type === 'click') return [mailClick(mail, textOf(event['url']), eventId, { at, attributes })];
  const stage = Object.hasOwn(stages, type) ? stages[type] : undefined;
  // A machine of the reader's mail service opens every mail: it says nothing of the reader.
  const isMachine = type === 'open' && event['sg_machine_open'] === true;
  if (id && stage && !isMachine) return [mailStage(mail, stage, { at, attributes })];
  if (isMachine) return [];
  const otherId = eventId ?? hash('sha256', JSON.stringify(event), 'hex').slice(0, 32);
  return [mailOther(source, type, recipient, { id: otherId, at, raw: event })];
}

const ownFields = new Set(
  `email timestamp event sg_event_id sg_message_id smtp-id subject ip tls url url_offset response reason status type
   attempt category asm_group_id useragent sg_machine_open sg_content_type cert_err pool bounce_classification
   marketing_campaign_id marketing_campaign_name newsletter send_at`.split(/\s+/),
);

/** What SendGrid says, and apart from it the sender's own arguments, which it mixes among its fields. */
function attributesOf(event: JsonObject): JsonObject {
  const own = Object.entries(event).filter(([name]) => !ownFields.has(name));
  return (
    presentOf({
      category: event['category'],
      campaign: textOf(event['marketing_campaign_name']),
      metadata: presentOf(Object.fromEntries(own)),
      response: textOf(event['response']),
      reason: textOf(event['reason']),
      code: textOf(event['status']),
      bounceType: textOf(event['type']),
      attempt: textOf(event['attempt']),
      unsubscribeGroup: textOf(event['asm_group_id']),
      userAgent: textOf(event['useragent']),
    }) ?? {}
  );
}
