import { PostHog } from 'posthog-node';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { eventually, startTestService, type TestService } from '../setup/service.js';
import { askCustomer } from './ask-customer.js';
import { type Restartable, startRestartable, startWire, type Wire } from './restartable.js';

describe('posthog-node, unmodified', () => {
  let t: TestService;

  beforeAll(async () => {
    t = await startTestService();
  });
  afterAll(() => t.stop());

  const open = (options: object = {}) =>
    new PostHog(t.key, { host: t.url, flushAt: 20, flushInterval: 50, ...options });

  it('makes one customer of a visitor, the user that she says she is, and what an alias names', async () => {
    const posthog = open();
    const at = (second: number) => new Date(Date.UTC(2026, 0, 15, 10, 0, second));
    posthog.capture({
      distinctId: 'visitor-1',
      event: '$pageview',
      properties: {
        $current_url: 'https://shop.example/pricing?utm_source=news&utm_campaign=spring',
        $referrer: 'https://search.example/',
        title: 'What it costs',
      },
      timestamp: at(1),
    });
    posthog.identify({ distinctId: 'ada', properties: { email: 'Ada@Example.com', plan: 'gold' } });
    posthog.alias({ distinctId: 'ada', alias: 'visitor-1' });
    posthog.capture({
      distinctId: 'ada',
      event: 'Order Completed',
      properties: { orderId: 'o-1', total: 42.5, $set: { plan: 'platinum' } },
      groups: { company: 'acme' },
      timestamp: at(2),
    });
    posthog.capture({ distinctId: 'ada', event: '$screen', properties: { $screen_name: 'Basket' }, timestamp: at(3) });
    posthog.groupIdentify({
      groupType: 'company',
      groupKey: 'acme',
      properties: { industry: 'tea' },
      distinctId: 'ada',
    });
    posthog.groupIdentify({ groupType: 'company', groupKey: 'nobodys', properties: { industry: 'ink' } });
    await posthog.shutdown();

    const customer = await askCustomer(t, 'email', 'ada@example.com');
    expect(customer?.identifiers).toEqual([
      'anonymous_id ada',
      'anonymous_id visitor-1',
      'email ada@example.com',
      'user_id ada',
    ]);
    expect(customer?.traits).toMatchObject({
      // Said on the day, and the order was in January: the later word holds, in whatever order they come.
      plan: 'gold',
      'group.company': 'acme',
      'group.company.industry': 'tea',
    });
    expect(customer?.touchpoints).toMatchObject([
      { channel: 'APP', kind: 'screen.viewed', subject: 'Basket' },
      { channel: 'OTHER', kind: 'Order Completed', source: 'posthog', occurredAt: '2026-01-15T10:00:02+00:00' },
      { channel: 'WEB', kind: 'page.viewed', subject: 'What it costs' },
    ]);
    expect(customer?.touchpoints[1]?.attributes).toMatchObject({
      properties: { orderId: 'o-1', total: 42.5 },
      groups: { company: 'acme' },
      library: { name: 'posthog-node' },
    });
    expect(customer?.touchpoints[2]?.attributes).toMatchObject({
      url: 'https://shop.example/pricing?utm_source=news&utm_campaign=spring',
      referrer: 'https://search.example/',
      campaign: { source: 'news', name: 'spring' },
    });
    const { rows } = await t.database.owner.query('select raw from dead_letter');
    expect(rows).toEqual([]);
  });

  it('asks for feature flags, is told that there are none, and goes on', async () => {
    const posthog = open();
    expect(await posthog.getAllFlags('flagged')).toEqual({});
    posthog.capture({ distinctId: 'flagged', event: 'Seen', sendFeatureFlags: true });
    await posthog.shutdown();
    expect((await askCustomer(t, 'anonymous_id', 'flagged'))?.touchpoints).toHaveLength(1);
  });

  it('halves a batch that is too large until each part is taken, and none is there twice', async () => {
    // Ten events of a megabyte pass 8 MB together; each alone is too large for attributes, and is kept whole.
    const posthog = open({ disableCompression: true, fetchRetryDelay: 50 });
    for (let n = 0; n < 10; n++) {
      posthog.capture({ distinctId: 'halving', event: `Large ${n}`, properties: { text: 'x'.repeat(1_000_000) } });
    }
    posthog.capture({ distinctId: 'halving', event: 'Small' });
    await posthog.shutdown();
    const { rows } = await t.database.owner.query(
      `select count(*)::int as letters, count(distinct substring(raw from '"event":"(Large [0-9])"'))::int as events
       from dead_letter where raw like '%halving%' and reason = 'TOO_LONG'`,
    );
    expect(rows).toEqual([{ letters: 10, events: 10 }]);
    expect((await askCustomer(t, 'anonymous_id', 'halving'))?.touchpoints.map((one) => one.kind)).toEqual(['Small']);
  });

  it('a key that nobody knows stores nothing', async () => {
    const posthog = new PostHog('phc_nobody_knows_this', { host: t.url, flushAt: 1, fetchRetryCount: 0 });
    const failures: unknown[] = [];
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    posthog.on('error', (error) => failures.push(error));
    posthog.capture({ distinctId: 'nobody', event: 'Seen' });
    await posthog.shutdown();
    vi.restoreAllMocks();
    expect(failures).not.toEqual([]);
    expect(await askCustomer(t, 'anonymous_id', 'nobody')).toBeNull();
  });
});

describe('a service that goes away in the middle', () => {
  let service: Restartable;
  let wire: Wire | undefined;

  afterEach(async () => {
    await wire?.cut();
    await service.end();
  });

  it('gets every event of posthog-node once', async () => {
    service = await startRestartable();
    let answersToLose = 1;
    wire = await startWire(
      '127.0.0.1',
      () => service.port,
      () => answersToLose-- <= 0,
    );
    const posthog = new PostHog(service.key, {
      host: `http://127.0.0.1:${wire.port}`,
      flushAt: 2,
      flushInterval: 50,
      fetchRetryCount: 50,
      fetchRetryDelay: 100,
    });
    const counted = async () => {
      const { rows } = await service.database.owner.query(
        'select count(*)::int as stored, count(distinct kind)::int as kinds from touchpoint',
      );
      return rows[0];
    };
    const send = (n: number) => posthog.capture({ distinctId: 'kim', event: `Event ${n}` });
    send(1);
    send(2);
    await eventually(async () => (await counted()).stored === 2);
    await service.stop();
    send(3);
    send(4);
    await service.start();
    send(5);
    send(6);
    await posthog.shutdown(20_000);
    expect(await counted()).toEqual({ stored: 6, kinds: 6 });
  });
});
