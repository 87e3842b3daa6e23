/**
 * A page of a shop in a worker thread of its own, so that a published browser SDK finds the globals of a browser and
 * nothing else does. Requests go over the network by the DOM’s own fetch and XMLHttpRequest, which enforce CORS.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { Window } from 'happy-dom';

const { sdk, key, url, page } = workerData;
const browser = new Window({ url: page, settings: { navigator: { userAgent: 'Mozilla/5.0 (of a visitor)' } } });
browser.document.title = 'What it costs';

// Everything that a browser has and Node has not, and what Node has in a form of its own.
const ofBrowser = [
  'navigator',
  'location',
  'Event',
  'CustomEvent',
  'EventTarget',
  'fetch',
  'Headers',
  'Request',
  'Response',
];
for (const name of Object.getOwnPropertyNames(browser)) {
  if (name in globalThis && !ofBrowser.includes(name)) continue;
  Object.defineProperty(globalThis, name, { value: browser[name], configurable: true, writable: true });
}
for (const name of ['document', 'navigator', 'location', 'history', 'localStorage', 'sessionStorage', 'screen'])
  Object.defineProperty(globalThis, name, { value: browser[name], configurable: true, writable: true });
globalThis.window = browser;
globalThis.self = browser;
globalThis.fetch = (...args) => browser.fetch(...args);
browser.fetch = browser.fetch.bind(browser);

const host = new URL(url).host;

async function segment() {
  const { AnalyticsBrowser } = await import('@segment/analytics-next');
  const integration = { apiHost: `${host}/v1`, protocol: 'http' };
  // Not returned as it is: it is thenable, and would be waited for.
  return [
    AnalyticsBrowser.load(
      { writeKey: key, cdnSettings: { integrations: { 'Segment.io': { ...integration, apiKey: key } } } },
      { integrations: { 'Segment.io': integration } },
    ),
  ];
}

async function rudderstack() {
  const { RudderAnalytics } = await import('@rudderstack/analytics-js/bundled');
  const analytics = new RudderAnalytics();
  const source = { id: 'shop', name: 'shop', writeKey: key, enabled: true, workspaceId: 'shop', connections: [] };
  const config = { statsCollection: { errors: { enabled: false }, metrics: { enabled: false } } };
  analytics.load(key, url, {
    getSourceConfig: () => ({ source: { ...source, config, destinations: [] }, updatedAt: '2026-01-01T00:00:00Z' }),
    queueOptions: { minRetryDelay: 200, maxRetryDelay: 400, maxAttempts: 50 },
    logLevel: 'NONE',
  });
  return [analytics];
}

const [analytics] = await (sdk === 'segment' ? segment() : rudderstack());

parentPort.on('message', ({ method, args }) => {
  const answer = analytics[method](...args);
  // Some answer with a promise, some with themselves.
  Promise.resolve(answer).then(
    () => parentPort.postMessage('done'),
    (error) => parentPort.postMessage(`failed: ${error}`),
  );
});
parentPort.postMessage('ready');
