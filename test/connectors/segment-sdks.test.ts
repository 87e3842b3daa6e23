import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { Analytics } from '@segment/analytics-node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually, startTestService, type TestService } from '../setup/service.js';
import { type Restartable, startRestartable, startWire, type Wire } from './restartable.js';

const question = `query ($type: String!, $value: String!) {
  customer(identifier: { type: $type, value: $value }) {
    id
    traits
    identifiers { type value }
    touchpoints(first: 50) {
      edges { node { channel kind subject source externalId occurredAt attributes } }
    }
  }
}`;

interface Node {
  readonly channel: string;
  readonly kind: string;
  readonly subject: string | null;
  readonly source: string;
  readonly externalId: string;
  readonly occurredAt: string;
  readonly attributes: Record<string, unknown>;
}

async function ask(t: TestService, type: string, value: string) {
  const { data, errors } = await t.graphql(question, { type, value });
  expect(errors).toBeUndefined();
  const { customer } = data;
  const nodes: Node[] = customer?.touchpoints.edges.map((edge: { node: Node }) => edge.node) ?? [];
  return { customer, nodes };
}

const named = (identifiers: { type: string; value: string }[]) =>
  identifiers.map(({ type, value }) => `${type} ${value}`).sort();

describe('the published SDKs, unmodified', () => {
  let t: TestService;

  beforeAll(async () => {
    t = await startTestService();
  });
  afterAll(() => t.stop());

  it('Segment’s Node SDK makes one customer with what she did in each channel', async () => {
    const analytics = new Analytics({ writeKey: t.key, host: t.url, flushAt: 3, flushInterval: 50 });
    const failures: unknown[] = [];
    analytics.on('error', (error) => failures.push(error));
    const at = (second: number) => new Date(Date.UTC(2026, 0, 15, 10, 0, second));
    analytics.page({
      anonymousId: 'cookie-1',
      name: 'Pricing',
      properties: { title: 'What it costs', url: 'https://shop.example/pricing' },
      timestamp: at(1),
    });
    analytics.identify({
      anonymousId: 'cookie-1',
      userId: 'ada',
      traits: { email: 'Ada@Example.com', phone: '+14155550123', plan: 'gold' },
    });
    analytics.track({
      userId: 'ada',
      event: 'Order Completed',
      properties: { orderId: 'o-1', total: 42.5 },
      context: { app: { name: 'Shop' }, device: { id: 'device-1', type: 'ios' }, locale: 'en_GB' },
      timestamp: at(2),
    });
    analytics.screen({ userId: 'ada', name: 'Basket', timestamp: at(3) });
    analytics.track({ anonymousId: 'cookie-before', event: 'Signed Up', timestamp: at(4) });
    analytics.alias({ previousId: 'cookie-before', userId: 'ada' });
    analytics.group({ userId: 'ada', groupId: 'acme', traits: { industry: 'tea' } });
    await analytics.closeAndFlush();

    expect(failures).toEqual([]);
    const { customer, nodes } = await ask(t, 'email', 'ada@example.com');
    expect(named(customer.identifiers)).toEqual([
      'anonymous_id cookie-1',
      'anonymous_id cookie-before',
      'device_id device-1',
      'email ada@example.com',
      'phone +14155550123',
      'user_id ada',
    ]);
    expect(customer.traits).toMatchObject({ plan: 'gold', group_id: 'acme', 'group.industry': 'tea' });
    expect(nodes.map((node) => [node.channel, node.kind, node.subject, node.source])).toEqual([
      ['OTHER', 'Signed Up', null, 'segment'],
      ['APP', 'screen.viewed', 'Basket', 'segment'],
      ['APP', 'Order Completed', null, 'segment'],
      ['WEB', 'page.viewed', 'What it costs', 'segment'],
    ]);
    expect(Date.parse(nodes[2]?.occurredAt ?? '')).toBe(at(2).getTime());
    expect(nodes[2]?.attributes).toMatchObject({
      properties: { orderId: 'o-1', total: 42.5 },
      library: { name: '@segment/analytics-node' },
    });
  });

  it('RudderStack’s Node SDK, which packs its JSON and calls it a form, makes one customer', async () => {
    const rudder = new RudderAnalytics(t.key, { dataPlaneUrl: t.url, flushInterval: 50, logLevel: 'silly' });
    rudder.page({ anonymousId: 'rudder-cookie', name: 'Home', properties: { url: 'https://shop.example/' } });
    rudder.identify({ anonymousId: 'rudder-cookie', userId: 'bob', traits: { email: 'bob@example.com' } });
    rudder.track({ userId: 'bob', event: 'Chat Started', context: { page: { url: 'https://shop.example/help' } } });
    rudder.track({ anonymousId: 'old-cookie', event: 'Seen Before' });
    rudder.alias({ previousId: 'old-cookie', userId: 'bob' });
    rudder.group({ userId: 'bob', groupId: 'acme' });
    await rudder.flush();

    const { customer, nodes } = await ask(t, 'user_id', 'bob');
    expect(named(customer.identifiers)).toEqual([
      'anonymous_id old-cookie',
      'anonymous_id rudder-cookie',
      'email bob@example.com',
      'user_id bob',
    ]);
    expect(customer.traits).toMatchObject({ group_id: 'acme' });
    expect(nodes.map((node) => [node.channel, node.kind, node.source]).sort()).toEqual([
      ['OTHER', 'Seen Before', 'rudderstack'],
      ['WEB', 'Chat Started', 'rudderstack'],
      ['WEB', 'page.viewed', 'rudderstack'],
    ]);
  });

  it('a key that nobody knows makes the SDK report each message as failed, and stores none', async () => {
    const analytics = new Analytics({ writeKey: 'tl_nobody_knows_this_key', host: t.url, flushAt: 2, maxRetries: 0 });
    const failures: unknown[] = [];
    analytics.on('error', (error) => failures.push(error));
    analytics.track({ userId: 'nobody', event: 'One' });
    analytics.track({ userId: 'nobody', event: 'Two' });
    await analytics.closeAndFlush();
    expect(failures).toHaveLength(2);
    expect((await ask(t, 'user_id', 'nobody')).customer).toBeNull();
  });
});

