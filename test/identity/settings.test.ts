import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Caller } from '../../src/access/caller.js';
import { IdentitySettingsService } from '../../src/identity/identity-settings.service.js';
import { IdentitySettingsPreviews } from '../../src/identity/identity-settings-preview.service.js';
import { eventually, startTestService, type TestService } from '../setup/service.js';

let t: TestService;
let unique = 0;

beforeAll(async () => {
  t = await startTestService();
  t.service.app.get(IdentitySettingsService).delayMs = 0;
});

afterAll(() => t?.stop());

const settingsFields = `version defaultRegion foldsEmailPlus foldsEmailDots needsReapplication updatedBy
  types { name priority limitPerCustomer windowDays isUnique isScoped comparison overflow blockedValues blockedPatterns }
  reapplication { state checked renamed detached folded merged reported }`;

type Type = { name: string; [field: string]: unknown };

/** A workspace of its own, so that no test meets another’s settings. */
async function makeDesk(defaultRegion = 'US') {
  const { workspace, key } = await t.makeWorkspace(`settings-${++unique}`, { defaultRegion });
  const ask = (query: string, variables: object = {}) => t.graphql(query, variables, key);
  const read = async () => (await ask(`{ identitySettings { ${settingsFields} } }`)).data.identitySettings;
  const update = (input: object) =>
    ask(
      `mutation($input: UpdateIdentitySettingsInput!) { updateIdentitySettings(input: $input) { settings { ${settingsFields} } } }`,
      { input },
    );
  const withTypes = async (change: (types: Type[]) => object[]) => {
    const { version, types } = await read();
    return { version, types: change(types) };
  };
  const change = async (input: object) => {
    const { version } = await read();
    const { data, errors } = await update({ version, ...input });
    expect(errors).toBeUndefined();
    return data.updateIdentitySettings.settings;
  };
  const record = async (...identifiers: [string, string][]) => {
    const { data, errors } = await ask(
      `mutation($input: RecordTouchpointsInput!) { recordTouchpoints(input: $input) { results { touchpointId customerId error { message } } } }`,
      {
        input: {
          touchpoints: [
            {
              source: 'test',
              externalId: `t${++unique}`,
              channel: 'CALL',
              kind: 'call',
              identifiers: identifiers.map(([type, value]) => ({ type, value })),
            },
          ],
        },
      },
    );
    expect(errors).toBeUndefined();
    return data.recordTouchpoints.results[0].customerId as string;
  };
  const find = async (type: string, value: string) => {
    const { data, errors } = await ask(
      'query($i: IdentifierInput!) { customer(identifier: $i) { id mergedIds identifiers { type value rawValue } } }',
      { i: { type, value } },
    );
    expect(errors).toBeUndefined();
    return data.customer;
  };
  const preview = async (input: object) =>
    (
      await ask(
        `query($input: IdentitySettingsInput!) { previewIdentitySettings(input: $input) {
          isComplete checked renamed blocked colliding customersOverLimit removedTypesInUse
          sample { effect type value newValue customerIds } } }`,
        { input },
      )
    ).data.previewIdentitySettings;
  const reapply = async () => {
    const { errors } = await ask('mutation { reapplyIdentitySettings { settings { version } } }');
    expect(errors).toBeUndefined();
    await eventually(async () => (await read()).reapplication?.state === 'DONE');
    await t.settled();
    return (await read()).reapplication;
  };
  return { workspace, key, ask, read, update, withTypes, change, record, find, preview, reapply };
}

const withType = (name: string, more: object) => (types: Type[]) =>
  types.map((type) => (type.name === name ? { ...type, ...more } : type));

