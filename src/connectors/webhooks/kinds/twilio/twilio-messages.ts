import type { TouchpointStatus } from '../../../../touchpoints/vocabulary.js';
import { type JsonObject, presentOf } from '../../../json-value.js';
import type { WebhookItem } from '../../webhook-kind.js';
import { type Fields, identifiersOf, messageChannelOf, partiesOf } from './twilio-parties.js';

/** What becomes of a message, in the order of its life. */
export const messageStages: Readonly<Record<string, TouchpointStatus>> = {
  accepted: 'PLANNED',
  scheduled: 'PLANNED',
  queued: 'PLANNED',
  sending: 'ACTIVE',
  sent: 'ACTIVE',
  partially_delivered: 'ACTIVE',
  delivered: 'COMPLETED',
  read: 'COMPLETED',
  undelivered: 'FAILED',
  failed: 'FAILED',
  canceled: 'CANCELLED',
};

export const messageRanks = Object.keys(messageStages);

/** A message that came in, or a status of one that went out: by SMS, RCS, WhatsApp or Messenger. */
export function messageItems(fields: Fields, settings: JsonObject, receivedAt: number): WebhookItem[] {
  const status = (fields['MessageStatus'] ?? fields['SmsStatus'] ?? '').toLowerCase();
  const isReceived = status === 'received' || status === 'receiving' || (status === '' && fields['Body'] !== undefined);
  const { customer, ours, isInbound } = partiesOf(fields, settings, isReceived);
  if (!customer) return [];
  const medium = customer.kind === 'phone' ? 'sms' : customer.kind;
  const word = isReceived ? 'received' : status === '' ? 'told' : status;
  const rank = messageRanks.indexOf(word);
  const isOnItsWay = rank <= messageRanks.indexOf('sent');
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
      kind: `${medium}.${word}`,
      direction: isInbound ? 'INBOUND' : 'OUTBOUND',
      status: Object.hasOwn(messageStages, word) ? messageStages[word] : 'COMPLETED',
      outcome: isReceived ? undefined : word,
      sequence: rank + 2,
      // Twilio says no time: a message is sent when it is told to be, and what is told of it later says nothing of that.
      occurredAt: isReceived || isOnItsWay ? new Date(receivedAt).toISOString() : undefined,
      summary: fields['Body'] || undefined,
      traits: isReceived && profile ? { name: profile } : undefined,
      conversation: ours ? { externalId: `${ours.kind}:${ours.value}:${customer.value}` } : undefined,
      attributes: presentOf({
        media: mediaOf(fields),
        button: fields['ButtonText'] || undefined,
        location: locationOf(fields),
        referral: fields['ReferralSourceUrl'] || undefined,
        optOut: fields['OptOutType'] || undefined,
        errorCode: fields['ErrorCode'] || undefined,
        errorMessage: fields['ErrorMessage'] || undefined,
        messagingService: fields['MessagingServiceSid'] || undefined,
      }),
      isRepeatable: true,
    },
  ];
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
