import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiKeys } from '../../src/access/api-keys.service.js';
import { basic, batch, type SegmentClient, startSegmentClient, track } from './segment-client.js';

let client: SegmentClient;

beforeAll(async () => {
  client = await startSegmentClient();
});
afterAll(() => client.t.stop());

describe('who may', () => {
  it('the write key may be the Basic user name, a bearer token, or in the body', async () => {
    await client.post('/v1/batch', batch(track('auth-basic')), client.withKey());
    await client.post('/v1/batch', batch(track('auth-bearer')), { authorization: `Bearer ${client.t.key}` });
    const browser = JSON.stringify({ ...track('auth-body'), writeKey: client.t.key });
    const sent = await client.post('/v1/t', browser, { 'content-type': 'text/plain' });
    expect(sent.status).toBe(200);
    expect(await client.storedIds('auth-%')).toEqual(['auth-basic', 'auth-bearer', 'auth-body']);
  });

  it('a write key is kept nowhere, also when its message cannot be stored', async () => {
    const secret = { writeKey: client.t.key };
    const body = JSON.stringify({ ...secret, batch: [{ ...secret, type: 'mystery', userId: 'secretive' }] });
    expect((await client.post('/v1/batch', body)).status).toBe(200);
    expect((await client.post('/v1/t', JSON.stringify({ ...secret, userId: 'secretive' }))).status).toBe(200);
    const letters = await client.deadLetters('secretive');
    expect(letters).toHaveLength(2);
    for (const { raw } of letters) expect(raw).not.toContain(client.t.key);
  });

  it('no key, an unknown, a revoked and an expired one are a 401 with a reason, and nothing is stored', async () => {
    const keys = client.t.service.app.get(ApiKeys);
    const makeAnd = async (change: string) => {
      const { key, secret } = await keys.make(client.t.workspace, { name: 'test', scopes: ['touchpoints:write'] });
      await client.t.database.owner.query(`update api_key set ${change} where id = $1`, [key.id]);
      return secret;
    };
    const revoked = await makeAnd('revoked_at = now()');
    const expired = await makeAnd(`expires_at = now() - interval '1 minute'`);
    const attempts: [Record<string, string>, string][] = [
      [{}, 'KEY_MISSING'],
      [{ authorization: basic('') }, 'KEY_MISSING'],
      [{ authorization: basic('tl_no_such_key') }, 'KEY_UNKNOWN'],
      [{ authorization: basic(revoked) }, 'KEY_REVOKED'],
      [{ authorization: basic(expired) }, 'KEY_EXPIRED'],
      [{ authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }, 'TOKEN_INVALID'],
    ];
    for (const [headers, reason] of attempts) {
      const sent = await client.post('/v1/batch', batch(track('unauthorised')), headers);
      expect(sent).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED', reason } });
      expect(sent.headers.get('content-type')).toContain('application/problem+json');
    }
    const inBody = await client.post('/v1/track', JSON.stringify({ ...track('unauthorised'), writeKey: ['x'] }));
    expect(inBody).toMatchObject({ status: 401, body: { reason: 'KEY_MISSING' } });
    expect(await client.storedIds('unauthorised')).toEqual([]);
  });

  it('a key that may only read is a 403', async () => {
    const key = await client.t.makeKey(['customers:read', 'customers:write', 'admin']);
    for (const sent of [
      await client.post('/v1/batch', batch(track('forbidden')), { authorization: basic(key) }),
      await client.post('/v1/track', JSON.stringify({ ...track('forbidden'), writeKey: key })),
    ]) {
      expect(sent).toMatchObject({ status: 403, body: { code: 'FORBIDDEN', reason: 'SCOPE_MISSING' } });
    }
    expect(await client.storedIds('forbidden')).toEqual([]);
  });

  it('a key of another workspace stores there, dead letters too, and is never seen here', async () => {
    const other = await client.t.makeWorkspace('neighbours');
    const body = batch(track('foreign'), { type: 'mystery', userId: 'foreigner' });
    expect((await client.post('/v1/batch', body, { authorization: basic(other.key) })).status).toBe(200);
    const { rows } = await client.t.database.owner.query(
      `select workspace_id from touchpoint where external_id = 'foreign'`,
    );
    expect(rows).toEqual([{ workspace_id: other.workspace }]);
    expect((await client.deadLetters('foreigner')).map((letter) => letter.workspace_id)).toEqual([other.workspace]);
  });
});

describe('browsers', () => {
  it('a preflight is answered with what it asks for, and without credentials', async () => {
    const answer = await fetch(`${client.t.url}/v1/t`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://shop.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'anonymousid,authorization,content-type',
      },
    });
    expect(answer.status).toBe(204);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'anonymousid,authorization,content-type',
    });
    expect(answer.headers.has('access-control-allow-credentials')).toBe(false);
  });

  it('a page may read the answer, also when it is a refusal', async () => {
    const origin = { origin: 'https://shop.example' };
    for (const sent of [
      await client.post('/v1/batch', batch(), client.withKey(origin)),
      await client.post('/v1/batch', '{', origin),
    ]) {
      expect(sent.headers.get('access-control-allow-origin')).toBe('*');
    }
  });
});
