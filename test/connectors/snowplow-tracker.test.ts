import * as snowplow from '@snowplow/node-tracker';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually, startTestService, type TestService } from '../setup/service.js';
import { askCustomer } from './ask-customer.js';
import { type Restartable, startRestartable, startWire, type Wire } from './restartable.js';

const user = (email: string) => ({ schema: 'iglu:com.acme/user/jsonschema/1-0-0', data: { email } });
const webPage = (id: string) => ({
  schema: 'iglu:com.snowplowanalytics.snowplow/web_page/jsonschema/1-0-0',
  data: { id },
});
const bought = { schema: 'iglu:com.acme/order_placed/jsonschema/1-0-0', data: { orderId: 'o-1', total: 42.5 } };

describe('the Snowplow Node tracker, unmodified', () => {
  let t: TestService;

  beforeAll(async () => {
    t = await startTestService();
  });
  afterAll(() => t.stop());

  it.each([true, false])('makes one customer with what she did in each channel (base64 %s)', async (encodeBase64) => {
    const mark = String(encodeBase64);
    const tracker = snowplow.newTracker(
      { namespace: 'shop', appId: 'shop', encodeBase64 },
      { endpoint: t.url, customHeaders: { authorization: `Bearer ${t.key}` } },
    );
    tracker.setPlatform('web');
    tracker.setDomainUserId(`visitor-${mark}`);
    tracker.setLang('en-GB');
    const pageUrl = 'https://shop.example/pricing?utm_source=news&utm_campaign=spring';
    const at = (second: number) => ({ type: 'ttm', value: Date.UTC(2026, 0, 15, 10, 0, second) }) as const;
    const page = { pageUrl, pageTitle: 'What it costs', referrer: 'https://search.example/' };
    tracker.track(snowplow.buildPageView(page), [webPage(`page-${mark}`)], at(1));
    tracker.track(snowplow.buildPagePing(page), [webPage(`page-${mark}`)], at(11));
    tracker.track(snowplow.buildPagePing(page), [webPage(`page-${mark}`)], at(21));
    tracker.setUserId(`ada-${mark}`);
    tracker.track(snowplow.buildSelfDescribingEvent({ event: bought }), [user(`ada.${mark}@example.com`)], at(30));
    tracker.track(snowplow.buildStructEvent({ category: 'video', action: 'play', value: 2.5 }), [], at(40));
    tracker.track(snowplow.buildScreenView({ name: 'Basket' }), [], at(50));
    tracker.track(snowplow.buildEcommerceTransaction({ orderId: 'o-1', total: 42.5, currency: 'EUR' }), [], at(59));
    await tracker.flush();
    const ask = () => askCustomer(t, 'email', `ada.${mark}@example.com`);
    await eventually(async () => ((await ask())?.touchpoints.length ?? 0) >= 5);
    const customer = await ask();
    expect(customer?.identifiers).toEqual([
      `anonymous_id visitor-${mark}`,
      `email ada.${mark}@example.com`,
      `user_id ada-${mark}`,
    ]);
    expect(customer?.touchpoints).toMatchObject([
      { channel: 'WEB', kind: 'transaction', attributes: { transaction: { id: 'o-1', total: 42.5, currency: 'EUR' } } },
      { channel: 'APP', kind: 'screen.viewed', subject: 'Basket' },
      { channel: 'WEB', kind: 'play', attributes: { category: 'video', value: 2.5 } },
      { channel: 'WEB', kind: 'order_placed', attributes: { schema: bought.schema, data: bought.data } },
      {
        channel: 'WEB',
        kind: 'page.viewed',
        subject: 'What it costs',
        language: 'en-GB',
        occurredAt: '2026-01-15T10:00:01+00:00',
        endedAt: '2026-01-15T10:00:21+00:00',
        attributes: {
          url: pageUrl,
          referrer: 'https://search.example/',
          campaign: { source: 'news', name: 'spring' },
          app: { id: 'shop' },
        },
      },
    ]);
    expect(JSON.stringify(customer?.touchpoints)).not.toContain('"email"');
  });

  it.each(['post', 'get'] as const)('may have its key in the path of its endpoint (%s)', async (eventMethod) => {
    const tracker = snowplow.newTracker(
      { namespace: 'shop', appId: 'shop' },
      { endpoint: `${t.url}/snowplow/${t.key}`, eventMethod, postPath: '/com.acme/track' },
    );
    tracker.setUserId(`by-${eventMethod}`);
    tracker.track(snowplow.buildSelfDescribingEvent({ event: bought }));
    await tracker.flush();
    await eventually(async () => (await askCustomer(t, 'user_id', `by-${eventMethod}`)) !== null);
    const customer = await askCustomer(t, 'user_id', `by-${eventMethod}`);
    expect(customer?.touchpoints).toMatchObject([{ kind: 'order_placed', attributes: { data: bought.data } }]);
  });

  it('a pixel answers with an image, and asking for its head stores nothing', async () => {
    const address = `${t.url}/i?e=pv&uid=by-pixel&eid=pixel-1&page=Seen`;
    expect((await fetch(address)).status).toBe(401);
    const headers = { authorization: `Bearer ${t.key}` };
    expect((await fetch(address, { method: 'HEAD', headers })).status).toBe(404);
    expect(await askCustomer(t, 'user_id', 'by-pixel')).toBeNull();
    const answer = await fetch(address, { headers });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/gif']);
    expect(
      Buffer.from(await answer.arrayBuffer())
        .subarray(0, 6)
        .toString(),
    ).toBe('GIF89a');
    expect((await askCustomer(t, 'user_id', 'by-pixel'))?.touchpoints).toHaveLength(1);
  });
});

describe('a service that goes away in the middle', () => {
  let service: Restartable;
  let wire: Wire | undefined;

  afterEach(async () => {
    await wire?.cut();
    await service.end();
  });

  it('gets every event of the tracker once', async () => {
    service = await startRestartable();
    let answersToLose = 1;
    wire = await startWire(
      '127.0.0.1',
      () => service.port,
      () => answersToLose-- <= 0,
    );
    const tracker = snowplow.newTracker(
      { namespace: 'shop', appId: 'shop' },
      { endpoint: `http://127.0.0.1:${wire.port}`, customHeaders: { authorization: `Bearer ${service.key}` } },
    );
    tracker.setUserId('kim');
    const counted = async () => {
      const { rows } = await service.database.owner.query(
        'select count(*)::int as stored, count(distinct kind)::int as kinds from touchpoint',
      );
      return rows[0];
    };
    const send = (n: number) => tracker.track(snowplow.buildStructEvent({ category: 'c', action: `Event ${n}` }));
    send(1);
    await tracker.flush();
    await eventually(async () => (await counted()).stored === 1);
    await service.stop();
    send(2);
    send(3);
    await tracker.flush();
    await service.start();
    send(4);
    // What failed waits in the tracker’s store until it is told to send.
    await eventually(async () => {
      await tracker.flush();
      return (await counted()).stored >= 4;
    });
    expect(await counted()).toEqual({ stored: 4, kinds: 4 });
  });
});
