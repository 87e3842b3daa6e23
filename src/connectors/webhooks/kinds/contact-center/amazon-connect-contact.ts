import type { Channel, Direction } from '../../../../touchpoints/vocabulary.js';
import { type JsonObject, objectOf, presentOf, textOf } from '../../../json-value.js';
import { placeAt, secondsOf, timeOf } from '../../event-time.js';
import { type NamedBy, type TouchpointDraft, touchpointOf } from '../../touchpoint-draft.js';
import type { WebhookItem } from '../../webhook-kind.js';
import { nameOfAttributes, namesOfAttributes } from './contact-attributes.js';
import { nounOf } from './stage-words.js';

export const source = 'amazon_connect';

/** A contact record: the whole of a contact, told when it is over, and again when something of it changes. */
export function contactOf(contact: JsonObject, settings: JsonObject): WebhookItem[] {
  const agent = objectOf(contact['Agent'] ?? contact['AgentInfo']);
  const queue = objectOf(contact['Queue'] ?? contact['QueueInfo']);
  const endedAt = timeOf(contact['DisconnectTimestamp']);
  const hasAgent = agent['ConnectedToAgentTimestamp'] != null || agent['ARN'] != null || agent['Username'] != null;
  const isAbandoned = abandonedOf(contact, hasAgent);
  const known = knownOf(contact, settings);
  const told: TouchpointDraft = {
    ...known,
    kind: `${nounOf(known.channel)}.${endedAt === undefined ? 'started' : isAbandoned ? 'abandoned' : 'completed'}`,
    status: endedAt === undefined ? 'ACTIVE' : 'COMPLETED',
    endedAt,
    place: placeAt(timeOf(contact['LastUpdateTimestamp']) ?? endedAt ?? known.occurredAt, 15),
    waitSeconds: secondsOf(queue['Duration']),
    holdSeconds: secondsOf(agent['CustomerHoldDuration']),
    handleSeconds: handleOf(agent),
    abandoned: isAbandoned,
    agentId: textOf(agent['Username']) ?? idOfArn(agent['ARN'] ?? agent['Id']),
    queue: textOf(queue['Name']) ?? idOfArn(queue['ARN'] ?? queue['Id']),
    outcome: contact['DisconnectReason'],
  };
  return touchpointOf(told, contact);
}

const stages: ReadonlyMap<string, readonly [word: string, rank: number]> = new Map([
  ['INITIATED', ['started', 1]],
  ['CONNECTED_TO_SYSTEM', ['started', 2]],
  ['QUEUED', ['queued', 3]],
  ['CONNECTED_TO_AGENT', ['answered', 4]],
  ['PAUSED', ['paused', 5]],
  ['RESUMED', ['resumed', 6]],
  ['DISCONNECTED', ['ended', 8]],
  ['COMPLETED', ['ended', 9]],
]);

/** An event while the contact goes on, as EventBridge brings it. */
export function eventOf(detail: JsonObject, { time: sent }: JsonObject, settings: JsonObject): WebhookItem[] {
  const type = textOf(detail['EventType']) ?? 'unknown';
  const [word, rank] = stages.get(type) ?? ['updated', 7];
  const isOver = word === 'ended';
  const agent = objectOf(detail['AgentInfo']);
  const queue = objectOf(detail['QueueInfo']);
  const enqueued = timeOf(queue['EnqueueTimestamp']);
  const answered = timeOf(agent['ConnectedToAgentTimestamp']);
  const known = knownOf(detail, settings);
  return touchpointOf(
    {
      ...known,
      kind: `${nounOf(known.channel)}.${word}`,
      status: isOver ? 'COMPLETED' : 'ACTIVE',
      place: placeAt(timeOf(sent), rank),
      endedAt: isOver ? (timeOf(detail['DisconnectTimestamp']) ?? timeOf(sent)) : undefined,
      waitSeconds: enqueued && answered && answered >= enqueued ? Math.round((answered - enqueued) / 1000) : undefined,
      agentId: idOfArn(agent['AgentArn'] ?? agent['Arn']),
      queue: idOfArn(queue['QueueArn'] ?? queue['Arn']),
      outcome: detail['DisconnectReason'],
      attributes:
        stages.has(type) || type === 'CONTACT_DATA_UPDATED'
          ? known.attributes
          : { ...known.attributes, [source]: detail },
    },
    detail,
  );
}

