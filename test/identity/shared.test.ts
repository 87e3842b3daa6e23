import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '../setup/service.js';

let t: TestService;
let unique = 0;

beforeAll(async () => {
  t = await startTestService();
});

afterAll(() => t?.stop());

const fresh = (name: string) => `${name}${++unique}`;
const identifier = (name: string) => {
  const [type, value] = name.split(':') as [string, string];
  return { type, value };
};
const day = (n: number) => new Date(Date.UTC(2026, 0, n)).toISOString();

/** One touchpoint; answers with its ids. */
async function touch(names: readonly string[], occurredAt = day(1), verified: readonly string[] = []) {
  const touchpoint = {
    source: 'test',
    externalId: fresh('touchpoint'),
    channel: 'CALL',
    kind: 'call',
    occurredAt,
    identifiers: names.map((name) => ({
      ...identifier(name),
      verification: verified.includes(name) ? 'VERIFIED' : 'CLAIMED',
    })),
  };
  const { data, errors } = await t.graphql(
    `mutation($input: RecordTouchpointsInput!) {
      recordTouchpoints(input: $input) { results { outcome touchpointId customerId } }
    }`,
    { input: { touchpoints: [touchpoint] } },
  );
  expect(errors).toBeUndefined();
  return data.recordTouchpoints.results[0] as { touchpointId: string; customerId: string };
}

async function ask(name: string) {
  const { data, errors } = await t.graphql(
    `query($identifier: IdentifierInput!) {
      customer(identifier: $identifier) {
        id identifiers { value } detachedIdentifiers { value detachedAt }
        resolution { isShared verification matchedBy { value shared primary } otherCandidates { id identifiers { value } } }
      }
      identifierState(identifier: $identifier) {
        customerId isShared isSharingDecided isQuarantined detachedAt events { act reason actor touchpointId }
      }
    }`,
    { identifier: identifier(name) },
  );
  expect(errors).toBeUndefined();
  return data;
}

const mark = (name: string, shared: boolean, reason = 'a household') =>
  t.graphql(
    `mutation($input: MarkIdentifierSharedInput!) {
      markIdentifierShared(input: $input) { identifier { isShared isSharingDecided customerId events { act reason actor } } }
    }`,
    { input: { identifier: identifier(name), shared, reason } },
  );

const act = (mutation: 'quarantineIdentifier' | 'releaseIdentifier', name: string) =>
  t.graphql(`mutation($input: IdentifierActInput!) { ${mutation}(input: $input) { identifier { isQuarantined } } }`, {
    input: { identifier: identifier(name), reason: 'a person looked at it' },
  });

async function seenOn(touchpointId: string) {
  const { data } = await t.graphql(
    'query($id: ID!) { touchpoint(id: $id) { identifiersSeen { value status reason } } }',
    { id: touchpointId },
  );
  return data.touchpoint.identifiersSeen;
}

let phones = 0;
const newPhone = () => `phone:+1415555${String(2_000 + ++phones)}`;

describe('an identifier that a person marks as shared', () => {
  it('answers with who used it last, and tells the other candidates', async () => {
    const [home, ann, bob] = [newPhone(), `user_id:${fresh('ann')}`, `user_id:${fresh('bob')}`];
    const first = await touch([ann, home], day(1));
    const marked = await mark(home, true);
    expect(marked.data.markIdentifierShared.identifier).toMatchObject({
      isShared: true,
      isSharingDecided: true,
      customerId: first.customerId,
      events: [{ act: 'SHARED', reason: 'a household', actor: expect.stringMatching(/^key:/) }],
    });
    const second = await touch([bob, home], day(5));
    expect(second.customerId).not.toBe(first.customerId);
    expect((await seenOn(second.touchpointId))[1]).toMatchObject({ status: 'DEMOTED', reason: 'SHARED' });

    const asked = await ask(home);
    expect(asked.customer).toMatchObject({ id: second.customerId });
    expect(asked.customer.resolution).toMatchObject({ isShared: true, matchedBy: { shared: true, primary: false } });
    expect(asked.customer.resolution.otherCandidates.map((one: { id: string }) => one.id)).toEqual([first.customerId]);

    await touch([ann, home], day(9));
    const later = await ask(home);
    expect(later.customer.id).toBe(first.customerId);
    expect(later.customer.resolution.otherCandidates.map((one: { id: string }) => one.id)).toEqual([second.customerId]);
  });

  it('brings a touchpoint that names nothing else to who used it last, and says so on it', async () => {
    const [home, ann, bob] = [newPhone(), `user_id:${fresh('ann')}`, `user_id:${fresh('bob')}`];
    await touch([ann, home], day(1));
    await mark(home, true);
    const second = await touch([bob, home], day(5));
    const alone = await touch([home], day(6));
    expect(alone.customerId).toBe(second.customerId);
    expect(await seenOn(alone.touchpointId)).toMatchObject([{ status: 'LINKED', reason: 'SHARED' }]);
  });

  it('joins two customers no more, and does again when it is no longer marked', async () => {
    const [home, email] = [newPhone(), `email:${fresh('ann')}@example.com`];
    const first = await touch([home]);
    const second = await touch([email]);
    await mark(home, true);
    expect((await touch([home, email])).customerId).toBe(second.customerId);
    await mark(home, false, 'she lives alone');
    const joined = await touch([home, email]);
    expect(joined.customerId).toBe([first.customerId, second.customerId].sort()[0]);
    expect((await ask(home)).customer.resolution).toMatchObject({ isShared: false, otherCandidates: [] });
  });

  it('must be known, and marked for a reason', async () => {
    expect((await mark('phone:+14155559999', true)).errors?.[0]?.extensions).toMatchObject({
      reason: 'NOT_FOUND',
      field: 'input.identifier',
    });
    expect((await mark('shoe:44', true)).errors?.[0]?.extensions).toMatchObject({
      reason: 'IDENTIFIER_TYPE_UNKNOWN',
      field: 'input.identifier.type',
    });
    const home = newPhone();
    await touch([home]);
    expect((await mark(home, true, ' ')).errors?.[0]?.extensions).toMatchObject({
      reason: 'TOO_FEW',
      field: 'input.reason',
    });
  });
});

