import { InboundWorker } from '../../../src/connectors/webhooks/inbound-worker.service.js';
import { dataOf } from '../../access/world.js';
import { startTestService, type TestService } from '../../setup/service.js';

export interface MadeConnector {
  /** `con_…` */
  readonly id: string;
  readonly callUrl: string;
  readonly url: string;
  readonly secret: string | null;
}

export interface StoredTouchpoint {
  readonly source: string;
  readonly external_id: string;
  readonly kind: string;
  readonly channel: number;
  readonly direction: number;
  readonly status: number;
  readonly occurred_at: Date;
  readonly subject: string | null;
  readonly summary: string | null;
  readonly outcome: string | null;
  readonly attributes: Record<string, unknown>;
  readonly identifiers_seen: readonly { type: string; value: string; status: string }[];
}

export interface StoredRequest {
  readonly id: string;
  readonly state: number;
  readonly touchpoints: number;
  readonly dead_letters: number;
  readonly generation: number;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
  readonly reason: string | null;
}

/** A service, and what administrators and vendors say to it. */
export interface WebhookClient {
  readonly t: TestService;
  readonly worker: InboundWorker;
  make(kind: string, more?: object, key?: string): Promise<MadeConnector>;
  post(url: string, body: string | Uint8Array, headers?: Record<string, string>): Promise<Response>;
  touchpoints(like?: string): Promise<StoredTouchpoint[]>;
  requests(connector: MadeConnector): Promise<StoredRequest[]>;
  deadLetters(): Promise<{ source: string; reason: string; raw: string; request_id: string; state: number }[]>;
  shown(id: string): Promise<Record<string, never>>;
}

const fields = `id key kind url enabled version settings lastReceivedAt lastRejectedAt receivedCount waitingCount failedCount
  previousSecretUntil lastFailure { at reason requestId }`;

export async function startWebhookClient(environment: Record<string, string> = {}): Promise<WebhookClient> {
  const t = await startTestService(environment);
  const worker = t.service.app.get(InboundWorker);
  // What is due is worked off when a test says so.
  await worker.stop();
  const { owner } = t.database;
  let made = 0;
  return {
    t,
    worker,
    make: async (kind, more = {}, key = t.key) => {
      const input = { key: `connector-${++made}`, kind, ...more };
      const { createConnector } = dataOf(
        await t.graphql(
          `mutation ($input: CreateConnectorInput!) {
            createConnector(input: $input) { connector { id url } callUrl secret }
          }`,
          { input },
          key,
        ),
      );
      const { connector, callUrl, secret } = createConnector;
      return { id: connector.id, url: connector.url, callUrl, secret };
    },
    post: (url, body, headers = {}) =>
      // A Blob without a type, since fetch would write a content type for text.
      fetch(url, { method: 'POST', body: new Blob([typeof body === 'string' ? body : new Uint8Array(body)]), headers }),
    touchpoints: async (like = '%') =>
      (
        await owner.query(
          'select * from touchpoint where external_id like $1 order by occurred_at, external_id collate "C"',
          [like],
        )
      ).rows,
    requests: async ({ id }) =>
      (
        await owner.query(
          `select * from inbound_request where replace(connector_id::text, '-', '') = $1 order by received_at, id`,
          [id.slice('con_'.length)],
        )
      ).rows,
    deadLetters: async () => (await owner.query('select * from dead_letter order by received_at, raw')).rows,
    shown: async (id) =>
      dataOf(await t.graphql(`{ connectors { ${fields} } }`)).connectors.find((one: { id: string }) => one.id === id),
  };
}

/** A small request of Postmark: it tells of one mail that was delivered. */
export const delivery = (id: string, more: object = {}) =>
  JSON.stringify({
    RecordType: 'Delivery',
    MessageID: id,
    Recipient: 'ann@example.com',
    DeliveredAt: '2026-11-01T10:00:00Z',
    ...more,
  });
