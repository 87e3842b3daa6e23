import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { IdentifierTypes } from '../../src/identity/identifier-types.js';
import { limits } from '../../src/platform/limits.js';
import { startTestService, type TestService } from '../setup/service.js';
import { journeyDesk, journeyFields, refused } from './journey-desk.js';

let it: TestService;
const desk = journeyDesk(() => it);
const hour = 3_600_000;

beforeAll(async () => {
  it = await startTestService();
  await desk.create('return');
});

/** Wrong codes of one test must not lock the next one out. */
afterEach(async () => {
  await it.database.owner.query('truncate resume_attempts');
  await desk.setTime(() => new Date());
});

afterAll(() => it?.stop());

const codeFields = 'code linkToken link qrPayload qrSvg expiresAt uses';
const createCode = (input: object, key?: string) =>
  it.graphql(
    `mutation ($input: CreateResumeCodeInput!) { createResumeCode(input: $input) { ${codeFields} journey { id } } }`,
    { input },
    key,
  );
const resume = (input: object, key?: string, fields = journeyFields) =>
  it.graphql(
    `mutation ($input: ResumeJourneyInput!) { resumeJourney(input: $input) { isChanged journey { ${fields} } } }`,
    { input: { channel: 'CALL', ...input } },
    key,
  );
const resumeWithLinks = (input: object, key?: string) =>
  it.graphql(
    `mutation ($input: ResumeJourneyInput!) {
      resumeJourney(input: $input) { isChanged journey { id } links { type status reason } } }`,
    { input: { channel: 'CALL', ...input } },
    key,
  );

async function codeFor(input: object, key?: string) {
  const answer = await createCode(input, key);
  expect(answer.errors).toBeUndefined();
  return answer.data.createResumeCode;
}

async function underWay(identifiers?: object[]) {
  if (identifiers) {
    const journey = await desk.started({ blueprint: 'return', identifiers, data: { item: 'shirt' } });
    return { journey, customer: (await desk.read(journey.id, 'customer { id }')).customer };
  }
  const customer = await desk.customer();
  return {
    customer,
    journey: await desk.started({ blueprint: 'return', customerId: customer.id, data: { item: 'shirt' } }),
  };
}

const anonymous = () => ({ type: 'anonymous_id', value: randomUUID() });
const phone = () => ({ type: 'phone', value: `+49309018${String(Math.floor(Math.random() * 90_000) + 10_000)}` });
const customerOf = async (identifier: object) =>
  (await it.graphql('query ($i: IdentifierInput!) { customer(identifier: $i) { id } }', { i: identifier })).data
    .customer?.id;

