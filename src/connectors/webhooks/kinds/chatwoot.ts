import type { Channel } from '../../../touchpoints/vocabulary.js';
import { isObject, type JsonObject, listOf, objectOf, presentOf, textOf } from '../../json-value.js';
import { timeOf } from '../event-time.js';
import { jsonObjectOf } from '../request-content.js';
import { identificationOf, type NamedBy, readable, type TouchpointDraft, touchpointOf } from '../touchpoint-draft.js';
import type { WebhookItem, WebhookKind, WebhookRequest } from '../webhook-kind.js';
import { carriesSecret, isFresh, isSigned } from '../webhook-proof.js';

const source = 'chatwoot';

export const chatwoot: WebhookKind = {
  name: source,
  title: 'Chatwoot',
  proof: 'signature',
  verify,
  translate: (request) => eventOf(jsonObjectOf(request)),
};

/** Older builds sign nothing; for those the secret stands in the address. */
function verify(request: WebhookRequest, secret: string): boolean {
  if (request.headers['x-chatwoot-signature'] === undefined) return carriesSecret(request, secret);
  const time = request.headers['x-chatwoot-timestamp'];
  const hmac = { algorithm: 'sha256', encoding: 'hex', secret, before: `${time}.` } as const;
  return isFresh(time, request.receivedAt) && isSigned(request, 'x-chatwoot-signature', 'sha256=', hmac);
}

function eventOf(body: JsonObject): WebhookItem[] {
  const event = textOf(body['event']) ?? 'unknown';
  switch (event) {
    case 'message_created':
    case 'message_updated':
      return messageOf(body, event === 'message_updated');
    case 'contact_created':
    case 'contact_updated':
      return contactOf(body);
    case 'conversation_typing_on':
    case 'conversation_typing_off':
      return [];
    default:
      return happeningOf(event, body);
  }
}

const channels: ReadonlyMap<string, Channel> = new Map([
  ['email', 'EMAIL'],
  ['sms', 'SMS'],
  ['twiliosms', 'SMS'],
  ['whatsapp', 'SOCIAL'],
  ['facebookpage', 'SOCIAL'],
  ['instagram', 'SOCIAL'],
  ['twitterprofile', 'SOCIAL'],
  ['telegram', 'SOCIAL'],
  ['line', 'SOCIAL'],
  ['tiktok', 'SOCIAL'],
  ['voice', 'CALL'],
]);

/** The web widget and whatever speaks by the API are chats. */
function channelOf(conversation: JsonObject): Channel {
  const inbox = inboxOf(conversation);
  // One channel of Twilio’s carries both; only the address tells.
  const address = textOf(objectOf(conversation['contact_inbox'])['source_id']) ?? '';
  if (inbox === 'twiliosms' && address.startsWith('whatsapp:')) return 'SOCIAL';
  return channels.get(inbox) ?? 'CHAT';
}

function inboxOf(conversation: JsonObject): string {
  return (textOf(conversation['channel']) ?? '').replace(/^Channel::/, '').toLowerCase();
}

function accountOf(body: JsonObject): string | undefined {
  return textOf(objectOf(body['account'])['id']) ?? textOf(body['account_id']);
}

/** Whom a conversation is with. A contact’s number is Chatwoot’s own and says nothing of who it is. */
function namesOf(account: string | undefined, contact: JsonObject, conversation: JsonObject): NamedBy[] {
  const id = textOf(contact['id']) ?? textOf(objectOf(conversation['contact_inbox'])['contact_id']);
  const address = textOf(objectOf(conversation['contact_inbox'])['source_id']);
  const named: NamedBy[] = [
    ['user_id', contact['identifier']],
    ['email', contact['email']],
    ['phone', contact['phone_number']],
  ];
  const inbox = inboxOf(conversation);
  if (address && (inbox === 'telegram' || inbox === 'line')) named.push([inbox, address]);
  if (address && inbox === 'whatsapp') named.push(['whatsapp', /^\d+$/.test(address) ? `+${address}` : address]);
  return id === undefined ? named : [...named, ['anonymous_id', `chatwoot:${account ?? ''}:${id}`]];
}

