import { createHmac } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GraphqlAnswer, startTestService, type TestService } from '../setup/service.js';
import { base64url, type Issuer, type Mood, seconds, startIssuer } from './issuer.js';
import { questionsOf, rootFields, schemaOf } from './schema-walk.js';
import { dataOf, makeWorld, name, type World } from './world.js';

let issuer: Issuer;
let it: TestService;
let world: World;

beforeAll(async () => {
  issuer = await startIssuer();
  it = await startTestService(issuer.environment);
  world = await makeWorld(it, it.workspace, it.key, 'tokens', '+4930901820');
});

afterAll(async () => {
  await it?.stop();
  await issuer?.stop();
});

const claims = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  iss: issuer.url,
  aud: issuer.audience,
  sub: 'agent-7',
  exp: seconds() + 300,
  workspace: 'default',
  role: 'agent',
  ...more,
});
const signed = async (more?: Record<string, unknown>) => issuer.sign(claims(more));
const asks = (token: string) => it.graphql(`{ customer(id: "${world.customer}") { id displayName } }`, {}, token);
const refusalOf = (answer: GraphqlAnswer) => answer.errors?.[0]?.extensions;

async function expectInvalid(token: string, reason = 'TOKEN_INVALID'): Promise<void> {
  const answer = await asks(token);
  expect(refusalOf(answer)).toEqual({ code: 'UNAUTHENTICATED', reason });
  expect(answer.status).toBe(401);
  expect(answer.data).toBeUndefined();
}

describe('a token of the issuer', () => {
  test.each([
    ['agent', { customers: true, issues: true, exports: false, analytics: false, evaluations: true, admin: false }],
    ['supervisor', { customers: true, issues: true, exports: true, analytics: true, evaluations: true, admin: false }],
    ['analyst', { customers: true, issues: false, exports: true, analytics: true, evaluations: true, admin: false }],
    ['admin', { customers: true, issues: true, exports: true, analytics: true, evaluations: true, admin: true }],
  ])('opens to the role %s what it is for and nothing else', async (role, may) => {
    const allowed = {
      'customers:read': may.customers,
      'issues:write': may.issues,
      'exports:read': may.exports,
      'analytics:read': may.analytics,
      'evaluations:read': may.evaluations,
      admin: may.admin,
    };
    const token = await signed({ role });
    for (const field of rootFields(schemaOf(it))) {
      const isAllowed = allowed[field.rule.scope as keyof typeof allowed];
      if (isAllowed === undefined || (isAllowed && field.operation === 'mutation')) continue;
      const [question = ''] = questionsOf(field, world);
      const reason = refusalOf(await it.graphql(question, {}, token))?.['reason'];
      expect(reason, `${role} ${field.name}`).toBe(isAllowed ? undefined : 'SCOPE_MISSING');
    }
  });

  test('is accepted for one of several audiences, and just after its end when clocks differ a little', async () => {
    expect((await asks(await signed({ aud: ['another', issuer.audience] }))).status).toBe(200);
    expect((await asks(await signed({ exp: seconds() - 2 }))).status).toBe(200);
  });

  test('names who acts in the histories', async () => {
    const token = await signed({ sub: 'agent-8' });
    const answer = await it.graphql(
      `mutation { openIssue(input: { subject: "By token", customerId: "${world.customer}" }) { issue { history { actor } } } }`,
      {},
      token,
    );
    expect(dataOf(answer).openIssue.issue.history).toEqual([{ actor: 'user:agent-8' }]);
  });

  test('is good in its own workspace only', async () => {
    await it.makeWorkspace('elsewhere');
    const answer = await asks(await signed({ workspace: 'elsewhere', role: 'admin' }));
    expect(answer).toMatchObject({ status: 200, data: { customer: null } });
  });

  test.each([true, 'true', 1, 'yes'])('sees personal data masked when it says masked: %j', async (masked) => {
    const answer = await asks(await signed({ masked }));
    expect(dataOf(answer).customer.displayName).toBe(`${name[0]}****`);
  });

  test('works as Basic user name too', async () => {
    const answer = await it.http
      .post('/graphql')
      .auth(await signed(), '')
      .send({ query: '{ segments { key } }' });
    expect(answer.status).toBe(200);
  });
});

