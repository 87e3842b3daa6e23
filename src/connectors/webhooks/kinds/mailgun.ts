import { createHmac, hash } from 'node:crypto';
import { isObject, type JsonObject, objectOf, presentOf, textOf } from '../../json-value.js';
import { instantOf } from '../event-time.js';
import { addressOf } from '../mail-address.js';
import { type MailStage, mailClick, mailOther, mailReceived, mailStage } from '../mail-event.js';
import { headersOfList, type MailHeaders, messageIdsOf } from '../mail-header.js';
import { formOf, jsonObjectOf } from '../request-content.js';
import type { MailContext, WebhookItem, WebhookKind, WebhookRequest } from '../webhook-kind.js';
import { isSame } from '../webhook-proof.js';

const source = 'mailgun';

/** Mailgun tries again for eight hours, and what it signs is when it first tried. */
const signedSecondsMax = 12 * 60 * 60;

/** Mailgun: events as JSON, the older ones as forms, and mails that a route forwards. */
export const mailgunKind: WebhookKind = {
  name: source,
  title: 'Mailgun',
  proof: 'signature',
  verify(request, secret) {
    const { timestamp, token, signature } = signatureOf(request);
    if (!timestamp || !token || !signature || !/^\d{1,12}$/.test(timestamp)) return false;
    if (Math.abs(request.receivedAt / 1000 - Number(timestamp)) > signedSecondsMax) return false;
    return isSame(
      signature,
      createHmac('sha256', secret)
        .update(timestamp + token)
        .digest('hex'),
    );
  },
  // The signature covers a time and a token, not the body: a token is good for one body.
  signatureId: (request) => signatureOf(request).token,
  wholeMail: () => null,
  translate(request, _settings, mail) {
    const bodyId = hash('sha256', request.body, 'hex').slice(0, 32);
    if (isJson(request)) return told(currentEvent(jsonObjectOf(request)), bodyId);
    const form = formOf(request);
    if (textOf(form['event']) !== undefined) return told(formerEvent(form), bodyId);
    if (form['sender'] !== undefined || form['from'] !== undefined) return received(form, bodyId, mail);
    return told(formerEvent(form), bodyId);
  },
};