describe('a journey', () => {
  test('begins on the web, goes on by phone with a spoken code, and ends in the app: nothing is told twice', async () => {
    const visitor = anonymous();
    const { journey } = await underWay([visitor]);
    const token = await desk.portal((await desk.read(journey.id, 'customer { id }')).customer.id);
    const { code } = await codeFor({ journeyId: journey.id }, token);

    const caller = phone();
    const agent = await it.makeKey(['customers:read', 'journeys:write']);
    const spoken = code.toLowerCase().replaceAll('-', ' ');
    const called = await resume({ code: spoken, channel: 'CALL', identifiers: [caller] }, agent);
    expect(called.errors).toBeUndefined();
    expect(called.data.resumeJourney).toMatchObject({
      isChanged: true,
      journey: {
        id: journey.id,
        state: { choose: { item: 'shirt' } },
        lastChange: { kind: 'RESUMED', channel: 'CALL' },
      },
    });
    const { version } = called.data.resumeJourney.journey;
    await desk.advance({ id: journey.id, version, to: 'bring', data: { reason: 'broken' }, channel: 'CALL' }, agent);
    const { link } = await codeFor({ journeyId: journey.id, linkUrl: 'https://shop.example/app?from=mail' }, agent);

    const app = await desk.customer();
    await desk.record({ identifiers: [...app.identifiers, anonymous()], channel: 'APP' });
    const appToken = await desk.portal(app.id);
    const linkToken = new URL(link).hash.replace('#resume=', '');
    const there = await resume({ linkToken, channel: 'APP' }, appToken);
    expect(refused(there)).toMatchObject({ reason: 'RESUME_LEVEL' });
    const proven = await codeFor({ journeyId: journey.id, verification: 'VERIFIED' });
    const joined = await resume({ linkToken: proven.linkToken, channel: 'APP' }, appToken);
    expect(joined.errors).toBeUndefined();
    const now = joined.data.resumeJourney.journey;
    expect(now).toMatchObject({ id: journey.id, step: { key: 'bring' } });
    await desk.advance({ id: journey.id, version: now.version, to: 'check', channel: 'APP' }, appToken, journeyFields);
    const done = await desk.complete(
      { id: journey.id, version: now.version + 1, to: 'paid', channel: 'APP' },
      appToken,
      journeyFields,
    );
    expect(done.data.completeJourney.journey.status).toBe('COMPLETED');

    await it.settled();
    const all = await desk.read(
      journey.id,
      'channels { channel } touchpoints { nodes { kind channel direction } } customer { id mergedIds }',
    );
    expect(all.channels.map((one: { channel: string }) => one.channel)).toEqual(['WEB', 'CALL', 'APP']);
    expect(all.touchpoints.nodes.map((one: { kind: string }) => one.kind)).toEqual([
      'journey.resumed',
      'journey.resumed',
      'journey.started',
    ]);
    const everybody = [all.customer.id, ...all.customer.mergedIds];
    for (const identifier of [visitor, caller, app.identifiers[0] as object]) {
      expect(everybody).toContain(await customerOf(identifier));
    }
  });

  test('is found by who is recognised: by an agent through an identifier, by a customer through her token', async () => {
    const { customer, journey } = await underWay();
    const identifier = (customer as { identifiers: object[] }).identifiers[0];
    const byAgent = await resume({ identifier, channel: 'CALL' });
    expect(byAgent.data.resumeJourney.journey.id).toBe(journey.id);
    const token = await desk.portal(customer.id);
    const byHerself = await resume({ channel: 'APP' }, token);
    expect(byHerself.data.resumeJourney.journey).toMatchObject({
      id: journey.id,
      lastChange: { by: 'CUSTOMER', channel: 'APP' },
    });
    expect(refused(await resume({ identifier, blueprint: 'other' }))).toMatchObject({ code: 'NOT_FOUND' });
    expect(refused(await resume({ identifier: anonymous() }))).toMatchObject({ code: 'NOT_FOUND' });
    expect(refused(await resume({ identifier, channel: 'APP' }, token))).toMatchObject({ reason: 'INPUT_INVALID' });
  });

  test('that was paused or abandoned goes on, and its clocks with it', async () => {
    let now = Date.now() - 90 * 24 * hour;
    await desk.setTime(() => new Date(now));
    const { journey } = await underWay();
    await desk.pause({ id: journey.id, version: 1 });
    now += 50 * 24 * hour;
    await desk.tick();
    const rested = await resume({ journeyId: journey.id });
    expect(rested.data.resumeJourney.journey).toMatchObject({ status: 'ACTIVE' });
    now += 31 * 24 * hour;
    await desk.tick();
    expect((await desk.read(journey.id)).status).toBe('ABANDONED');
    const back = await resume({ journeyId: journey.id });
    expect(back.data.resumeJourney.journey).toMatchObject({ status: 'ACTIVE', endedAt: null });
    await desk.cancel({ id: journey.id, version: back.data.resumeJourney.journey.version });
    expect(refused(await resume({ journeyId: journey.id }))).toMatchObject({ reason: 'STATUS_FORBIDS' });
    expect(refused(await createCode({ journeyId: journey.id }))).toMatchObject({ reason: 'STATUS_FORBIDS' });
  });

  test('is resumed once, however often the same request comes', async () => {
    const { journey } = await underWay();
    const { code } = await codeFor({ journeyId: journey.id });
    const request = { code, idempotencyKey: randomUUID() };
    const answers = await Promise.all([resume(request), resume(request)]);
    expect(answers.map((one) => one.errors)).toEqual([undefined, undefined]);
    expect(answers.map((one) => one.data.resumeJourney.isChanged).sort()).toEqual([false, true]);
    await it.settled();
    const { touchpoints } = await desk.read(journey.id, 'touchpoints { nodes { kind } }');
    expect(touchpoints.nodes).toEqual([{ kind: 'journey.resumed' }]);
  });

  test('is told of by its hand-over also when that could not be told at once', async () => {
    const { customer, journey } = await underWay();
    await resume({ journeyId: journey.id, channel: 'CHAT' });
    await it.database.owner.query(`delete from touchpoint where kind = 'journey.resumed'`);
    await it.database.owner.query(
      `insert into outbox (workspace_id, kind, payload) values ($1, 'journeys.handed-over', $2)`,
      [it.workspace, JSON.stringify({ journey: journey.id.slice(4), act: 2 })],
    );
    await it.settled();
    const { touchpoints } = await desk.read(journey.id, 'touchpoints { nodes { kind channel customer { id } } }');
    expect(touchpoints.nodes).toEqual([{ kind: 'journey.resumed', channel: 'CHAT', customer: { id: customer.id } }]);
  });
});

