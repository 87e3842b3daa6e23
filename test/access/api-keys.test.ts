import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiKeys } from '../../src/access/api-keys.service.js';
import { type Scope, scopes } from '../../src/access/caller.js';
import { ruleOf } from '../../src/platform/field-access.js';
import { eventually, type GraphqlAnswer, startTestService, type TestService } from '../setup/service.js';
import { questionsOf, rootFields, schemaOf, selectionOf } from './schema-walk.js';
import { dataOf, makeWorld, type World } from './world.js';

let it: TestService;
let world: World;

beforeAll(async () => {
  it = await startTestService();
  world = await makeWorld(it, it.workspace, it.key, 'keys', '+4930901820');
});

afterAll(() => it?.stop());

const created = `apiKey { id name prefix scopes masked createdAt expiresAt revokedAt lastUsedAt } secret`;
const create = async (input: object) =>
  dataOf(
    await it.graphql(`mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { ${created} } }`, { input }),
  ).createApiKey;
const revoke = (id: string) =>
  it.graphql('mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { revokedAt } } }', { id });
const asks = (key: string | null) => it.graphql('{ segments { key } }', {}, key);
const refusalOf = (answer: GraphqlAnswer) => answer.errors?.[0]?.extensions;
const header = (authorization: string) =>
  it.http
    .post('/graphql')
    .set('content-type', 'application/json')
    .set('authorization', authorization)
    .send('{"query":"{ segments { key } }"}');

describe('a new key', () => {
  test('is shown once and stored only as its SHA-256', async () => {
    const { apiKey, secret } = await create({ name: 'shown once', scopes: ['customers:read'] });
    expect(secret).toMatch(/^tl_[0-9a-f]{12}_[\w-]{43}$/);
    expect(secret.split('_')[1]).toBe(apiKey.prefix);
    const { rows } = await it.database.owner.query('select k.*, k::text as whole from api_key k where prefix = $1', [
      apiKey.prefix,
    ]);
    expect(rows).toHaveLength(1);
    expect(rows[0].hash).toEqual(createHash('sha256').update(secret).digest());
    const random = secret.slice(secret.indexOf('_', 3) + 1);
    expect(rows[0].whole).not.toContain(random);
    expect(rows[0].whole).not.toContain(Buffer.from(random).toString('hex'));
    const listed = await it.graphql('{ apiKeys { id name prefix } }');
    expect(JSON.stringify(listed)).toContain(apiKey.prefix);
    expect(JSON.stringify(listed)).not.toContain(random);
    expect(listed.data.apiKeys.find((key: { id: string }) => key.id === apiKey.id)).toBeDefined();
  });

  test('leaves its secret in no table at all', async () => {
    const { secret } = await create({ name: 'nowhere', scopes: ['admin'] });
    const { rows } = await it.database.owner.query(
      `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'public' and c.relkind = 'r'`,
    );
    for (const { relname } of rows) {
      const found = await it.database.owner.query(`select from "${relname}" t where t::text like '%' || $1 || '%'`, [
        secret.slice(17),
      ]);
      expect(found.rowCount, relname).toBe(0);
    }
  });

  test.each([
    ['no name', { name: ' ', scopes: ['admin'] }, 'TOO_FEW', 'input.name'],
    ['a name that is too long', { name: 'n'.repeat(201), scopes: ['admin'] }, 'TOO_LONG', 'input.name'],
    ['a name with NUL', { name: 'a\0b', scopes: ['admin'] }, 'TEXT_INVALID', 'input.name'],
    ['a name with a lone surrogate', { name: 'a\ud800', scopes: ['admin'] }, 'TEXT_INVALID', 'input.name'],
    ['no scope', { name: 'n', scopes: [] }, 'TOO_FEW', 'input.scopes'],
    ['an unknown scope', { name: 'n', scopes: ['admin', 'root'] }, 'SCOPE_UNKNOWN', 'input.scopes[1]'],
    [
      'an end in the past',
      { name: 'n', scopes: ['admin'], expiresAt: '2020-01-01T00:00:00Z' },
      'OUT_OF_RANGE',
      'input.expiresAt',
    ],
  ])('is not made with %s', async (_, input, reason, field) => {
    const before = await it.database.owner.query('select count(*) from api_key');
    const answer = await it.graphql(
      `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }`,
      { input },
    );
    expect(refusalOf(answer)).toMatchObject({ code: 'BAD_USER_INPUT', reason, field });
    expect(await it.database.owner.query('select count(*) from api_key')).toMatchObject({ rows: before.rows });
  });

  test('keeps each scope once, however often it was asked for', async () => {
    const { apiKey } = await create({ name: 'twice', scopes: ['customers:read', 'admin', 'customers:read'] });
    expect(apiKey.scopes).toEqual(['customers:read', 'admin']);
  });
});

