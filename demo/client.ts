import { setTimeout as pause } from 'node:timers/promises';
import { Analytics } from '@segment/analytics-node';
import { send, type Visit } from './sample-visits.js';

const pollMs = 25;
const pollMsMax = 20_000;

/** What a stranger’s program knows of the service: its address, and when to stop asking. */
export interface Service {
  readonly url: string;
  readonly signal: AbortSignal;
}

export interface Answer<Data> {
  readonly data: Data;
  readonly tookMs: number;
}

/** Asks over HTTP as any client does; an error in the answer is an error here. */
export async function ask<Data>(
  service: Service,
  key: string,
  query: string,
  variables: object = {},
): Promise<Answer<Data>> {
  const startedAt = performance.now();
  const response = await fetch(`${service.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
    signal: service.signal,
  });
  const text = await response.text();
  const tookMs = performance.now() - startedAt;
  const { data, errors } = JSON.parse(text) as { data?: Data; errors?: unknown };
  if (!data || errors) throw new Error(`The service answered with status ${response.status}: ${text.slice(0, 1000)}`);
  return { data, tookMs };
}

/** Sends visits by the published Segment SDK, in one batch and so in their order, and returns when they are stored. */
export async function sendVisits(service: Service, writeKey: string, visits: readonly Visit[]): Promise<void> {
  const analytics = new Analytics({ writeKey, host: service.url, flushAt: visits.length, maxRetries: 2 });
  const failures: unknown[] = [];
  analytics.on('error', (failure) => failures.push(failure));
  for (const visit of visits) send(analytics, visit);
  await analytics.closeAndFlush();
  if (failures.length > 0) throw new Error('The Segment SDK could not deliver a visit.', { cause: failures[0] });
}

/** Asks again until the answer is as it must become; what happens in the background takes a moment. */
export async function until<Data>(question: () => Promise<Data>, isThere: (data: Data) => boolean): Promise<Data> {
  const giveUpAtMs = performance.now() + pollMsMax;
  for (;;) {
    const data = await question();
    if (isThere(data)) return data;
    if (performance.now() > giveUpAtMs) {
      throw new Error(`After ${pollMsMax / 1000} s the service still answers ${JSON.stringify(data)}.`);
    }
    await pause(pollMs);
  }
}
