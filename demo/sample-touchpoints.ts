import type { TouchpointInput } from '../src/touchpoints/record.input.js';
import { later } from './sample-clock.js';
import type { Dialogue, JsonObject, Row, SampleFiles } from './sample-files.js';

export type Identifiers = TouchpointInput['identifiers'];
type Told = Partial<TouchpointInput>;

const secondsPerTurn = 25;

/** The dialogue’s own customer, by everything that the chat tool knows of her. */
export function identifiersOf({ scenario: { personal } }: Dialogue): Identifiers {
  const known = [
    ['user_id', personal.username],
    ['email', personal.email],
    ['phone', personal.phone],
  ] as const;
  return known.flatMap(([type, value]) => (value === undefined ? [] : [{ type, value }]));
}

export function traitsOf({ scenario: { personal } }: Dialogue): JsonObject {
  const name = personal.customer_name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
  return { name, member_level: personal.member_level };
}

/** Each turn of a dialogue is a touchpoint; what the agent’s desktop did in between is internal. */
export function chat(dialogue: Dialogue, startedAt: string, opening: Told = {}): TouchpointInput[] {
  const { convo_id: id, scenario, original } = dialogue;
  return original.map(([speaker, text], turn) => ({
    source: 'chat-desk',
    externalId: `${id}-${turn + 1}`,
    identifiers: identifiersOf(dialogue),
    channel: 'CHAT',
    kind: speaker === 'action' ? 'chat.action' : 'chat.message',
    direction: speaker === 'customer' ? 'INBOUND' : speaker === 'agent' ? 'OUTBOUND' : 'INTERNAL',
    occurredAt: later(startedAt, turn * secondsPerTurn),
    summary: text,
    topic: scenario.subflow,
    language: 'en',
    agentId: speaker === 'customer' ? undefined : 'agent-17',
    conversation: { externalId: String(id) },
    ...(turn === 0 ? { traits: traitsOf(dialogue), ...opening } : {}),
  }));
}

/** A conversation of MultiDoGO, which tells the customer’s turns only. */
export function serviceChat(turns: readonly Row[], who: Identifiers, startedAt: string, opening: Told) {
  return turns.map((row, turn): TouchpointInput => {
    const id = row['conversationId'] ?? '';
    return {
      source: 'service-chat',
      externalId: `${id}-${row['turnNumber']}`,
      identifiers: who,
      channel: 'CHAT',
      kind: 'chat.message',
      direction: 'INBOUND',
      occurredAt: later(startedAt, turn * secondsPerTurn),
      summary: row['utterance'],
      topic: 'start_service',
      language: 'en',
      attributes: { intent: row['intent'] },
      conversation: { externalId: id },
      ...(turn === 0 ? opening : {}),
    };
  });
}

/** A row of Twilio’s call table. The caller hung up when it says `canceled`. */
export function call(row: Row, who: Identifiers, startedAt: string, told: Told = {}): TouchpointInput {
  const isAnswered = row['status'] === 'completed';
  return {
    source: 'twilio',
    externalId: row['id'],
    identifiers: who,
    channel: 'CALL',
    kind: isAnswered ? 'call.completed' : 'call.abandoned',
    direction: 'INBOUND',
    status: isAnswered ? 'COMPLETED' : 'CANCELLED',
    occurredAt: startedAt,
    durationSeconds: Number(row['duration']),
    waitSeconds: Number(row['queue_time']) / 1000,
    abandoned: !isAnswered,
    attributes: { twilio: filled(row) },
    ...told,
  };
}

/** A row of Twilio’s message table, whose bodies are hashed: what was said is unknown unless it is told here. */
export function sms(row: Row, who: Identifiers, sentAt: string, told: Told = {}): TouchpointInput {
  return {
    source: 'twilio',
    externalId: row['id'],
    identifiers: who,
    channel: 'SMS',
    kind: `message.${row['status']}`,
    direction: row['direction']?.startsWith('outbound') ? 'OUTBOUND' : 'INBOUND',
    occurredAt: sentAt,
    attributes: { twilio: filled(row) },
    ...told,
  };
}

/** A message as Twilio’s webhook tells of it: SMS and WhatsApp have the same form. */
export function twilioMessage(
  { twilioWebhook }: SampleFiles,
  message: { id: string; from: string; body: string; at: string },
  told: Pick<TouchpointInput, 'channel' | 'identifiers'> & Told,
): TouchpointInput {
  const { id, from, body, at } = message;
  return {
    source: 'twilio',
    externalId: id,
    kind: told.direction === 'OUTBOUND' ? 'message.sent' : 'message.received',
    direction: 'INBOUND',
    occurredAt: at,
    summary: body,
    attributes: { twilio: { ...twilioWebhook, MessageSid: id, SmsSid: id, From: from, Body: body } },
    ...told,
  };
}

/** What Postmark and Mailgun say of a message on its way: delivered, and opened. */
export function emailEvents(files: SampleFiles, to: string, id: string, subject: string, deliveredAt: string) {
  const openedAt = later(deliveredAt, 3 * 60 * 60);
  const told: Pick<TouchpointInput, 'channel' | 'identifiers' | 'subject' | 'conversation'> = {
    channel: 'EMAIL',
    identifiers: [{ type: 'email', value: to }],
    subject,
    conversation: { source: 'mail', externalId: id },
  };
  const delivered: TouchpointInput = {
    ...told,
    source: 'postmark',
    externalId: `${id}-delivered`,
    kind: 'email.delivered',
    direction: 'OUTBOUND',
    occurredAt: deliveredAt,
    attributes: { postmark: { ...files.postmarkDelivered, Recipient: to, MessageID: id, DeliveredAt: deliveredAt } },
  };
  const opened: TouchpointInput = {
    ...told,
    source: 'mailgun',
    externalId: `${id}-opened`,
    kind: 'email.opened',
    direction: 'INBOUND',
    occurredAt: openedAt,
    attributes: {
      mailgun: {
        'event-data': {
          ...(files.mailgunOpened['event-data'] as JsonObject),
          recipient: to,
          timestamp: Date.parse(openedAt) / 1000,
        },
      },
    },
  };
  return [delivered, opened];
}

function filled(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, cell]) => cell !== ''));
}
