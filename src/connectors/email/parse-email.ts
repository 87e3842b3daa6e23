import { createHash } from 'node:crypto';
import { type AddressObject, type AttachmentStream, type EmailAddress, MailParser, type MessageText } from 'mailparser';
import { limits } from '../../platform/limits.js';
import { Refusal } from '../../platform/refusal.js';
import type { Email, EmailAttachment, Mailbox } from './email.js';
import { dateOf, EmailHeaders, messageIdsOf, plainAddressesOf } from './email-headers.js';
import { type ReportPart, reportOf, reportPartTypes } from './email-report.js';
import { withUndeclaredText } from './undeclared-text.js';

/**
 * Reads one message (RFC 5322 with MIME). Attachments are counted and let go, so that a large message costs no more
 * than its bytes.
 * @throws Refusal when it is no message, or is made to exhaust its reader
 */
export async function parseEmail(bytes: Buffer): Promise<Email> {
  const message = withoutEnvelope(bytes);
  const parser = new MailParser({
    keepDeliveryStatus: true,
    skipTextToHtml: true,
    skipImageLinks: true,
    checksumAlgo: false,
    maxHtmlLengthToParse: limits.emailHtmlCharactersMax,
    maxChildNodes: limits.emailPartsMax,
  });
  const { attachments, reportParts, text } = await partsOf(parser, withUndeclaredText(message));
  const headers = new EmailHeaders(parser.headerLines || []);
  if (!headers.has('from') && !headers.has('to') && !headers.has('subject')) {
    throw new Refusal('BODY_MALFORMED', 'The body is no e-mail message: it has neither From, To nor Subject.');
  }
  const date = dateOf(headers.first('date'));
  const [messageId = hashOf(message)] = messageIdsOf(headers.first('message-id'));
  return {
    messageId,
    references: referencesOf(headers),
    date,
    writtenDate: date === undefined ? storable(headers.first('date')) : undefined,
    receivedAt: dateOf(headers.first('received')?.split(';').at(-1)),
    from: [...mailboxesOf(parser.from), ...headers.all('from').slice(1).flatMap(plainMailboxesOf)],
    replyTo: mailboxesOf(parser.replyTo),
    to: mailboxesOf(parser.to),
    cc: mailboxesOf(parser.cc),
    bcc: mailboxesOf(parser.bcc),
    subject: storable(parser.subject),
    text: storable(text),
    language: headers.first('content-language'),
    automatic: automaticOf(headers),
    attachments,
    report: reportOf(headers, reportParts, text),
  };
}

/** The line that mail boxes of Unix put before each message. */
function withoutEnvelope(bytes: Buffer): Buffer {
  const end = bytes.indexOf('\n');
  return /^>?From /.test(bytes.subarray(0, 6).toString('latin1')) && end >= 0 ? bytes.subarray(end + 1) : bytes;
}

interface Parts {
  readonly attachments: EmailAttachment[];
  readonly reportParts: ReportPart[];
  readonly text: string;
}

function partsOf(parser: MailParser, message: Buffer): Promise<Parts> {
  return new Promise((resolve, reject) => {
    const parts = { attachments: [] as EmailAttachment[], reportParts: [] as ReportPart[], text: '' };
    const refuse = (cause: unknown) =>
      reject(
        new Refusal('BODY_MALFORMED', 'The message cannot be read: its parts have no end, or no sense.', { cause }),
      );
    parser.on('data', (part: AttachmentStream | MessageText) => {
      if (part.type === 'text') parts.text = (part.text ?? '').slice(0, limits.emailTextCharactersMax);
      else readPart(part, parts).catch(refuse);
    });
    parser.on('error', refuse);
    parser.on('end', () => resolve(parts));
    parser.end(message);
  });
}

/** The parser goes on when a part has been read to its end and let go. */
async function readPart(part: AttachmentStream, { attachments, reportParts }: Parts): Promise<void> {
  const isReport = reportPartTypes.has(part.contentType);
  const kept: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of part.content as AsyncIterable<Buffer>) {
    if (isReport && bytes < limits.emailTextCharactersMax) kept.push(chunk);
    bytes += chunk.length;
  }
  if (isReport) reportParts.push({ type: part.contentType, text: Buffer.concat(kept).toString('utf8') });
  if (!isReport || part.filename !== undefined) {
    attachments.push({ name: storable(part.filename), type: part.contentType, bytes });
  }
  part.release?.();
}

function mailboxesOf(header: AddressObject | AddressObject[] | undefined): Mailbox[] {
  const all = (Array.isArray(header) ? header : [header]).flatMap((one) => one?.value ?? []);
  return all.flatMap(mailboxes);
}

/** A group stands for its members. */
function mailboxes({ address, name, group }: EmailAddress): Mailbox[] {
  if (group) return group.flatMap(mailboxes);
  const plain = storable(address)?.trim().toLowerCase() ?? '';
  if (!plain.includes('@')) return [];
  const said = storable(name)?.trim();
  return [said ? { address: plain, name: said } : { address: plain }];
}

const plainMailboxesOf = (line: string): Mailbox[] => plainAddressesOf(line).map((address) => ({ address }));

/** `References` has the whole thread; where it is missing `In-Reply-To` has the message before. */
function referencesOf(headers: EmailHeaders): string[] {
  const references = messageIdsOf(headers.first('references'));
  return references.length > 0 ? references : messageIdsOf(headers.first('in-reply-to'));
}

/** RFC 3834, and what was usual before it. */
function automaticOf(headers: EmailHeaders): string | undefined {
  const word = (text: string | undefined) => /^[a-z_-]+/.exec(text?.toLowerCase() ?? '')?.[0];
  const submitted = word(headers.first('auto-submitted'));
  if (submitted !== undefined && submitted !== 'no') return submitted;
  if (['x-autoreply', 'x-autorespond', 'x-auto-reply'].some((key) => headers.has(key))) return 'auto-replied';
  const precedence = word(headers.first('precedence'));
  if (precedence === 'auto_reply') return 'auto-replied';
  if (precedence !== undefined && ['bulk', 'list', 'junk'].includes(precedence)) return precedence;
  return headers.has('list-id') ? 'list' : undefined;
}

/** Odd charsets may leave what no database holds. */
function storable(text: string | undefined): string | undefined {
  return text?.toWellFormed().replaceAll('\0', '');
}

/** The same for a message that is sent again: its name, where its sender gave it none. */
function hashOf(message: Buffer): string {
  return `sha256-${createHash('sha256').update(message).digest('hex').slice(0, 32)}`;
}
