import { Agent, request } from 'node:http';
import { setTimeout as backOff } from 'node:timers/promises';
import type { Journal } from './journal.js';
import type { Delivery, Message, Workload } from './workload.js';

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

const mutation =
  'mutation ($input: RecordTouchpointsInput!) { recordTouchpoints(input: $input) { results { outcome } } }';

/** Where the service is to be found now: after a restart it may listen elsewhere. */
export interface Target {
  url: string;
}

/**
 * Works the load off with 64 clients. Each sends until it is answered, as every client library does, but for those that
 * give up.
 */
export async function sendAll(workload: Workload, target: Target, key: string, journal: Journal): Promise<void> {
  const queue = workload.deliveries.flatMap((one) => Array.from({ length: one.copies }, () => one)).reverse();
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const client = async () => {
    for (let one = queue.pop(); one; one = queue.pop()) {
      journal.sends(one);
      while (!(await deliver(one, workload.source, target, key, agent, journal)) && !one.givesUp) await backOff(25);
    }
  };
  await Promise.all(Array.from({ length: 64 }, client));
  agent.destroy();
}

/** True when it was acknowledged. */
async function deliver(
  delivery: Delivery,
  source: string,
  target: Target,
  key: string,
  agent: Agent,
  journal: Journal,
): Promise<boolean> {
  const isGraphql = delivery.protocol === 'graphql';
  const body = isGraphql ? graphqlBody(delivery.messages, source) : segmentBody(delivery.messages, source);
  let answer: Answer;
  try {
    answer = await post(`${target.url}${isGraphql ? '/graphql' : '/v1/batch'}`, key, body, agent);
  } catch {
    journal.hears('no answer');
    return false;
  }
  journal.hears(String(answer.status));
  if (answer.status === 503) {
    if (!answer.retryAfter) journal.wrongs.push('a 503 without Retry-After');
    return false;
  }
  if (answer.status !== 200) {
    journal.wrongs.push(`${delivery.protocol}: ${answer.status} ${answer.body.slice(0, 300)}`);
    return true;
  }
  if (!isGraphql) {
    journal.acknowledges(delivery);
    return true;
  }
  const { data, errors } = JSON.parse(answer.body) as {
    data: { recordTouchpoints: { results: { outcome: string }[] } } | null;
    errors?: { extensions: { code: string } }[];
  };
  if (data) {
    journal.acknowledges(
      delivery,
      data.recordTouchpoints.results.map((one) => one.outcome),
    );
    return true;
  }
  const code = errors?.[0]?.extensions.code ?? 'nothing';
  if (code !== 'UNAVAILABLE') journal.wrongs.push(`graphql: ${code}`);
  return code !== 'UNAVAILABLE';
}

function post(url: string, key: string, body: string, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const sent = request(url, { agent, method: 'POST', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], body: text }),
      );
      response.on('close', () => reject(new Error('The answer was cut off.')));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function graphqlBody(messages: readonly Message[], source: string): string {
  const touchpoints = messages.map(({ poison: _, ...message }) => ({ ...message, source, kind: 'contact' }));
  return JSON.stringify({ query: mutation, variables: { input: { touchpoints } } });
}

/** The same as events of the Segment specification; the round is told by the id, as the source is the SDK's. */
function segmentBody(messages: readonly Message[], source: string): string {
  const batch = messages.map(({ poison, identifiers, externalId, occurredAt, sentAt, subject }) => {
    const idOf = (type: string) => identifiers.find((one) => one.type === type)?.value;
    const device = idOf('device_id');
    return {
      type: 'page',
      messageId: `${source}/${externalId}`,
      name: subject,
      timestamp: occurredAt,
      sentAt,
      userId: idOf('user_id'),
      anonymousId: idOf('anonymous_id'),
      ...(device ? { context: { device: { id: device } } } : {}),
      ...(poison === 'identifier' ? { userId: { of: 'no sort' } } : {}),
    };
  });
  return JSON.stringify({ batch });
}
