import { describe, expect, it } from 'vitest';
import type { WebhookRequest, WebhookTouchpoint } from '../../../src/connectors/webhooks/webhook-kind.js';
import { webhookKinds } from '../../../src/connectors/webhooks/webhook-kinds.js';
import { formOf, requestOf, told } from './kinds/request.js';
import { envelopeOf, snsRequest } from './kinds/sns.js';

const marker = 'kept as it was sent';
const odd = { newly: { marker } };
const ann = 'ann@example.com';
const number = '+14155550123';
const time = '2026-11-24T10:00:00Z';
const seconds = 1_795_600_800;

const sns = (event: object) => snsRequest(envelopeOf(event));
const meta = (object: string, entry: object) => requestOf({ object, entry: [{ id: '17', time: seconds, ...entry }] });
const whatsapp = (field: string, value: object) =>
  meta('whatsapp_business_account', { changes: [{ field, value: { metadata: { phone_number_id: '5' }, ...value } }] });
const twilio = (fields: Record<string, string>) => formOf({ From: number, To: '+14155550100', marker, ...fields });

/** By the vendor: something that it may tell one day, of a customer who is named. */
const events: readonly [kind: string, what: string, request: WebhookRequest, as: string][] = [
  [
    'amazon_connect',
    'an event',
    requestOf({
      'detail-type': 'Amazon Connect Contact Event',
      detail: { contactId: 'c-1', eventType: 'NEW', ...odd },
    }),
    'OTHER task.updated',
  ],
  [
    'amazon_ses',
    'an event',
    sns({ eventType: 'New', mail: { messageId: 'm', destination: [ann] }, ...odd }),
    'OTHER amazon_ses.New',
  ],
  [
    'chatwoot',
    'an event',
    requestOf({ event: 'new', id: 1, sender: { id: 7, email: ann, type: 'contact' }, ...odd }),
    'OTHER chatwoot.new',
  ],
  [
    'chatwoot',
    'an event of a conversation',
    requestOf({ event: 'new', conversation: { id: 5, meta: { sender: { id: 7 } } }, ...odd }),
    'OTHER chatwoot.new',
  ],
  [
    'freshdesk',
    'a rule',
    requestOf({ event: 'sla breached', ticket: { id: 3, requester: { email: ann } }, ...odd }),
    'OTHER ticket.updated',
  ],
  [
    'genesys_cloud',
    'a topic',
    requestOf({
      topicName: 'v2.detail.events.conversation.c-1.new',
      eventBody: { conversationId: 'c-1', ani: `tel:${number}`, ...odd },
    }),
    'OTHER task.new',
  ],
  [
    'instagram',
    'an event',
    meta('instagram', { messaging: [{ sender: { id: '99' }, recipient: { id: '17' }, ...odd }] }),
    'OTHER instagram.newly',
  ],
  [
    'instagram',
    'a field',
    meta('instagram', { changes: [{ field: 'new', value: { from: { id: '99' }, ...odd } }] }),
    'OTHER instagram.new',
  ],
  [
    'intercom',
    'a topic',
    requestOf({ topic: 'new.thing', id: 'n', data: { item: { type: 'contact', id: 'abc', email: ann, ...odd } } }),
    'OTHER intercom.new.thing',
  ],
  [
    'line',
    'an event',
    requestOf({ events: [{ type: 'new', webhookEventId: 'w', source: { userId: 'U99' }, ...odd }] }),
    'OTHER line.new',
  ],
  [
    'mailgun',
    'an event',
    requestOf({
      'event-data': { event: 'new', id: 'e', recipient: ann, message: { headers: { 'message-id': 'm' } }, ...odd },
    }),
    'OTHER mailgun.new',
  ],
  ['mailgun', 'an event as a form', formOf({ event: 'new', recipient: ann, token: 't', marker }), 'OTHER mailgun.new'],
  [
    'messenger',
    'an event',
    meta('page', { messaging: [{ sender: { id: '99' }, recipient: { id: '17' }, ...odd }] }),
    'OTHER messenger.newly',
  ],
  [
    'postmark',
    'a record',
    requestOf({ RecordType: 'New', MessageID: 'm', Recipient: ann, ...odd }),
    'OTHER postmark.New',
  ],
  [
    'resend',
    'an event',
    requestOf({ type: 'email.new', data: { email_id: 'e', to: [ann], ...odd } }),
    'OTHER resend.new',
  ],
  [
    'ringcentral',
    'an event',
    requestOf({
      uuid: 'u',
      event: '/restapi/v1.0/account/1/new',
      timestamp: time,
      body: { from: { phoneNumber: number }, direction: 'Inbound', ...odd },
    }),
    'OTHER ringcentral.account.new',
  ],
  [
    'sendgrid',
    'an event',
    requestOf([{ event: 'new', email: ann, timestamp: seconds, sg_event_id: 's', sg_message_id: 'm', ...odd }]),
    'OTHER sendgrid.new',
  ],
  [
    'slack',
    'an event',
    requestOf({ type: 'event_callback', team_id: 'T1', event_id: 'E', event: { type: 'new', user: 'U99', ...odd } }),
    'OTHER slack.new',
  ],
  ['telegram', 'an update', requestOf({ update_id: 7, new: { from: { id: 99 }, ...odd } }), 'OTHER telegram.new'],
  ['twilio', 'an event', twilio({ EventType: 'new' }), 'OTHER twilio.new'],
  ['twilio', 'a status of a message', twilio({ MessageSid: 'SM1', MessageStatus: 'new' }), 'SMS message.sent'],
  [
    'twilio',
    'a status of a call',
    twilio({ CallSid: 'CA1', CallStatus: 'new', Direction: 'inbound' }),
    'CALL twilio.new',
  ],
  [
    'twilio',
    'an event of a conversation',
    twilio({ ConversationSid: 'CH1', EventType: 'onNewUpdated' }),
    'OTHER twilio.onNewUpdated',
  ],
  [
    'whatsapp_cloud',
    'a message',
    whatsapp('messages', { messages: [{ from: '14155550123', id: 'w', type: 'newly', ...odd }] }),
    'SOCIAL message.received',
  ],
  [
    'whatsapp_cloud',
    'a status',
    whatsapp('messages', { statuses: [{ id: 'w', recipient_id: '14155550123', status: 'new', ...odd }] }),
    'OTHER whatsapp_cloud.new',
  ],
  ['whatsapp_cloud', 'a field', whatsapp('new', { from: '14155550123', ...odd }), 'OTHER whatsapp_cloud.new'],
  [
    'zendesk',
    'an event of a ticket',
    requestOf({ type: 'zen:event-type:ticket.new', id: 'z', time, detail: { id: '5', requester_id: '9' }, event: odd }),
    'OTHER ticket.new',
  ],
  [
    'zendesk',
    'an event',
    requestOf({ type: 'zen:event-type:thing.new', id: 'z', time, detail: { requester_id: '9' }, event: odd }),
    'OTHER zendesk.thing.new',
  ],
];

describe('what no translation knows', () => {
  it.each(events)('of %s, %s, is kept with all that was sent', (name, _, request, as) => {
    const kind = webhookKinds.find((one) => one.name === name);
    if (!kind) throw new Error(`There is no kind ${name}.`);
    const settings = name === 'twilio' ? { oneCustomerPerConversation: true } : {};
    const items = told(kind, request, settings) as WebhookTouchpoint[];
    expect(items.map((item) => `${item.channel} ${item.kind}`)).toEqual([as]);
    expect(JSON.stringify(items)).toContain(marker);
  });

  it('is tried of every vendor, but for mails and whatever a mapping is written for', () => {
    const tried = new Set(events.map(([name]) => name));
    const untried = webhookKinds.map((kind) => kind.name).filter((name) => !tried.has(name));
    expect(untried).toEqual(['generic', 'sendgrid_inbound']);
  });
});
