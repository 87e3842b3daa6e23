import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { Visitors } from '../../src/access/visitors.js';
import { startTestService, type TestService } from '../setup/service.js';
import { journeyDesk, journeyFields, refused } from './journey-desk.js';

let it: TestService;
/** A portal's back end: it may give tokens, and nothing else. */
let backEnd: string;
const desk = journeyDesk(() => it);

beforeAll(async () => {
  it = await startTestService();
  await desk.create('return');
  backEnd = await it.makeKey(['portal-tokens:write']);
});

afterEach(() => it.database.owner.query('truncate resume_attempts'));

afterAll(() => it?.stop());

interface Given {
  readonly token: string;
  readonly customerId: string;
  readonly isVisitor: boolean;
  readonly heldBack: readonly string[];
}

const ask = (input: object, key = backEnd) =>
  it.graphql(
    `mutation ($input: CreatePortalTokenInput!) {
      createPortalToken(input: $input) { token customerId isVisitor heldBack expiresAt } }`,
    { input },
    key,
  );

async function given(identifiers: readonly object[], key?: string): Promise<Given> {
  const answer = await ask({ identifiers }, key);
  expect(answer.errors).toBeUndefined();
  return answer.data.createPortalToken;
}

const cookie = () => ({ type: 'anonymous_id', value: `cookie-${randomUUID()}` });
const mail = () => ({ type: 'email', value: `${randomUUID()}@example.com` });
const login = () => ({ type: 'user_id', value: randomUUID(), verification: 'VERIFIED' });
const proven = (identifier: object) => ({ ...identifier, verification: 'VERIFIED' });

const holder = async (identifier: object) =>
  (await it.graphql('query ($i: IdentifierInput!) { customer(identifier: $i) { id } }', { i: identifier })).data
    .customer?.id;

const herself = '{ id displayName touchpoints { nodes { id subject } } journeys { nodes { id } } }';
const see = (id: string, token: string) => it.graphql(`{ customer(id: "${id}") ${herself} }`, {}, token);
const start = (token: string) => desk.started({ blueprint: 'return', data: { item: 'shirt' } }, token, journeyFields);
const resume = (input: object, key: string) =>
  it.graphql(
    `mutation ($input: ResumeJourneyInput!) {
      resumeJourney(input: $input) { isChanged journey { id state customer { id } } } }`,
    { input: { channel: 'WEB', ...input } },
    key,
  );
const codeFor = async (journeyId: string, verification: string, key = it.key) =>
  (
    await it.graphql(
      'mutation ($input: CreateResumeCodeInput!) { createResumeCode(input: $input) { code linkToken } }',
      { input: { journeyId, verification, uses: 5 } },
      key,
    )
  ).data.createResumeCode as { code: string; linkToken: string };

async function expectOutgrown(token: string, id: string): Promise<void> {
  for (const answer of [
    await see(id, token),
    await desk.start({ blueprint: 'return' }, token, 'id'),
    await resume({}, token),
  ]) {
    expect(refused(answer)).toEqual({ code: 'UNAUTHENTICATED', reason: 'TOKEN_OUTGROWN' });
    expect(answer.data ?? null).toBeNull();
  }
}

