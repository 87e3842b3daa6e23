import { Agent, request } from 'node:http';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { graphqlBody, type SentTouchpoint, TouchpointMix } from './batches.js';
import { authorization, type Bench, startService } from './context.js';
import { type Finding, median, percentile } from './measure.js';
import { outboxIsEmpty } from './p5-batch-ingest.js';

const perSecond = 500;
const turnMs = 10;
const followers = 5;
const question =
  'subscription { workspaceChanged(kinds: [TOUCHPOINT_RECORDED]) { kind touchpoint { externalId channel subject occurredAt } } }';

/** P8: from the acknowledgement of a touchpoint until one who follows has it, while 500 come in a second. */
export async function live(bench: Bench): Promise<Finding[]> {
  const { db } = bench.database;
  const mix = await TouchpointMix.of(db, bench.workspaces.write, `p8 ${Date.now()}`, 8);
  const service = await startService(bench.database);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const seen = new Map<string, number>();
  const acknowledged = new Map<string, number>();
  const clients = Array.from({ length: followers }, () => follow(service.port, bench.keys.write));
  try {
    for (const [at, client] of clients.entries()) {
      await client.begin((externalId) => {
        if (at === 0) seen.set(externalId, performance.now());
      });
    }
    const seconds = bench.isQuick ? 3 : 20;
    const send = async (touchpoint: SentTouchpoint) => {
      await post(agent, service.port, bench.keys.write, graphqlBody([touchpoint]));
      // A redelivery is acknowledged again, and nobody sees it again.
      if (!acknowledged.has(touchpoint.externalId)) acknowledged.set(touchpoint.externalId, performance.now());
    };
    await paced(mix.batch(perSecond), send);
    seen.clear();
    acknowledged.clear();
    await paced(mix.batch(seconds * perSecond), send);
    await outboxIsEmpty(db);
    const lags = [...seen].flatMap(([externalId, at]) => {
      const acknowledgedAt = acknowledged.get(externalId);
      return acknowledgedAt === undefined ? [] : Math.max(0, at - acknowledgedAt);
    });
    if (lags.length < 0.7 * acknowledged.size) throw new Error('Who followed did not see what was acknowledged.');
    const p95 = percentile(lags, 0.95);
    return [
      {
        target: 'P8',
        name: `from acknowledged to seen at ${perSecond} touchpoints/s, 95th percentile`,
        value: p95,
        must: 500,
        aim: 60,
        better: 'lower',
        unit: 'ms',
        detail: `${lags.length} touchpoints, ${followers} followers of the workspace: p50 ${median(lags).toFixed(1)}, p95 ${p95.toFixed(1)}, p99 ${percentile(lags, 0.99).toFixed(1)} ms; 0 where it was seen first`,
      },
    ];
  } finally {
    for (const client of clients) await client.end();
    agent.destroy();
    await service.stop();
  }
}

/** As many as are due by the clock, whatever the ones before take. */
async function paced(
  touchpoints: readonly SentTouchpoint[],
  send: (one: SentTouchpoint) => Promise<void>,
): Promise<void> {
  const started = performance.now();
  const under: Promise<void>[] = [];
  while (under.length < touchpoints.length) {
    const due = Math.min(touchpoints.length, Math.ceil(((performance.now() - started) / 1_000) * perSecond));
    for (let at = under.length; at < due; at++) under.push(send(touchpoints[at] as SentTouchpoint));
    await new Promise((resolve) => setTimeout(resolve, turnMs));
  }
  await Promise.all(under);
}

function follow(port: number, key: string) {
  const client = createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: authorization(key),
    retryAttempts: 0,
  });
  return {
    /** Resolves with the first answer: from then on nothing is missed. */
    begin: (told: (externalId: string) => void) =>
      new Promise<void>((resolve, reject) => {
        client.subscribe<{ workspaceChanged: { touchpoint: { externalId: string } | null } }>(
          { query: question },
          {
            next: ({ data, errors }) => {
              if (errors) reject(new Error(errors[0]?.message));
              const externalId = data?.workspaceChanged.touchpoint?.externalId;
              if (externalId) told(externalId);
              resolve();
            },
            error: (error) => reject(new Error(JSON.stringify(error))),
            complete: () => resolve(),
          },
        );
      }),
    end: async () => client.dispose(),
  };
}

function post(agent: Agent, port: number, key: string, body: string | Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...authorization(key),
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const sent = request({ agent, port, host: '127.0.0.1', path: '/graphql', method: 'POST', headers }, (response) => {
      response.resume();
      response.once('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`A touchpoint was answered with ${response.statusCode}.`));
      });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
