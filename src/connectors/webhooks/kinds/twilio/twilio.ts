import { createHmac, hash } from 'node:crypto';
import { Refusal } from '../../../../platform/refusal.js';
import { type JsonObject, objectOf, textOf } from '../../../json-value.js';
import { formOf, jsonBodyOf } from '../../request-content.js';
import type { WebhookItem, WebhookKind, WebhookRequest } from '../../webhook-kind.js';
import { isSame } from '../../webhook-proof.js';
import { callItems } from './twilio-calls.js';
import { conversationItems } from './twilio-conversations.js';
import { messageItems } from './twilio-messages.js';
import { addressOf, type Fields, identifiersOf } from './twilio-parties.js';

const ownNumbersMax = 200;

/** Twilio: statuses of calls, messages of all its channels and their statuses, conversations. */
export const twilioKind: WebhookKind = {
  name: 'twilio',
  title: 'Twilio',
  proof: 'signature',
  checkSettings({ ownNumbers, oneCustomerPerConversation, ...others }) {
    const refuse = (name: string, sentence: string) => {
      throw new Refusal('INPUT_INVALID', sentence, { field: `input.settings.${name}` });
    };
    const [other] = Object.keys(others);
    if (other !== undefined) refuse(other, 'Settings of Twilio are ownNumbers and oneCustomerPerConversation.');
    const isList = Array.isArray(ownNumbers) && ownNumbers.length <= ownNumbersMax;
    if (ownNumbers != null && !(isList && ownNumbers.every((one) => typeof one === 'string'))) {
      refuse('ownNumbers', `ownNumbers is a list of up to ${ownNumbersMax} numbers.`);
    }
    if (oneCustomerPerConversation != null && typeof oneCustomerPerConversation !== 'boolean') {
      refuse('oneCustomerPerConversation', 'oneCustomerPerConversation is true or false.');
    }
  },
  verify(request, secret) {
    const given = request.headers['x-twilio-signature'];
    if (!given) return false;
    const signed = (url: string) => createHmac('sha1', secret).update(signedTextOf(url, request)).digest('base64');
    const isRight = addressesOf(request.url).map((url) => isSame(given, signed(url)));
    return isBodyRight(request) && isRight.includes(true);
  },
  translate(request, settings) {
    const fields = fieldsOf(request);
    const { receivedAt } = request;
    if (fields['ConversationSid'] && fields['EventType']) return conversationItems(fields, settings, receivedAt);
    if (fields['MessageSid'] || fields['SmsSid'] || fields['SmsMessageSid']) {
      return messageItems(fields, settings, receivedAt);
    }
    if (fields['CallSid']) return callItems(fields, settings, receivedAt);
    return other(fields, request);
  },
  /** Twilio takes the answer for a script; this one does nothing. */
  receipt: () => ({ status: 200, contentType: 'text/xml; charset=utf-8', body: '<Response/>' }),
};

const isJson = (request: WebhookRequest) => /^application\/json\b/i.test(request.headers['content-type'] ?? '');

/** Twilio signs the address as it was given, with or without the port that everybody knows. */
function addressesOf(url: string): string[] {
  const { protocol, port } = new URL(url);
  if (port !== '') return [url];
  const usual = protocol === 'https:' ? '443' : '80';
  return [url, url.replace(/^(https?:\/\/[^/?#]+)/, `$1:${usual}`)];
}

/** The address, and of a form its fields in the order of their names. What has another body is signed by its hash. */
function signedTextOf(url: string, request: WebhookRequest): string {
  if (request.method === 'GET' || isJson(request) || request.query['bodySHA256'] !== undefined) return url;
  const values = new Map<string, Set<string>>();
  for (const [name, value] of new URLSearchParams(request.body.toString('utf8'))) {
    values.set(name, (values.get(name) ?? new Set()).add(value));
  }
  const names = [...values.keys()].sort();
  return url + names.flatMap((name) => [...(values.get(name) ?? [])].sort().map((value) => name + value)).join('');
}

/** Without a hash in the signed address a body that is no form is not signed at all. */
function isBodyRight(request: WebhookRequest): boolean {
  const expected = request.query['bodySHA256'];
  if (expected !== undefined) return isSame(expected.toLowerCase(), hash('sha256', request.body, 'hex'));
  return request.method === 'GET' || !isJson(request);
}

function fieldsOf(request: WebhookRequest): Fields {
  if (request.method === 'GET') return request.query;
  if (!isJson(request)) return formOf(request);
  return Object.fromEntries(
    Object.entries(objectOf(jsonBodyOf(request))).map(([name, value]) => [name, textOf(value)]),
  );
}

/** What has no meaning here yet, if it names an address. */
function other(fields: Fields, request: WebhookRequest): WebhookItem[] {
  const address = addressOf(fields['From'] ?? fields['Author'] ?? fields['To']);
  const identifiers = address ? identifiersOf(address, undefined) : [];
  if (identifiers.length === 0) return [];
  const type = fields['EventType'] ?? fields['Type'] ?? 'event';
  return [
    {
      source: 'twilio',
      externalId: hash('sha256', Buffer.concat([Buffer.from(request.url), request.body]), 'hex').slice(0, 32),
      identifiers,
      channel: 'OTHER',
      kind: `twilio.${type}`,
      occurredAt: new Date(request.receivedAt).toISOString(),
      attributes: { twilio: fields satisfies JsonObject },
      isRepeatable: true,
    },
  ];
}