describe('a token for a portal', () => {
  test('is bound to its customer', async () => {
    const token = await signed({ role: 'portal', customer: world.customer });
    expect(dataOf(await asks(token)).customer.id).toBe(world.customer);
    const other = await it.graphql(`{ customer(id: "${world.stranger}") { id } }`, {}, token);
    expect(dataOf(other).customer).toBeNull();
    expect(refusalOf(await it.graphql('{ segments { key } }', {}, token))).toMatchObject({ reason: 'FIELD_INTERNAL' });
  });

  test('binds every role, admin too, when it names a customer', async () => {
    const token = await signed({ role: 'admin', customer: world.customer });
    for (const field of ['apiKeys { id }', 'segments { key }', 'customers { nodes { id } }']) {
      expect(refusalOf(await it.graphql(`{ ${field} }`, {}, token))).toMatchObject({ reason: 'FIELD_INTERNAL' });
    }
    const { data } = await it.graphql(`{ customer(id: "${world.stranger}") { id } }`, {}, token);
    expect(data.customer).toBeNull();
  });

  test.each([
    undefined,
    null,
    'cus_0',
    'cus_1; drop',
    'tp_00000000000000000000000000000000',
    7,
    { id: 'cus_1' },
    ['cus_1000'],
    '',
  ])('is refused when its customer is %j', async (customer) => {
    await expectInvalid(await signed({ role: 'portal', customer }));
    if (customer !== undefined) await expectInvalid(await signed({ role: 'agent', customer }));
  });
});

