import { type JsonObject, listOf, objectOf, presentOf, textOf } from '../../../json-value.js';
import { placeAt, timeOf } from '../../event-time.js';
import { identificationOf, type TouchpointDraft, touchpointOf } from '../../touchpoint-draft.js';
import type { WebhookItem } from '../../webhook-kind.js';
import { directNames, type IsOurs, profileOf, source, teamOf, userNames } from './slack-people.js';

/** Events about the members of the workspace as such. */
const profileEvents = new Set(['team_join', 'user_change', 'user_profile_changed']);

/** What Slack writes into a channel by itself. */
const remarks = /^(channel|group|bot)_|^(pinned_item|unpinned_item|reminder_add|huddle_thread|tombstone|document_)/;

export function eventOf(body: JsonObject, isOurs: IsOurs): WebhookItem[] {
  if (body['type'] !== 'event_callback') return [];
  const event = objectOf(body['event']);
  const type = textOf(event['type']) ?? 'unknown';
  if (type === 'message' || type === 'app_mention') return messageOf(event, body, isOurs);
  if (profileEvents.has(type)) return profileChange(event, body);
  return happeningOf(type, event, body, isOurs);
}

function messageOf(event: JsonObject, body: JsonObject, isOurs: IsOurs): WebhookItem[] {
  const subtype = textOf(event['subtype']);
  if (subtype === 'message_replied') return [];
  const isDeleted = subtype === 'message_deleted';
  const isChanged = subtype === 'message_changed';
  if (subtype !== undefined && subtype !== 'bot_message' && remarks.test(subtype)) return [];
  const before = objectOf(event['previous_message']);
  const message = isChanged ? objectOf(event['message']) : isDeleted ? before : event;
  // Links that unfold change a message, too, but nothing that anybody wrote.
  if (isChanged && textOf(message['text']) === textOf(before['text']) && before['text'] !== undefined) return [];

  const channel = textOf(event['channel']);
  const team = teamOf(message, body);
  const ts = textOf(isDeleted ? (event['deleted_ts'] ?? before['ts']) : message['ts']);
  const user = textOf(message['user']);
  const isBot = message['bot_id'] !== undefined || subtype === 'bot_message';
  const isOutbound = isBot || isOurs(user, team);
  const parent = textOf(message['parent_user_id']);
  const customer = isOutbound ? (isOurs(parent, undefined) ? undefined : parent) : user;
  const told: TouchpointDraft = {
    source,
    isRepeatable: true,
    id: [textOf(body['team_id']) ?? team, channel, ts],
    identifiers: [...userNames(team, customer), ...directNames(textOf(body['team_id']) ?? team, channel)],
    channel: 'CHAT',
    kind: isDeleted ? 'message.deleted' : isOutbound ? 'message.sent' : 'message.received',
    direction: isOutbound ? 'OUTBOUND' : 'INBOUND',
    status: 'COMPLETED',
    occurredAt: timeOf(ts),
    place: placeAt(timeOf(isChanged || isDeleted ? (event['event_ts'] ?? event['ts']) : ts), rankOf(event, subtype)),
    summary: isDeleted ? '' : message['text'],
    agentId: isOutbound ? (user ?? message['bot_id']) : undefined,
    conversation: [team, channel, textOf(message['thread_ts']) ?? (channel?.startsWith('D') ? undefined : ts)]
      .filter((part) => part !== undefined)
      .join(':'),
    attributes: presentOf({
      channel,
      thread: textOf(message['thread_ts']),
      app: isBot ? textOf(message['app_id']) : undefined,
      files: filesOf(message),
      editedAt: isChanged ? textOf(objectOf(message['edited'])['ts']) : undefined,
      subtype: isChanged || isDeleted ? undefined : subtype,
    }),
  };
  return touchpointOf(told, event);
}

/** A mention is told twice, as a message and as a mention; an edit may come in the second of the message. */
function rankOf(event: JsonObject, subtype: string | undefined): number {
  if (event['type'] === 'app_mention') return 1;
  return subtype === 'message_changed' ? 2 : subtype === 'message_deleted' ? 3 : 0;
}

function filesOf(message: JsonObject): unknown {
  const files = listOf(message['files']).map(objectOf);
  if (files.length === 0) return undefined;
  return files.map((file) => ({ name: textOf(file['name']), type: textOf(file['mimetype']) }));
}

function profileChange(event: JsonObject, body: JsonObject): WebhookItem[] {
  const user = objectOf(event['user']);
  if (user['is_bot'] === true) return [];
  const known = { team_id: textOf(body['team_id']), ...user };
  const occurredAt = timeOf(event['event_ts']) ?? timeOf(body['event_time']);
  const id = [textOf(body['event_id'])];
  return identificationOf({ source, id, ...profileOf(known), occurredAt }, event);
}

/** Any other event of a user: a reaction, a file, the home of the app. */
function happeningOf(type: string, event: JsonObject, body: JsonObject, isOurs: IsOurs): WebhookItem[] {
  const user = textOf(event['user']) ?? textOf(event['user_id']) ?? textOf(objectOf(event['user'])['id']);
  const team = teamOf(event, body);
  const isReaction = type === 'reaction_added' || type === 'reaction_removed';
  const item = objectOf(event['item']);
  const isAgent = isOurs(user, team);
  // An agent's reaction is to what somebody wrote, who is named.
  const author = textOf(event['item_user']);
  const customer = isAgent ? (isReaction && !isOurs(author, undefined) ? author : undefined) : user;
  return touchpointOf(
    {
      source,
      id: [textOf(body['event_id'])],
      identifiers: userNames(team, customer),
      channel: isReaction ? 'CHAT' : 'OTHER',
      kind: isReaction ? type.replace('_', '.') : `${source}.${type}`,
      direction: isAgent ? 'OUTBOUND' : 'INBOUND',
      occurredAt: timeOf(event['event_ts']) ?? timeOf(body['event_time']),
      summary: isReaction ? event['reaction'] : undefined,
      agentId: isAgent ? user : undefined,
      attributes: isReaction
        ? presentOf({ channel: textOf(item['channel']), reactionTo: textOf(item['ts']) })
        : { [source]: event },
    },
    event,
  );
}
