import { hash } from 'node:crypto';
import { sentimentOf } from './sentiment.js';
import { directions, statuses } from './vocabulary.js';

/** How a touchpoint came by one of the identifiers that it names. */
export interface SeenIdentifier {
  readonly type: string;
  readonly value: string;
  readonly status: 'LINKED' | 'BLOCKED' | 'INVALID' | 'DEMOTED';
  readonly reason: string | null;
  /** Present when the sender said that the customer proved it. */
  readonly verification?: 'VERIFIED';
}

export interface Reference {
  readonly id: string;
  readonly source: string;
  readonly externalId: string;
}

/**
 * What one message says of a touchpoint; null means that it does not say. Times are epoch milliseconds, channel,
 * direction and status are codes of the vocabulary.
 */
export interface TouchpointMessage {
  readonly channel: number;
  readonly kind: string;
  readonly direction: number | null;
  readonly status: number | null;
  readonly occurredAt: number | null;
  readonly endedAt: number | null;
  readonly durationSeconds: number | null;
  readonly waitSeconds: number | null;
  readonly holdSeconds: number | null;
  readonly handleSeconds: number | null;
  readonly abandoned: boolean | null;
  readonly sentiment: number | null;
  readonly topic: string | null;
  readonly language: string | null;
  readonly agentId: string | null;
  readonly queue: string | null;
  readonly outcome: string | null;
  readonly subject: string | null;
  readonly summary: string | null;
  readonly conversation: Reference | null;
  readonly issue: Reference | null;
  readonly journey: Reference | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A message with its place among the messages about one touchpoint. */
export interface VersionedMessage {
  readonly version: number;
  /** 64-bit hash of what it says, as a signed decimal. */
  readonly hash: string;
  readonly message: TouchpointMessage;
}

const completed = statuses.indexOf('COMPLETED');
const active = statuses.indexOf('ACTIVE');

/** Bits of the column `defaulted`: what no message said, and we filled in. */
const defaultedDirection = 1;
const defaultedStatus = 2;
const defaultedOccurredAt = 4;
export const defaultedSentiment = 8;

/**
 * The place of a message: the sender's own count, else its clock, else what it tells of time; among equals the later
 * stage of life comes later.
 */
export function versionOf(message: TouchpointMessage, sequence: number | null, sentAt: number | null): number {
  const clock = sequence ?? sentAt ?? message.endedAt ?? message.occurredAt ?? 0;
  const status = message.status ?? completed;
  return clock * 4 + (status < active ? 0 : status === active ? 1 : 2);
}

/** Equal for messages that say the same, whenever and however often they are sent. */
export function hashOf(message: TouchpointMessage, identifiers: readonly SeenIdentifier[]): string {
  const named = identifiers.map(({ type, value, verification: proof }) =>
    proof ? [type, value, proof] : [type, value],
  );
  // What is undefined is not written; leaving the key out by a rest pattern costs half as much again.
  const said = JSON.stringify([{ ...message, attributes: undefined }, named]) + stableJson(message.attributes);
  // Through text: a digest as a buffer is an object with memory of its own, at twice the cost of the digest.
  return signed64(BigInt(`0x${hash('sha256', said, 'hex').slice(0, 16)}`));
}

const signed64 = (bits: bigint): string => BigInt.asIntN(64, bits).toString();

/** JSON in which the order of an object's keys makes no difference. */
function stableJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(stableJson).join()}]`;
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const inner = stableJson((value as Record<string, unknown>)[key]);
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${inner}`;
  }
  return `{${text}}`;
}

/** The hash of a set of messages, whatever the order in which they came. */
export function combinedHash(hashes: readonly string[]): string {
  if (hashes.length === 1) return hashes[0] as string;
  return signed64(hashes.reduce((all, one) => all ^ BigInt(one), 0n));
}

/** A touchpoint as its messages together tell it. */
export interface FoldedTouchpoint extends TouchpointMessage {
  readonly direction: number;
  readonly status: number;
  readonly occurredAt: number;
  readonly defaulted: number;
}

