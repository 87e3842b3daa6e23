import type pg from 'pg';
import { Refusal } from './refusal.js';

const connectionCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  // the server shuts down, starts up, or ended this connection
  '57P01',
  '57P02',
  '57P03',
  '08000',
  '08001',
  '08003',
  '08004',
  '08006',
  '53300',
]);

/** As pg says it, and TypeORM, which takes a runner back when its connection ends. */
const connectionLost =
  /Connection terminated|timeout exceeded when trying to connect|not queryable|Client was closed|already released/i;

/** True when the same work may succeed a moment later, on another connection. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: string };
  if (code !== undefined && connectionCodes.has(code)) return true;
  return connectionLost.test(error.message);
}

/** True when the database gave up on it: a lock or a statement took too long, or others were in the way again and again. */
export function hasTimedOut(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === '57014' || code === '55P03' || code === '40P01' || code === '40001';
}

/** What a caller is told of a failure of the database: a plain word to try again, or the error itself when it is ours. */
export function databaseRefusal(error: unknown): unknown {
  if (error instanceof Refusal) return error;
  if (isTransient(error)) {
    return /trying to connect/.test((error as Error).message)
      ? new Refusal('OVERLOADED', 'All database connections are busy. Try again in a moment.', { cause: error })
      : new Refusal('DATABASE_UNAVAILABLE', 'The database cannot be reached. Try again in a moment.', { cause: error });
  }
  if (hasTimedOut(error)) {
    return new Refusal('TIMED_OUT', 'The database took too long. Try again in a moment.', { cause: error });
  }
  // The last net: text is checked where it comes in, with its field.
  if ((error as { code?: string }).code === '22021') {
    return new Refusal('TEXT_INVALID', 'Text must be whole Unicode without NUL characters.', { cause: error });
  }
  return error;
}

/**
 * A connection may be ended by the server at any time, also while it is lent and between two statements, when nobody
 * listens: without this the process would end with it. Whoever uses it next is told by its own statement.
 */
export function surviveLostConnections(pool: pg.Pool): void {
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
}
