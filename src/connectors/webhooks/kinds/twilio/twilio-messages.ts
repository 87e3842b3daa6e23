import type { TouchpointStatus } from '../../../../touchpoints/vocabulary.js';
import { type JsonObject, presentOf } from '../../../json-value.js';
import type { WebhookItem } from '../../webhook-kind.js';
import { type Address, type Fields, identifiersOf, messageChannelOf, partiesOf } from './twilio-parties.js';

interface Stage {
  /** As every vendor's messages are called here; the outcome keeps Twilio's own word. */
  readonly kind: string;
  readonly status: TouchpointStatus;
}

/** What becomes of a message, in the order of its life. */
const stages: readonly (readonly [string, Stage])[] = [
  ['accepted', { kind: 'message.queued', status: 'PLANNED' }],
  ['scheduled', { kind: 'message.queued', status: 'PLANNED' }],
  ['queued', { kind: 'message.queued', status: 'PLANNED' }],
  ['sending', { kind: 'message.sent', status: 'ACTIVE' }],
  ['sent', { kind: 'message.sent', status: 'ACTIVE' }],
  ['partially_delivered', { kind: 'message.sent', status: 'ACTIVE' }],
  ['delivered', { kind: 'message.delivered', status: 'COMPLETED' }],
  ['read', { kind: 'message.read', status: 'COMPLETED' }],
  ['undelivered', { kind: 'message.failed', status: 'FAILED' }],
  ['failed', { kind: 'message.failed', status: 'FAILED' }],
  ['canceled', { kind: 'message.canceled', status: 'CANCELLED' }],
];

/** By Twilio's word, with its place in the life of a message. */
export const messageStages: ReadonlyMap<string, Stage & { readonly rank: number }> = new Map(
  stages.map(([word, stage], rank) => [word, { ...stage, rank }]),
);

const sentRank = messageStages.get('sent')?.rank ?? 0;

/** A message that came in, or a status of one that went out: by SMS, RCS, WhatsApp or Messenger. */
export function messageItems(fields: Fields, settings: JsonObject, receivedAt: number): WebhookItem[] {
  const status = (fields['MessageStatus'] ?? fields['SmsStatus'] ?? '').toLowerCase();
  const isReceived = status === 'received' || status === 'receiving' || (status === '' && fields['Body'] !== undefined);
  const { customer, ours, isInbound } = partiesOf(fields, settings, isReceived);
  if (!customer) return [];
  const stage = isReceived ? undefined : messageStages.get(status);
  const isUnknown = !isReceived && status !== '' && !stage;
  const isOnItsWay = (stage?.rank ?? 0) <= sentRank;
  const profile = fields['ProfileName'];
  const userId = fields['ExternalUserIdentifier'];
  return [
    {
      source: 'twilio',
      externalId: fields['MessageSid'] ?? fields['SmsSid'] ?? fields['SmsMessageSid'] ?? '',
      identifiers: [
        ...identifiersOf(customer, ours),
        ...(customer.kind === 'whatsapp' && userId ? [{ type: 'whatsapp', value: userId }] : []),
      ],
      channel: messageChannelOf(customer),
      kind: stage?.kind ?? (isInbound ? 'message.received' : 'message.sent'),
      direction: isInbound ? 'INBOUND' : 'OUTBOUND',
      status: stage?.status ?? 'COMPLETED',
      outcome: isReceived ? undefined : status || undefined,
      sequence: (stage?.rank ?? -1) + 2,
      // Twilio says no time: a message is sent when it is told to be, and what is told of it later says nothing of that.
      occurredAt: isReceived || isOnItsWay ? new Date(receivedAt).toISOString() : undefined,
      summary: fields['Body'] || undefined,
      traits: isReceived && profile ? { name: profile } : undefined,
      conversation: ours ? { externalId: `${ours.kind}:${ours.value}:${customer.value}` } : undefined,
      attributes: presentOf({
        medium: mediumOf(customer, ours),
        media: mediaOf(fields),
        button: fields['ButtonText'] || undefined,
        location: locationOf(fields),
        referral: fields['ReferralSourceUrl'] || undefined,
        optOut: fields['OptOutType'] || undefined,
        errorCode: fields['ErrorCode'] || undefined,
        errorMessage: fields['ErrorMessage'] || undefined,
        messagingService: fields['MessagingServiceSid'] || undefined,
        twilio: isUnknown ? fields : undefined,
      }),
      isRepeatable: true,
    },
  ];
}

/** What SMS and RCS, or WhatsApp and Messenger, are told apart by: an address says it where it is more than a number. */
function mediumOf(customer: Address, ours: Address | undefined): string {
  return [customer, ours].find((address) => address && address.kind !== 'phone')?.kind ?? 'sms';
}

const mediaMax = 20;

function mediaOf(fields: Fields): JsonObject[] | undefined {
  const count = Math.min(Number(fields['NumMedia']) || 0, mediaMax);
  if (count <= 0) return undefined;
  return Array.from({ length: count }, (_, i) => ({
    type: fields[`MediaContentType${i}`],
    url: fields[`MediaUrl${i}`],
  }));
}

function locationOf(fields: Fields): JsonObject | undefined {
  const { Latitude: latitude, Longitude: longitude, Address: address, Label: label } = fields;
  return latitude && longitude ? presentOf({ latitude, longitude, address, label }) : undefined;
}
