import { afterEach, describe, expect, it } from 'vitest';
import { eventually, startTestService, type TestService } from '../setup/service.js';
import { type BrowserPage, openPage } from './browser-page.js';
import { type Restartable, startRestartable } from './restartable.js';

const question = `query ($email: String!) {
  customer(identifier: { type: "email", value: $email }) {
    traits
    identifiers { type value }
    touchpoints(first: 50) { nodes { channel kind subject source language attributes } }
  }
}`;

interface Node {
  readonly kind: string;
  readonly attributes: Record<string, unknown>;
}

let page: BrowserPage | undefined;

afterEach(async () => {
  await page?.close();
  page = undefined;
});

describe.each(['segment', 'rudderstack'] as const)('the published browser SDK of %s, unmodified, in a DOM', (sdk) => {
  let t: TestService | undefined;
  let service: Restartable | undefined;

  afterEach(async () => {
    await t?.stop();
    await service?.end();
    t = undefined;
    service = undefined;
  });

  it('makes one customer of a visitor who says who she is, with campaign, language and page', async () => {
    t = await startTestService();
    page = await openPage(sdk, t.key, t.url);
    await page.call('page', 'Shop', 'Pricing');
    await page.call('identify', 'ada', { email: 'ada@example.com', plan: 'gold' });
    await page.call('track', 'Plan Chosen', { plan: 'gold' });
    await page.call('group', 'acme', { industry: 'tea' });
    const ask = async () => (await (t as TestService).graphql(question, { email: 'ada@example.com' })).data.customer;
    await eventually(async () => {
      const customer = await ask();
      return customer?.touchpoints.nodes.length === 2 && customer.traits['group.industry'] !== undefined;
    });
    const { identifiers, traits, touchpoints } = await ask();
    expect(identifiers.map((one: { type: string }) => one.type).sort()).toEqual(['anonymous_id', 'email', 'user_id']);
    expect(traits).toMatchObject({ plan: 'gold', group_id: 'acme', 'group.industry': 'tea' });
    const nodes: Node[] = [...touchpoints.nodes].sort((a: Node, b: Node) => (a.kind < b.kind ? -1 : 1));
    expect(nodes).toMatchObject([
      { channel: 'WEB', kind: 'Plan Chosen', source: sdk, language: 'en-US' },
      { channel: 'WEB', kind: 'page.viewed', source: sdk, language: 'en-US', subject: 'What it costs' },
    ]);
    for (const { attributes } of nodes) {
      expect(attributes).toMatchObject({
        campaign: { source: 'news', name: 'spring' },
        url: expect.stringContaining('http://shop.example/pricing'),
      });
      expect(JSON.stringify(attributes)).not.toContain(t.key);
    }
  });

  it('sends nothing from a page whose origin may not call', async () => {
    t = await startTestService({ CORS_ORIGINS: 'https://elsewhere.example' });
    page = await openPage(sdk, t.key, t.url);
    await page.call('track', 'Plan Chosen', { plan: 'gold' });
    const preflight = await fetch(`${t.url}/v1/t`, {
      method: 'OPTIONS',
      headers: { origin: 'http://shop.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
    const { rows } = await t.database.owner.query('select count(*)::int as stored from touchpoint');
    expect(rows).toEqual([{ stored: 0 }]);
  });

  it('sends again after a restart, and every event is there once', async () => {
    service = await startRestartable();
    page = await openPage(sdk, service.key, service.url);
    const { owner } = service.database;
    const counted = async () => {
      const { rows } = await owner.query(
        'select count(*)::int as stored, count(distinct kind)::int as kinds from touchpoint',
      );
      return rows[0];
    };
    await page.call('identify', 'kim');
    await page.call('track', 'Event 1');
    await eventually(async () => (await counted()).stored === 1);
    await service.stop();
    await page.call('track', 'Event 2');
    await page.call('track', 'Event 3');
    await service.start();
    await page.call('track', 'Event 4');
    await eventually(async () => (await counted()).stored >= 4);
    expect(await counted()).toEqual({ stored: 4, kinds: 4 });
  });
});
