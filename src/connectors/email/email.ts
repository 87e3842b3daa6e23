/** A sender or recipient as a header names it. */
export interface Mailbox {
  /** In small letters. */
  readonly address: string;
  readonly name?: string;
}

/** An attachment, of which neither content nor checksum is kept. */
export interface EmailAttachment {
  readonly name?: string;
  readonly type: string;
  readonly bytes: number;
}

/** What a mail server or a complaint service tells of a message that was sent. */
export interface EmailReport {
  readonly kind: 'delivery' | 'reading' | 'complaint';
  readonly recipients: readonly ReportedRecipient[];
  /** The message that it is about, as far as the report has its headers. */
  readonly messageId?: string;
  readonly references: readonly string[];
  readonly subject?: string;
  /** ISO. */
  readonly sentAt?: string;
}

export interface ReportedRecipient {
  readonly address: string;
  /** Of a delivery: `failed`, `delayed`, `delivered`, `relayed`, `expanded`. */
  readonly action: string;
  /** Such as `5.1.1`. */
  readonly status?: string;
  readonly diagnostic?: string;
}

/** One message, read out of its bytes. It is plain JSON, so that a dead letter can hold it. */
export interface Email {
  /** Without angle brackets; of a message without one, a hash of its bytes. */
  readonly messageId: string;
  /** The messages that it answers, the first of the thread first. */
  readonly references: readonly string[];
  /** ISO, as the sender's clock has it. */
  readonly date?: string;
  /** What stands in place of a date that cannot be read. */
  readonly writtenDate?: string;
  /** ISO, as the last mail server's clock has it. */
  readonly receivedAt?: string;
  /** All that any From line names, in order. */
  readonly from: readonly Mailbox[];
  readonly replyTo: readonly Mailbox[];
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly bcc: readonly Mailbox[];
  readonly subject?: string;
  readonly text?: string;
  readonly language?: string;
  /** Why no person wrote it: `auto-replied`, `auto-generated`, …, or `bulk`, `list`, `junk`. */
  readonly automatic?: string;
  readonly attachments: readonly EmailAttachment[];
  readonly report?: EmailReport;
}
