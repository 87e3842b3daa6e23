import { limits } from '../../platform/limits.js';
import { Refusal } from '../../platform/refusal.js';
import type { TouchpointInput } from '../../touchpoints/record.input.js';
import { filledOf, type JsonObject, presentOf } from '../json-value.js';
import { languageTag } from '../language-tag.js';
import { readClock } from '../message-clock.js';
import type { Email, EmailReport, Mailbox, ReportedRecipient } from './email.js';
import { copiesOf, type EmailCopy } from './email-copies.js';
import { isOwn, type OwnMail } from './own-mail.js';
import { ownText } from './own-text.js';

/** Lists of a message beyond this are told by their number. */
const listedMax = 20;

/**
 * The touchpoints of a message: one for each customer whom it concerns. Pure, for whoever gets messages some other way.
 * @param own tells mail to us from mail that we sent
 * @param receivedAt epoch milliseconds, against which the sender's clock is judged
 */
export function emailTouchpoints(email: Email, own: OwnMail, receivedAt: number): TouchpointInput[] {
  return copiesOf(email, own).map((copy) => touchpointOf(copy, receivedAt));
}

/** @throws Refusal when the message names no customer, or too many */
export function touchpointOf(copy: EmailCopy, receivedAt: number): TouchpointInput {
  const { email, customer } = copy;
  if (customer === null) throw concernsNobody(email);
  const { report } = email;
  return report ? reportTouchpoint(email, report, customer, receivedAt) : messageTouchpoint(copy, customer, receivedAt);
}

function concernsNobody(email: Email): Refusal {
  const limit = limits.emailRecipientsMax;
  const count = Math.max(email.to.length + email.cc.length + email.bcc.length, email.report?.recipients.length ?? 0);
  if (count > limit) {
    return new Refusal('TOO_MANY', `A message concerns at most ${limit} customers.`, { field: 'to', limit });
  }
  return new Refusal('TOO_FEW', 'A message names who wrote it, or to whom it was sent.', { field: 'from', limit: 1 });
}

function messageTouchpoint(copy: EmailCopy, customer: string, receivedAt: number): TouchpointInput {
  const { email, own, direction } = copy;
  const clock = clockOf(email, receivedAt);
  const whole = email.text ?? '';
  const summary = ownText(whole);
  const attributes = {
    from: email.from[0],
    // A second From line is a mistake, or a lie.
    furtherFrom: email.from.length > 1 ? email.from.slice(1, listedMax) : undefined,
    replyTo: listed(email.replyTo),
    to: listed(email.to),
    cc: listed(email.cc),
    recipients: email.to.length + email.cc.length > listedMax ? email.to.length + email.cc.length : undefined,
    automatic: email.automatic,
    attachments: email.attachments.length > 0 ? email.attachments.slice(0, listedMax) : undefined,
    attachmentCount: email.attachments.length > listedMax ? email.attachments.length : undefined,
    textCharacters: summary.length > limits.longTextCharactersMax ? summary.length : undefined,
    clock: clock.problem,
  };
  return {
    source: 'email',
    externalId: externalIdOf(direction, email.messageId, customer),
    identifiers: [{ type: 'email', value: customer }],
    channel: 'EMAIL',
    kind: kindOf(copy),
    direction,
    occurredAt: clock.occurredAt,
    subject: cut(email.subject),
    summary: cut(summary),
    language: languageTag(email.language?.split(',')[0]?.trim()),
    queue: direction === 'INBOUND' ? queueOf(email, own) : undefined,
    conversation: { externalId: email.references[0] ?? email.messageId },
    attributes: presentOf(attributes),
  };
}

/** A message to several customers is a touchpoint of each; a report about it knows it by the same name. */
function externalIdOf(direction: string, messageId: string, customer: string): string {
  return direction === 'OUTBOUND' ? `${messageId} ${customer}` : messageId;
}