describe('identity settings', () => {
  it('are the defaults of the design until somebody changes them', async () => {
    const { read } = await makeDesk();
    const settings = await read();
    expect(settings).toMatchObject({ version: 1, defaultRegion: 'US', foldsEmailPlus: false, updatedBy: null });
    expect(settings.types.find((type: Type) => type.name === 'anonymous_id')).toMatchObject({
      priority: 7,
      limitPerCustomer: 100,
      overflow: 'OLDEST_OUT',
    });
  });

  it('change what is said and nothing else, once for a version', async () => {
    const { withTypes, update, read } = await makeDesk();
    const input = await withTypes((types) => [...types, { name: 'loyalty_id', priority: 2, limitPerCustomer: 3 }]);
    const before = await read();
    const { data } = await update(input);
    const { settings } = data.updateIdentitySettings;
    expect(settings).toMatchObject({
      version: 2,
      updatedBy: expect.stringMatching(/^key:/),
      needsReapplication: false,
    });
    expect(settings.types.filter((type: Type) => type.name !== 'loyalty_id')).toEqual(before.types);
    const again = await update(input);
    expect(again.errors?.[0]?.extensions).toMatchObject({ reason: 'VERSION_STALE', field: 'input.version' });
  });

  it('hold at once for what is recorded', async () => {
    const { change, withTypes, record, find } = await makeDesk();
    const { types } = await withTypes((all) => [...all, { name: 'loyalty_id', priority: 2, limitPerCustomer: 3 }]);
    await change({ types });
    const id = await record(['loyalty_id', 'L1']);
    expect((await find('loyalty_id', 'L1')).id).toBe(id);
  });

  it('are for administrators only', async () => {
    const key = await t.makeKey(['customers:read', 'customers:write', 'touchpoints:write']);
    const { errors } = await t.graphql('{ identitySettings { version } }', {}, key);
    expect(errors?.[0]?.extensions).toMatchObject({ reason: 'SCOPE_MISSING' });
  });

  it.each<[string, (types: Type[]) => object[], string, string]>([
    ['two types of one name', (types) => [...types, types[0] as Type], 'INPUT_INVALID', 'input.types[14].name'],
    [
      'a name with a space',
      (types) => [...types, { name: 'a b', priority: 1, limitPerCustomer: 1 }],
      'INPUT_INVALID',
      'input.types[14].name',
    ],
    [
      'a new type without a limit',
      (types) => [...types, { name: 'new', priority: 1 }],
      'TOO_FEW',
      'input.types[14].limitPerCustomer',
    ],
    ['a limit of 0', withType('email', { limitPerCustomer: 0 }), 'OUT_OF_RANGE', 'input.types[2].limitPerCustomer'],
    ['a priority of 101', withType('email', { priority: 101 }), 'OUT_OF_RANGE', 'input.types[2].priority'],
    ['a window of 0 days', withType('email', { windowDays: 0 }), 'OUT_OF_RANGE', 'input.types[2].windowDays'],
    [
      'a unique type with five values',
      withType('email', { isUnique: true }),
      'INPUT_INVALID',
      'input.types[2].limitPerCustomer',
    ],
    [
      'e-mail that goes to its last user',
      withType('email', { overflow: 'LAST_WINS' }),
      'INPUT_INVALID',
      'input.types[2].overflow',
    ],
    [
      'a pattern that blocks everything',
      withType('email', { blockedPatterns: ['ok*.example', '*?'] }),
      'INPUT_INVALID',
      'input.types[2].blockedPatterns[1]',
    ],
    [
      'an empty blocked value',
      withType('email', { blockedValues: [' '] }),
      'TOO_FEW',
      'input.types[2].blockedValues[0]',
    ],
    ['e-mail by account', withType('email', { isScoped: true }), 'INPUT_INVALID', 'input.types[2].isScoped'],
    ['no types at all', () => [], 'TOO_FEW', 'input.types'],
  ])('refuse %s, and name the field', async (_, types, reason, field) => {
    const { withTypes, update, read } = await makeDesk();
    const { errors } = await update(await withTypes(types));
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', reason, field });
    expect((await read()).version).toBe(1);
  });

  it('refuse a region without telephones, and a comparison that there is not', async () => {
    const { update, withTypes } = await makeDesk();
    expect((await update({ version: 1, defaultRegion: 'XX' })).errors?.[0]?.extensions).toMatchObject({
      reason: 'INPUT_INVALID',
      field: 'input.defaultRegion',
    });
    const wrong = await update(await withTypes(withType('email', { comparison: 'SOUNDEX' })));
    expect(wrong.errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });

  it('do not let a type go of which identifiers are stored', async () => {
    const { withTypes, update, record, read, preview } = await makeDesk();
    await record(['email', 'ann@example.com']);
    const without = await withTypes((types) => types.filter((type) => !['email', 'slack'].includes(type.name)));
    expect((await preview({ types: without.types })).removedTypesInUse).toEqual(['email']);
    expect((await update(without)).errors?.[0]?.extensions).toMatchObject({
      reason: 'STATUS_FORBIDS',
      field: 'input.types',
    });
    const { data } = await update(await withTypes((types) => types.filter((type) => type.name !== 'slack')));
    expect(data.updateIdentitySettings.settings.types.map((type: Type) => type.name)).not.toContain('slack');
    expect((await read()).version).toBe(2);
  });

  it('block values and patterns, and the touchpoint says so', async () => {
    const { change, withTypes, record, find } = await makeDesk();
    const blocks = { blockedValues: ['Desk@Example.com'], blockedPatterns: ['noreply@*', '*@test.???'] };
    await change({ types: (await withTypes(withType('email', blocks))).types });
    for (const value of ['desk@example.com', 'noreply@shop.example', 'ann@test.com']) {
      await record(['email', value], ['user_id', `u-${value}`]);
      expect(await find('email', value)).toBeNull();
    }
    await record(['email', 'ann@test.info']);
    expect(await find('email', 'ann@test.info')).not.toBeNull();
  });
});

describe('a changed comparison', () => {
  it('orphans no look-up while stored identifiers wait, and none after they were brought into the new form', async () => {
    const { change, withTypes, record, find, reapply, read } = await makeDesk();
    const ann = await record(['slack', 'acme:Ann']);
    await change({ types: (await withTypes(withType('slack', { comparison: 'EXACT_IGNORING_CASE' }))).types });
    expect((await read()).needsReapplication).toBe(true);
    expect((await find('slack', 'acme:Ann')).id).toBe(ann);
    expect(await record(['slack', 'acme:Ann'], ['email', 'ann@example.com'])).toBe(ann);
    expect(await reapply()).toMatchObject({ checked: 1, renamed: 1, merged: 0, reported: 0 });
    for (const value of ['acme:Ann', 'Acme:ann', 'ACME:ANN']) expect((await find('slack', value)).id).toBe(ann);
    expect((await find('slack', 'acme:ann')).identifiers).toContainEqual({
      type: 'slack',
      value: 'acme:ann',
      rawValue: 'acme:Ann',
    });
    expect((await read()).needsReapplication).toBe(false);
  });

  it('joins the customers whose identifiers became the same, as a touchpoint would', async () => {
    const { change, record, find, preview, reapply } = await makeDesk();
    const ann = await record(['email', 'ann+a@example.com']);
    const also = await record(['email', 'ann+b@example.com']);
    const other = await record(['email', 'bob@example.com']);
    const shown = await preview({ foldsEmailPlus: true });
    expect(shown).toMatchObject({ isComplete: true, checked: 3, renamed: 2, colliding: 1, blocked: 0 });
    expect(shown.sample.find((one: { effect: string }) => one.effect === 'COLLIDES')).toMatchObject({
      type: 'email',
      newValue: 'ann@example.com',
      customerIds: expect.arrayContaining([ann, also]),
    });
    await change({ foldsEmailPlus: true });
    expect(await reapply()).toMatchObject({ renamed: 1, merged: 1, reported: 0 });
    const found = await find('email', 'ann+new@example.com');
    expect([found.id, ...found.mergedIds].sort()).toEqual([ann, also].sort());
    expect(found.identifiers).toEqual([{ type: 'email', value: 'ann@example.com', rawValue: 'ann+a@example.com' }]);
    expect((await find('email', 'bob@example.com')).id).toBe(other);
  });

  it('reports those that a protection keeps apart, and leaves the value with the first', async () => {
    const { change, record, find, reapply, ask } = await makeDesk();
    const ann = await record(['email', 'a.nn@example.com'], ['user_id', 'u1']);
    const eve = await record(['email', 'an.n@example.com'], ['user_id', 'u2']);
    await change({ foldsEmailDots: true });
    expect(await reapply()).toMatchObject({ merged: 0, reported: 1 });
    expect((await find('email', 'ann@example.com')).id).toBe(ann);
    expect((await find('user_id', 'u1')).id).toBe(ann);
    expect((await find('user_id', 'u2')).id).toBe(eve);
    const { data } = await ask(
      '{ customer(identifier: { type: "user_id", value: "u2" }) { detachedIdentifiers { value } } }',
    );
    expect(data.customer.detachedIdentifiers).toEqual([{ value: 'an.n@example.com' }]);
  });

  it('to ids of one account lets go of those that name none, and back again loses nobody', async () => {
    const { change, withTypes, record, find, preview, reapply } = await makeDesk();
    const scoped = async (isScoped: boolean) => ({ types: (await withTypes(withType('slack', { isScoped }))).types });
    await change(await scoped(false));
    await reapply();
    const named = await record(['slack', 'acme : U1']);
    await record(['slack', 'U1']);
    expect(await preview(await scoped(true))).toMatchObject({ checked: 2, renamed: 1, blocked: 1 });
    await change(await scoped(true));
    expect(await reapply()).toMatchObject({ checked: 2, renamed: 1, detached: 1 });
    expect((await find('slack', 'acme:U1')).id).toBe(named);
    expect(await find('slack', 'U1')).toBeNull();
    await change(await scoped(false));
    expect((await find('slack', 'acme : U1')).id).toBe(named);
    expect(await record(['slack', 'acme : U1'])).toBe(named);
  });

  it('of a region touches only numbers that came without one', async () => {
    const { change, record, find, reapply } = await makeDesk('DE');
    const national = await record(['phone', '030 901820']);
    const international = await record(['phone', '+49 30 901821']);
    await change({ defaultRegion: 'IT' });
    await reapply();
    expect((await find('phone', '+49 30 901821')).id).toBe(international);
    expect((await find('phone', '030 901820'))?.id ?? null).toSatisfy(
      (id: string | null) => id === national || id === null,
    );
  });

  it('takes the history of an identifier along: whose it was, what happened to it, and who uses it', async () => {
    const { change, ask, record, reapply } = await makeDesk();
    const ann = { type: 'email', value: 'ann+news@example.com' };
    const first = await record(['email', ann.value], ['user_id', 'u1']);
    const { data } = await ask(
      'mutation($input: SplitIdentifierInput!) { splitIdentifier(input: $input) { customer { id } } }',
      { input: { ...ann, from: '2025-01-01T00:00:00Z', reason: 'Her sister’s.' } },
    );
    const shared = { identifier: ann, shared: true, reason: 'The family’s.' };
    await ask(
      'mutation($input: MarkIdentifierSharedInput!) { markIdentifierShared(input: $input) { identifier { type } } }',
      { input: shared },
    );
    const family = await record(['email', 'family+a@example.com'], ['user_id', 'u2']);
    await record(['email', 'family+b@example.com'], ['user_id', 'u2']);
    await ask(
      'mutation($input: MarkIdentifierSharedInput!) { markIdentifierShared(input: $input) { identifier { type } } }',
      { input: { ...shared, identifier: { type: 'email', value: 'family+b@example.com' } } },
    );
    await change({ foldsEmailPlus: true });
    expect(await reapply()).toMatchObject({ renamed: 2, folded: 1 });
    const told = async (value: string) =>
      (
        await ask(
          `query($identifier: IdentifierInput!) {
            identifierHistory(identifier: $identifier) { customerId }
            identifierState(identifier: $identifier) { isShared customerId events { act } } }`,
          { identifier: { type: 'email', value } },
        )
      ).data;
    expect(await told('ann@example.com')).toEqual({
      identifierHistory: [{ customerId: data.splitIdentifier.customer.id }, { customerId: first }],
      identifierState: {
        isShared: true,
        customerId: data.splitIdentifier.customer.id,
        events: [{ act: 'SHARED' }, { act: 'SPLIT' }],
      },
    });
    expect((await told('family@example.com')).identifierState).toEqual({
      isShared: true,
      customerId: family,
      events: [{ act: 'RENORMALISED' }, { act: 'SHARED' }],
    });
  });

  it('detaches what is blocked now, and says so beforehand', async () => {
    const { change, withTypes, record, find, preview, reapply } = await makeDesk();
    await record(['email', 'desk@example.com'], ['user_id', 'u1']);
    const { types } = await withTypes(withType('email', { blockedPatterns: ['desk@*'] }));
    expect(await preview({ types })).toMatchObject({ blocked: 1, renamed: 0 });
    await change({ types });
    expect(await reapply()).toMatchObject({ detached: 1 });
    expect((await find('user_id', 'u1')).identifiers).toHaveLength(1);
  });

  it('waits for the one before it', async () => {
    const { change, withTypes, update, record, reapply } = await makeDesk();
    await record(['slack', 'acme:Ann']);
    await change({ foldsEmailPlus: true });
    const second = await withTypes(withType('slack', { comparison: 'EXACT_IGNORING_CASE' }));
    expect((await update(second)).errors?.[0]?.extensions).toMatchObject({ reason: 'STATUS_FORBIDS', field: 'input' });
    await reapply();
    expect((await update(second)).errors).toBeUndefined();
  });

  it('reaches every one of many, whatever the stretch', async () => {
    const { change, reapply, workspace, find, read } = await makeDesk();
    await read();
    await t.database.owner.query(
      `insert into profile (workspace_id, id, canonical_id) select $1, n, n from generate_series(1, 1300) n`,
      [workspace],
    );
    await t.database.owner.query(
      `insert into identifier (workspace_id, profile_id, type, value, first_seen_at, last_seen_at)
       select $1, n, 'email', 'c' || n || '+tag@example.com', now(), now() from generate_series(1, 1300) n`,
      [workspace],
    );
    await change({ foldsEmailPlus: true });
    expect((await find('email', 'c1299+tag@example.com')).id).toBe('cus_1299');
    expect(await reapply()).toMatchObject({ renamed: 1300, merged: 0, detached: 0 });
    expect((await find('email', 'c1299@example.com')).id).toBe('cus_1299');
  });
});

describe('a preview', () => {
  it('tells how many have more than a new limit allows, and whom', async () => {
    const { record, preview, withTypes, read } = await makeDesk();
    const id = await record(['user_id', 'u1'], ['email', 'a@example.com'], ['email', 'b@example.com']);
    const { types } = await withTypes(withType('email', { limitPerCustomer: 1 }));
    expect(await preview({ types })).toMatchObject({
      customersOverLimit: 1,
      sample: [{ effect: 'OVER_LIMIT', type: 'email', customerIds: [id] }],
    });
    expect((await read()).version).toBe(1);
  });

  it('tells too whom a longer window touches, or that the oldest go, and counts what the window counts', async () => {
    const { ask, change, preview, read, withTypes } = await makeDesk();
    await change({ types: (await withTypes(withType('email', { limitPerCustomer: 3, windowDays: 30 }))).types });
    const seen = (days: number, ...emails: string[]) => ({
      source: 'test',
      externalId: `t${++unique}`,
      channel: 'CALL',
      kind: 'call',
      occurredAt: new Date(Date.now() - days * 86_400_000).toISOString(),
      identifiers: [{ type: 'user_id', value: 'u1' }, ...emails.map((value) => ({ type: 'email', value }))],
    });
    const input = {
      touchpoints: [seen(40, 'a@example.com', 'b@example.com'), seen(1, 'c@example.com', 'd@example.com')],
    };
    const { data } = await ask(
      'mutation($input: RecordTouchpointsInput!) { recordTouchpoints(input: $input) { results { customerId } } }',
      { input },
    );
    const { types } = await read();
    const touched = async (more: object) => (await preview({ types: withType('email', more)(types) })).sample;
    const whom = [{ effect: 'OVER_LIMIT', type: 'email', customerIds: [data.recordTouchpoints.results[0].customerId] }];
    expect(await touched({ limitPerCustomer: 2 })).toEqual([]);
    expect(await touched({ limitPerCustomer: 1 })).toMatchObject(whom);
    expect(await touched({ windowDays: 35 })).toEqual([]);
    expect(await touched({ windowDays: 60 })).toMatchObject(whom);
    expect(await touched({ windowDays: null })).toMatchObject(whom);

    await change({ types: withType('email', { limitPerCustomer: 1 })(types) });
    const [stays, goes] = [
      { limitPerCustomer: 1, priority: 4 },
      { limitPerCustomer: 1, overflow: 'OLDEST_OUT' },
    ];
    expect(await touched(stays)).toEqual([]);
    expect(await touched(goes)).toMatchObject(whom);
  });

  it('says that it is not complete when its time is over', async () => {
    const { record, workspace } = await makeDesk();
    await record(['email', 'ann+a@example.com']);
    const caller = new Caller(workspace, 'test', new Set(['admin']));
    const previews = t.service.app.get(IdentitySettingsPreviews);
    expect(await previews.preview(caller, { foldsEmailPlus: true }, -1)).toMatchObject({
      isComplete: false,
      checked: 0,
    });
    expect(await previews.preview(caller, { foldsEmailPlus: true })).toMatchObject({ isComplete: true, checked: 1 });
  });

  it('shows a masked key no value', async () => {
    const { record, workspace } = await makeDesk();
    await record(['email', 'ann+a@example.com']);
    const masked = new Caller(workspace, 'test', new Set(['admin']), null, true);
    const { sample } = await t.service.app.get(IdentitySettingsPreviews).preview(masked, { foldsEmailPlus: true });
    expect(sample).toMatchObject([{ value: '****om', newValue: '****om' }]);
  });
});