describe('the scopes of a key', () => {
  const without = (scope: string) => scopes.filter((one) => one !== scope);

  test('every field of Query and Mutation names one that exists', () => {
    const rules = rootFields(schemaOf(it)).map(({ name: field, rule }) => [field, rule.scope]);
    expect(rules.filter(([, scope]) => !scopes.includes(scope as Scope))).toEqual([]);
  });

  test('a key with all scopes but the one of a field may not use that field', async () => {
    const keys = new Map<string, string>();
    for (const scope of scopes) keys.set(scope, await it.makeKey(without(scope)));
    for (const field of rootFields(schemaOf(it))) {
      for (const question of questionsOf(field, world)) {
        const answer = await it.graphql(question, {}, keys.get(field.rule.scope as string));
        expect(refusalOf(answer), question.slice(0, 90)).toMatchObject({
          code: 'FORBIDDEN',
          reason: 'SCOPE_MISSING',
          field: expect.stringMatching(new RegExp(`^(Query|Mutation)\\.${field.name}$`)),
        });
        expect(answer.data?.[field.name] ?? null).toBeNull();
      }
    }
  });

  test('a key with the scope of a field alone may read it, and all below that names no other', async () => {
    for (const field of rootFields(schemaOf(it)).filter(({ operation }) => operation === 'query')) {
      const { scope } = field.rule;
      const key = await it.makeKey([scope as Scope]);
      const selection = selectionOf(field.type, 2, (type, one) => [null, scope].includes(ruleOf(type, one).scope));
      for (const question of questionsOf(field, world, selection)) {
        expect((await it.graphql(question, {}, key)).errors, question.slice(0, 90)).toBeUndefined();
      }
    }
  });

  test('are asked for behind aliases, fragments and neighbours that are allowed', async () => {
    const reader = await it.makeKey(['customers:read']);
    const answer = await it.graphql(
      `query { ok: segments { key } ...F } fragment F on Query { ... on Query { hidden: apiKeys { name } } }`,
      {},
      reader,
    );
    expect(answer.errors?.map((error) => error.extensions['reason'])).toEqual(['SCOPE_MISSING']);
    expect(JSON.stringify(answer)).not.toContain('bootstrap');
  });

  test('admin alone reads no customer', async () => {
    const admin = await it.makeKey(['admin']);
    const answer = await it.graphql(`{ customer(id: "${world.customer}") { displayName } }`, {}, admin);
    expect(refusalOf(answer)).toMatchObject({ reason: 'SCOPE_MISSING' });
    expect(answer.data).toEqual({ customer: null });
  });
});

describe('a key ends', () => {
  test('at its expiry', async () => {
    const { apiKey, secret } = await create({
      name: 'ends',
      scopes: ['customers:read'],
      expiresAt: '2999-01-01T00:00:00Z',
    });
    await it.database.owner.query(`update api_key set expires_at = now() - interval '1 ms' where prefix = $1`, [
      apiKey.prefix,
    ]);
    const answer = await asks(secret);
    expect(answer.status).toBe(401);
    expect(refusalOf(answer)).toEqual({ code: 'UNAUTHENTICATED', reason: 'KEY_EXPIRED' });
  });

  test('at once when it is revoked, also when it was in use a moment ago', async () => {
    const { apiKey, secret } = await create({ name: 'revoked', scopes: ['customers:read'] });
    expect((await asks(secret)).status).toBe(200);
    expect((await revoke(apiKey.id)).errors).toBeUndefined();
    const answer = await asks(secret);
    expect(answer.status).toBe(401);
    expect(refusalOf(answer)).toEqual({ code: 'UNAUTHENTICATED', reason: 'KEY_REVOKED' });
  });

  test('only once: a second revocation keeps the first time', async () => {
    const { apiKey } = await create({ name: 'twice revoked', scopes: ['customers:read'] });
    const first = dataOf(await revoke(apiKey.id)).revokeApiKey.apiKey.revokedAt;
    expect(dataOf(await revoke(apiKey.id)).revokeApiKey.apiKey.revokedAt).toBe(first);
  });

  test('without telling who guesses: a wrong secret for a revoked key is an unknown key', async () => {
    const { apiKey, secret } = await create({ name: 'guessed', scopes: ['customers:read'] });
    await revoke(apiKey.id);
    expect(refusalOf(await asks(`${secret.slice(0, 16)}${'A'.repeat(43)}`))).toEqual({
      code: 'UNAUTHENTICATED',
      reason: 'KEY_UNKNOWN',
    });
  });

  test('of another workspace never: there it does not exist', async () => {
    const other = await it.makeWorkspace('revoker');
    const { apiKey, secret } = await create({ name: 'not yours', scopes: ['customers:read'] });
    const answer = await it.graphql(
      'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id } } }',
      { id: apiKey.id },
      other.key,
    );
    expect(refusalOf(answer)).toMatchObject({ code: 'NOT_FOUND', reason: 'NOT_FOUND', field: 'input.id' });
    expect((await asks(secret)).status).toBe(200);
  });
});