function kindOf({ email, direction }: EmailCopy): string {
  if (direction === 'OUTBOUND') return 'email.sent';
  if (direction === 'INTERNAL') return 'email.internal';
  if (email.automatic === undefined) return 'email.received';
  return ['bulk', 'list', 'junk'].includes(email.automatic) ? 'email.bulk' : 'email.auto_reply';
}

/** Which of our addresses was written to. */
function queueOf(email: Email, own: OwnMail): string | undefined {
  const address = [...email.to, ...email.cc].find((box) => isOwn(box.address, own))?.address;
  return address !== undefined && address.length <= limits.shortTextCharactersMax ? address : undefined;
}

const listed = (boxes: readonly Mailbox[]) => (boxes.length > 0 ? boxes.slice(0, listedMax) : undefined);

function cut(text: string | undefined): string | undefined {
  const max = limits.longTextCharactersMax;
  if (text === undefined || text === '') return undefined;
  return text.length <= max ? text : `${text.slice(0, max - 1).toWellFormed()}…`;
}

/** The sender's date, else that of the mail server. */
function clockOf(email: Email, receivedAt: number) {
  const time = Date.parse(email.date ?? email.receivedAt ?? '');
  const clock = readClock(
    { time: Number.isNaN(time) ? null : time, written: email.writtenDate, sent: null },
    receivedAt,
  );
  if (clock.occurredAt !== undefined || email.receivedAt === undefined) return clock;
  const byServer = readClock({ time: Date.parse(email.receivedAt), written: undefined, sent: null }, receivedAt);
  return { ...byServer, problem: clock.problem };
}

/** What a report makes of the message that it is about: a later word about the same touchpoint. */
function reportTouchpoint(email: Email, report: EmailReport, customer: string, receivedAt: number): TouchpointInput {
  const told = report.recipients.find((recipient) => recipient.address === customer) as ReportedRecipient;
  const at = clockOf(email, receivedAt).occurredAt ?? new Date(receivedAt).toISOString();
  const sentAt =
    report.sentAt === undefined ? undefined : clockOf({ ...email, date: report.sentAt }, receivedAt).occurredAt;
  return {
    source: 'email',
    externalId: externalIdOf('OUTBOUND', report.messageId ?? email.messageId, customer),
    identifiers: [{ type: 'email', value: customer }],
    channel: 'EMAIL',
    kind: 'email.sent',
    direction: 'OUTBOUND',
    ...outcomeOf(report, told),
    occurredAt: sentAt,
    // The place of this word after that of the message itself, however wrong the clocks are.
    endedAt: sentAt !== undefined && at <= sentAt ? new Date(Date.parse(sentAt) + 1_000).toISOString() : at,
    subject: undefined,
    conversation: { externalId: report.references[0] ?? report.messageId ?? email.messageId },
    attributes: { [report.kind]: detailsOf(told) },
  };
}

const outcomeOfAction: Readonly<Record<string, Pick<TouchpointInput, 'status' | 'outcome'>>> = {
  failed: { status: 'FAILED', outcome: 'bounced' },
  delayed: { status: 'ACTIVE', outcome: 'delayed' },
  delivered: { status: 'COMPLETED', outcome: 'delivered' },
  relayed: { status: 'COMPLETED', outcome: 'relayed' },
  expanded: { status: 'COMPLETED', outcome: 'expanded' },
  displayed: { status: 'COMPLETED', outcome: 'read' },
};

function outcomeOf(report: EmailReport, { action }: ReportedRecipient): Pick<TouchpointInput, 'status' | 'outcome'> {
  if (report.kind === 'complaint') return { status: 'COMPLETED', outcome: 'complained' };
  return (Object.hasOwn(outcomeOfAction, action) ? outcomeOfAction[action] : undefined) ?? { outcome: 'reported' };
}

function detailsOf({ action, status, diagnostic }: ReportedRecipient): JsonObject {
  return filledOf(presentOf({ action, status, diagnostic }) ?? {}) ?? {};
}
