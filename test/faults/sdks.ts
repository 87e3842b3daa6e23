import { setTimeout as backOff } from 'node:timers/promises';
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { Analytics } from '@segment/analytics-node';
import * as snowplow from '@snowplow/node-tracker';
import { CloudEvent, emitterFor, httpTransport, Mode } from 'cloudevents';
import { PostHog } from 'posthog-node';

/** A published client as it is, in the hands of an application that counts what it does. */
export interface Sdk {
  readonly source: string;
  /** Says that something happened. It never waits. */
  send(n: number): void;
  /** Has what failed sent again, where the client does not do so by itself. */
  nudge?(): Promise<void>;
  /** Resolves when the client says that it has nothing more to send. */
  close(): Promise<void>;
}

/** @param drops is told what a client gives up */
export function openSdks(url: string, key: string, drops: (what: string) => void): readonly Sdk[] {
  return [
    segment(url, key, drops),
    rudderstack(url, key, drops),
    posthog(url, key, drops),
    tracker(url, key),
    cloudevents(url, key),
  ];
}

function segment(url: string, key: string, drops: (what: string) => void): Sdk {
  const analytics = new Analytics({ writeKey: key, host: url, flushAt: 2, flushInterval: 50, maxRetries: 100 });
  analytics.on('error', (error) => drops(`segment: ${error.code}`));
  return {
    source: 'segment',
    send: (n) => analytics.track({ userId: 'kim-of-segment', event: `Event ${n}` }),
    close: () => analytics.closeAndFlush({ timeout: 30_000 }),
  };
}

function rudderstack(url: string, key: string, drops: (what: string) => void): Sdk {
  const rudder = new RudderAnalytics(key, {
    dataPlaneUrl: url,
    flushAt: 2,
    flushInterval: 30,
    axiosRetryConfig: { retries: 200, retryDelay: () => 100 },
    errorHandler: (error) => drops(`rudderstack: ${error.message}`),
  });
  return {
    source: 'rudderstack',
    send: (n) => rudder.track({ userId: 'kim-of-rudderstack', event: `Event ${n}` }),
    close: async () => {
      await rudder.flush();
    },
  };
}

function posthog(url: string, key: string, drops: (what: string) => void): Sdk {
  const client = new PostHog(key, {
    host: url,
    flushAt: 2,
    flushInterval: 50,
    fetchRetryCount: 200,
    fetchRetryDelay: 100,
  });
  client.on('error', (error) => drops(`posthog: ${error}`));
  return {
    source: 'posthog',
    send: (n) => client.capture({ distinctId: 'kim-of-posthog', event: `Event ${n}` }),
    close: () => client.shutdown(30_000),
  };
}

function tracker(url: string, key: string): Sdk {
  const client = snowplow.newTracker(
    { namespace: 'faults', appId: 'faults' },
    { endpoint: url, customHeaders: { authorization: `Bearer ${key}` }, bufferSize: 2 },
  );
  client.setUserId('kim-of-snowplow');
  return {
    source: 'snowplow',
    send: (n) => client.track(snowplow.buildStructEvent({ category: 'c', action: `Event ${n}` })),
    // What failed waits in the tracker’s store until it is told to send.
    nudge: () => client.flush(),
    close: () => client.flush(),
  };
}

/** The only one that sends nothing again: its users look at the answer, and do. */
function cloudevents(url: string, key: string): Sdk {
  const headers = { authorization: `Bearer ${key}` };
  const [binary, structured] = [Mode.BINARY, Mode.STRUCTURED].map((mode) =>
    emitterFor(httpTransport(`${url}/v1/events`), { mode }),
  ) as [ReturnType<typeof emitterFor>, ReturnType<typeof emitterFor>];
  const sending: Promise<void>[] = [];
  const insist = async (event: CloudEvent<unknown>, n: number) => {
    for (;;) {
      const answer = await (n % 2 ? binary : structured)(event, { headers }).catch(() => null);
      if (JSON.stringify(answer)?.includes('success')) return;
      await backOff(50);
    }
  };
  return {
    source: '/faults',
    send: (n) => {
      const user = { identity: 'kim-of-cloudevents', identitytype: 'customerId' };
      sending.push(insist(new CloudEvent({ type: `Event ${n}`, source: '/faults', data: { n }, ...user }), n));
    },
    close: async () => {
      await Promise.all(sending);
    },
  };
}
