import type { Analytics, IdentifyParams, PageParams, TrackParams } from '@segment/analytics-node';

/** One call of the Segment SDK. */
export type Visit =
  | { readonly call: 'page'; readonly params: PageParams }
  | { readonly call: 'screen'; readonly params: PageParams }
  | { readonly call: 'track'; readonly params: TrackParams }
  | { readonly call: 'identify'; readonly params: IdentifyParams };

/** Whom a visit is by: a visitor whom nobody knows yet, a known one, or both at once. */
export type Visitor = { userId: string; anonymousId?: string } | { userId?: string; anonymousId: string };

const shop = 'https://shop.example.com';

/** A page of the shop that was looked at. */
export function page(visitor: Visitor, at: string, path: string, title: string): Visit {
  const context = { page: { url: `${shop}${path}`, path, title }, locale: 'en-US' };
  return { call: 'page', params: { ...visitor, timestamp: at, properties: { title }, context } };
}

/** A screen of the shop’s app that was looked at. */
export function screen(visitor: Visitor, at: string, name: string, device: string): Visit {
  const context = { app: { name: 'Shop', version: '4.2.0' }, device: { id: device, type: 'ios' }, locale: 'en-US' };
  return { call: 'screen', params: { ...visitor, timestamp: at, name, context } };
}

/** Something that was done on a page of the shop. */
export function track(visitor: Visitor, at: string, event: string, properties: Record<string, unknown>): Visit {
  return { call: 'track', params: { ...visitor, timestamp: at, event, properties, context: { page: { url: shop } } } };
}

/** A visitor says who she is. */
export function identify(visitor: Visitor, at: string, traits: Record<string, unknown>): Visit {
  return { call: 'identify', params: { ...visitor, timestamp: at, traits } };
}

export function send(analytics: Analytics, visit: Visit): void {
  if (visit.call === 'page') analytics.page(visit.params);
  else if (visit.call === 'screen') analytics.screen(visit.params);
  else if (visit.call === 'track') analytics.track(visit.params);
  else analytics.identify(visit.params);
}
