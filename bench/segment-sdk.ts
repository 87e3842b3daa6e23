import { Analytics } from '@segment/analytics-node';
import type { SentTouchpoint } from './batches.js';

/** What a client sends for some touchpoints: whole bodies, and what stands in the head of each. */
export interface SentRequests {
  readonly headers: Record<string, string>;
  readonly bodies: readonly string[];
}

/**
 * The requests that the published Segment SDK makes of touchpoints, caught on their way out: its own batches, context,
 * ids and head. The load is their bytes, so that the SDK's work is not measured as ours.
 * @param flushAt the events of a request; the SDK makes it fewer where they pass 480 kB
 */
export async function segmentRequests(
  touchpoints: readonly SentTouchpoint[],
  key: string,
  flushAt: number,
): Promise<SentRequests> {
  const bodies: string[] = [];
  let headers: Record<string, string> = {};
  let sent = 0;
  const analytics = new Analytics({
    writeKey: key,
    host: 'http://bench.invalid',
    flushAt,
    // Its limit, since no request is answered later than at once.
    flushInterval: 60_000,
    httpClient: async (_, request) => {
      headers = request.headers;
      bodies.push(request.body);
      sent += (JSON.parse(request.body) as { batch: unknown[] }).batch.length;
      return { status: 200, statusText: 'OK' };
    },
  });
  for (const touchpoint of touchpoints) track(analytics, touchpoint);
  await analytics.closeAndFlush();
  if (sent !== touchpoints.length) throw new Error(`Of ${touchpoints.length} events the SDK sent ${sent}.`);
  return { headers, bodies };
}

function track(analytics: Analytics, touchpoint: SentTouchpoint): void {
  const named = Object.fromEntries(touchpoint.identifiers.map(({ type, value }) => [type, value]));
  const { phone, email, device_id } = named;
  analytics.track({
    event: touchpoint.kind,
    messageId: touchpoint.externalId,
    anonymousId: touchpoint.identifiers[0]?.value ?? '',
    timestamp: new Date(touchpoint.occurredAt),
    properties: touchpoint.attributes,
    context: {
      traits: { ...(phone && { phone }), ...(email && { email }) },
      ...(device_id && { device: { id: device_id } }),
    },
  });
}
