import { isObject, type JsonObject, objectOf, textOf } from '../../json-value.js';
import { timeOf } from '../event-time.js';
import { formOf, jsonObjectOf } from '../request-content.js';
import { identificationOf } from '../touchpoint-draft.js';
import type { WebhookItem, WebhookKind, WebhookRequest } from '../webhook-kind.js';
import { ticketOf } from './desk/desk-ticket.js';

const source = 'freshdesk';

/** Freshdesk signs nothing; its rules can send HTTP Basic, or a token in the address. */
export const freshdesk: WebhookKind = {
  name: source,
  title: 'Freshdesk',
  proof: 'none',
  translate: (request) => told(bodyOf(request)),
};

function bodyOf(request: WebhookRequest): JsonObject {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '');
  return isForm ? formOf(request) : jsonObjectOf(request);
}

function told(body: JsonObject): WebhookItem[] {
  const data = objectOf(body['data']);
  if (/^onContact(Create|Update)/.test(textOf(body['event']) ?? '') && isObject(data['contact'])) {
    return contactOf(data['contact']);
  }
  return ticketOf(source, body);
}

function contactOf(contact: JsonObject): WebhookItem[] {
  const { id, email, phone, mobile, name, language } = contact;
  const externalId = textOf(contact['unique_external_id']);
  return identificationOf(
    {
      source,
      id: [],
      identifiers: [
        ['user_id', externalId],
        ['email', email],
        ['phone', mobile],
        ['phone', phone],
        ['anonymous_id', textOf(id) === undefined ? undefined : `${source}:${textOf(id)}`],
      ],
      traits: { name: textOf(name), email: textOf(email), phone: textOf(mobile) ?? textOf(phone), language },
      occurredAt: timeOf(contact['updated_at']),
    },
    contact,
  );
}
