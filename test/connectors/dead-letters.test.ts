import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../setup/service.js';
import { askCustomer } from './ask-customer.js';
import { batch, type SegmentClient, startSegmentClient } from './segment-client.js';

const client: SegmentClient = await startSegmentClient();
const { t } = client;

afterAll(() => t.stop());

beforeEach(async () => {
  await t.database.owner.query('delete from dead_letter');
});

const fields = `id receivedAt dialect source reason field message raw mended state attempts triedBy settledAt settledBy
  settledReason touchpointId`;

interface Letter {
  readonly id: string;
  readonly raw: string;
  readonly [field: string]: unknown;
}

async function letters(args = ''): Promise<Letter[]> {
  const { data, errors } = await t.graphql(`{ deadLetters${args} { nodes { ${fields} } } }`);
  expect(errors).toBeUndefined();
  return data.deadLetters.nodes;
}

async function replay(input: object, key = t.key) {
  const { data, errors } = await t.graphql(
    `mutation ($input: ReplayDeadLettersInput!) {
      replayDeadLetters(input: $input) {
        results { id outcome touchpointId customerId error { reason field } } skippedIds hasMore
      }
    }`,
    { input },
    key,
  );
  return errors ? { refused: errors[0]?.extensions } : data.replayDeadLetters;
}

async function discard(input: object) {
  const { data, errors } = await t.graphql(
    `mutation ($input: DiscardDeadLettersInput!) {
      discardDeadLetters(input: $input) { discardedIds skippedIds hasMore }
    }`,
    { input },
  );
  return errors ? { refused: errors[0]?.extensions } : data.discardDeadLetters;
}

/** Sends tracks that lack their event. */
const sendBad = async (...names: string[]) => {
  const items = names.map((name) => ({ type: 'track', userId: name, messageId: `id-${name}`, properties: { name } }));
  expect((await client.post('/v1/batch', batch(...items), client.withKey())).status).toBe(200);
};

const named = { op: 'add', path: '/event', value: 'Mended' };

describe('dead letters', () => {
  it('are shown with all that is known of them, the latest first, and can be narrowed and paged through', async () => {
    await sendBad('first');
    await client.post('/capture/', JSON.stringify({ api_key: t.key, event: 'Seen' }));
    const all = await letters();
    expect(all).toMatchObject([
      { dialect: 'posthog', source: 'posthog', reason: 'TOO_FEW', field: 'distinct_id' },
      {
        dialect: 'segment',
        source: 'segment',
        reason: 'TOO_FEW',
        field: 'event',
        message: 'A track names its event.',
        state: 'WAITING',
        attempts: 0,
        triedBy: null,
        settledAt: null,
      },
    ]);
    expect(JSON.parse(all[1]?.raw ?? '')).toMatchObject({ userId: 'first', properties: { name: 'first' } });
    const idsOf = (some: Letter[]) => some.map(({ id }) => id);
    expect(idsOf(await letters('(source: "segment")'))).toEqual([all[1]?.id]);
    expect(idsOf(await letters('(reason: "INPUT_INVALID")'))).toEqual([]);
    expect(idsOf(await letters(`(from: "${all[0]?.['receivedAt']}")`))).toEqual([all[0]?.id]);
    expect(idsOf(await letters(`(to: "${all[0]?.['receivedAt']}")`))).toEqual([all[1]?.id]);
    expect(await letters('(state: REPLAYED)')).toEqual([]);
    const { data } = await t.graphql('{ deadLetters(first: 1) { nodes { id } pageInfo { hasNextPage endCursor } } }');
    expect(data.deadLetters).toMatchObject({ nodes: [{ id: all[0]?.id }], pageInfo: { hasNextPage: true } });
    expect(idsOf(await letters(`(after: "${data.deadLetters.pageInfo.endCursor}")`))).toEqual([all[1]?.id]);
  });

  it('are counted by what they have in common', async () => {
    await sendBad('a', 'b');
    await client.post('/v1/batch', batch('no message'), client.withKey());
    const { data } = await t.graphql('{ deadLetterTotals { dialect source reason count oldestAt newestAt } }');
    expect(data.deadLetterTotals).toMatchObject([
      { dialect: 'segment', source: 'segment', reason: 'TOO_FEW', count: 2 },
      { dialect: 'segment', source: 'segment', reason: 'BODY_MALFORMED', count: 1 },
    ]);
  });

  it('are for administrators, and masked ones see neither item nor sentence', async () => {
    await sendBad('secret');
    const key = await t.makeKey(['touchpoints:write', 'customers:read', 'customers:write']);
    const refused = await t.graphql('{ deadLetters { nodes { id } } }', {}, key);
    expect(refused.errors?.[0]?.extensions).toMatchObject({ reason: 'SCOPE_MISSING' });
    expect(await replay({ filter: {} }, key)).toMatchObject({ refused: { reason: 'SCOPE_MISSING' } });
    const masked = await t.makeKey(['admin'], { masked: true });
    const { data } = await t.graphql('{ deadLetters { nodes { reason raw mended message } } }', {}, masked);
    expect(data.deadLetters.nodes).toEqual([{ reason: 'TOO_FEW', raw: null, mended: null, message: null }]);
  });
});

