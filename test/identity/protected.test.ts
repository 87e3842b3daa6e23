import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../../src/platform/limits.js';
import { portalTokenOf } from '../access/world.js';
import { clientOf, endClients, follow } from '../live/live-desk.js';
import { eventually, startTestService, type TestService } from '../setup/service.js';
import { email, type Identifier, mergeDesk, userId } from './merge-desk.js';

let it: TestService;
const desk = mergeDesk(() => it);

beforeAll(async () => {
  it = await startTestService();
  type Types = { identitySettings: { version: number; types: { name: string }[] } };
  const { identitySettings } = await desk.ask<Types>(
    '{ identitySettings { version types { name priority limitPerCustomer windowDays isUnique isScoped comparison overflow blockedValues blockedPatterns } } }',
  );
  const types = identitySettings.types.map((one) =>
    one.name === 'telegram' ? { ...one, limitPerCustomer: limits.identifiersPerCustomerMax } : one,
  );
  await desk.ask(
    'mutation ($input: UpdateIdentitySettingsInput!) { updateIdentitySettings(input: $input) { settings { version } } }',
    { input: { version: identitySettings.version, types } },
  );
});

afterAll(async () => {
  await endClients();
  await it?.stop();
});

interface Marked {
  readonly identifier: { value: string };
  readonly customer: { id: string } | null;
  readonly mark: string;
  readonly reason: string;
  readonly actor: string | null;
  readonly touchpointId: string | null;
}

const marked = async (args = '', key?: string) =>
  (
    await desk.ask<{ markedIdentifiers: { nodes: Marked[]; pageInfo: { endCursor: string; hasNextPage: boolean } } }>(
      `{ markedIdentifiers${args} {
        nodes { identifier { type value quarantined shared } customer { id } mark markedAt reason actor touchpointId }
        pageInfo { endCursor hasNextPage } } }`,
      {},
      key,
    )
  ).markedIdentifiers;

const act = (name: string, identifier: Identifier, more: object = {}) =>
  desk.ask(
    `mutation ($input: ${name === 'markIdentifierShared' ? 'MarkIdentifierSharedInput' : 'IdentifierActInput'}!) {
      ${name}(input: $input) { identifier { type } } }`,
    { input: { identifier, reason: 'somebody said so', ...more } },
  );

describe('identifiers that join nobody', () => {
  test('are listed, latest first, with whose they are and why, until they are free again', async () => {
    const [kiosk, desk1, home] = [email(), email(), email()];
    const owner = await desk.touch(userId(), desk1);
    const touches = [];
    for (let n = 0; n < 3; n++) touches.push((await desk.record({ identifiers: [userId(), desk1] }))[0]);
    const [kiosks, homes] = [await desk.touch(kiosk), await desk.touch(home)];
    await act('quarantineIdentifier', kiosk);
    await act('markIdentifierShared', home, { shared: true });
    const { nodes } = await marked();
    expect(nodes).toMatchObject([
      { identifier: { value: home.value, shared: true }, customer: { id: homes }, mark: 'SHARED' },
      { identifier: { value: kiosk.value, quarantined: true }, customer: { id: kiosks }, mark: 'QUARANTINED' },
      {
        identifier: { value: desk1.value },
        customer: { id: owner },
        mark: 'SHARED',
        reason: '3 different ones use it',
        actor: null,
        touchpointId: touches[2]?.touchpoint,
      },
    ]);
    expect(nodes[0]).toMatchObject({ reason: 'somebody said so', touchpointId: null });
    expect(nodes[0]?.actor).toMatch(/^key:/);
    expect((await marked('(mark: QUARANTINED)')).nodes.map((one) => one.identifier.value)).toEqual([kiosk.value]);
    const first = await marked('(first: 2)');
    expect(first.pageInfo.hasNextPage).toBe(true);
    const rest = await marked(`(first: 2, after: "${first.pageInfo.endCursor}")`);
    expect(rest.nodes.map((one) => one.identifier.value)).toEqual([desk1.value]);
    const masked = await marked('', await it.makeKey(['customers:read'], { masked: true }));
    expect(masked.nodes.map((one) => one.reason)).toEqual(['****', '****', '3 different ones use it']);
    expect(masked.nodes[0]?.identifier.value).toMatch(/^\*\*\*\*/);
    await act('releaseIdentifier', kiosk);
    await act('markIdentifierShared', home, { shared: false });
    await act('markIdentifierShared', desk1, { shared: false });
    expect((await marked()).nodes).toEqual([]);
  });
});

describe('a customer past a brake', () => {
  test('is told to whoever follows, is listed with the reason, and is free again once there is room', async () => {
    const accounts = Array.from({ length: limits.identifiersPerCustomerMax }, () => ({
      type: 'telegram',
      value: randomUUID(),
    }));
    const ann = userId();
    const touchpoints = accounts.map((account) => ({ identifiers: [ann, account] }));
    const customer = (await desk.record(...touchpoints.slice(0, 500)))[0]?.customer as string;
    await desk.record(...touchpoints.slice(500, 999));
    const brake = async () => {
      const data = await desk.ask<{
        brakedCustomers: { nodes: { id: string }[] };
        customer: { brake: { reason: string; alarmedAt: string } | null };
      }>('query ($id: ID!) { brakedCustomers { nodes { id } } customer(id: $id) { brake { reason alarmedAt } } }', {
        id: customer,
      });
      return [data.customer.brake?.reason ?? null, data.brakedCustomers.nodes.map((one) => one.id)];
    };
    expect(await brake(), 'before').toEqual([null, []]);
    const alarms = follow(
      clientOf(it, it.key),
      'subscription { workspaceChanged(kinds: [BRAKE_REACHED]) { kind customer { id } } }',
    );
    const hers = follow(
      clientOf(it, await portalTokenOf(it, customer, it.key)),
      'subscription ($id: ID!) { customerChanged(id: $id) { kind touchpoint { kind } } }',
      { id: customer },
    );
    await Promise.all([alarms.count(1), hers.count(1)]);
    await desk.record({ identifiers: [ann, accounts[999]] }, { identifiers: [ann, email()] });
    expect(await brake()).toEqual(['TOO_MANY_IDENTIFIERS', [customer]]);
    expect((await alarms.count(2))[1]).toEqual({ kind: 'BRAKE_REACHED', customer: { id: customer } });
    await desk.record({ identifiers: [ann, email()] });
    await eventually(async () => hers.changes.filter((one) => one.kind === 'TOUCHPOINT_RECORDED').length === 3);
    expect(hers.changes.map((one) => one.kind)).not.toContain('BRAKE_REACHED');
    expect(alarms.changes).toHaveLength(2);
    await desk.ask('mutation ($input: SplitIdentifierInput!) { splitIdentifier(input: $input) { isChanged } }', {
      input: { ...accounts[0], from: new Date().toISOString(), reason: 'not hers' },
    });
    expect(await brake(), 'with room again').toEqual([null, []]);
    expect(await desk.touch(ann, email())).toBe(customer);
  });
});