describe('who goes on', () => {
  test('is joined to the customer by a device that nobody knew', async () => {
    const { customer, journey } = await underWay();
    const device = anonymous();
    const answer = await resumeWithLinks({ journeyId: journey.id, identifiers: [device] });
    expect(answer.data.resumeJourney.links).toEqual([{ type: 'anonymous_id', status: 'LINKED', reason: null }]);
    expect(await customerOf(device)).toBe(customer.id);
  });

  test('is not joined to another known customer by a code that proves too little, and is told so', async () => {
    const { customer, journey } = await underWay();
    const other = await desk.customer();
    const { code } = await codeFor({ journeyId: journey.id });
    const answer = await resumeWithLinks({ code, identifiers: other.identifiers });
    expect(answer.data.resumeJourney).toMatchObject({
      journey: { id: journey.id },
      links: [{ type: 'email', status: 'HELD_BACK', reason: 'LEVEL' }],
    });
    await it.settled();
    expect(await customerOf(other.identifiers[0] as object)).toBe(other.id);
    expect(other.id).not.toBe(customer.id);
  });

  test('of whom nobody knows who she is, is joined to a known customer only when that is proven', async () => {
    const other = await desk.customer();
    const [email] = other.identifiers as [object];
    const visitor = anonymous();
    const { journey } = await underWay([visitor]);
    const { code } = await codeFor({ journeyId: journey.id, uses: 3 });
    const clerk = await it.makeKey(['customers:read', 'journeys:write']);
    for (const [identifier, key] of [
      [email, it.key],
      [{ ...email, verification: 'VERIFIED' }, clerk],
    ] as const) {
      const answer = await resumeWithLinks({ code, identifiers: [identifier] }, key);
      expect(answer.data.resumeJourney.links).toMatchObject([{ type: 'email', status: 'HELD_BACK' }]);
      expect(await customerOf(visitor)).not.toBe(other.id);
    }
    const proven = await resumeWithLinks({ code, identifiers: [{ ...email, verification: 'VERIFIED' }] });
    expect(proven.data.resumeJourney.links).toEqual([{ type: 'email', status: 'LINKED', reason: null }]);
    expect(await customerOf(visitor)).toBe(await customerOf(email));
  });

  test('by a link that somebody sent her, does not let the sender see what is hers', async () => {
    const { journey, customer: sender } = await underWay([anonymous()]);
    const token = await desk.portal(sender.id);
    const { linkToken } = await codeFor({ journeyId: journey.id }, token);
    const victim = await desk.customer();
    const lured = await resume({ linkToken, channel: 'APP' }, await desk.portal(victim.id));
    expect(refused(lured)).toMatchObject({ code: 'FORBIDDEN', reason: 'RESUME_LEVEL' });
    const seen = await it.graphql(`{ customer(id: "${victim.id}") { id } }`, {}, token);
    expect(seen.data.customer).toBeNull();
  });

  test('is known by whatever says more than a device, such as a messenger, and also when that has gone since', async () => {
    const { journey } = await underWay();
    const messenger = { type: 'telegram', value: String(Math.floor(Math.random() * 1e12)) };
    const gone = { type: 'email', value: `${randomUUID()}@example.com` };
    const device = anonymous();
    await desk.record({ identifiers: [messenger] }, { identifiers: [gone, device] });
    await it.database.owner.query(
      `update identifier
       set former_profile_id = profile_id, profile_id = null, detached_at = now()
       where workspace_id = $1 and value = $2`,
      [it.workspace, gone.value],
    );
    for (const named of [messenger, device]) {
      const other = await customerOf(named);
      const { code, linkToken } = await codeFor({ journeyId: journey.id, uses: 5 });
      const answer = await resumeWithLinks({ code, identifiers: [named] });
      expect(answer.data.resumeJourney.links).toEqual([{ type: named.type, status: 'HELD_BACK', reason: 'LEVEL' }]);
      const lured = await resume({ linkToken, channel: 'APP' }, await desk.portal(other));
      expect(refused(lured)).toMatchObject({ reason: 'RESUME_LEVEL', field: 'input.linkToken' });
      await it.settled();
      expect(await customerOf(named)).toBe(other);
      expect((await desk.read(journey.id, 'customer { id }')).customer.id).not.toBe(other);
    }
  });

  test('is known in the form that an identifier is still stored in, too', async () => {
    const { journey } = await underWay();
    const stored = { type: 'user_id', value: randomUUID() };
    await desk.record({ identifiers: [stored] });
    const former = {
      defaultRegion: 'DE',
      folding: { plus: false, dots: false },
      comparisons: { user_id: 'exact_ignoring_case' },
    };
    await it.database.owner.query(
      `insert into identity_settings (workspace_id, former) values ($1, $2)
       on conflict (workspace_id) do update set former = excluded.former`,
      [it.workspace, former],
    );
    const types = it.service.app.get(IdentifierTypes);
    types.forget(it.workspace);
    const { code } = await codeFor({ journeyId: journey.id });
    const answer = await resumeWithLinks({ code, identifiers: [{ ...stored, value: stored.value.toUpperCase() }] });
    await it.database.owner.query('update identity_settings set former = null');
    types.forget(it.workspace);
    expect(answer.data.resumeJourney.links).toEqual([{ type: 'user_id', status: 'HELD_BACK', reason: 'LEVEL' }]);
  });

  test('is joined to another known customer by a code that proves who it is', async () => {
    const { customer, journey } = await underWay();
    const other = await desk.customer();
    const { code } = await codeFor({ journeyId: journey.id, verification: 'VERIFIED' });
    const answer = await resumeWithLinks({ code, identifiers: other.identifiers });
    expect(answer.data.resumeJourney.links).toEqual([{ type: 'email', status: 'LINKED', reason: null }]);
    expect(await customerOf(other.identifiers[0] as object)).toBe(
      await customerOf((customer as { identifiers: object[] }).identifiers[0] as object),
    );
  });

  test('keeps the rules of identity whatever a code proves: two different user ids stay two customers', async () => {
    const [one, two] = [randomUUID(), randomUUID()].map((value) => ({ type: 'user_id', value }));
    const { journey } = await underWay([one as object]);
    await desk.record({ identifiers: [two] });
    const { code, linkToken } = await codeFor({ journeyId: journey.id, verification: 'VERIFIED', uses: 2 });
    const answer = await resumeWithLinks({ code, identifiers: [two] });
    expect(answer.data.resumeJourney.links).toMatchObject([{ type: 'user_id', status: 'DEMOTED' }]);
    const token = await desk.portal(await customerOf(two as object));
    const portal = await resume({ linkToken }, token);
    expect(portal.errors).toBeUndefined();
    expect(portal.data.resumeJourney.journey).toBeNull();
  });

  test('with a portal token is who the token says: it takes no identifiers', async () => {
    const { customer, journey } = await underWay();
    const token = await desk.portal(customer.id);
    const answer = await resume({ journeyId: journey.id, identifiers: [phone()] }, token);
    expect(refused(answer)).toMatchObject({ reason: 'INPUT_INVALID', field: 'input.identifiers' });
  });
});

