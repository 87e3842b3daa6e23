import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { eventually, type TestService } from '../setup/service.js';

// biome-ignore lint/suspicious/noExplicitAny: answers are asserted, not typed.
type Answer = any;

/** A subscription under way by the published client. */
export interface Following {
  /** What came, in its order. */
  readonly changes: Answer[];
  /** Errors of the subscription, or the event that closed its socket. */
  readonly ends: Answer[];
  /** Waits until so many have come. */
  count(count: number): Promise<Answer[]>;
  ended(): Promise<Answer>;
  stop(): void;
}

const clients: Client[] = [];

/** Ends every client of a test file. */
export async function endClients(): Promise<void> {
  await Promise.all(clients.splice(0).map((client) => client.dispose()));
}

export function clientOf(
  it: Pick<TestService, 'url'>,
  key: string | null,
  options: { retryAttempts?: number } = {},
): Client {
  const client = createClient({
    url: `${it.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    shouldRetry: () => true,
    retryWait: () => new Promise((resolve) => setImmediate(resolve)),
    ...(key === null ? {} : { connectionParams: { authorization: `Bearer ${key}` } }),
    ...options,
  });
  clients.push(client);
  return client;
}

/** Follows by the published client until the test stops it. */
export function follow(client: Client, query: string, variables: Record<string, unknown> = {}): Following {
  const changes: Answer[] = [];
  const ends: Answer[] = [];
  const stop = client.subscribe(
    { query, variables },
    {
      next: ({ data, errors }) => changes.push(errors ? { errors } : Object.values(data as object)[0]),
      error: (error) => ends.push(error),
      complete: () => ends.push('complete'),
    },
  );
  return {
    changes,
    ends,
    stop,
    count: async (count) => {
      await eventually(async () => changes.length >= count || ends.length > 0);
      return changes;
    },
    ended: async () => {
      await eventually(async () => ends.length > 0);
      return ends[0];
    },
  };
}

export const customerChanged = `
  subscription ($id: ID!, $after: String) {
    customerChanged(id: $id, after: $after) { cursor kind customer { id } touchpoint { externalId } }
  }`;

export const feed = `
  subscription ($after: String) {
    workspaceChanged(after: $after, kinds: [TOUCHPOINT_RECORDED, TOUCHPOINT_UPDATED]) { cursor kind touchpoint { externalId } }
  }`;

/** Records one touchpoint of somebody whom an e-mail names, and answers with the customer. */
export async function record(
  it: TestService,
  email: string | readonly string[],
  externalId: string,
  fields: object = {},
  key = it.key,
): Promise<string> {
  const { data } = await it.graphql(
    `mutation ($input: RecordTouchpointsInput!) { recordTouchpoints(input: $input) { results { customerId outcome } } }`,
    {
      input: {
        touchpoints: [
          {
            source: 'live',
            externalId,
            channel: 'CHAT',
            kind: 'chat.message',
            identifiers: [email].flat().map((value) => ({ type: 'email', value })),
            ...fields,
          },
        ],
      },
    },
    key,
  );
  return data.recordTouchpoints.results[0].customerId;
}
