import { startTestService, type TestService } from '../setup/service.js';

export interface Sent {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface DeadLetterRow {
  readonly workspace_id: number;
  readonly source: string;
  readonly reason: string;
  readonly field: string | null;
  readonly message: string;
  readonly raw: string;
}

/** A service, and what a client of the Segment HTTP API says to it. */
export interface SegmentClient {
  readonly t: TestService;
  post(path: string, body: string | Uint8Array, headers?: Record<string, string>): Promise<Sent>;
  withKey(headers?: Record<string, string>): Record<string, string>;
  /** External ids of stored touchpoints, by a pattern. */
  storedIds(like: string): Promise<string[]>;
  /** Dead letters whose item contains a text. */
  deadLetters(text: string): Promise<DeadLetterRow[]>;
}

export const basic = (key: string) => `Basic ${Buffer.from(`${key}:`).toString('base64')}`;

export const batch = (...items: unknown[]) => JSON.stringify({ batch: items });

export const track = (messageId: string, more: object = {}) => ({
  type: 'track',
  userId: 'eve',
  event: 'Seen',
  messageId,
  ...more,
});

export async function startSegmentClient(): Promise<SegmentClient> {
  const t = await startTestService();
  const { owner } = t.database;
  return {
    t,
    post: async (path, body, headers = {}) => {
      // A Blob without a type, since fetch would write a content type for text.
      const blob = new Blob([typeof body === 'string' ? body : new Uint8Array(body)]);
      const answer = await fetch(t.url + path, { method: 'POST', body: blob, headers });
      return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
    },
    withKey: (headers = {}) => ({ authorization: basic(t.key), ...headers }),
    storedIds: async (like) => {
      const { rows } = await owner.query(
        'select external_id from touchpoint where external_id like $1 order by external_id',
        [like],
      );
      return rows.map((row) => row.external_id);
    },
    deadLetters: async (text) => {
      const { rows } = await owner.query(
        'select workspace_id, source, reason, field, message, raw from dead_letter where raw like $1 order by raw',
        [`%${text}%`],
      );
      return rows;
    },
  };
}