describe('a visitor whom nobody knows', () => {
  test('gets a token by her cookie, though nobody has seen her, and starts and advances a journey', async () => {
    const visitor = await given([cookie()]);
    expect(visitor).toMatchObject({ isVisitor: true, heldBack: [] });
    const journey = await start(visitor.token);
    expect(journey).toMatchObject({ status: 'ACTIVE', step: { key: 'choose' }, lastChange: { by: 'CUSTOMER' } });
    const { data } = await desk.advance(
      { id: journey.id, version: 1, to: 'send', data: { reason: 'broken' } },
      visitor.token,
      journeyFields,
    );
    expect(data.advanceJourney.journey).toMatchObject({ version: 2, step: { key: 'send' } });
    expect((await see(visitor.customerId, visitor.token)).data.customer.journeys.nodes).toEqual([{ id: journey.id }]);
  });

  test('is the same on two devices at once by the same cookie: who is behind is told, and nothing is overwritten', async () => {
    const browser = cookie();
    const [one, two] = [await given([browser]), await given([browser])];
    expect(one.customerId).toBe(two.customerId);
    expect(one.token).not.toBe(two.token);
    const journey = await start(one.token);
    await desk.advance({ id: journey.id, version: 1, data: { reason: 'broken' } }, two.token, 'id');
    const behind = await desk.advance({ id: journey.id, version: 1, data: { item: 'hat' } }, one.token, 'id');
    expect(refused(behind)).toMatchObject({ code: 'CONFLICT', reason: 'VERSION_STALE', currentVersion: 2 });
    expect((await desk.read(journey.id)).state).toEqual({ choose: { item: 'shirt', reason: 'broken' } });
  });

  test('has no more rights than that: nobody else’s record, nothing internal, no other act', async () => {
    const visitor = await given([cookie()]);
    const other = await desk.customer();
    expect((await see(other.id, visitor.token)).data.customer).toBeNull();
    const stranger = await given([cookie()]);
    const theirs = await start(stranger.token);
    expect((await it.graphql(`{ journey(id: "${theirs.id}") { id } }`, {}, visitor.token)).data.journey).toBeNull();
    const meddling = await desk.advance({ id: theirs.id, version: 1, data: {} }, visitor.token, 'id');
    expect(refused(meddling)).toMatchObject({ code: 'NOT_FOUND' });
    const inside = await it.graphql(`{ customer(id: "${visitor.customerId}") { traits } }`, {}, visitor.token);
    expect(refused(inside)).toMatchObject({ reason: 'FIELD_INTERNAL' });
    expect(refused(await ask({ identifiers: [cookie()] }, visitor.token))).toMatchObject({ code: 'FORBIDDEN' });
  });

  test('is a visitor too when her token is asked for by the id of her customer', async () => {
    const browser = cookie();
    const [seen] = await desk.record({ identifiers: [browser] });
    const answer = await ask({ customerId: seen?.customer });
    expect(answer.data.createPortalToken).toMatchObject({ isVisitor: true, customerId: seen?.customer });
    const { token } = answer.data.createPortalToken;
    await desk.record({ identifiers: [browser, mail()] });
    await expectOutgrown(token, seen?.customer as string);
  });
});

describe('who logs in later', () => {
  test('loses nothing: journey, state and touchpoints come along, and both devices go on with one journey', async () => {
    const browser = cookie();
    const visitor = await given([browser]);
    await desk.record({ identifiers: [browser], subject: 'Looked at sizes' });
    const journey = await start(visitor.token);
    const account = login();
    const atHome = await given([account]);
    const here = await given([browser, account]);
    expect(here).toMatchObject({ isVisitor: false, heldBack: [] });
    for (const { token } of [here, atHome]) {
      const { customer } = (await see(visitor.customerId, token)).data;
      expect(customer.touchpoints.nodes).toMatchObject([
        { subject: 'Return an order: started' },
        { subject: 'Looked at sizes' },
      ]);
      expect(customer.journeys.nodes).toEqual([{ id: journey.id }]);
    }
    await desk.advance({ id: journey.id, version: 1, data: { reason: 'broken' } }, atHome.token, 'id');
    const behind = await desk.advance({ id: journey.id, version: 1, data: { item: 'hat' } }, here.token, 'id');
    expect(refused(behind)).toMatchObject({ reason: 'VERSION_STALE', currentVersion: 2 });
    expect((await resume({}, here.token)).data.resumeJourney.journey).toMatchObject({
      id: journey.id,
      state: { choose: { item: 'shirt', reason: 'broken' } },
    });
    await expectOutgrown(visitor.token, visitor.customerId);
  });

  test('is told of by a touchpoint too: it ends her visitor’s token, and the next one shows all that was', async () => {
    const browser = cookie();
    const visitor = await given([browser]);
    const journey = await start(visitor.token);
    const account = login();
    await desk.record({ identifiers: [browser, account], kind: 'login' });
    await expectOutgrown(visitor.token, visitor.customerId);
    const { token } = await given([account]);
    expect((await see(visitor.customerId, token)).data.customer.journeys.nodes).toEqual([{ id: journey.id }]);
  });
});

