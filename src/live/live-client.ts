import type { Reason, Refusal } from '../platform/refusal.js';

/** Close codes of sockets: 4000 and above are ours, and clients that speak `graphql-ws` connect again after each of these. */
export const closeCodes = {
  /** The key or token is not known, expired or revoked. */
  rights: 4403,
  /** It was sent more than it read. */
  slow: 4413,
  /** The key has too many connections. */
  tooMany: 4420,
  restart: 1012,
  unavailable: 1013,
} as const;

/** Somebody who follows: one socket or one stream. */
export interface LiveClient {
  /** What it proved itself with; proven again with everything that is sent. */
  readonly secret: string;
  /** What it follows, and begins to. */
  readonly following: Set<symbol>;
  /** Ends the connection; it may come back and go on from its last cursor. */
  end(code: number, reason: Reason | 'RESTART', sentence: string): void;
}

/** Ends the connection of a client that may not go on. */
export function endBy(client: LiveClient, refusal: Refusal): void {
  client.end(
    refusal.code === 'UNAVAILABLE' ? closeCodes.unavailable : closeCodes.rights,
    refusal.reason,
    refusal.message,
  );
}