test('a key tells when it was last used', async () => {
  const { apiKey, secret } = await create({ name: 'used', scopes: ['customers:read'] });
  expect(apiKey.lastUsedAt).toBeNull();
  await asks(secret);
  const usedAt = async () => {
    const { data } = await it.graphql('{ apiKeys { id lastUsedAt } }');
    return data.apiKeys.find((key: { id: string }) => key.id === apiKey.id).lastUsedAt;
  };
  await eventually(async () => (await usedAt()) !== null);
  expect(Date.parse(await usedAt())).toBeGreaterThanOrEqual(Date.parse(apiKey.createdAt));
});

describe('a key is presented', () => {
  const basic = (user: string, password = '') => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

  test.each([
    ['as bearer', () => `Bearer ${it.key}`],
    ['as bearer in small letters', () => `bearer ${it.key}`],
    ['as the user name of Basic', () => basic(it.key)],
    ['as the user name of Basic, whatever the password', () => basic(it.key, 'x:y')],
    ['as Basic without a colon', () => `Basic ${Buffer.from(it.key).toString('base64')}`],
  ])('%s', async (_, authorization) => {
    expect((await header(authorization())).status).toBe(200);
  });

  const other = () => `tl_${randomBytes(6).toString('hex')}_${randomBytes(32).toString('base64url')}`;
  test.each([
    ['a scheme that is not known', () => `Digest ${it.key}`, 'KEY_MISSING'],
    ['no scheme', () => it.key, 'KEY_MISSING'],
    ['a scheme alone', () => 'Bearer', 'KEY_MISSING'],
    ['two keys', () => `Bearer ${it.key} ${it.key}`, 'KEY_MISSING'],
    ['an empty user name', () => basic(''), 'KEY_MISSING'],
    ['the key as password', () => basic('x', it.key), 'KEY_UNKNOWN'],
    ['an unknown prefix', () => `Bearer ${other()}`, 'KEY_UNKNOWN'],
    ['a known prefix with another secret', () => `Bearer ${it.key.slice(0, 16)}${other().slice(16)}`, 'KEY_UNKNOWN'],
    ['the prefix alone', () => `Bearer ${it.key.slice(0, 15)}`, 'KEY_UNKNOWN'],
    ['a key with a tail', () => `Bearer ${it.key}x`, 'KEY_UNKNOWN'],
    ['a key in capitals', () => `Bearer ${it.key.toUpperCase()}`, 'KEY_UNKNOWN'],
    ['SQL', () => `Bearer '||(select(hash)from(api_key))||'`, 'KEY_UNKNOWN'],
    ['NUL in Basic', () => basic('a\0b'), 'KEY_UNKNOWN'],
    ['more than 8 kB', () => `Bearer ${'a'.repeat(9_000)}`, 'KEY_UNKNOWN'],
  ])('and is refused as %s', async (_, authorization, reason) => {
    const answer = await header(authorization());
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.body.errors[0].extensions).toEqual({ code: 'UNAUTHENTICATED', reason });
    expect(answer.body.data).toBeUndefined();
  });

  test('and not at all is refused', async () => {
    const answer = await asks(null);
    expect(answer.status).toBe(401);
    expect(refusalOf(answer)).toEqual({ code: 'UNAUTHENTICATED', reason: 'KEY_MISSING' });
  });

  test('and an unknown prefix is answered word for word as a wrong secret', async () => {
    const shown = async (key: string) => {
      const { status, text, headers } = await header(`Bearer ${key}`);
      return { status, text, names: Object.keys(headers).sort(), length: headers['content-length'] };
    };
    const unknown = await shown(other());
    expect(await shown(`${it.key.slice(0, 16)}${other().slice(16)}`)).toEqual(unknown);
    const { key: foreign } = await it.makeWorkspace('worded');
    expect(await shown(`${foreign.slice(0, 16)}${other().slice(16)}`)).toEqual(unknown);
  });

  test('and the operator’s own key works, also when it looks like a token', async () => {
    for (const chosen of ['a-key-that-an-operator-chose', 'chosen.with-dots.in-between']) {
      await it.service.app.get(ApiKeys).ensure(it.workspace, chosen, 'chosen');
      expect((await asks(chosen)).status, chosen).toBe(200);
      expect((await asks(`${chosen}x`)).status, chosen).toBe(401);
    }
  });
});
