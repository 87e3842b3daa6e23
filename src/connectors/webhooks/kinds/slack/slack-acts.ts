import { type JsonObject, listOf, objectOf, presentOf, textOf } from '../../../json-value.js';
import { timeOf } from '../../event-time.js';
import { touchpointOf } from '../../touchpoint-draft.js';
import type { WebhookItem } from '../../webhook-kind.js';
import { directNames, type IsOurs, source, userNames } from './slack-people.js';

/** A slash command; a legacy outgoing webhook looks alike, with a trigger word. */
export function commandOf(form: JsonObject, signedAt: string | undefined): WebhookItem[] {
  const team = textOf(form['team_id']);
  const channel = textOf(form['channel_id']);
  const command = textOf(form['command']) ?? textOf(form['trigger_word']);
  return touchpointOf(
    {
      source,
      id: ['command', form['trigger_id'] ?? form['timestamp']],
      identifiers: [...userNames(team, textOf(form['user_id'])), ...directNames(team, channel)],
      channel: 'CHAT',
      kind: 'command.invoked',
      direction: 'INBOUND',
      occurredAt: timeOf(form['timestamp']) ?? timeOf(signedAt),
      subject: command,
      summary: form['text'],
      traits: { slack_username: textOf(form['user_name']) },
      attributes: presentOf({ channel, channelName: textOf(form['channel_name']) }),
    },
    { ...form, token: undefined },
  );
}

const kinds: ReadonlyMap<string, string> = new Map([
  ['block_actions', 'button.pressed'],
  ['interactive_message', 'button.pressed'],
  ['view_submission', 'form.submitted'],
  ['dialog_submission', 'form.submitted'],
  ['view_closed', 'form.closed'],
  ['dialog_cancellation', 'form.closed'],
  ['shortcut', 'shortcut.invoked'],
  ['message_action', 'shortcut.invoked'],
]);

/** Somebody works a button, a form or a shortcut of the app. */
export function interactionOf(payload: JsonObject, isOurs: IsOurs): WebhookItem[] {
  const type = textOf(payload['type']) ?? 'unknown';
  // The app is asked for choices while somebody types.
  if (type === 'block_suggestion' || type === 'dialog_suggestion') return [];
  const user = objectOf(payload['user']);
  const userId = textOf(user['id']);
  const team = textOf(user['team_id']) ?? textOf(objectOf(payload['team'])['id']);
  if (isOurs(userId, team)) return [];
  const channel = textOf(objectOf(payload['channel'])['id']);
  const actions = listOf(payload['actions']).map(objectOf);
  const view = objectOf(payload['view']);
  const time = actions[0]?.['action_ts'] ?? payload['action_ts'];
  const isKnown = kinds.has(type);
  return touchpointOf(
    {
      source,
      id: ['interaction', payload['trigger_id'] ?? time ?? view['id']],
      identifiers: [...userNames(team, userId), ...directNames(team, channel)],
      channel: isKnown ? 'CHAT' : 'OTHER',
      kind: kinds.get(type) ?? `${source}.${type}`,
      direction: 'INBOUND',
      occurredAt: timeOf(time),
      subject: objectOf(view['title'])['text'] ?? payload['callback_id'],
      summary: actions.map(labelOf).filter(Boolean).join(', ') || undefined,
      traits: { slack_username: textOf(user['username']) ?? textOf(user['name']) },
      attributes: isKnown
        ? presentOf({
            channel,
            callbackId: textOf(payload['callback_id']) ?? textOf(view['callback_id']),
            message: textOf(objectOf(payload['message'])['ts']) ?? textOf(payload['message_ts']),
            actions: actions.length === 0 ? undefined : actions.map(actionOf),
            values: presentOf(objectOf(objectOf(view['state'])['values'])) ?? payload['submission'],
          })
        : { [source]: { ...payload, token: undefined, response_url: undefined } },
    },
    { ...payload, token: undefined, response_url: undefined },
  );
}

function labelOf(action: JsonObject): string | undefined {
  const selected = objectOf(objectOf(action['selected_option'])['text'])['text'];
  const text = objectOf(action['text'])['text'] ?? action['text'];
  return textOf(selected) ?? textOf(text) ?? textOf(action['value']) ?? textOf(action['name']);
}

function actionOf(action: JsonObject): JsonObject {
  return {
    id: textOf(action['action_id']) ?? textOf(action['name']),
    type: textOf(action['type']),
    value: textOf(action['value']) ?? textOf(objectOf(action['selected_option'])['value']),
  };
}
