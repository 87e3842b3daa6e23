import { hash } from 'node:crypto';
import type { TouchpointStatus } from '../../touchpoints/vocabulary.js';
import { isOwn } from '../email/own-mail.js';
import { ownText } from '../email/own-text.js';
import { type JsonObject, presentOf } from '../json-value.js';
import { addressesOf, addressOf, type MailAddress } from './mail-address.js';
import { type MailHeaders, messageIdsOf } from './mail-header.js';
import { ownPlainTextOf } from './plain-text.js';
import type { MailContext, WebhookTouchpoint } from './webhook-kind.js';

/** What becomes of a mail that we send, in the order of its life: what comes later in it wins, whenever it is told. */
const stages = {
  queued: 'ACTIVE',
  sent: 'ACTIVE',
  deferred: 'ACTIVE',
  delivered: 'COMPLETED',
  opened: 'COMPLETED',
  bounced: 'FAILED',
  rejected: 'FAILED',
  unsubscribed: 'COMPLETED',
  complained: 'COMPLETED',
} as const satisfies Record<string, TouchpointStatus>;

export type MailStage = keyof typeof stages;

const ranks = Object.keys(stages);

/** One mail of ours to one recipient. */
export interface SentMail {
  readonly source: string;
  /** The service's id of the mail. */
  readonly id: string;
  readonly recipient: MailAddress;
  readonly subject?: string;
  /** The mail's own Message-ID, which answers to it name. */
  readonly messageId?: string;
  /** When it was sent, if the service says so with every event. */
  readonly sentAt?: string;
}

/** What a service tells of a mail. */
export interface MailNews {
  readonly at?: string;
  readonly attributes?: JsonObject;
}

/** The touchpoint of a mail, at a stage of its life. Each stage is told once: more openings change nothing. */
export function mailStage(mail: SentMail, stage: MailStage, { at, attributes }: MailNews): WebhookTouchpoint {
  const isOnItsWay = ranks.indexOf(stage) <= ranks.indexOf('delivered');
  return {
    ...ofMail(mail),
    externalId: mailId(mail),
    kind: `email.${stage}`,
    direction: 'OUTBOUND',
    status: stages[stage],
    outcome: stage,
    sequence: ranks.indexOf(stage) + 1,
    occurredAt: mail.sentAt ?? (isOnItsWay ? at : undefined),
    attributes: presentOf({ [`${stage}At`]: at, ...attributes }),
    isRepeatable: true,
  };
}

/** A link that was followed: a visit of its own, on the web, in the mail's thread. */
export function mailClick(mail: SentMail, url: string | undefined, eventId: string | undefined, news: MailNews) {
  const id = eventId ?? hash('sha256', `${news.at} ${url}`, 'hex').slice(0, 32);
  return {
    ...ofMail(mail),
    channel: 'WEB',
    externalId: `${mailId(mail)}/click/${id}`,
    kind: 'email.clicked',
    direction: 'INBOUND',
    subject: url,
    occurredAt: news.at,
    attributes: presentOf({ url, mailSubject: mail.subject, ...news.attributes }),
  } satisfies WebhookTouchpoint;
}

/** What is told of a mail or an address and has no meaning here yet, with what was sent. */
export function mailOther(
  source: string,
  type: string,
  recipient: MailAddress,
  event: { readonly id: string; readonly at?: string; readonly raw: unknown },
): WebhookTouchpoint {
  return {
    source,
    externalId: event.id,
    identifiers: identifiersOf(recipient),
    channel: 'OTHER',
    kind: `${source}.${type}`,
    direction: 'OUTBOUND',
    occurredAt: event.at,
    attributes: { [source]: event.raw },
  };
}

function mailId(mail: SentMail): string {
  return `${mail.id}/${mail.recipient.address}`;
}

function ofMail(mail: SentMail) {
  const { source, subject, messageId, recipient } = mail;
  return {
    source,
    identifiers: identifiersOf(recipient),
    channel: 'EMAIL' as const,
    subject,
    conversation: messageId === undefined ? undefined : { externalId: messageId },
  };
}

function identifiersOf({ address }: MailAddress) {
  return [{ type: 'email', value: address }];
}

/** A mail that came in, of which a service tells the headers and perhaps the text. */
export interface ReceivedMail {
  readonly source: string;
  /** What its thread belongs to, when that is another source. */
  readonly threadSource?: string;
  /** The service's id, should the mail have no Message-ID. */
  readonly id: string;
  readonly from: unknown;
  readonly headers: MailHeaders;
  /** Where the headers do not say it. */
  readonly to?: string;
  readonly subject?: string;
  /** What the sender wrote herself, as the service cut it. */
  readonly reply?: string;
  /** All of it, with what it quotes. */
  readonly text?: string;
  readonly html?: string;
  readonly at?: string;
  readonly attributes?: JsonObject;
}

/**
 * The touchpoint of a mail from a customer; of one that we wrote ourselves that of each to whom it went. None when nobody
 * is named.
 */
export function mailReceived(mail: ReceivedMail, { own }: Pick<MailContext, 'own'>): WebhookTouchpoint[] {
  const sender = addressOf(mail.from) ?? addressOf(mail.headers.get('from'));
  if (!sender) return [];
  const [messageId = mail.id] = messageIdsOf(mail.headers.get('message-id'));
  const [root = messageId] = [
    ...messageIdsOf(mail.headers.get('references')),
    ...messageIdsOf(mail.headers.get('in-reply-to')),
  ];
  const touchpoint = {
    source: mail.source,
    channel: 'EMAIL' as const,
    occurredAt: mail.at,
    subject: mail.subject ?? mail.headers.get('subject'),
    summary: summaryOf(mail),
    conversation: { externalId: root, source: mail.threadSource },
    attributes: presentOf({
      to: mail.headers.get('to'),
      cc: mail.headers.get('cc'),
      isAutomatic: isAutomatic(mail.headers) || undefined,
      ...mail.attributes,
    }),
  };
  if (!isOwn(sender.address, own)) {
    return [
      {
        ...touchpoint,
        externalId: messageId,
        identifiers: identifiersOf(sender),
        kind: 'email.received',
        direction: 'INBOUND',
        traits: sender.name === undefined ? undefined : { name: sender.name },
      },
    ];
  }
  return recipientsOf(mail, own).map((recipient) => ({
    ...touchpoint,
    externalId: `${messageId} ${recipient.address}`,
    identifiers: identifiersOf(recipient),
    kind: 'email.sent',
    direction: 'OUTBOUND',
  }));
}

/** What she wrote herself: as the service cut it, else as `/v1/email` does. */
function summaryOf({ reply, text, html }: ReceivedMail): string | undefined {
  if (reply !== undefined) return reply;
  if (text !== undefined) return ownText(text);
  return html === undefined ? undefined : ownText(ownPlainTextOf(html));
}

/** Each of To and Cc that is none of us, once. */
function recipientsOf(mail: ReceivedMail, own: MailContext['own']): MailAddress[] {
  const named = [mail.headers.get('to') ?? mail.to, mail.headers.get('cc')].flatMap(addressesOf);
  return [...new Map(named.map((one) => [one.address, one])).values()].filter(({ address }) => !isOwn(address, own));
}

/** An out-of-office answer or a report of a server: a mail that nobody wrote. */
function isAutomatic(headers: MailHeaders): boolean {
  const submitted = headers.get('auto-submitted');
  return (submitted !== undefined && !/^no\b/i.test(submitted)) || headers.has('x-autoreply');
}