describe('what a visitor’s token does not open', () => {
  test('is the record of a customer whose e-mail address somebody typed in her browser', async () => {
    const browser = cookie();
    const visitor = await given([browser]);
    const victim = mail();
    await desk.record({ identifiers: [victim], subject: 'My account number' });
    await desk.record({ identifiers: [browser, victim], kind: 'form.sent' });
    await expectOutgrown(visitor.token, visitor.customerId);
    expect(refused(await ask({ identifiers: [browser] }))).toMatchObject({
      code: 'CONFLICT',
      reason: 'VISITOR_KNOWN',
      field: 'input.identifiers[0]',
    });
  });

  test('is what comes later by an address that nobody had when it was typed in', async () => {
    const browser = cookie();
    const visitor = await given([browser]);
    const victim = mail();
    await desk.record({ identifiers: [browser, victim], kind: 'form.sent' });
    await desk.record({ identifiers: [victim], subject: 'My account number' });
    await expectOutgrown(visitor.token, visitor.customerId);
    const split = await it.graphql(
      `mutation ($input: SplitIdentifierInput!) { splitIdentifier(input: $input) { customer { id } } }`,
      { input: { ...victim, from: '2020-01-01T00:00:00Z' } },
    );
    expect(split.errors).toBeUndefined();
    expect(await holder(victim)).not.toBe(visitor.customerId);
    await expectOutgrown(visitor.token, visitor.customerId);
  });

  test('is what came by an address that has gone since, as one too many', async () => {
    const browser = cookie();
    const visitor = await given([browser]);
    const victim = mail();
    await desk.record({ identifiers: [browser, victim], kind: 'form.sent' });
    await it.database.owner.query(
      `update identifier
       set former_profile_id = profile_id, profile_id = null, detached_at = now()
       where workspace_id = $1 and value = $2`,
      [it.workspace, victim.value],
    );
    await expectOutgrown(visitor.token, visitor.customerId);
  });

  test('is opened either when she becomes known while it is under way', async () => {
    const browser = cookie();
    const visitor = await given([browser]);
    const journey = await start(visitor.token);
    await desk.record({ identifiers: [browser, mail()] });
    const visitors = it.service.app.get(Visitors);
    const asked = vi.spyOn(visitors, 'hasOutgrown').mockResolvedValue(false);
    try {
      const now = await see(visitor.customerId, visitor.token);
      expect(now.errors).toBeUndefined();
      expect(now.data.customer).toBeNull();
      const { data } = await it.graphql(
        `{ customer(id: "${visitor.customerId}", asOf: "2999-01-01T00:00:00Z") { id } journey(id: "${journey.id}") { id } }`,
        {},
        visitor.token,
      );
      expect(data).toEqual({ customer: null, journey: null });
      for (const answer of [
        await desk.advance({ id: journey.id, version: 1, data: {} }, visitor.token, 'id'),
        await desk.start({ blueprint: 'return' }, visitor.token, 'id'),
        await resume({}, visitor.token),
      ]) {
        expect(refused(answer)).toMatchObject({ reason: 'TOKEN_OUTGROWN' });
      }
    } finally {
      asked.mockRestore();
    }
  });

  test('is who logs in on a browser whose cookie somebody else chose, whatever he asks for', async () => {
    const planted = cookie();
    const attacker = await given([planted]);
    const victim = await given([planted, login()]);
    const journey = await start(victim.token);
    await expectOutgrown(attacker.token, victim.customerId);
    expect(refused(await ask({ identifiers: [planted] }))).toMatchObject({ reason: 'VISITOR_KNOWN' });
    const asMyself = await given([planted, login()]);
    expect(asMyself).toMatchObject({ isVisitor: false, heldBack: ['anonymous_id'] });
    expect((await see(victim.customerId, asMyself.token)).data.customer).toBeNull();
    expect((await it.graphql(`{ journey(id: "${journey.id}") { id } }`, {}, asMyself.token)).data.journey).toBeNull();
  });

  test('is anything as of an earlier time, when she was not known yet', async () => {
    const browser = cookie();
    const visitor = await given([browser]);
    const caller = { workspace: it.workspace, profile: visitor.customerId };
    const before = new Date().toISOString();
    await desk.record({ identifiers: [browser, mail()] });
    const then = await it.graphql(`{ customer(id: "${caller.profile}", asOf: "${before}") { id } }`, {}, visitor.token);
    expect(refused(then)).toMatchObject({ reason: 'TOKEN_OUTGROWN' });
  });

  test('is found by guessing: ids that can be guessed are refused', async () => {
    expect(refused(await ask({ identifiers: [{ type: 'anonymous_id', value: 'visitor-1' }] }))).toMatchObject({
      reason: 'OUT_OF_RANGE',
      field: 'input.identifiers[0].value',
      limit: 16,
    });
  });
});

