import { parseInstant } from '../../platform/instant.js';
import type { JsonObject } from '../json-value.js';
import { type MessageClock, readClock } from '../message-clock.js';

/** Reads `timestamp`, else `originalTimestamp`, and `sentAt`. */
export function clockOf(message: JsonObject, receivedAt: number): MessageClock {
  const { timestamp, originalTimestamp } = message;
  const time = parseInstant(timestamp) ?? parseInstant(originalTimestamp);
  return readClock(
    { time, written: timestamp ?? originalTimestamp, sent: parseInstant(message['sentAt']) },
    receivedAt,
  );
}