describe('a code', () => {
  test('is shown once: what it is, a link, and a QR code; and is stored by what proves it alone', async () => {
    const { journey } = await underWay();
    const made = await codeFor({ journeyId: journey.id, linkUrl: 'https://shop.example/returns' });
    expect(made).toMatchObject({
      code: expect.stringMatching(/^\w{3}-\w{3}-\w{3}$/),
      link: `https://shop.example/returns#resume=${made.linkToken}`,
      qrPayload: made.link,
      qrSvg: expect.stringMatching(/^<svg /),
      uses: 1,
      journey: { id: journey.id },
    });
    const { rows } = await it.database.owner.query('select to_json(r)::text as text from resume_code r');
    for (const secret of [made.code, made.code.replaceAll('-', ''), made.linkToken]) {
      expect(rows.map((row) => row.text).join()).not.toContain(secret);
    }
  });

  test('works as often as it says, also when it is used many times at once', async () => {
    const { journey } = await underWay();
    const { code, linkToken } = await codeFor({ journeyId: journey.id, uses: 2 });
    const answers = await Promise.all([
      resume({ code }),
      resume({ linkToken }),
      resume({ code }),
      resume({ linkToken }),
    ]);
    const failed = answers.filter((one) => one.errors);
    expect(failed).toHaveLength(2);
    for (const one of failed) expect(refused(one)).toMatchObject({ code: 'CONFLICT', reason: 'RESUME_CODE_USED' });
    for (const [way, field] of [
      [{ code }, 'input.code'],
      [{ linkToken }, 'input.linkToken'],
    ] as const) {
      expect(refused(await resume(way))).toMatchObject({ field });
    }
  });

  test('ends at its time', async () => {
    let now = Date.now() - hour;
    await desk.setTime(() => new Date(now));
    const { journey } = await underWay();
    const { code } = await codeFor({ journeyId: journey.id, expiresInSeconds: 60 });
    now += 60_000;
    expect(refused(await resume({ code }))).toMatchObject({ code: 'CONFLICT', reason: 'RESUME_CODE_EXPIRED' });
  });

  test('ends before its time when its journey’s codes are revoked, by staff or by whose it is, and by nobody else', async () => {
    const revoke = (journeyId: string, key?: string) =>
      it.graphql(
        'mutation ($input: RevokeResumeCodesInput!) { revokeResumeCodes(input: $input) { count journey { id } } }',
        { input: { journeyId } },
        key,
      );
    const { journey, customer } = await underWay();
    const other = await underWay();
    const lost = await codeFor({ journeyId: journey.id, uses: 5 });
    const kept = await codeFor({ journeyId: other.journey.id });
    const strangers = await desk.portal(other.customer.id);
    expect(refused(await revoke(journey.id, strangers))).toMatchObject({ code: 'NOT_FOUND', field: 'input.journeyId' });

    const token = await desk.portal(customer.id);
    expect((await revoke(journey.id, token)).data.revokeResumeCodes).toEqual({ count: 1, journey: { id: journey.id } });
    expect((await revoke(journey.id)).data.revokeResumeCodes.count).toBe(0);
    for (const way of [{ code: lost.code }, { linkToken: lost.linkToken }]) {
      expect(refused(await resume(way))).toMatchObject({ code: 'CONFLICT', reason: 'RESUME_CODE_EXPIRED' });
    }
    expect((await resume({ code: kept.code })).errors).toBeUndefined();
    const fresh = await codeFor({ journeyId: journey.id });
    expect((await resume({ code: fresh.code })).errors).toBeUndefined();
  });

  test('that is wrong, or of another workspace, is no code, and neither can be told from the other', async () => {
    const { journey } = await underWay();
    const { code, linkToken } = await codeFor({ journeyId: journey.id });
    const other = await it.makeWorkspace(`other-${randomUUID().slice(0, 8)}`);
    const wrong = { code: 'NOT_FOUND', reason: 'RESUME_CODE_UNKNOWN' };
    for (const [field, value, key] of [
      ['code', 'AAA-AAA-AAA', it.key],
      ['code', code, other.key],
      ['code', 'not a code', it.key],
      ['linkToken', linkToken, other.key],
      ['linkToken', `tlr_${'A'.repeat(43)}`, it.key],
      ['linkToken', 'x', it.key],
    ] as const) {
      expect(refused(await resume({ [field]: value }, key))).toEqual({ ...wrong, field: `input.${field}` });
    }
    expect((await resume({ code })).errors).toBeUndefined();
  });

  test.each([
    ['no journey', { journeyId: `jrn_${'0'.repeat(32)}` }, 'NOT_FOUND', 'journeyId'],
    ['a use too many', { uses: 101 }, 'OUT_OF_RANGE', 'uses'],
    ['no time', { expiresInSeconds: 0 }, 'OUT_OF_RANGE', 'expiresInSeconds'],
    ['a link that anybody could read', { linkUrl: 'http://shop.example' }, 'INPUT_INVALID', 'linkUrl'],
    ['a link that is none', { linkUrl: 'javascript:alert(1)' }, 'INPUT_INVALID', 'linkUrl'],
  ])('is not made for %s', async (_, more, reason, field) => {
    const { journey } = await underWay();
    expect(refused(await createCode({ journeyId: journey.id, ...more }))).toMatchObject({
      reason,
      field: `input.${field}`,
    });
  });

  test('of a level that joins customers is made only by who may join them', async () => {
    const { customer, journey } = await underWay();
    const request = { journeyId: journey.id, verification: 'VERIFIED' };
    const agent = await it.makeKey(['customers:read', 'journeys:write']);
    expect(refused(await createCode(request, agent))).toMatchObject({ reason: 'SCOPE_MISSING' });
    const token = await desk.portal(customer.id);
    expect(refused(await createCode(request, token))).toMatchObject({
      reason: 'INPUT_INVALID',
      field: 'input.verification',
    });
  });

  test('is not made, and not used, for the journey of another customer', async () => {
    const { journey } = await underWay();
    const stranger = await desk.portal((await desk.customer()).id);
    expect(refused(await createCode({ journeyId: journey.id }, stranger))).toMatchObject({ code: 'NOT_FOUND' });
    expect(refused(await resume({ journeyId: journey.id }, stranger))).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('is one of 20 of a journey that can still be used', async () => {
    const { journey } = await underWay();
    await Promise.all(Array.from({ length: 20 }, () => codeFor({ journeyId: journey.id })));
    expect(refused(await createCode({ journeyId: journey.id }))).toMatchObject({ reason: 'TOO_MANY', limit: 20 });
  });
});

describe('guessing', () => {
  const guess = (key?: string) => resume({ code: 'AAA-AAA-AAA' }, key);
  const reasons = async (guesses: Promise<Awaited<ReturnType<typeof guess>>>[]) =>
    (await Promise.all(guesses)).map((answer) => refused(answer)['reason']);

  test('stops after 30 wrong codes of a caller, also when they come all at once; right ones wait too', async () => {
    const key = await it.makeKey(['journeys:write', 'customers:read']);
    const { journey } = await underWay();
    const { code, linkToken } = await codeFor({ journeyId: journey.id, uses: 5 });
    const max = limits.resumeAttemptsPerCallerMax;
    const found = await reasons(Array.from({ length: max + 20 }, () => guess(key)));
    expect(found.filter((reason) => reason === 'RESUME_CODE_UNKNOWN')).toHaveLength(max);
    expect(found.filter((reason) => reason === 'RESUME_LOCKED')).toHaveLength(20);
    for (const [way, field] of [
      [{ code }, 'input.code'],
      [{ linkToken }, 'input.linkToken'],
    ] as const) {
      const answer = await resume(way, key);
      expect(refused(answer)).toMatchObject({ code: 'RATE_LIMITED', reason: 'RESUME_LOCKED', field, limit: max });
    }
    expect((await resume({ code })).errors).toBeUndefined();
  });

  test('ends with the lock, which guesses do not prolong', async () => {
    let now = Date.now() - 24 * hour;
    await desk.setTime(() => new Date(now));
    const key = await it.makeKey(['journeys:write', 'customers:read']);
    const max = limits.resumeAttemptsPerCallerMax;
    await reasons(Array.from({ length: max + 1 }, () => guess(key)));
    now += limits.resumeLockMs - 1;
    expect(await reasons([guess(key)])).toEqual(['RESUME_LOCKED']);
    now += 1;
    expect(await reasons([guess(key)])).toEqual(['RESUME_CODE_UNKNOWN']);
  });

  test('by many callers together stops for the workspace; what a locked one tries does not count, and links go on', async () => {
    const { rows } = await it.database.owner.query(
      `insert into resume_attempts (workspace_id, actor, attempts, until_at) values ($1, '', $2, now() + interval '5 min') returning attempts`,
      [it.workspace, limits.resumeAttemptsPerWorkspaceMax - 2],
    );
    expect(rows).toHaveLength(1);
    const { journey } = await underWay();
    const { code, linkToken } = await codeFor({ journeyId: journey.id, uses: 5 });
    expect((await resume({ code })).errors).toBeUndefined();
    const keys = await Promise.all(Array.from({ length: 3 }, () => it.makeKey(['journeys:write', 'customers:read'])));
    const found = [];
    for (const key of keys) found.push(...(await reasons([guess(key)])));
    expect(found).toEqual(['RESUME_CODE_UNKNOWN', 'RESUME_CODE_UNKNOWN', 'RESUME_LOCKED']);
    expect(refused(await resume({ code }))).toMatchObject({ reason: 'RESUME_LOCKED' });
    expect((await resume({ linkToken })).errors).toBeUndefined();
    const elsewhere = await it.makeWorkspace(`calm-${randomUUID().slice(0, 8)}`);
    expect(await reasons([guess(elsewhere.key)])).toEqual(['RESUME_CODE_UNKNOWN']);
  });

  test('by a customer counts whatever token she comes with', async () => {
    const { id } = await desk.customer();
    const max = limits.resumeAttemptsPerCallerMax;
    await it.database.owner.query(
      `insert into resume_attempts (workspace_id, actor, attempts, until_at) values ($1, $2, $3, now() + interval '5 min')`,
      [it.workspace, `customer:${id.slice(4)}`, max],
    );
    for (const token of [await desk.portal(id), await desk.portal(id)]) {
      expect(await reasons([guess(token)])).toEqual(['RESUME_LOCKED']);
    }
  });
});
