import fc from 'fast-check';
import type { WebhookRequest } from '../../../../src/connectors/webhooks/webhook-kind.js';
import { requestOf } from './request.js';

/** Names that vendors give to fields, so that what is made at random means something to them. */
const names =
  `event event-data recipient timestamp message headers message-id id severity reason delivery-status code url user-variables
  tags signature token sender from subject body-plain stripped-text message-headers email sg_event_id sg_message_id smtp-id
  type created_at data email_id to bounce click link envelope text html attachments RecordType MessageID Recipient Email
  DeliveredAt ReceivedAt Type SuppressSending FromFull Headers Date TextBody Metadata Client OriginalLink Type MessageId
  TopicArn Message Timestamp SigningCertURL SubscribeURL Signature SignatureVersion notificationType eventType mail
  messageId destination commonHeaders bouncedRecipients complainedRecipients recipients emailAddress open delivery
  CallSid CallStatus CallDuration Direction From To Caller MessageSid SmsSid SmsStatus MessageStatus Body NumMedia MediaUrl0
  ConversationSid EventType Author Source DateCreated MessagingBinding.Address QueueTime QueueResult AnsweredBy RecordingSid
  TranscriptionText ErrorCode ExternalUserIdentifier`.split(/\s+/);

const words = [
  'delivered',
  'opened',
  'clicked',
  'failed',
  'Delivery',
  'Bounce',
  'Inbound',
  'email.received',
  'email.clicked',
  'Send',
  'Received',
  'completed',
  'received',
  'sent',
  'onMessageAdded',
  'onDeliveryUpdated',
  'Notification',
  'SubscriptionConfirmation',
  'inbound',
  'a@example.com',
  'Ann <a@example.com>',
  '+14155550123',
  'whatsapp:+14155550123',
  'whatsapp:US.1',
  'messenger:1',
  'client:a',
  '2026-11-24T10:00:00Z',
  'Tue, 24 Nov 2026 10:10:05 +0000',
  '1461261330',
  '<a@b>',
  'https://sns.eu-west-1.amazonaws.com/',
];

const nasty = fc.constantFrom<unknown>(
  null,
  '',
  ' ',
  '\0',
  '\ud800',
  0,
  -1,
  1e308,
  true,
  false,
  1_461_095_250,
  'x'.repeat(600),
  'x'.repeat(30_000),
  `<p>${'<a'.repeat(5_000)}`,
  JSON.parse('{"__proto__":{"a":1},"constructor":"c","toString":null}'),
  JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`),
);

const leaf: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<unknown>(...words) },
  { weight: 2, arbitrary: nasty },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
);
const name = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...names) },
  { weight: 1, arbitrary: fc.string({ maxLength: 10 }) },
);

/** JSON as a vendor, a careless proxy or an attacker would write it. */
export const { value: anyJson } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { weight: 4, arbitrary: leaf },
    { weight: 5, arbitrary: fc.dictionary(name, tie('value'), { maxKeys: 12 }) },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 4 }) },
  ),
}));

const anyObject = fc.dictionary(name, anyJson, { minKeys: 1, maxKeys: 20 });
const anyFields = fc.dictionary(
  name,
  fc.oneof(
    leaf.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))),
    anyJson.map((value) => JSON.stringify(value) ?? ''),
  ),
  { maxKeys: 20 },
);

export const form = 'application/x-www-form-urlencoded';
const boundary = 'multipart/form-data; boundary=xYzZY';
const multipartOf = (fields: Record<string, string>) =>
  `${Object.entries(fields)
    .map(([key, value]) => `--xYzZY\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`)
    .join('')}--xYzZY--\r\n`;

export const typed = (body: string | Buffer, type: string): WebhookRequest =>
  requestOf(body, { headers: { 'content-type': type } });

export const sns = (event: object) =>
  typed(JSON.stringify({ Type: 'Notification', MessageId: 'm', Message: JSON.stringify(event) }), 'text/plain');

/** Any request at all. */
export const anyRequest: fc.Arbitrary<WebhookRequest> = fc.oneof(
  anyObject.map((value) => typed(JSON.stringify(value), 'application/json')),
  fc
    .array(fc.oneof(anyObject, anyJson), { maxLength: 5 })
    .map((value) => typed(JSON.stringify(value), 'application/json')),
  anyObject.map((value) =>
    typed(JSON.stringify({ 'event-data': value, data: value, mail: value, event: value['event'] }), 'application/json'),
  ),
  fc
    .tuple(anyObject, anyObject, anyObject)
    .map(([event, mail, part]) =>
      sns({ ...event, mail: { destination: ['a@example.com'], ...mail }, bounce: part, open: part }),
    ),
  anyObject.map((value) =>
    typed(JSON.stringify({ Type: 'Notification', MessageId: 'm', Message: JSON.stringify(value) }), 'text/plain'),
  ),
  anyFields.map((fields) => typed(new URLSearchParams(fields).toString(), form)),
  anyFields.map((fields) => typed(multipartOf(fields), boundary)),
  fc
    .tuple(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom('', form, boundary, 'application/json', '~~', 'multipart/form-data'),
    )
    .map(([bytes, type]) => typed(Buffer.from(bytes), type)),
  anyFields.map((fields) =>
    requestOf('', {
      method: 'GET',
      url: `https://throughline.example/v1/webhooks/con_1?${new URLSearchParams(fields)}`,
    }),
  ),
);