function traitsOf(contact: JsonObject): JsonObject {
  const more = objectOf(contact['additional_attributes']);
  return {
    name: textOf(contact['name']),
    email: textOf(contact['email']),
    phone: textOf(contact['phone_number']),
    company: textOf(more['company_name']),
    city: textOf(more['city']),
    country: textOf(more['country']) ?? textOf(more['country_code']),
    ...objectOf(contact['custom_attributes']),
  };
}

const types = ['incoming', 'outgoing', 'activity', 'template'] as const;

const statuses: ReadonlyMap<string, Pick<TouchpointDraft, 'kind' | 'status'> & { readonly rank: number }> = new Map([
  ['delivered', { kind: 'message.delivered', status: 'COMPLETED', rank: 1 }],
  ['read', { kind: 'message.read', status: 'COMPLETED', rank: 2 }],
  ['failed', { kind: 'message.failed', status: 'FAILED', rank: 3 }],
]);

/**
 * A message comes again whenever something of it changes: its status, its text, that it was deleted. Nothing says when,
 * so these have their places by what comes after what.
 */
function messageOf(body: JsonObject, isUpdate: boolean): WebhookItem[] {
  const conversation = objectOf(body['conversation']);
  const account = accountOf(body);
  const type = typeof body['message_type'] === 'number' ? types[body['message_type']] : textOf(body['message_type']);
  // What the desk notes by itself, such as who took the conversation, comes as an event of the conversation too.
  if (type === 'activity') return [];
  const isIncoming = type === 'incoming';
  const isNote = body['private'] === true;
  const inbox = inboxOf(conversation);
  const more = objectOf(body['content_attributes']);
  const sender = objectOf(body['sender']);
  const status = isIncoming || isNote ? undefined : statuses.get(textOf(body['status']) ?? '');
  const isDeleted = more['deleted'] === true;
  const contact = isIncoming && !isObject(objectOf(conversation['meta'])['sender']) ? sender : personOf(body);
  const survey = objectOf(objectOf(more['submitted_values'])['csat_survey_response']);
  const kind = isNote ? 'note.added' : isIncoming ? 'message.received' : (status?.kind ?? 'message.sent');
  const message = touchpointOf(
    {
      source,
      isRepeatable: true,
      id: [account, 'message', body['id']],
      identifiers: namesOf(account, contact, conversation),
      channel: channelOf(conversation),
      kind: isDeleted ? 'message.deleted' : kind,
      direction: isNote ? 'INTERNAL' : isIncoming ? 'INBOUND' : 'OUTBOUND',
      status: status?.status ?? 'COMPLETED',
      occurredAt: timeOf(body['created_at']),
      place: isDeleted ? 20 : isUpdate ? 4 + (status?.rank ?? 0) : (status?.rank ?? 0),
      summary: isDeleted ? '' : inbox === 'email' ? readable(body['content']) : body['content'],
      subject: objectOf(more['email'])['subject'] ?? objectOf(conversation['additional_attributes'])['mail_subject'],
      agentId: isIncoming ? undefined : sender['id'],
      queue: objectOf(body['inbox'])['name'],
      traits: traitsOf(contact),
      attributes: presentOf({
        contentType: textOf(body['content_type']) === 'text' ? undefined : textOf(body['content_type']),
        attachments: attachmentsOf(body),
        automatic: type === 'template' ? true : undefined,
        externalError: textOf(more['external_error']),
        replyTo: textOf(more['in_reply_to']),
        sourceId: textOf(body['source_id']),
      }),
      conversation: threadOf(account, conversation),
    },
    body,
  );
  return survey['rating'] === undefined ? message : [...message, ...ratingOf(body, survey)];
}

