import { createHash } from 'node:crypto';
import { Random } from '../setup/random.js';

const hour = 3_600_000;

/** One message about a touchpoint, as a sender says it. */
export interface Message {
  readonly externalId: string;
  readonly identifiers: readonly { readonly type: string; readonly value: string }[];
  readonly channel: string;
  readonly occurredAt: string;
  readonly sentAt: string;
  readonly sequence: number;
  readonly status: 'ACTIVE' | 'COMPLETED';
  readonly durationSeconds?: number;
  /** A hash of what the sender says first: what is stored must say the same. */
  readonly subject: string;
  /** Why nobody can store it; its neighbours must be stored all the same. */
  readonly poison?: 'identifier' | 'text';
}

/** A request of one client. */
export interface Delivery {
  readonly id: number;
  readonly protocol: 'graphql' | 'segment';
  readonly messages: readonly Message[];
  /** How many clients send the same at the same time. */
  readonly copies: number;
  /** A sender that gives up when it got no answer, and so never learns what became of it. */
  readonly givesUp: boolean;
}

export interface Workload {
  readonly source: string;
  readonly deliveries: readonly Delivery[];
}

/**
 * A shuffled day's work of one round: calls with a later message about each third, some a month late, some from senders
 * whose clock is wrong by days, each request sent once to five times, some with an item that nobody can store.
 */
export function workloadOf(seed: number, requests: number, now: number): Workload {
  const random = new Random(seed);
  const source = `round-${seed}`;
  const people = Math.max(20, requests);
  let calls = 0;
  const followed: Message[] = [];
  const makeFirst = (): Message => {
    const n = calls++;
    const occurredAt = now - random.int(24 * 60) * 60_000 - (random.chance(0.1) ? 31 * 24 * hour : 0);
    const clockError = random.chance(0.1) ? (random.int(7) - 3) * 24 * hour : 0;
    const message = {
      externalId: `call-${n}`,
      identifiers: identifiersOf(random, source, random.int(people)),
      channel: random.pick(['CALL', 'CHAT', 'EMAIL', 'SMS']),
      occurredAt: new Date(occurredAt + clockError).toISOString(),
      sentAt: new Date(now + clockError).toISOString(),
      sequence: 1,
      status: 'ACTIVE' as const,
    };
    return { ...message, subject: createHash('sha256').update(JSON.stringify(message)).digest('hex') };
  };
  const deliveries: Omit<Delivery, 'id'>[] = [];
  const sending = () => ({ copies: random.chance(0.3) ? 2 + random.int(4) : 1, givesUp: random.chance(0.1) });
  for (let n = 0; n < requests; n++) {
    const messages = Array.from({ length: random.chance(0.5) ? 1 : 1 + random.int(20) }, makeFirst);
    const protocol = random.chance(0.5) ? 'graphql' : 'segment';
    if (protocol === 'graphql') followed.push(...messages.filter(() => random.chance(0.3)));
    if (random.chance(0.1)) messages.splice(random.int(messages.length + 1), 0, poisoned(random, makeFirst()));
    deliveries.push({ protocol, messages, ...sending() });
  }
  for (const first of followed) {
    const message = { ...first, sequence: 2, status: 'COMPLETED' as const, durationSeconds: random.int(3_600) };
    deliveries.push({ protocol: 'graphql', messages: [message], ...sending(), givesUp: false });
  }
  return { source, deliveries: random.shuffle(deliveries).map((one, id) => ({ ...one, id })) };
}

/** Two of a person's identifiers at most, so that only the touchpoints between them make one customer of her. */
function identifiersOf(random: Random, source: string, person: number): Message['identifiers'] {
  const all = ['user_id', 'device_id', 'anonymous_id'].map((type) => ({ type, value: `${source}-${type}-${person}` }));
  return random.shuffle(all).slice(0, 1 + random.int(2));
}

function poisoned(random: Random, message: Message): Message {
  return random.chance(0.5)
    ? { ...message, poison: 'identifier', identifiers: [{ type: 'no such type', value: message.externalId }] }
    : { ...message, poison: 'text', subject: `${message.subject}\0` };
}