describe('a token is refused', () => {
  test.each<[string, Record<string, unknown>, string?]>([
    ['of another issuer', { iss: 'https://evil.example' }],
    ['without an issuer', { iss: undefined }],
    ['for another audience', { aud: 'another' }],
    ['for no audience', { aud: undefined }],
    ['without an end', { exp: undefined }],
    ['with an end that is no number', { exp: '2999' }],
    ['that has expired', { exp: 1_700_000_000 }, 'TOKEN_EXPIRED'],
    ['that is not valid yet', { nbf: 32_503_680_000 }],
    ['without a subject', { sub: undefined }],
    ['with an empty subject', { sub: '' }],
    ['with a subject that is no text', { sub: { name: 'agent' } }],
    ['with a subject that no history can hold', { sub: 'agent\0' }],
    ['with a subject without end', { sub: 'a'.repeat(300) }],
    ['without a workspace', { workspace: undefined }],
    ['of an unknown workspace', { workspace: 'nowhere' }],
    ['of a workspace that is no key', { workspace: 'default\0' }],
    ['of a workspace by its number', { workspace: 1 }],
    ['without a role', { role: undefined }],
    ['with an unknown role', { role: 'root' }],
    ['with a role that only JavaScript knows', { role: '__proto__' }],
    ['with a role that every object has', { role: 'constructor' }],
    ['with a list of roles', { role: ['admin'] }],
  ])('%s', async (_, more, reason) => {
    await expectInvalid(await signed(more), reason);
  });

  test('that is not signed', async () => {
    const body = base64url(claims());
    for (const alg of ['none', 'None', 'NONE', '']) {
      await expectInvalid(`${base64url({ alg, typ: 'JWT' })}.${body}.`);
      await expectInvalid(`${base64url({ alg, typ: 'JWT' })}.${body}.AAAA`);
    }
    const [header, , signature] = (await signed()).split('.');
    await expectInvalid(`${header}.${base64url(claims({ role: 'admin' }))}.${signature}`);
    await expectInvalid(`${header}.${body}.`);
  });

  test('that is signed with the public key as if it were a shared secret', async () => {
    for (const secret of [
      issuer.publicPem,
      issuer.publicPem.trim(),
      JSON.stringify(issuer.publicJwk),
      String(issuer.publicJwk.n),
    ]) {
      for (const [alg, hash] of [
        ['HS256', 'sha256'],
        ['HS512', 'sha512'],
      ] as const) {
        const input = `${base64url({ alg, kid: 'one' })}.${base64url(claims())}`;
        await expectInvalid(`${input}.${createHmac(hash, secret).update(input).digest('base64url')}`);
      }
    }
  });

  test('that is signed by an algorithm which is not on the list, although its key is the issuer’s', async () => {
    expect((await asks(await issuer.signWithCurve(claims(), 'EdDSA'))).status).toBe(200);
    await expectInvalid(await issuer.signWithCurve(claims(), 'Ed25519'));
  });

  test('that names a key which the issuer does not have', async () => {
    await expectInvalid(await issuer.sign(claims(), { kid: 'two' }));
    await expectInvalid(await issuer.sign(claims(), { kid: '../../etc/passwd' }));
    await expectInvalid(await issuer.sign(claims(), { kid: "' or 1=1 --" }));
  });

  test('that brings its own key or says where to fetch it', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one' };
    const strayedBefore = issuer.strayed.length;
    for (const header of [
      { jwk },
      { jku: `${issuer.url}/evil-jwks` },
      { x5u: `${issuer.url}/evil-cert` },
      { x5c: [Buffer.from(issuer.publicPem).toString('base64')] },
      { kid: `${issuer.url}/evil-kid` },
    ]) {
      const token = await new SignJWT(claims())
        .setProtectedHeader({ alg: 'RS256', kid: 'one', ...header })
        .sign(privateKey);
      await expectInvalid(token);
    }
    expect(issuer.strayed.slice(strayedBefore)).toEqual([]);
  });

  test('that asks for an extension which is not understood', async () => {
    await expectInvalid(await issuer.sign(claims(), { crit: ['weird'], weird: 1 }));
  });

  test.each(['eyJ.a.b', 'eyJhbGciOiJSUzI1NiJ9..', 'eyJhbGciOiJSUzI1NiJ9.W10.AAAA', 'eyJhbGciOiJSUzI1NiJ9.bnVsbA.AAAA'])(
    'that is no token: %s',
    async (token) => {
      const answer = await asks(token);
      expect(answer.status).toBe(401);
      expect(refusalOf(answer)).toMatchObject({ code: 'UNAUTHENTICATED' });
    },
  );

  test('whole when no issuer is configured', async () => {
    const plain = await startTestService();
    try {
      const answer = await plain.graphql('{ segments { key } }', {}, await signed());
      expect(answer.status).toBe(401);
      expect(refusalOf(answer)).toEqual({ code: 'UNAUTHENTICATED', reason: 'TOKEN_INVALID' });
    } finally {
      await plain.stop();
    }
  });
});

describe('while the issuer’s keys cannot be fetched', () => {
  test.each<Mood>(['hangs up', 'error', 'garbage', 'no keys'])(
    'a good token is told to come again, and is good again later: %s',
    async (mood) => {
      const moody = await startIssuer();
      const service = await startTestService(moody.environment);
      try {
        const token = await moody.sign(claims({ iss: moody.url, aud: moody.audience }));
        moody.mood = mood;
        const answer = await service.graphql('{ segments { key } }', {}, token);
        expect(refusalOf(answer)).toEqual({ code: 'UNAVAILABLE', reason: 'ISSUER_UNAVAILABLE' });
        expect(answer.status).toBe(503);
        expect(JSON.stringify(answer.errors)).not.toContain(moody.url);
        const key = await service.graphql('{ segments { key } }');
        expect(key.status).toBe(200);
        moody.mood = 'well';
        expect((await service.graphql('{ segments { key } }', {}, token)).status).toBe(200);
      } finally {
        await service.stop();
        await moody.stop();
      }
    },
  );
});

test('the keys are fetched once for many tokens', async () => {
  await asks(await signed());
  const before = issuer.fetched;
  await Promise.all(Array.from({ length: 10 }, async () => asks(await signed())));
  expect(issuer.fetched).toBe(before);
});