function personOf(body: JsonObject): JsonObject {
  const conversation = objectOf(body['conversation']);
  const author = objectOf(body['sender']);
  const other = author['type'] === 'contact' ? author : {};
  const sender = objectOf(objectOf(conversation['meta'] ?? body['meta'])['sender'] ?? other);
  return isObject(body['contact']) ? { ...sender, ...body['contact'] } : sender;
}

function attachmentsOf(body: JsonObject): unknown {
  const files = listOf(body['attachments']).map(objectOf);
  if (files.length === 0) return undefined;
  return files.map((file) => ({ type: textOf(file['file_type']), url: textOf(file['data_url']) }));
}

function threadOf(account: string | undefined, conversation: JsonObject): string | undefined {
  const id = textOf(conversation['id']) ?? textOf(conversation['display_id']);
  return id === undefined ? undefined : [account, id].filter((part) => part !== undefined).join(':');
}

/** The answer to the survey at the end, which changes the message that asked. */
function ratingOf(body: JsonObject, survey: JsonObject): WebhookItem[] {
  const conversation = objectOf(body['conversation']);
  const account = accountOf(body);
  return touchpointOf(
    {
      source,
      id: [account, 'rating', body['id']],
      identifiers: namesOf(account, personOf(body), conversation),
      channel: channelOf(conversation),
      kind: 'survey.answered',
      direction: 'INBOUND',
      summary: survey['feedback_message'],
      outcome: survey['rating'],
      conversation: threadOf(account, conversation),
    },
    survey,
  );
}

function contactOf(body: JsonObject): WebhookItem[] {
  const identifiers = namesOf(accountOf(body), body, {});
  const occurredAt = timeOf(body['updated_at']) ?? timeOf(body['created_at']);
  return identificationOf({ source, id: [], identifiers, traits: traitsOf(body), occurredAt }, body);
}

/** What happens to a conversation as such: it is opened, resolved, given to somebody. */
function happeningOf(event: string, body: JsonObject): WebhookItem[] {
  const isConversation = event.startsWith('conversation_');
  const conversation = isConversation ? body : objectOf(body['conversation']);
  const account =
    accountOf(body) ?? textOf(objectOf(listOf(body['messages'])[0])['account_id']) ?? accountOf(conversation);
  const contact = personOf(body);
  const meta = objectOf(conversation['meta']);
  const status = textOf(conversation['status']);
  const isStarted = event === 'conversation_created';
  const isWidget = event === 'webwidget_triggered';
  const isKnown = isConversation || isWidget;
  const at = timeOf(conversation['updated_at']) ?? timeOf(conversation['timestamp']) ?? timeOf(body['created_at']);
  return touchpointOf(
    {
      source,
      id: isConversation ? [account, event, conversation['id'], isStarted ? 0 : (at ?? status)] : [],
      identifiers: namesOf(account, contact, isWidget ? { contact_inbox: body } : conversation),
      channel: isWidget ? 'WEB' : isConversation ? channelOf(conversation) : 'OTHER',
      kind: isStarted
        ? 'conversation.started'
        : event === 'conversation_status_changed'
          ? `conversation.${status ?? 'changed'}`
          : isWidget
            ? 'widget.opened'
            : isConversation
              ? event.replace('_', '.')
              : `${source}.${event}`,
      direction: isStarted || isWidget ? 'INBOUND' : 'INTERNAL',
      occurredAt: isStarted ? (timeOf(conversation['created_at']) ?? at) : at,
      outcome: isStarted ? undefined : status,
      agentId: objectOf(meta['assignee'])['id'],
      queue: objectOf(meta['team'])['name'],
      traits: traitsOf(contact),
      attributes: isKnown
        ? presentOf({
            labels: listOf(conversation['labels']).length > 0 ? conversation['labels'] : undefined,
            priority: textOf(conversation['priority']),
            changed: body['changed_attributes'],
            page: textOf(objectOf(body['event_info'])['referer']),
          })
        : { [source]: body },
      conversation: isConversation ? threadOf(account, conversation) : undefined,
    },
    body,
  );
}
