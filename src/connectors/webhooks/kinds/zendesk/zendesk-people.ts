import { type JsonObject, objectOf, textOf } from '../../../json-value.js';
import type { NamedBy } from '../../touchpoint-draft.js';

export const source = 'zendesk';

/** Zendesk's number of a user says nothing of who it is: it only holds together what Zendesk tells. */
export function numberNames(id: unknown): NamedBy[] {
  const number = textOf(id);
  return number === undefined || number === '0' ? [] : [['anonymous_id', `${source}:${number}`]];
}

export function userNames(user: JsonObject): NamedBy[] {
  return [
    ['user_id', user['external_id']],
    ['email', user['email']],
    ['phone', user['phone']],
    ...numberNames(user['id']),
  ];
}

/** One of the addresses of a user, by what Zendesk calls its kind. */
export function identityNames(event: JsonObject): NamedBy[] {
  const identity = objectOf(event['identity'] ?? event['current'] ?? event);
  const type = textOf(identity['type'])?.toLowerCase() ?? '';
  const value = textOf(identity['value']);
  if (type === 'email') return [['email', value]];
  if (type.startsWith('phone')) return [['phone', value]];
  return [];
}