const isJson = ({ body }: WebhookRequest) => /^\s*[{[]/.test(body.toString('utf8', 0, 20));

function signatureOf(
  request: WebhookRequest,
): Readonly<Record<'timestamp' | 'token' | 'signature', string | undefined>> {
  const signed = signedFieldsOf(request);
  return {
    timestamp: textOf(signed['timestamp']),
    token: textOf(signed['token']),
    signature: textOf(signed['signature']),
  };
}

/** What cannot be read is not signed. */
function signedFieldsOf(request: WebhookRequest): JsonObject {
  try {
    return isJson(request) ? objectOf(jsonObjectOf(request)['signature']) : formOf(request);
  } catch {
    return {};
  }
}

/** An event of either form, in one. */
interface Event {
  readonly type: string;
  readonly recipient: unknown;
  readonly headers: MailHeaders;
  readonly at: string | undefined;
  readonly id: string | undefined;
  readonly isPassing: boolean;
  readonly url: string | undefined;
  readonly attributes: JsonObject;
  readonly raw: JsonObject;
}

function currentEvent(body: JsonObject): Event {
  const event = objectOf(body['event-data']);
  const status = objectOf(event['delivery-status']);
  const client = objectOf(event['client-info']);
  const headers = headersOfList(Object.entries(objectOf(objectOf(event['message'])['headers'])));
  return {
    type: textOf(event['event']) ?? 'event',
    recipient: textOf(event['recipient']) ?? headers.get('to'),
    headers,
    at: instantOf(event['timestamp']),
    id: textOf(event['id']),
    isPassing: event['severity'] === 'temporary',
    url: textOf(event['url']),
    attributes:
      presentOf({
        tags: event['tags'],
        metadata: presentOf(objectOf(event['user-variables'])),
        reason: textOf(event['reason']) ?? textOf(objectOf(event['reject'])['reason']),
        description: textOf(status['description']),
        response: textOf(status['message']),
        code: textOf(status['code']),
        country: textOf(objectOf(event['geolocation'])['country']),
        device: textOf(client['device-type']),
        client: textOf(client['client-name']),
        os: textOf(client['client-os']),
        userAgent: textOf(client['user-agent']),
      }) ?? {},
    raw: event,
  };
}

/** Mailgun mixes the sender's own variables among the fields of the older events; what is known is read by its name. */
function formerEvent(form: Readonly<Record<string, string>>): Event {
  const headers = new Map([...listedHeadersOf(form)]);
  const messageId = textOf(form['Message-Id']) ?? textOf(form['message-id']);
  if (messageId !== undefined && !headers.has('message-id')) headers.set('message-id', messageId);
  const code = textOf(form['code']);
  return {
    type: textOf(form['event']) ?? 'event',
    recipient: textOf(form['recipient']),
    headers,
    at: instantOf(form['timestamp']),
    id: textOf(form['token']),
    isPassing: code !== undefined && /^4\d\d$/.test(code) && code !== '499',
    url: textOf(form['url']),
    attributes:
      presentOf({
        tag: textOf(form['tag']) ?? textOf(form['X-Mailgun-Tag']),
        reason: textOf(form['reason']),
        description: textOf(form['description']),
        response: textOf(form['error']) ?? textOf(form['notification']),
        code,
        country: textOf(form['country']),
        device: textOf(form['device-type']),
        client: textOf(form['client-name']),
        os: textOf(form['client-os']),
        userAgent: textOf(form['user-agent']),
      }) ?? {},
    raw: presentOf({ ...form, signature: undefined, token: undefined }) ?? {},
  };
}

const stageOf: Readonly<Record<string, MailStage>> = {
  accepted: 'queued',
  delivered: 'delivered',
  failed: 'bounced',
  bounced: 'bounced',
  dropped: 'rejected',
  rejected: 'rejected',
  opened: 'opened',
  complained: 'complained',
  unsubscribed: 'unsubscribed',
};

function told(event: Event, bodyId: string): WebhookItem[] {
  const { type, headers, at, attributes } = event;
  const recipient = addressOf(event.recipient);
  if (!recipient) return [];
  const [messageId] = messageIdsOf(headers.get('message-id'));
  const known = Object.hasOwn(stageOf, type) ? stageOf[type] : undefined;
  const stage = known === 'bounced' && event.isPassing ? 'deferred' : known;
  const mail = { source, id: messageId ?? '', recipient, subject: headers.get('subject'), messageId };
  if (messageId !== undefined && type === 'clicked') {
    return [mailClick(mail, event.url, event.id, { at, attributes })];
  }
  if (messageId !== undefined && stage) return [mailStage(mail, stage, { at, attributes })];
  return [mailOther(source, type, recipient, { id: event.id ?? bodyId, at, raw: event.raw })];
}

function received(form: Readonly<Record<string, string>>, bodyId: string, context: MailContext): WebhookItem[] {
  const headers = new Map([...listedHeadersOf(form)]);
  for (const name of ['Message-Id', 'In-Reply-To', 'References']) {
    const value = textOf(form[name]);
    if (value !== undefined && !headers.has(name.toLowerCase())) headers.set(name.toLowerCase(), value);
  }
  const mail = {
    source,
    id: textOf(form['token']) ?? bodyId,
    from: textOf(form['from']) ?? textOf(form['From']) ?? textOf(form['sender']),
    headers,
    subject: textOf(form['subject']) ?? textOf(form['Subject']),
    reply: textOf(form['stripped-text']),
    text: textOf(form['body-plain']),
    to: textOf(form['To']) ?? textOf(form['recipient']),
    html: textOf(form['body-html']),
    at: instantOf(headers.get('date')) ?? instantOf(form['Date']) ?? instantOf(form['timestamp']),
    attributes: presentOf({ recipient: textOf(form['recipient']), attachments: textOf(form['attachment-count']) }),
  };
  return mailReceived(mail, context);
}

function listedHeadersOf(form: Readonly<Record<string, string>>): MailHeaders {
  try {
    const list: unknown = JSON.parse(form['message-headers'] ?? '[]');
    return headersOfList(isObject(list) ? Object.entries(list) : list);
  } catch {
    return new Map();
  }
}
