import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { returnBlueprint } from '../access/world.js';
import { refused } from '../issues/issue-desk.js';
import { startTestService, type TestService } from '../setup/service.js';

let it: TestService;

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

const fields = `id key name goal version latestVersion stuckAfter abandonedAfter actor retiredAt
  steps { key title expectedWithin channels schema terminal next }
  triggers { effect to channels directions kinds topics attributes }`;

const create = (input: object, key?: string) =>
  it.graphql(
    `mutation ($input: CreateBlueprintInput!) { createBlueprint(input: $input) { blueprint { ${fields} } } }`,
    { input },
    key,
  );
const update = (input: object) =>
  it.graphql(
    `mutation ($input: UpdateBlueprintInput!) { updateBlueprint(input: $input) { isChanged blueprint { ${fields} } } }`,
    { input },
  );
const read = (key: string, more = '') =>
  it.graphql(`query ($key: String!) { blueprint(key: $key ${more}) { ${fields} } }`, { key });

describe('blueprints', () => {
  test('are made by API and answer with all that was written', async () => {
    const answer = await create({ key: 'return', ...returnBlueprint });
    expect(answer.errors).toBeUndefined();
    const { blueprint } = answer.data.createBlueprint;
    expect(blueprint).toMatchObject({
      id: expect.stringMatching(/^blp_[0-9a-f]{32}$/),
      key: 'return',
      goal: 'The money is back.',
      version: 1,
      latestVersion: 1,
      stuckAfter: 'P3D',
      abandonedAfter: 'P30D',
      retiredAt: null,
      steps: [
        {
          key: 'choose',
          title: 'Choose what to return',
          expectedWithin: 'PT1H',
          channels: [],
          terminal: false,
          next: ['send'],
        },
        { key: 'send', schema: null },
        { key: 'paid', terminal: true, next: [] },
      ],
      triggers: [{ effect: 'COMPLETE', to: 'paid', kinds: ['refund.paid'], topics: [], attributes: {} }],
    });
    expect(blueprint.steps[0].schema).toEqual(returnBlueprint.steps[0]?.schema);
    expect((await read('return')).data.blueprint).toEqual(blueprint);
    const { data } = await it.graphql(
      `{ blueprints { key } node(id: "${blueprint.id}") { ... on Blueprint { key } } }`,
    );
    expect(data).toEqual({ blueprints: [{ key: 'return' }], node: { key: 'return' } });
  });

  test('get a new version when they change, and older versions stay as they were', async () => {
    const key = 'move';
    await create({ key, ...returnBlueprint });
    const changed = await update({ key, version: 1, ...returnBlueprint, name: 'Move house' });
    expect(changed.data.updateBlueprint).toMatchObject({
      isChanged: true,
      blueprint: { version: 2, name: 'Move house' },
    });
    expect((await read(key, ', version: 1')).data.blueprint).toMatchObject({
      version: 1,
      latestVersion: 2,
      name: 'Return an order',
    });
    expect((await read(key, ', version: 3')).data.blueprint).toBeNull();
    const same = await update({ key, version: 2, ...returnBlueprint, name: 'Move house' });
    expect(same.data.updateBlueprint).toMatchObject({ isChanged: false, blueprint: { version: 2 } });
  });

  test('change only for who has read the latest version', async () => {
    const key = 'open-account';
    await create({ key, ...returnBlueprint });
    const racing = ['one', 'two', 'three'].map((name) => update({ key, version: 1, ...returnBlueprint, name }));
    const answers = await Promise.all(racing);
    expect(answers.filter((answer) => !answer.errors)).toHaveLength(1);
    for (const answer of answers.filter((one) => one.errors)) {
      expect(refused(answer)).toMatchObject({ code: 'CONFLICT', reason: 'VERSION_STALE', currentVersion: 2 });
    }
  });

  test('have a key that is theirs alone', async () => {
    await create({ key: 'taken', ...returnBlueprint });
    expect(refused(await create({ key: 'taken', ...returnBlueprint }))).toMatchObject({ reason: 'KEY_TAKEN' });
    expect(refused(await update({ key: 'nobody', version: 1, ...returnBlueprint }))).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('leave nothing behind when they are refused, and say what is wrong and where', async () => {
    const circle = [
      { key: 'a', title: 'A', next: ['b'] },
      { key: 'b', title: 'B', next: ['a'] },
    ];
    const answer = await create({ key: 'circle', ...returnBlueprint, triggers: [], steps: circle });
    expect(refused(answer)).toEqual({ code: 'BAD_USER_INPUT', reason: 'STEP_CANNOT_END', field: 'input.steps[0]' });
    expect((await read('circle')).data.blueprint).toBeNull();
  });

  test('can be retired, once and for all', async () => {
    await create({ key: 'old', ...returnBlueprint });
    const retire = () => it.graphql('mutation { retireBlueprint(input: { key: "old" }) { blueprint { retiredAt } } }');
    const first = (await retire()).data.retireBlueprint.blueprint.retiredAt;
    expect(first).not.toBeNull();
    expect((await retire()).data.retireBlueprint.blueprint.retiredAt).toBe(first);
  });

  test('are read by agents and analysts, and made by who administers only', async () => {
    const agent = await it.makeKey(['customers:read', 'journeys:write']);
    expect(refused(await create({ key: 'mine', ...returnBlueprint }, agent))).toMatchObject({
      reason: 'SCOPE_MISSING',
    });
    const analyst = await it.makeKey(['customers:read', 'exports:read'], { masked: true });
    expect((await it.graphql('{ blueprint(key: "return") { goal } }', {}, analyst)).data.blueprint.goal).toBe(
      'The money is back.',
    );
  });
});
