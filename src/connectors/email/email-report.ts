import type { EmailReport, ReportedRecipient } from './email.js';
import { dateOf, EmailHeaders, messageIdsOf, plainAddressesOf } from './email-headers.js';

/** A part of a report: its content type, and its text. */
export interface ReportPart {
  readonly type: string;
  readonly text: string;
}

/** Parts of a `multipart/report` that are read rather than listed as attachments. */
export const reportPartTypes = new Set([
  'message/delivery-status',
  'message/global-delivery-status',
  'message/disposition-notification',
  'message/global-disposition-notification',
  'message/feedback-report',
  'message/rfc822',
  'message/global',
  'text/rfc822-headers',
  'message/rfc822-headers',
  'message/global-headers',
]);

/**
 * Reads a report about a message that was sent: a bounce or another delivery status (RFC 3464), a notice of reading
 * (RFC 8098), a complaint (RFC 5965), or the bounce of a server that only names who failed in a header.
 * @param text the words around the report, in which some servers quote the headers of the message
 */
export function reportOf(headers: EmailHeaders, parts: readonly ReportPart[], text: string): EmailReport | undefined {
  const told = toldBy(headers, parts);
  if (!told) return undefined;
  const returned = parts.find(({ type }) => /rfc822|^message\/global(-headers)?$/.test(type));
  const original = EmailHeaders.of(returned?.text ?? '');
  const named = [
    original.first('message-id'),
    told.messageId,
    /^Message-ID:\s*(<[^<>\s]+>)/im.exec(text)?.[1],
    headers.first('x-original-message-id'),
    headers.first('in-reply-to'),
  ];
  return {
    kind: told.kind,
    recipients: told.recipients,
    messageId: named.flatMap(messageIdsOf)[0],
    references: messageIdsOf(original.first('references') ?? original.first('in-reply-to')),
    subject: original.first('subject'),
    sentAt: dateOf(original.first('date')),
  };
}

interface Told {
  readonly kind: EmailReport['kind'];
  readonly recipients: readonly ReportedRecipient[];
  readonly messageId?: string;
}

function toldBy(headers: EmailHeaders, parts: readonly ReportPart[]): Told | undefined {
  const part = (pattern: RegExp) => parts.find(({ type }) => pattern.test(type))?.text;
  const delivery = part(/delivery-status$/);
  if (delivery !== undefined) return { kind: 'delivery', recipients: deliveriesOf(delivery) };
  const reading = part(/disposition-notification$/);
  if (reading !== undefined) {
    const fields = EmailHeaders.of(reading);
    const action = /displayed/i.test(fields.first('disposition') ?? '') ? 'displayed' : 'other';
    return { kind: 'reading', recipients: recipientOf(fields, action), messageId: fields.first('original-message-id') };
  }
  const complaint = part(/feedback-report$/);
  if (complaint !== undefined) {
    const fields = EmailHeaders.of(complaint);
    const addresses = plainAddressesOf(fields.first('original-rcpt-to') ?? fields.first('removal-recipient') ?? '');
    const action = fields.first('feedback-type') ?? 'abuse';
    return { kind: 'complaint', recipients: addresses.slice(0, 1).map((address) => ({ address, action })) };
  }
  const failed = headers.all('x-failed-recipients').flatMap(plainAddressesOf);
  if (failed.length === 0) return undefined;
  return { kind: 'delivery', recipients: failed.map((address) => ({ address, action: 'failed' })) };
}

/** One group of fields for each recipient, after those of the message. */
function deliveriesOf(text: string): ReportedRecipient[] {
  return text.split(/\r?\n\s*\r?\n/).flatMap((group) => {
    const fields = EmailHeaders.of(group);
    return recipientOf(fields, fields.first('action')?.toLowerCase() ?? 'failed');
  });
}

/** The address that the sender wrote, where the server says so: the final one may be that of a forwarding. */
function recipientOf(fields: EmailHeaders, action: string): ReportedRecipient[] {
  const named = [fields.first('original-recipient'), fields.first('final-recipient')];
  const [address] = named.flatMap((one) => plainAddressesOf(plainOf(one ?? '')));
  if (address === undefined) return [];
  return [
    {
      address,
      action: action.replace(/[^a-z-].*$/s, ''),
      status: fields.first('status')?.slice(0, 20),
      diagnostic: fields.first('diagnostic-code')?.slice(0, 1_000),
    },
  ];
}

/** `rfc822; ann+2Btag@example.com`: the type of the address, and characters in hexadecimal (RFC 3461). */
function plainOf(recipient: string): string {
  return recipient
    .replace(/^[^;@]*;/, '')
    .replace(/\+([2-7][0-9A-F])(?=[^@]*@)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