describe('a replay', () => {
  it('mends an item by a patch and stores it as its sender would have', async () => {
    await sendBad('patched');
    const [letter] = await letters();
    const answer = await replay({ ids: [letter?.id], mend: { patch: [named] } });
    expect(answer).toMatchObject({ results: [{ id: letter?.id, outcome: 'STORED', error: null }], skippedIds: [] });
    const customer = await askCustomer(t, 'user_id', 'patched');
    expect(customer?.touchpoints).toMatchObject([{ kind: 'Mended', externalId: 'id-patched', source: 'segment' }]);
    expect(customer?.id).toBe(answer.results[0].customerId);
    expect(await letters()).toEqual([]);
    const [settled] = await letters('(state: REPLAYED)');
    expect(settled).toMatchObject({
      state: 'REPLAYED',
      attempts: 1,
      triedBy: expect.stringMatching(/^key:/),
      settledBy: expect.stringMatching(/^key:/),
      settledAt: expect.any(String),
      touchpointId: answer.results[0].touchpointId,
      raw: letter?.raw,
    });
    expect(JSON.parse(settled?.['mended'] as string)).toMatchObject({ event: 'Mended' });
    // The sender’s SDK sends it once more: that changes nothing.
    await sendBad('patched');
    expect(await letters()).toEqual([]);
  });

  it('takes another item in place of one', async () => {
    await sendBad('replaced', 'other');
    const [letter] = (await letters()).filter(({ raw }) => raw.includes('replaced'));
    const raw = JSON.stringify({ type: 'page', userId: 'replaced', messageId: 'id-replaced' });
    expect(await replay({ filter: {}, mend: { raw } })).toMatchObject({ refused: { field: 'input.mend.raw' } });
    expect((await replay({ ids: [letter?.id], mend: { raw } })).results[0].outcome).toBe('STORED');
    expect((await askCustomer(t, 'user_id', 'replaced'))?.touchpoints).toMatchObject([{ kind: 'page.viewed' }]);
    expect(await letters()).toHaveLength(1);
  });

  it('that is refused again leaves the item waiting with its new reason, and mends on from there', async () => {
    await sendBad('twice');
    const [letter] = await letters();
    const ids = [letter?.id];
    const anonymised = [named, { op: 'remove', path: '/userId' }];
    expect((await replay({ ids, mend: { patch: anonymised } })).results).toMatchObject([
      { outcome: 'REFUSED', touchpointId: null, error: { reason: 'TOO_FEW', field: 'userId' } },
    ]);
    expect(await letters()).toMatchObject([
      { id: letter?.id, state: 'WAITING', reason: 'TOO_FEW', field: 'userId', attempts: 1, raw: letter?.raw },
    ]);
    const patch = [{ op: 'add', path: '/userId', value: 'twice' }];
    expect((await replay({ ids, mend: { patch } })).results).toMatchObject([{ outcome: 'STORED' }]);
    expect(await letters('(state: REPLAYED)')).toMatchObject([{ attempts: 2 }]);
  });

  it('by a patch that fits some items stores these, and leaves the others as they were', async () => {
    await sendBad('fits', 'misfits');
    const patch = [{ op: 'test', path: '/userId', value: 'fits' }, named];
    const { results } = await replay({ filter: { source: 'segment' }, mend: { patch } });
    expect(results.map((one: { outcome: string }) => one.outcome).sort()).toEqual(['REFUSED', 'STORED']);
    expect(results).toContainEqual(
      expect.objectContaining({ error: { reason: 'INPUT_INVALID', field: 'input.mend.patch[0]' } }),
    );
    expect(await letters()).toMatchObject([{ reason: 'TOO_FEW', field: 'event', mended: null }]);
  });

  it('of what broke the database stores it once the database is mended', async () => {
    const { owner } = t.database;
    await owner.query(`create function break_poison() returns trigger language plpgsql as
      $$ begin if new.kind = 'Poison' then raise exception 'poison'; end if; return new; end $$`);
    await owner.query('create trigger poison before insert on touchpoint for each row execute function break_poison()');
    const items = [{ type: 'track', userId: 'poisoned', event: 'Poison', messageId: 'id-poisoned' }];
    await client.post('/v1/batch', batch(...items), client.withKey());
    expect((await replay({ filter: {} })).results).toMatchObject([{ error: { reason: 'UNEXPECTED' } }]);
    await owner.query('drop trigger poison on touchpoint; drop function break_poison');
    expect((await replay({ filter: { reason: 'UNEXPECTED' } })).results).toMatchObject([{ outcome: 'STORED' }]);
    expect((await askCustomer(t, 'user_id', 'poisoned'))?.touchpoints).toHaveLength(1);
  });

  it('knows each item’s own format', async () => {
    const headers = client.withKey();
    await client.post('/batch/', JSON.stringify({ batch: [{ event: 'Seen', uuid: 'p-1' }] }), headers);
    await client.post(
      '/com.snowplowanalytics.snowplow/tp2',
      JSON.stringify({ data: [{ e: 'se', se_ac: 'play', eid: 's-1' }] }),
      headers,
    );
    const event = { specversion: '1.0', id: 'c-1', source: '/desk', type: 'task:new' };
    await client.post('/v1/events', JSON.stringify([event]), { ...headers, 'content-type': 'application/json' });
    expect((await letters()).map((letter) => letter['dialect']).sort()).toEqual(['cloudevents', 'posthog', 'snowplow']);
    const patch = [
      { op: 'add', path: '/distinct_id', value: 'formats' },
      { op: 'add', path: '/duid', value: 'formats' },
      { op: 'add', path: '/identity', value: 'formats' },
      { op: 'add', path: '/identitytype', value: 'temporaryId' },
    ];
    const { results } = await replay({ filter: {}, mend: { patch } });
    expect(results).toMatchObject([{ outcome: 'STORED' }, { outcome: 'STORED' }, { outcome: 'STORED' }]);
    const customer = await askCustomer(t, 'anonymous_id', 'formats');
    expect(customer?.touchpoints.map((one) => one.externalId).sort()).toEqual(['c-1', 'p-1', 's-1']);
  });

  it('of an item whose way in is no more says so', async () => {
    await sendBad('orphan');
    await t.database.owner.query(`update dead_letter set dialect = 'withdrawn:1'`);
    expect((await replay({ filter: {} })).results).toMatchObject([{ error: { reason: 'NOT_FOUND' } }]);
    expect(await letters()).toMatchObject([{ state: 'WAITING', reason: 'NOT_FOUND' }]);
  });

  it('beside another one at the same time: each item is replayed by one of them, and stored once', async () => {
    // Without an id of its own an item could not be recognised when it is stored twice.
    const items = Array.from({ length: 40 }, (_, n) => ({ type: 'track', userId: 'raced', properties: { n } }));
    await client.post('/v1/batch', batch(...items), client.withKey());
    const input = { filter: {}, mend: { patch: [named] } };
    const answers = await Promise.all([replay(input), replay(input), replay(input)]);
    const outcomes = answers.flatMap((answer) => answer.results.map((one: { outcome: string }) => one.outcome));
    expect(outcomes).toEqual(Array(40).fill('STORED'));
    expect((await askCustomer(t, 'user_id', 'raced'))?.touchpoints).toHaveLength(40);
    expect(await letters()).toEqual([]);
  });

  it('that died half-way holds its items for a while, and the next one stores none of them twice', async () => {
    await client.post('/v1/batch', batch({ type: 'track', userId: 'died' }), client.withKey());
    const ids = [(await letters())[0]?.id];
    await replay({ ids, mend: { patch: [named] } });
    const { owner } = t.database;
    // As it was after the item had been stored and before that was written down.
    await owner.query(
      `update dead_letter set state = 0, settled_at = null, held_by = gen_random_uuid(),
         held_until = now() + interval '1 minute'`,
    );
    expect(await replay({ ids })).toEqual({ results: [], skippedIds: ids, hasMore: false });
    await owner.query(`update dead_letter set held_until = now() - interval '1 second'`);
    expect((await replay({ ids })).results).toMatchObject([{ outcome: 'DUPLICATE' }]);
    expect((await askCustomer(t, 'user_id', 'died'))?.touchpoints).toHaveLength(1);
  });

  it('says of which ids nothing waits, and refuses what it cannot understand', async () => {
    await sendBad('known');
    const [letter] = await letters();
    const unknown = `dl_${'0'.repeat(32)}`;
    expect(await replay({ ids: [unknown] })).toEqual({ results: [], skippedIds: [unknown], hasMore: false });
    const refusals: [object, string, string][] = [
      [{}, 'ONE_OF_REQUIRED', 'input'],
      [{ ids: [unknown], filter: {} }, 'ONE_OF_REQUIRED', 'input'],
      [{ ids: [] }, 'TOO_FEW', 'input.ids'],
      [{ ids: ['cus_1'] }, 'ID_INVALID', 'input.ids[0]'],
      [{ ids: Array(1_001).fill(unknown) }, 'TOO_MANY', 'input.ids'],
      [{ ids: [letter?.id], mend: {} }, 'ONE_OF_REQUIRED', 'input.mend'],
      [{ ids: [letter?.id], mend: { raw: '{' } }, 'INPUT_INVALID', 'input.mend.raw'],
      [{ ids: [letter?.id], mend: { raw: `"${'x'.repeat(1_000_000)}"` } }, 'TOO_LONG', 'input.mend.raw'],
      [{ ids: [letter?.id], mend: { patch: {} } }, 'INPUT_INVALID', 'input.mend.patch'],
      [{ ids: [letter?.id], mend: { patch: Array(51).fill(named) } }, 'TOO_MANY', 'input.mend.patch'],
      [
        { ids: [letter?.id], mend: { patch: [{ op: 'add', path: 'a', value: 1 }] } },
        'INPUT_INVALID',
        'input.mend.patch[0].path',
      ],
    ];
    for (const [input, reason, field] of refusals)
      expect(await replay(input)).toMatchObject({ refused: { reason, field } });
    expect(await letters()).toMatchObject([{ attempts: 0 }]);
  });

  it('takes the oldest thousand of many, and says that there are more', async () => {
    const items = Array.from({ length: 1_100 }, (_, n) => ({ type: 'track', userId: 'many', properties: { n } }));
    await client.post('/v1/batch', batch(...items), client.withKey());
    const input = { filter: {}, mend: { patch: [named] } };
    const { results, hasMore } = await replay(input);
    expect([results.length, hasMore]).toEqual([1_000, true]);
    const rest = await replay(input);
    expect([rest.results.length, rest.hasMore]).toEqual([100, false]);
  });
});