describe('an identifier that nobody proved', () => {
  test('opens nobody’s record, alone or beside a cookie, and joins nobody', async () => {
    const customer = await desk.customer();
    const [email] = customer.identifiers as [object];
    const browser = cookie();
    for (const identifiers of [[email], [browser, email], [login(), email]]) {
      expect(refused(await ask({ identifiers }))).toMatchObject({
        code: 'FORBIDDEN',
        reason: 'IDENTIFIER_UNPROVEN',
        field: `input.identifiers[${identifiers.length - 1}].verification`,
      });
    }
    expect((await given([browser])).customerId).not.toBe(customer.id);
  });

  test('that is proven opens it, but joins two known customers only for who may do that', async () => {
    const [one, two] = [await desk.customer(), await desk.customer()];
    const both = [one, two].map(({ identifiers }) => proven(identifiers[0] as object));
    const first = await given(both.slice(0, 1));
    expect(first).toMatchObject({ isVisitor: false, customerId: one.id });
    expect(await given(both)).toMatchObject({ heldBack: ['email'] });
    expect((await see(two.id, first.token)).data.customer).toBeNull();
    const joiner = await it.makeKey(['portal-tokens:write', 'customers:write']);
    expect(await given(both, joiner)).toMatchObject({ heldBack: [] });
    expect((await see(two.id, first.token)).data.customer).not.toBeNull();
  });

  test('that many share opens nobody’s', async () => {
    const customer = await desk.customer();
    await it.graphql(
      `mutation ($i: IdentifierInput!) {
        markIdentifierShared(input: { identifier: $i, shared: true, reason: "office" }) { identifier { isShared } } }`,
      { i: customer.identifiers[0] },
    );
    const answer = await ask({ identifiers: [proven(customer.identifiers[0] as object)] });
    expect(refused(answer)).toMatchObject({ code: 'FORBIDDEN', reason: 'IDENTIFIER_DOUBTFUL' });
  });

  test.each([
    ['nobody', [], 'TOO_FEW', 'input.identifiers'],
    ['six at once', Array.from({ length: 6 }, cookie), 'TOO_MANY', 'input.identifiers'],
    [
      'a value that is none',
      [{ type: 'email', value: 'x', verification: 'VERIFIED' }],
      'INPUT_INVALID',
      'input.identifiers[0]',
    ],
    [
      'a type that there is not',
      [{ type: 'shoe', value: 'x' }],
      'IDENTIFIER_TYPE_UNKNOWN',
      'input.identifiers[0].type',
    ],
  ])('gives no token for %s', async (_, identifiers, reason, field) => {
    expect(refused(await ask({ identifiers }))).toMatchObject({ reason, field });
  });

  test('gives no token with a life that is too long, and makes nobody', async () => {
    const browser = cookie();
    expect(refused(await ask({ identifiers: [browser], expiresInSeconds: 3_601 }))).toMatchObject({
      reason: 'OUT_OF_RANGE',
    });
    expect(await holder(browser)).toBeUndefined();
    expect(refused(await ask({}))).toMatchObject({ reason: 'ONE_OF_REQUIRED' });
  });
});

describe('a visitor with a resume code', () => {
  const known = async () => {
    const customer = await desk.customer();
    const journey = await desk.started({ blueprint: 'return', customerId: customer.id, data: { item: 'shirt' } });
    return { customer, journey };
  };

  test('of level CLAIMED does not see a known customer’s journey by it, and the code is not used up', async () => {
    const { customer, journey } = await known();
    const { code, linkToken } = await codeFor(journey.id, 'CLAIMED');
    const browser = cookie();
    const visitor = await given([browser]);
    for (const way of [{ code }, { linkToken }]) {
      const answer = await resume(way, visitor.token);
      expect(refused(answer)).toMatchObject({ code: 'FORBIDDEN', reason: 'RESUME_LEVEL' });
    }
    expect((await see(customer.id, visitor.token)).data.customer).toBeNull();
    expect((await desk.read(journey.id)).version).toBe(1);
    const { rows } = await it.database.owner.query('select sum(uses)::int as uses from resume_code');
    expect(rows[0].uses).toBe(0);
  });

  test('of level VERIFIED is the customer from then on by this token alone, at once', async () => {
    const { customer, journey } = await known();
    const { code } = await codeFor(journey.id, 'VERIFIED');
    const browser = cookie();
    const [visitor, elsewhere] = [await given([browser]), await given([browser])];
    const mine = await start(visitor.token);
    const answer = await resume({ code }, visitor.token);
    expect(answer.errors).toBeUndefined();
    expect(answer.data.resumeJourney.journey).toMatchObject({ id: journey.id, state: { choose: { item: 'shirt' } } });
    await it.settled();
    const { journeys } = (await see(customer.id, visitor.token)).data.customer;
    expect(journeys.nodes.map((one: { id: string }) => one.id).sort()).toEqual([journey.id, mine.id].sort());
    await expectOutgrown(elsewhere.token, customer.id);
  });

  test('of another visitor goes on with her journey: still nobody knows who that is', async () => {
    const [one, two] = [await given([cookie()]), await given([cookie()])];
    const journey = await start(one.token);
    const { linkToken } = await codeFor(journey.id, 'CLAIMED', one.token);
    const answer = await resume({ linkToken, channel: 'APP' }, two.token);
    expect(answer.data.resumeJourney.journey.id).toBe(journey.id);
    await it.settled();
    for (const { token } of [one, two]) {
      const { data } = await it.graphql(`{ journey(id: "${journey.id}") { version } }`, {}, token);
      expect(data.journey).toEqual({ version: 2 });
    }
  });
});
