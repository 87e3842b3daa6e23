import fc from 'fast-check';
import type { WebhookRequest } from '../../../../src/connectors/webhooks/webhook-kind.js';
import { anyJson, form, sns, typed } from './any-request.js';

/** What vendors send when nothing is wrong: bodies as JSON, and fields of forms. */
const bases: Readonly<Record<string, { readonly json?: readonly object[]; readonly forms?: readonly object[] }>> = {
  amazon_ses: {
    json: [
      {
        eventType: 'Click',
        mail: { messageId: 'm', destination: ['a@example.com'], tags: {} },
        click: { link: 'https://x' },
      },
      {
        notificationType: 'Bounce',
        mail: { messageId: 'm' },
        bounce: { bouncedRecipients: [{ emailAddress: 'a@b.example' }] },
      },
      { notificationType: 'Received', mail: { headers: [{ name: 'From', value: 'a@b.example' }], commonHeaders: {} } },
    ],
  },
  mailgun: {
    json: [
      {
        'event-data': {
          event: 'failed',
          recipient: 'a@b.example',
          timestamp: 1,
          message: { headers: { 'message-id': 'm' } },
        },
      },
    ],
    forms: [
      { event: 'clicked', recipient: 'a@b.example', timestamp: '1461261330', 'Message-Id': '<m@b>', url: 'https://x' },
      { from: 'a@b.example', subject: 's', 'body-html': '<p>hello', 'message-headers': '[["Message-Id","<m@b>"]]' },
    ],
  },
  postmark: {
    json: [
      { RecordType: 'Bounce', MessageID: 'm', Email: 'a@b.example', BouncedAt: '2026-11-01T10:00:00Z', Metadata: {} },
      {
        RecordType: 'Click',
        MessageID: 'm',
        Recipient: 'a@b.example',
        OriginalLink: 'https://x',
        Client: { Name: 'c' },
      },
      {
        FromFull: { Email: 'a@b.example', Name: 'n' },
        Headers: [{ Name: 'Message-ID', Value: '<m@b>' }],
        HtmlBody: '<p>',
      },
    ],
  },
  resend: {
    json: [
      { type: 'email.clicked', data: { email_id: 'm', to: ['a@b.example'], click: { link: 'https://x' } } },
      {
        type: 'email.received',
        data: { from: 'a@b.example', message_id: '<m@b>', to: ['a@b.example'], attachments: [] },
      },
    ],
  },
  sendgrid: {
    json: [
      [
        {
          email: 'a@b.example',
          event: 'click',
          sg_message_id: 'm.x',
          sg_event_id: 'e',
          timestamp: 1_461_095_250,
          url: 'https://x',
        },
      ],
    ],
  },
  sendgrid_inbound: {
    forms: [
      {
        from: 'A <a@b.example>',
        subject: 's',
        text: 't',
        headers: 'Message-ID: <m@b>\nDate: Wed, 10 Aug 2016 18:10:13 -0700',
      },
    ],
  },
  twilio: {
    forms: [
      { MessageSid: 'SM1', SmsStatus: 'received', From: '+14155550123', To: '+14155550199', Body: 'b', NumMedia: '1' },
      {
        CallSid: 'CA1',
        CallStatus: 'completed',
        From: '+14155550123',
        To: '+14155550199',
        CallDuration: '3',
        QueueTime: '2',
      },
      { ConversationSid: 'CH1', EventType: 'onMessageAdded', MessageSid: 'IM1', Author: '+14155550123', Body: 'b' },
    ],
  },
};

/** A request of a kind in which some things are not as they should be. None where no such request is known here. */
export function spoiltRequest(kind: string): fc.Arbitrary<WebhookRequest> | null {
  const { json = [], forms = [] } = bases[kind] ?? {};
  const bodies = json.map((base) =>
    spoilt(base).map((body) =>
      kind === 'amazon_ses' ? sns(body as object) : typed(JSON.stringify(body), 'application/json'),
    ),
  );
  const fields = forms.map((base) =>
    spoilt(base).map((body) => {
      const all = Object.entries(body as object).map(([key, value]): [string, string] => [
        key,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]);
      return typed(new URLSearchParams(all).toString(), form);
    }),
  );
  return bodies.length + fields.length === 0 ? null : fc.oneof(...bodies, ...fields);
}

function spoilt(base: object): fc.Arbitrary<unknown> {
  const paths = pathsOf(base);
  const changes = fc.array(fc.tuple(fc.constantFrom(...paths), anyJson), { maxLength: 2 });
  return changes.map((all) => all.reduce<unknown>((body, [path, value]) => replaced(body, path, value), base));
}

function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...pathsOf(inner, [...path, key])]);
}

function replaced(body: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (typeof body !== 'object' || body === null) return body;
  const inner = replaced((body as Record<string, unknown>)[key], rest, value);
  return Array.isArray(body) ? body.map((one, i) => (String(i) === key ? inner : one)) : { ...body, [key]: inner };
}
