import http from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../../src/platform/limits.js';
import { delivery, startWebhookClient, type WebhookClient } from './webhook-client.js';

let client: WebhookClient;

beforeAll(async () => {
  client = await startWebhookClient();
});
afterAll(() => client?.t.stop());

describe('a request', () => {
  it.each([
    ['without a proof', '', {}, 401],
    ['with a wrong token', '?token=wrong', {}, 401],
    ['with a wrong password', '', { authorization: `Basic ${btoa('x:wrong')}` }, 401],
    ['with a broken authorization', '', { authorization: 'Basic %%%' }, 401],
    ['with the token', '?token=right', {}, 200],
    ['with the password of HTTP Basic', '', { authorization: `Basic ${btoa('postmark:right')}` }, 200],
  ])('%s is answered as it should be, and stored only when it is believed', async (_, query, headers, status) => {
    const made = await client.make('postmark', { secret: 'right' });
    const answer = await client.post(made.url + query, delivery('proof'), headers as Record<string, string>);
    expect(answer.status).toBe(status);
    expect(await client.requests(made)).toHaveLength(status === 200 ? 1 : 0);
    if (status === 401) expect(answer.headers.get('www-authenticate')).toBe('Basic realm="webhook"');
    else expect(await answer.text()).toBe('');
  });

  it('is kept byte for byte, without anything that proves the sender', async () => {
    const made = await client.make('postmark', { secret: 'keep-me-out' });
    const body = gzipSync(delivery('kept'));
    const basic = `Basic ${btoa('postmark:keep-me-out')}`;
    await client.post(`${made.url}?a=1&token=keep-me-out&b=%20`, body, {
      'content-encoding': 'gzip',
      'content-type': 'application/json; charset=utf-8',
      authorization: basic,
      'x-other': 'y',
    });
    const [stored] = await client.requests(made);
    expect(stored?.body.toString()).toBe(delivery('kept'));
    expect(stored?.url).toBe(`/v1/webhooks/${made.id}?a=1&b=%20`);
    expect(stored?.headers).toEqual({ 'content-type': 'application/json; charset=utf-8' });
    expect(stored).toMatchObject({ state: 1, touchpoints: 1, dead_letters: 0 });
  });

  it.each([
    ['whose first line holds the whole address', (url: string) => url],
    ['whose address ends in a slash', (url: string) => url.replace('?', '/?')],
  ])('%s is taken', async (_, target) => {
    const made = await client.make('postmark');
    const { hostname, port } = new URL(made.callUrl);
    const status = await new Promise((resolve, reject) => {
      const sent = http.request({ hostname, port, method: 'POST', path: target(made.callUrl) }, (answer) =>
        resolve(answer.resume().statusCode),
      );
      sent.on('error', reject).end(delivery('odd-address'));
    });
    expect(status).toBe(200);
    expect((await client.requests(made))[0]?.url).toMatch(new RegExp(`^/v1/webhooks/${made.id}/?$`));
  });

  it('sent again is answered alike and changes nothing', async () => {
    const made = await client.make('postmark');
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await client.post(made.callUrl, delivery('again'))).status);
    const racing = await Promise.all([1, 2, 3, 4].map(() => client.post(made.callUrl, delivery('again-at-once'))));
    expect([...statuses, ...racing.map((answer) => answer.status)]).toEqual(Array(7).fill(200));
    expect(await client.requests(made)).toHaveLength(2);
    expect(await client.touchpoints('again%')).toHaveLength(2);
  });

  it('that is too large is refused, packed or not, and others are taken', async () => {
    const made = await client.make('postmark');
    const large = Buffer.alloc(limits.webhookBodyBytesMax + 1, ' ');
    expect((await client.post(made.callUrl, large)).status).toBe(413);
    expect((await client.post(made.callUrl, gzipSync(large), { 'content-encoding': 'gzip' })).status).toBe(413);
    expect((await client.post(made.callUrl, 'x', { 'content-encoding': 'lzma' })).status).toBe(415);
    expect(await client.requests(made)).toEqual([]);
    const nearly = delivery('nearly', { Filler: ' '.repeat(limits.bodyBytesMax) });
    expect((await client.post(made.callUrl, nearly)).status).toBe(200);
    expect(await client.touchpoints('nearly%')).toHaveLength(1);
  });

  it('of another workspace’s connector stores in that workspace and nowhere else', async () => {
    const other = await client.t.makeWorkspace('others');
    const made = await client.make('postmark', {}, other.key);
    await client.post(made.callUrl, delivery('others'));
    const { rows } = await client.t.database.owner.query(
      `select distinct workspace_id from touchpoint where external_id like 'others/%'
       union select distinct workspace_id from inbound_request where body like '%others%'`,
    );
    expect(rows).toEqual([{ workspace_id: other.workspace }]);
    expect(await client.shown(made.id)).toBeUndefined();
  });

  it('that cannot be read is taken, and its dead letter points to it', async () => {
    const made = await client.make('postmark');
    expect((await client.post(made.callUrl, 'neither this', { 'content-type': '~~' })).status).toBe(200);
    const [stored] = await client.requests(made);
    expect(stored).toMatchObject({ state: 2, dead_letters: 1, reason: 'BODY_MALFORMED' });
    const letters = (await client.deadLetters()).filter((letter) => letter.request_id === stored?.id);
    expect(letters).toMatchObject([{ source: 'postmark', reason: 'BODY_MALFORMED', state: 0 }]);
    expect(JSON.parse(letters[0]?.raw ?? '')).toMatchObject({ body: 'neither this' });
  });

  it('counts in the metrics by kind and by what became of it', async () => {
    const { text } = await client.t.http.get('/metrics');
    for (const outcome of ['stored', 'repeated', 'rejected']) {
      expect(text).toMatch(
        new RegExp(`throughline_webhook_requests_total{kind="postmark",outcome="${outcome}"} [1-9]`),
      );
    }
    expect(text).toMatch(/throughline_webhook_translations_total{kind="postmark",outcome="translated"} [1-9]/);
    expect(text).toMatch(/throughline_webhook_translations_total{kind="postmark",outcome="failed"} [1-9]/);
  });
});
