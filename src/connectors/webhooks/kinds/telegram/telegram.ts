import { Refusal } from '../../../../platform/refusal.js';
import { isObject, type JsonObject, objectOf, presentOf, textOf } from '../../../json-value.js';
import { timeOf } from '../../event-time.js';
import { jsonObjectOf } from '../../request-content.js';
import { type TouchpointDraft, touchpointOf } from '../../touchpoint-draft.js';
import type { WebhookItem, WebhookKind } from '../../webhook-kind.js';
import { isSame } from '../../webhook-proof.js';
import { deletedMessages, messageOf, source, traitsOf } from './telegram-messages.js';

export const telegram: WebhookKind = {
  name: source,
  title: 'Telegram bot',
  proof: 'signature',
  // Whoever sets the webhook chooses it.
  secretFrom: 'us',
  verify: (request, secret) => secret !== '' && isSame(request.headers['x-telegram-bot-api-secret-token'], secret),
  checkSettings,
  translate: (request, settings) => updateOf(jsonObjectOf(request), textOf(settings['bot'])),
};

/** An update does not say which bot it is for, and each bot counts its messages from one. */
function checkSettings({ bot }: JsonObject): void {
  if (bot === undefined || (typeof bot === 'string' && /^\w{1,64}$/.test(bot))) return;
  throw new Refusal('INPUT_INVALID', 'The setting `bot` is the bot’s user name, without the @.', { field: 'bot' });
}

const messageUpdates = new Set(['message', 'edited_message', 'business_message', 'edited_business_message']);

/** A bot is asked while somebody types its name and a word. */
const passing = new Set(['inline_query']);

function updateOf(update: JsonObject, bot: string | undefined): WebhookItem[] {
  return Object.entries(update).flatMap(([name, value]) => {
    if (!isObject(value) || passing.has(name)) return [];
    if (messageUpdates.has(name)) return messageOf(value, bot);
    if (name === 'deleted_business_messages') return deletedMessages(value, bot);
    return happening(name, value, update['update_id']);
  });
}

function happening(name: string, value: JsonObject, updateId: unknown): WebhookItem[] {
  const user = objectOf(value['from'] ?? value['user'] ?? value['voter'] ?? value['actor']);
  // What a bot does or a channel posts is with nobody.
  if (user['is_bot'] === true) return [];
  return touchpointOf(
    {
      source,
      id: ['update', updateId, user['id']],
      identifiers: [['telegram', user['id']]],
      channel: 'SOCIAL',
      direction: 'INBOUND',
      occurredAt: timeOf(value['date']),
      language: user['language_code'],
      traits: traitsOf(user),
      ...meaningOf(name, value),
    },
    value,
  );
}

function meaningOf(name: string, value: JsonObject): Pick<TouchpointDraft, 'kind'> & Partial<TouchpointDraft> {
  const chat = objectOf(value['chat']);
  switch (name) {
    case 'callback_query': {
      const message = objectOf(value['message']);
      const attributes = presentOf({ data: textOf(value['data']), message: textOf(message['message_id']) });
      const conversation = objectOf(message['chat'])['id'];
      return {
        id: ['callback', value['id']],
        kind: 'button.pressed',
        summary: value['data'],
        attributes,
        conversation,
      };
    }
    case 'message_reaction': {
      const now = Array.isArray(value['new_reaction']) ? value['new_reaction'] : [];
      const summary =
        now
          .map((one) => textOf(objectOf(one)['emoji']))
          .filter(Boolean)
          .join(' ') || undefined;
      const kind = now.length > 0 ? 'reaction.added' : 'reaction.removed';
      return {
        kind,
        summary,
        attributes: presentOf({ reactionTo: textOf(value['message_id']) }),
        conversation: chat['id'],
      };
    }
    case 'my_chat_member': {
      const status = objectOf(value['new_chat_member'])['status'];
      const isGone = status === 'kicked' || status === 'left';
      return { kind: isGone ? 'bot.blocked' : 'bot.unblocked', outcome: status, conversation: chat['id'] };
    }
    case 'poll_answer':
      return { kind: 'poll.answered', attributes: { poll: textOf(value['poll_id']), options: value['option_ids'] } };
    default:
      return { kind: `${source}.${name}`, channel: 'OTHER', attributes: { [source]: value } };
  }
}
