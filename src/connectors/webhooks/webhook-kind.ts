import type { Reason } from '../../platform/refusal.js';
import type { IdentifyCustomerInput, TouchpointInput } from '../../touchpoints/record.input.js';
import type { Email } from '../email/email.js';
import type { OwnMail } from '../email/own-mail.js';
import type { JsonObject } from '../json-value.js';

/** A vendor's request as it came, before anybody looked into it. */
export interface WebhookRequest {
  readonly method: 'GET' | 'POST';
  /** The address that the vendor was given, with its query: some sign it. */
  readonly url: string;
  /** Lower-case names; a header that came twice is joined with commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Unpacked, else byte for byte: signatures cover it. */
  readonly body: Buffer;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
}

/** The answer that a vendor asks for in place of a plain 200, such as a challenge. */
export interface WebhookAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** Such as RingCentral's `Validation-Token`, which it wants to see again. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * What one request tells: each is one touchpoint, or a later message about one. Texts that are too long are cut,
 * attributes that are too large lose their largest parts, a time that cannot be is left out: a kind need not care.
 *
 * A later message that does not say whom it is about may leave `identifiers` empty: it finds the touchpoint by its
 * external id. Its place among the messages is its `sequence` (such as the rank of a status), else its time.
 */
export interface WebhookTouchpoint extends TouchpointInput {
  /** The vendor's id of what is told about; what it says later, also of a status, names the same. */
  readonly externalId: string;
  /** A request may be translated long after it was sent, so no clock is judged by it: order goes by `sequence`. */
  readonly sentAt?: undefined;
  /** The vendor tells this again and again with other details, such as each opening of a mail: the first one stays. */
  readonly isRepeatable?: boolean;
}

/** Who somebody is, without anything that happened, such as two contacts that the vendor has joined. */
export interface WebhookIdentification extends IdentifyCustomerInput {
  readonly externalId: string;
  /** No touchpoint: what tells the two apart. */
  readonly channel?: undefined;
}

/** What cannot be understood among others that can: a dead letter with this reason, which keeps no neighbour out. */
export interface WebhookFault {
  readonly externalId: string;
  readonly identifiers: readonly [];
  readonly fault: { readonly reason: Reason; readonly message: string; readonly field?: string | undefined };
}

export type WebhookMessage = WebhookTouchpoint | WebhookIdentification;

export type WebhookItem = WebhookMessage | WebhookFault;

/** What a signature is judged by, beside the request and the secret. */
export interface VerifyContext {
  readonly settings: JsonObject;
  /** Fetches a small text, such as a vendor's certificate; the kind has made sure that the address is the vendor's. */
  fetchText(url: string): Promise<string>;
}

/** What is known beside the request to a kind that tells of mails. */
export interface MailContext {
  readonly own: OwnMail;
  /** What `wholeMail` found, read. */
  readonly email: Email | null;
}

/**
 * A vendor that calls us: one pure file each, without I/O. Its mapping table stands in `docs/ways-in.md`.
 *
 * Nothing here throws for odd input: a request that cannot be read at all throws a `Refusal` in `translate` (it is kept
 * among the dead letters), an event of an unknown type becomes an OTHER touchpoint that carries what was sent.
 */
export interface WebhookKind {
  /** As in `createConnector(kind:)`, lower case with underscores: `whatsapp_cloud`. It is also the touchpoints' source. */
  readonly name: string;
  readonly title: string;
  /**
   * How a request proves its sender: a secret that signs, or `none` where the vendor signs nothing and the connector's
   * own secret stands in the address (`?token=`) or in HTTP Basic.
   */
  readonly proof: 'signature' | 'none';
  /**
   * Who makes the secret: `vendor` (it must be given when the connector is made), `us` (made when none is given, and
   * shown once) or `nobody`. Left out: `vendor` for a signature, else `us`.
   */
  readonly secretFrom?: 'vendor' | 'us' | 'nobody';
  /** Headers that `translate` and `confirm` read, lower case, or which ones by settings: only these and `content-type` are stored and handed over. */
  readonly headers?: readonly string[] | ((settings: JsonObject) => readonly string[]);
  /** Whether a request was signed with this secret, judged on the raw bytes in constant time, and not too long ago. */
  verify?(request: WebhookRequest, secret: string, context: VerifyContext): boolean | Promise<boolean>;
  /**
   * An id that the vendor gives this one request and signs: another request that bears it is a replay and is refused,
   * the same one sent again is recognised. Needed where a signature does not cover the body.
   */
  signatureId?(request: WebhookRequest): string | undefined;
  /** Answers a hand-shake; null when the request carries events. Called before `verify` for GET, after it for POST. */
  answer?(request: WebhookRequest, secret: string, settings: JsonObject): WebhookAnswer | null;
  /**
   * Refuses settings of a connector that this kind cannot work with, naming the field; a kind without settings has none.
   * Such as the company's own numbers, by which an outgoing message is told from an incoming one.
   */
  checkSettings?(settings: JsonObject): void;
  /** Refuses a secret that can verify nothing, such as a key of the wrong form, naming the field `input.secret`. */
  checkSecret?(secret: string): void;
  /**
   * For a kind that tells of mails received: the bytes of the message, if the request carries it as it came. Reading one
   * takes a stream, so it is read beforehand, and `translate` stays a plain function.
   */
  wholeMail?(request: WebhookRequest): Buffer | null;
  /** What a verified request tells, in order; nothing when it tells of nobody. */
  translate(request: WebhookRequest, settings: JsonObject, mail: MailContext): readonly WebhookItem[];
  /** An address of the vendor that has to be called once to accept what the verified request offers. */
  confirm?(request: WebhookRequest): string | undefined;
  /** The answer when all is durable, for a vendor to whom a plain 200 means failure, such as Amazon Data Firehose. */
  receipt?(request: WebhookRequest): WebhookAnswer;
}
