import { type JsonObject, presentOf, textOf } from './json-value.js';

/** The `utm_` parameters of an address, by the names that Segment's `context.campaign` has. */
export function campaignOf(address: string | undefined): JsonObject | undefined {
  if (address === undefined || !address.includes('utm_')) return undefined;
  const start = address.indexOf('?');
  const end = address.indexOf('#', start);
  const query = new URLSearchParams(start < 0 ? '' : address.slice(start, end < 0 ? undefined : end));
  return campaignFrom((name) => query.get(name) ?? undefined);
}

/** The campaign that something which knows `utm_` parameters by name tells of. */
export function campaignFrom(parameter: (name: string) => unknown): JsonObject | undefined {
  const part = (name: string) => textOf(parameter(`utm_${name}`));
  return presentOf({
    source: part('source'),
    medium: part('medium'),
    name: part('campaign'),
    term: part('term'),
    content: part('content'),
  });
}