/**
 * Folds messages in the order of their versions: what a later one says wins, what it leaves out stays. The order in
 * which they arrived makes no difference.
 * @param receivedAt stands for the time of occurrence when no message gives one
 */
export function fold(messages: readonly VersionedMessage[], receivedAt: number): FoldedTouchpoint {
  const all = messages.length === 1 ? (messages[0] as VersionedMessage).message : together(messages);
  const direction = all.direction ?? directions.indexOf('INBOUND');
  const computed = all.sentiment === null ? sentimentOf({ ...all, direction }) : null;
  return {
    ...all,
    direction,
    status: all.status ?? completed,
    occurredAt: all.occurredAt ?? receivedAt,
    sentiment: all.sentiment ?? computed,
    defaulted:
      (all.direction === null ? defaultedDirection : 0) +
      (all.status === null ? defaultedStatus : 0) +
      (all.occurredAt === null ? defaultedOccurredAt : 0) +
      (computed === null ? 0 : defaultedSentiment),
  };
}

function together(messages: readonly VersionedMessage[]): TouchpointMessage {
  const sorted = [...messages].sort((a, b) => a.version - b.version || (BigInt(a.hash) < BigInt(b.hash) ? -1 : 1));
  let all = sorted[0]?.message as TouchpointMessage;
  for (const { message } of sorted.slice(1)) {
    const said = Object.fromEntries(Object.entries(message).filter(([, value]) => value !== null));
    all = { ...all, ...said, attributes: { ...all.attributes, ...message.attributes } };
  }
  return all;
}

/** The columns of a stored touchpoint, as `row_to_json` gives them. */
export interface StoredTouchpoint {
  readonly channel: number;
  readonly kind: string;
  readonly direction: number;
  readonly status: number;
  readonly defaulted: number;
  readonly occurred_at: string;
  readonly recorded_at: string;
  readonly ended_at: string | null;
  readonly duration_seconds: number | null;
  readonly wait_seconds: number | null;
  readonly hold_seconds: number | null;
  readonly handle_seconds: number | null;
  readonly is_abandoned: boolean | null;
  readonly sentiment: number | null;
  readonly topic: string | null;
  readonly language: string | null;
  readonly agent_id: string | null;
  readonly queue: string | null;
  readonly outcome: string | null;
  readonly subject: string | null;
  readonly summary: string | null;
  readonly conversation: Reference | null;
  readonly issue_id: string | null;
  readonly journey_id: string | null;
  readonly source: string;
  readonly identifiers_seen: readonly SeenIdentifier[];
  readonly attributes: Record<string, unknown>;
}

/** The only message about a touchpoint, read back from the row that it made. */
export function messageOf(row: StoredTouchpoint): TouchpointMessage {
  const reference = (id: string | null): Reference | null =>
    id ? { id: id.replaceAll('-', ''), source: row.source, externalId: '' } : null;
  return {
    channel: row.channel,
    kind: row.kind,
    direction: row.defaulted & defaultedDirection ? null : row.direction,
    status: row.defaulted & defaultedStatus ? null : row.status,
    occurredAt: row.defaulted & defaultedOccurredAt ? null : Date.parse(row.occurred_at),
    endedAt: row.ended_at === null ? null : Date.parse(row.ended_at),
    durationSeconds: row.duration_seconds,
    waitSeconds: row.wait_seconds,
    holdSeconds: row.hold_seconds,
    handleSeconds: row.handle_seconds,
    abandoned: row.is_abandoned,
    sentiment: row.defaulted & defaultedSentiment ? null : row.sentiment,
    topic: row.topic,
    language: row.language,
    agentId: row.agent_id,
    queue: row.queue,
    outcome: row.outcome,
    subject: row.subject,
    summary: row.summary,
    conversation: row.conversation,
    issue: reference(row.issue_id),
    journey: reference(row.journey_id),
    attributes: row.attributes,
  };
}
