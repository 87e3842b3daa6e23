import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Config, readConfig } from '../src/platform/config.js';
import { startService } from '../src/service.js';
import { ask, type Service } from './client.js';
import { tellJourney } from './journey.js';
import { createSegments, type Keys, type Loaded, loadSample, makeKeys, setTreatment } from './load.js';
import { durationText, jsonText, say, shellWord } from './print.js';
import { demoFile, readDemoFile, readSampleFiles } from './sample-files.js';
import { sampleSegments } from './sample-segments.js';

const warmAsks = 20;
const portalTokenSeconds = 3_600;
const interruptedExitCode = 130;
const queryFile = 'one-query.graphql';

/** Starts everything, tells the story, and leaves nothing behind, however it ends. */
async function main(): Promise<number> {
  const isOnce = process.argv.includes('--once') || ['1', 'true'].includes(process.env['DEMO_ONCE'] ?? '');
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());
  // Who reads no further, as `| head` does, wants no more of it.
  process.stdout.on('error', () => ending.abort());
  const { signal } = ending;
  const folder = mkdtempSync(path.join(tmpdir(), 'throughline-demo-'));
  const startedAt = performance.now();
  const starting = configFor(folder).then(startService);
  try {
    say(`Throughline demo: an embedded Postgres and the service, in the throw-away folder ${folder}`);
    const running = await starting;
    signal.throwIfAborted();
    const service = { url: running.url, signal };
    say(`Started in ${durationText(performance.now() - startedAt)} at ${running.url}`);
    await tell(service, running.firstKey ?? '');
    if (isOnce) return 0;
    say('\nCtrl-C ends the demo and removes its folder.');
    if (!signal.aborted) await once(signal, 'abort');
    return 0;
  } catch (error) {
    if (signal.aborted) return interruptedExitCode;
    throw error;
  } finally {
    const running = await starting.catch(() => null);
    try {
      await running?.stop();
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }
}

async function tell(service: Service, admin: string): Promise<void> {
  const keys = await makeKeys(service, admin);
  await createSegments(service, admin);
  await setTreatment(service, admin);
  const startedAt = performance.now();
  const loaded = await loadSample(service, keys, readSampleFiles(), Date.now());
  sayLoaded(loaded, performance.now() - startedAt);
  const query = readDemoFile(queryFile).trim();
  const first = await ask(service, keys.agent, query);
  const warm: number[] = [];
  for (let asked = 0; asked < warmAsks; asked++) warm.push((await ask(service, keys.agent, query)).tookMs);
  const median = warm.sort((a, b) => a - b)[warmAsks / 2] ?? 0;
  say('\nThe telephone rings. With nothing but the number, one query:\n');
  say(query);
  say(
    `\nIts answer, over HTTP in ${durationText(first.tookMs)} the first time and ${durationText(median)} when warm:\n`,
  );
  say(jsonText({ data: first.data }));
  await tellJourney(service, { admin, ...keys });
  await sayWaysIn(service, keys, loaded.caller);
}

function sayLoaded(loaded: Loaded, tookMs: number): void {
  const line = (count: number, what: string, how: string) =>
    say(`${String(count).padStart(5)} ${what.padEnd(46)}${how}`);
  say(`\nSample data, through the public ways in (${durationText(tookMs)}):`);
  line(sampleSegments.length, 'segments with rules', 'mutation createSegment');
  line(loaded.visits, 'visits of web and app', 'the Segment SDK, POST /v1/batch');
  line(loaded.touchpoints, 'calls, chats, e-mails, SMS, social messages', 'mutation recordTouchpoints');
  line(1, 'issue opened and one resolved by an agent', 'mutations openIssue, resolveIssue');
  say(`They are ${loaded.stored} touchpoints of ${loaded.customers} customers.`);
  say('Dialogues, tables and message forms are public samples. Made up: which customer a call, message or visit');
  say('belongs to, the 40 minutes of waiting, the visits; times are shifted so that the story ends today.');
  say('demo/samples/README.md says which is which, and the licences.');
}

async function sayWaysIn(service: Service, keys: Keys, customerId: string): Promise<void> {
  const { data } = await ask<{ createPortalToken: { token: string } }>(
    service,
    keys.portal,
    'mutation ($input: CreatePortalTokenInput!) { createPortalToken(input: $input) { token } }',
    { input: { customerId, expiresInSeconds: portalTokenSeconds } },
  );
  const { url } = service;
  const portal = data.createPortalToken.token;
  const curl = (key: string, query: string) =>
    say(`  curl -sG ${url}/graphql -H 'Authorization: Bearer ${key}' --data-urlencode ${shellWord(query)}`);
  say(`\nGraphQL      ${url}/graphql`);
  say(`Segment API  ${url}/v1/batch`);
  say(`Health       ${url}/health/ready   ${url}/metrics`);
  say(`\nConsole      ${url}/console/#key=${keys.console}`);
  say('             for people: open it in a browser, the key signs in');
  say(`Agent        ${keys.agent}   sees everything, may write`);
  say(`Analyst      ${keys.analyst}   reads; personal data is masked`);
  say(`Portal       ${portal}   the customer himself, for one hour: nothing internal`);
  say('\nThe same by curl; with the key of the analyst it comes masked:');
  curl(keys.agent, `query@${demoFile(queryFile)}`);
  say('\nWhat the customer himself sees:');
  curl(portal, `query=${readDemoFile('portal-query.graphql').trim().replace(/\s+/g, ' ')}`);
}

/** Nothing of the environment but where to listen: a demo must not touch anybody’s database. */
async function configFor(dataDir: string): Promise<Config> {
  const { PORT, HOST } = process.env;
  const config = readConfig({
    PORT,
    HOST,
    DATA_DIR: dataDir,
    NODE_ENV: 'development',
    LOG_LEVEL: 'error',
    GRAPHQL_INTROSPECTION: 'true',
  });
  return (await isFree(config.port, config.host)) ? config : { ...config, port: 0 };
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

main().then(
  // Once what was said has been handed over.
  (code) => process.stdout.write('', () => process.exit(code)),
  (error: unknown) => {
    process.stderr.write(`The demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
