import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '../setup/service.js';
import { anyItem, anyMessage } from './any-item.js';

describe('any input at all', () => {
  let t: TestService;

  beforeAll(async () => {
    t = await startTestService();
  });
  afterAll(() => t.stop());

  async function send(path: string, body: string | Blob, headers: Record<string, string> = {}): Promise<number> {
    const answer = await fetch(t.url + path, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${t.key}`, ...headers },
    });
    await answer.arrayBuffer();
    return answer.status;
  }

  it('each message of a batch is stored, or is a dead letter, and none is both or neither', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anyMessage, { minLength: 1, maxLength: 12 }), async (messages) => {
        run++;
        // Kinds of message that leave a row behind, so that all can be counted.
        const types = ['track', 'page', 'screen', 'mystery'];
        const marked = messages.map((message, i) => ({
          ...message,
          type: types[i % types.length],
          messageId: `run-${run}-item-${i}`,
        }));
        expect(await send('/v1/batch', JSON.stringify({ batch: marked }))).toBe(200);
        const { rows } = await t.database.owner.query(
          `select external_id as id, null as raw from touchpoint where external_id like $1
           union all
           select null, raw from dead_letter where raw like $2`,
          [`run-${run}-item-%`, `%"run-${run}-item-%`],
        );
        // Not all JSON that comes can be read by Postgres.
        const found: string[] = rows.map(({ id, raw }) => id ?? JSON.parse(raw).messageId);
        expect(found.sort()).toEqual(marked.map((message) => message.messageId).sort());
      }),
      { numRuns: 60 },
    );
    const { rows } = await t.database.owner.query(
      `select (select count(*) from touchpoint)::int as stored, (select count(*) from dead_letter)::int as letters,
              (select count(*) from dead_letter where reason = 'UNEXPECTED')::int as unexpected`,
    );
    expect(rows[0].stored).toBeGreaterThan(30);
    expect(rows[0].letters).toBeGreaterThan(30);
    // The last net must hold nothing: each bad input is known by its own reason.
    expect(rows[0].unexpected).toBe(0);
  });

  it('any JSON item is taken', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyItem, { maxLength: 8 }), async (batch) => {
        expect(await send('/v1/batch', JSON.stringify({ batch }))).toBe(200);
      }),
      { numRuns: 60 },
    );
    const { rows } = await t.database.owner.query(`select raw from dead_letter where reason = 'UNEXPECTED'`);
    expect(rows).toEqual([]);
  });

  it('any bytes are taken or refused, and never our fault', async () => {
    const route = fc.constantFrom('/v1/batch', '/v1/b', '/v1/t', '/v1/identify', '/v1/alias', '/v1/g');
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => new TextEncoder().encode(text)),
      fc.json().map((text) => new TextEncoder().encode(`{"batch":[${text}],"context":${text}}`)),
    );
    const encoding = fc.constantFrom('identity', 'gzip', 'deflate', 'br', 'GZIP', 'lzma');
    await fc.assert(
      fc.asyncProperty(route, bytes, encoding, async (path, body, packed) => {
        expect([200, 400, 415]).toContain(
          await send(path, new Blob([new Uint8Array(body)]), { 'content-encoding': packed }),
        );
      }),
      { numRuns: 200 },
    );
  });
});
