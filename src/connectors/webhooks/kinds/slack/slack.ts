import { Refusal } from '../../../../platform/refusal.js';
import { isObject, type JsonObject, listOf, objectOf, textOf } from '../../../json-value.js';
import { formOf, jsonObjectOf } from '../../request-content.js';
import type { WebhookAnswer, WebhookKind, WebhookRequest } from '../../webhook-kind.js';
import { isFresh, isSigned } from '../../webhook-proof.js';
import { commandOf, interactionOf } from './slack-acts.js';
import { eventOf } from './slack-events.js';
import type { IsOurs } from './slack-people.js';

export const slack: WebhookKind = {
  name: 'slack',
  title: 'Slack',
  proof: 'signature',
  headers: ['x-slack-request-timestamp'],
  verify,
  answer,
  checkSettings,
  translate,
};

function verify(request: WebhookRequest, secret: string): boolean {
  const time = request.headers['x-slack-request-timestamp'];
  const hmac = { algorithm: 'sha256', encoding: 'hex', secret, before: `v0:${time}:` } as const;
  return isFresh(time, request.receivedAt) && isSigned(request, 'x-slack-signature', 'v0=', hmac);
}

function answer(request: WebhookRequest): WebhookAnswer | null {
  if (request.method !== 'POST' || isForm(request)) return null;
  const body = objectOf(parsed(request.body.toString('utf8')));
  if (body['type'] !== 'url_verification') return null;
  return { status: 200, contentType: 'text/plain', body: textOf(body['challenge']) ?? '' };
}

/** `agents` are the users who answer for the company; `teams` its own workspaces, where others join by Slack Connect. */
function checkSettings(settings: JsonObject): void {
  for (const field of ['agents', 'teams']) {
    const ids = settings[field];
    if (ids === undefined || (Array.isArray(ids) && ids.every((id) => typeof id === 'string' && id !== ''))) continue;
    throw new Refusal('INPUT_INVALID', 'This setting is a list of Slack’s ids, such as U024BE7LH.', { field });
  }
}

function translate(request: WebhookRequest, settings: JsonObject) {
  const isOurs = ourPeople(settings);
  if (isForm(request)) {
    const form = formOf(request);
    const { payload } = form;
    if (payload !== undefined) return interactionOf(objectOf(parsed(payload)), isOurs);
    return commandOf(form, request.headers['x-slack-request-timestamp']);
  }
  return eventOf(jsonObjectOf(request), isOurs);
}

function ourPeople(settings: JsonObject): IsOurs {
  const agents = new Set(listOf(settings['agents']));
  const teams = new Set(listOf(settings['teams']));
  return (user, team) => (user !== undefined && agents.has(user)) || (team !== undefined && teams.has(team));
}

function isForm(request: WebhookRequest): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '');
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