describe('a service that goes away in the middle', () => {
  let service: Restartable;
  let wire: Wire | undefined;

  afterEach(async () => {
    await wire?.cut();
    wire = undefined;
    await service.end();
  });

  const countOf = async (userId: string) => {
    const { rows } = await service.database.owner.query(
      `select count(*)::int as stored, count(distinct kind)::int as kinds from touchpoint
       where identifiers_seen::text like $1`,
      [`%"${userId}"%`],
    );
    return rows[0];
  };

  it('Segment’s SDK sends again after a restart, and every event is there once', async () => {
    service = await startRestartable();
    let answersToLose = 1;
    // The worst moment: the batch is durable and its answer never arrives.
    wire = await startWire(
      '127.0.0.1',
      () => service.port,
      () => answersToLose-- <= 0,
    );
    const analytics = new Analytics({
      writeKey: service.key,
      host: `http://127.0.0.1:${wire.port}`,
      flushAt: 2,
      flushInterval: 50,
      maxRetries: 20,
    });
    const retries: string[] = [];
    analytics.on('http_request', ({ headers }) => retries.push(headers?.['X-Retry-Count'] ?? '0'));
    const send = (n: number) => analytics.track({ userId: 'kim', event: `Event ${n}` });
    send(1);
    send(2);
    await eventually(async () => (await countOf('kim')).stored === 2);
    await eventually(async () => retries.includes('1'));
    await service.stop();
    send(3);
    send(4);
    await eventually(async () => retries.length >= 4);
    await service.start();
    send(5);
    send(6);
    await analytics.closeAndFlush();
    expect(await countOf('kim')).toEqual({ stored: 6, kinds: 6 });
  });

  it('RudderStack’s SDK sends again through a 503, and every event is there once', async () => {
    service = await startRestartable();
    const statuses: string[] = [];
    let answersToLose = 1;
    wire = await startWire(
      '127.0.0.1',
      () => service.port,
      (piece) => {
        statuses.push(piece.toString('latin1').slice(9, 12));
        return answersToLose-- <= 0;
      },
    );
    const rudder = new RudderAnalytics(service.key, {
      dataPlaneUrl: `http://127.0.0.1:${wire.port}`,
      flushInterval: 30,
      flushAt: 2,
      axiosRetryConfig: { retries: 50, retryDelay: () => 100 },
      errorHandler: () => statuses.push('dropped'),
    });
    const send = (n: number) => rudder.track({ userId: 'lee', event: `Event ${n}` });
    send(1);
    await eventually(async () => statuses.length >= 2);
    await service.databaseWire.cut();
    send(2);
    send(3);
    await eventually(async () => statuses.includes('503'));
    await service.databaseWire.mend();
    send(4);
    send(5);
    send(6);
    await eventually(async () => (await countOf('lee')).stored >= 6);
    await rudder.flush();
    expect(statuses).not.toContain('dropped');
    expect(await countOf('lee')).toEqual({ stored: 6, kinds: 6 });
  });
});
