import type { IdentifierInput } from '../../../../identity/identifier.input.js';
import type { Channel } from '../../../../touchpoints/vocabulary.js';
import { type JsonObject, presentOf } from '../../../json-value.js';
import { instantOf } from '../../event-time.js';
import type { WebhookItem } from '../../webhook-kind.js';
import { messageStages } from './twilio-messages.js';
import { type Address, addressOf, type Fields, identifiersOf, isOutside, messageChannelOf } from './twilio-parties.js';

/**
 * What a conversation tells. Only an author with an address is known; an agent's message and its delivery name nobody.
 * With the setting `oneCustomerPerConversation` they belong to the customer of the conversation: not by itself, since
 * in a group that would make one person of its members.
 */
export function conversationItems(fields: Fields, settings: JsonObject, receivedAt: number): WebhookItem[] {
  const type = fields['EventType'] ?? '';
  const thread = settings['oneCustomerPerConversation'] === true ? threadOf(fields) : [];
  switch (type) {
    case 'onMessageAdded':
    case 'onMessageUpdated':
    case 'onMessageRemoved':
      return message(type, fields, thread, receivedAt);
    case 'onDeliveryUpdated':
      return delivery(fields, thread);
    case 'onParticipantAdded':
      return participant(fields, thread, receivedAt);
    default:
      return thread.length > 0 && isDone(type) ? other(type, fields, thread, receivedAt) : [];
  }
}

/** The events that ask before something is done may still be turned down. */
const isDone = (type: string) => /ed$/.test(type);

function threadOf({ ConversationSid }: Fields): IdentifierInput[] {
  return ConversationSid ? [{ type: 'anonymous_id', value: `twilio:${ConversationSid}` }] : [];
}

/** Ranks of what happens to a message itself; those of its delivery come after them. */
const ranks: Readonly<Record<string, number>> = { onMessageAdded: 1, onMessageUpdated: 2, onMessageRemoved: 900 };

function message(type: string, fields: Fields, thread: IdentifierInput[], receivedAt: number): WebhookItem[] {
  const author = addressOf(fields['Author']);
  const isCustomer = author !== undefined && isAddress(author);
  const identifiers = [...(isCustomer ? identifiersOf(author, undefined) : []), ...thread];
  if (identifiers.length === 0) return [];
  const isRemoved = type === 'onMessageRemoved';
  const isAdded = type === 'onMessageAdded';
  return [
    {
      ...ofMessage(fields),
      identifiers,
      channel: isCustomer ? messageChannelOf(author) : channelOf(fields['Source']),
      kind: isRemoved ? 'message.deleted' : isCustomer ? 'message.received' : 'message.sent',
      direction: isCustomer ? 'INBOUND' : 'OUTBOUND',
      status: isRemoved ? 'CANCELLED' : 'COMPLETED',
      sequence: ranks[type],
      occurredAt: isAdded ? (instantOf(fields['DateCreated']) ?? new Date(receivedAt).toISOString()) : undefined,
      summary: isRemoved ? '' : fields['Body'] || undefined,
      agentId: isCustomer ? undefined : fields['Author'] || undefined,
      attributes: presentOf({ index: fields['Index'] || undefined, media: fields['Media'] || undefined }),
    },
  ];
}

/** A chat user's name is no address, however it looks; a number or a word before a colon is one. */
function isAddress(author: Address): boolean {
  return author.kind === 'phone' ? author.value.startsWith('+') && isOutside(author) : isOutside(author);
}

function channelOf(medium: string | undefined): Channel {
  return medium === 'SMS' ? 'SMS' : medium === 'WHATSAPP' || medium === 'MESSENGER' ? 'SOCIAL' : 'CHAT';
}

function delivery(fields: Fields, thread: IdentifierInput[]): WebhookItem[] {
  const word = (fields['Status'] ?? '').toLowerCase();
  const stage = messageStages.get(word);
  if (thread.length === 0 || !stage) return [];
  return [
    {
      ...ofMessage(fields),
      identifiers: thread,
      channel: 'CHAT',
      kind: stage.kind,
      direction: 'OUTBOUND',
      status: stage.status,
      outcome: word,
      sequence: 100 + stage.rank,
      attributes: presentOf({
        channelMessageSid: fields['ChannelMessageSid'] || undefined,
        errorCode: Number(fields['ErrorCode']) > 0 ? fields['ErrorCode'] : undefined,
      }),
    },
  ];
}

function participant(fields: Fields, thread: IdentifierInput[], receivedAt: number): WebhookItem[] {
  const address = addressOf(fields['MessagingBinding.Address']);
  if (!address || !isAddress(address) || thread.length === 0) return [];
  return [
    {
      source: 'twilio',
      externalId: fields['ParticipantSid'] ?? `${fields['ConversationSid']}/${address.value}`,
      identifiers: [...identifiersOf(address, addressOf(fields['MessagingBinding.ProxyAddress'])), ...thread],
      occurredAt: instantOf(fields['DateCreated']) ?? new Date(receivedAt).toISOString(),
    },
  ];
}

function other(type: string, fields: Fields, thread: IdentifierInput[], receivedAt: number): WebhookItem[] {
  const at = instantOf(fields['DateUpdated']) ?? instantOf(fields['DateCreated']) ?? new Date(receivedAt).toISOString();
  return [
    {
      source: 'twilio',
      externalId: `${fields['ConversationSid']}/${type}/${at}`,
      identifiers: thread,
      channel: 'OTHER',
      kind: `twilio.${type}`,
      direction: 'INTERNAL',
      occurredAt: at,
      conversation: { externalId: fields['ConversationSid'] ?? '' },
      attributes: { twilio: fields },
      isRepeatable: true,
    },
  ];
}

function ofMessage(fields: Fields) {
  return {
    source: 'twilio',
    externalId: fields['MessageSid'] ?? '',
    conversation: fields['ConversationSid'] ? { externalId: fields['ConversationSid'] } : undefined,
    isRepeatable: true,
  };
}