function knownOf(contact: JsonObject, settings: JsonObject) {
  const channel = channelOf(contact);
  const attributes = objectOf(contact['Attributes']);
  const id = contact['ContactId'] ?? contact['Id'];
  const endpoint = objectOf(contact['CustomerEndpoint']);
  const named = [
    ...endpointNames(endpoint, subtypeOf(contact)),
    ['crm_id', contact['CustomerId']] as const,
    ...namesOfAttributes(attributes, settings),
  ].filter(([, value]) => textOf(value) !== undefined);
  return {
    source,
    id: [id],
    // Whoever chats without saying who it is, is at least the same in all that is told of the contact.
    identifiers: named.length > 0 ? named : contactNames(id),
    channel,
    direction: directionOf(contact, channel),
    occurredAt: timeOf(contact['InitiationTimestamp']),
    subject: contact['Name'],
    summary: contact['Description'],
    language: attributes['language'] ?? attributes['Language'] ?? contact['LanguageCode'],
    traits: { name: textOf(endpoint['DisplayName']) ?? nameOfAttributes(attributes) },
    conversation: contact['InitialContactId'] ?? id,
    attributes: presentOf({
      initiationMethod: textOf(contact['InitiationMethod']),
      subtype: subtypeOf(contact),
      systemEndpoint: textOf(objectOf(contact['SystemEndpoint'])['Address']),
      previousContact: textOf(contact['PreviousContactId']),
      nextContact: textOf(contact['NextContactId']),
      relatedContact: textOf(contact['RelatedContactId']),
      campaign: textOf(objectOf(contact['Campaign'])['CampaignId']),
      holds: objectOf(contact['Agent'])['NumberOfHolds'],
      attempts: contact['AgentConnectionAttempts'],
      contactAttributes: presentOf(attributes),
    }),
  };
}

export function contactNames(id: unknown): NamedBy[] {
  return textOf(id) === undefined ? [] : [['anonymous_id', `${source}:${textOf(id)}`]];
}

function endpointNames({ Type, Address }: JsonObject, subtype: string | undefined): NamedBy[] {
  const type = textOf(Type) ?? 'TELEPHONE_NUMBER';
  const address = textOf(Address);
  if (address === undefined || type === 'CONTACT_FLOW' || type === 'CONNECT_PHONENUMBER_ARN') return [];
  if (type === 'EMAIL_ADDRESS' || address.includes('@')) return [['email', address.replace(/^.*<(.*)>$/, '$1')]];
  const phone: NamedBy = ['phone', address];
  return /whatsapp/i.test(subtype ?? '') ? [phone, ['whatsapp', address]] : [phone];
}

function subtypeOf(contact: JsonObject): string | undefined {
  const subtype = objectOf(contact['SegmentAttributes'])['connect:Subtype'];
  return textOf(objectOf(subtype)['ValueString']) ?? textOf(objectOf(subtype)['valueString']) ?? textOf(subtype);
}

function channelOf(contact: JsonObject): Channel {
  const subtype = subtypeOf(contact)?.toLowerCase() ?? '';
  if (subtype.includes('sms')) return 'SMS';
  if (/whatsapp|apple/.test(subtype)) return 'SOCIAL';
  switch (textOf(contact['Channel'])?.toUpperCase()) {
    case 'VOICE':
      return 'CALL';
    case 'CHAT':
      return 'CHAT';
    case 'EMAIL':
      return 'EMAIL';
    default:
      return 'OTHER';
  }
}

const outbound = new Set(['OUTBOUND', 'EXTERNAL_OUTBOUND', 'CALLBACK', 'AGENT_REPLY', 'CAMPAIGN_OUTBOUND']);

/** A call by the API is ours, a chat by the API is how every website begins one; a task is between our own. */
function directionOf(contact: JsonObject, channel: Channel): Direction {
  const method = textOf(contact['InitiationMethod'])?.toUpperCase() ?? '';
  if (method === 'MONITOR' || channel === 'OTHER') return 'INTERNAL';
  return outbound.has(method) || (method === 'API' && channel === 'CALL') ? 'OUTBOUND' : 'INBOUND';
}

/** Waited in a queue, and left it neither to an agent nor to another contact, such as a callback. */
function abandonedOf(contact: JsonObject, hasAgent: boolean): boolean | undefined {
  const queue = contact['Queue'] ?? contact['QueueInfo'];
  if (hasAgent) return false;
  if (queue == null || contact['DisconnectTimestamp'] == null) return undefined;
  const wentOn = contact['NextContactId'] != null || contact['TransferCompletedTimestamp'] != null;
  const isOurs = directionOf(contact, channelOf(contact)) !== 'INBOUND';
  return wentOn || isOurs ? undefined : true;
}

function handleOf(agent: JsonObject): number | undefined {
  const parts = ['AgentInteractionDuration', 'CustomerHoldDuration', 'AfterContactWorkDuration'];
  const seconds = parts.map((part) => secondsOf(agent[part])).filter((one) => one !== undefined);
  return seconds.length === 0 ? undefined : seconds.reduce((all, one) => all + one, 0);
}

/** What stands last in an Amazon resource name. */
export function idOfArn(arn: unknown): string | undefined {
  return textOf(arn)?.split('/').at(-1);
}