describe('discarding', () => {
  it('needs a reason, keeps what was discarded with who said so, and no replay takes it', async () => {
    await sendBad('noise-1', 'noise-2', 'signal');
    expect(await discard({ filter: {}, reason: ' ' })).toMatchObject({ refused: { field: 'input.reason' } });
    const noise = (await letters()).filter(({ raw }) => raw.includes('noise')).map(({ id }) => id);
    const answer = await discard({ ids: noise, reason: 'A load test' });
    expect([...answer.discardedIds].sort()).toEqual([...noise].sort());
    expect(await letters('(state: DISCARDED)')).toMatchObject([
      { settledBy: expect.stringMatching(/^key:/), settledReason: 'A load test', touchpointId: null },
      { settledReason: 'A load test' },
    ]);
    expect(await discard({ ids: noise, reason: 'Again' })).toEqual({
      discardedIds: [],
      skippedIds: noise,
      hasMore: false,
    });
    expect((await replay({ filter: {}, mend: { patch: [named] } })).results).toHaveLength(1);
    expect(await askCustomer(t, 'user_id', 'noise-1')).toBeNull();
  });

  it('and replaying are counted for operators', async () => {
    await sendBad('counted');
    await discard({ filter: {}, reason: 'Noise' });
    await eventually(async () => {
      const text = await (await fetch(`${t.url}/metrics`)).text();
      return /throughline_dead_letters_settled_total\{source="segment",outcome="DISCARDED"\} [1-9]/.test(text);
    });
  });
});