describe('an identifier that behaves as shared', () => {
  it('is found to be so once three customers with ids of their own used it, and says at which touchpoint', async () => {
    const home = newPhone();
    const users = Array.from({ length: 4 }, () => `user_id:${fresh('user')}`);
    const touched = [];
    for (const [n, user] of users.entries()) touched.push(await touch([user, home], day(n + 1)));
    const { customer, identifierState: state } = await ask(home);
    expect(state).toMatchObject({
      isShared: true,
      isSharingDecided: false,
      events: [{ act: 'SHARED', actor: null, touchpointId: touched[3]?.touchpointId }],
    });
    expect(customer.id).toBe(touched[3]?.customerId);
    expect(customer.resolution.otherCandidates.map((one: { id: string }) => one.id)).toEqual(
      touched
        .slice(0, 3)
        .reverse()
        .map((one) => one.customerId),
    );
  });

  it('shows the candidates of a masked key too, and to a customer nothing of it', async () => {
    const home = newPhone();
    const [first] = [await touch([`user_id:${fresh('user')}`, home]), await touch([`user_id:${fresh('user')}`, home])];
    const { data } = await t.graphql(
      'mutation($input: CreatePortalTokenInput!) { createPortalToken(input: $input) { token } }',
      { input: { customerId: first?.customerId } },
    );
    const asked = await t.graphql(
      'query($identifier: IdentifierInput!) { customer(identifier: $identifier) { resolution { isShared } } }',
      { identifier: identifier(home) },
      data.createPortalToken.token,
    );
    expect(asked.errors?.[0]?.extensions).toMatchObject({ reason: 'FIELD_INTERNAL' });
  });
});

describe('a quarantined identifier', () => {
  it('is one automatically after more than ten different unique ids, and free again when a person says so', async () => {
    const kiosk = `device_id:${fresh('kiosk')}`;
    await touch([`user_id:${fresh('first')}`, kiosk]);
    await t.graphql(
      `mutation($input: MarkIdentifierSharedInput!) { markIdentifierShared(input: $input) { identifier { type } } }`,
      { input: { identifier: identifier(kiosk), shared: false, reason: 'it is one person’s' } },
    );
    for (let n = 0; n < 11; n++) await touch([`user_id:${fresh('stranger')}`, kiosk]);
    const { identifierState: state } = await ask(kiosk);
    expect(state).toMatchObject({ isQuarantined: true, isShared: false });
    expect(state.events[0]).toMatchObject({ act: 'QUARANTINED', reason: 'it tried to join 11 different unique ids' });

    const email = `email:${fresh('new')}@example.com`;
    const left = await touch([email, kiosk]);
    expect((await seenOn(left.touchpointId))[1]).toMatchObject({ status: 'DEMOTED', reason: 'QUARANTINED' });

    expect((await act('releaseIdentifier', kiosk)).data.releaseIdentifier.identifier.isQuarantined).toBe(false);
    expect((await ask(kiosk)).identifierState.events[0]).toMatchObject({ act: 'RELEASED' });
    await touch([`user_id:${fresh('stranger')}`, kiosk]);
    expect((await ask(kiosk)).identifierState.isQuarantined).toBe(false);
    expect((await act('quarantineIdentifier', kiosk)).data.quarantineIdentifier.identifier.isQuarantined).toBe(true);
  });
});

describe('verification', () => {
  it('that a touchpoint tells is kept, and a later claim does not lower it', async () => {
    const email = `email:${fresh('ann')}@example.com`;
    await touch([email]);
    expect((await ask(email)).customer.resolution.verification).toBe('CLAIMED');
    await touch([email], day(2), [email]);
    await touch([email], day(3));
    expect((await ask(email)).customer.resolution.verification).toBe('VERIFIED');
  });
});

describe('a detached cookie', () => {
  it('no longer answers, and stays visible on the customer that it belonged to', async () => {
    const user = `user_id:${fresh('ann')}`;
    const cookies = Array.from({ length: 101 }, () => `anonymous_id:${fresh('cookie')}`);
    for (const [n, cookie] of cookies.entries())
      await touch([user, cookie], new Date(Date.UTC(2026, 0, 1, n)).toISOString());
    const gone = await ask(cookies[0] as string);
    expect(gone.customer).toBeNull();
    expect(gone.identifierState).toMatchObject({
      customerId: null,
      detachedAt: expect.any(String),
      events: [{ act: 'DETACHED', reason: 'OLDEST_OUT' }],
    });
    const { customer } = await ask(user);
    expect(customer.identifiers).toHaveLength(101);
    expect(customer.detachedIdentifiers).toEqual([
      { value: identifier(cookies[0] as string).value, detachedAt: expect.any(String) },
    ]);
    const { data } = await t.graphql('query($search: String) { customers(search: $search) { nodes { id } } }', {
      search: identifier(cookies[0] as string).value,
    });
    expect(data.customers.nodes).toEqual([]);
  });
});
