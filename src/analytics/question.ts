import { IANAZone } from 'luxon';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { requireText } from '../platform/text-input.js';
import { channels } from '../touchpoints/vocabulary.js';
import type { AnalyticsFilter, Bucket } from './analytics.types.js';

const dayMs = 86_400_000;

/** A filter that was checked, as the statements take it; null lets everything pass. */
export interface Question {
  readonly from: Date;
  readonly to: Date;
  readonly timeZone: string;
  readonly channels: readonly number[] | null;
  readonly topics: readonly string[] | null;
  readonly queues: readonly string[] | null;
  readonly agents: readonly string[] | null;
  /** Keys of a segment and a blueprint, not looked up yet. */
  readonly segment: string | null;
  readonly blueprint: string | null;
}

const listed = (given: readonly string[] | null | undefined, field: string): string[] | null => {
  if (given == null) return null;
  const limit = limits.analyticsFilterValuesMax;
  if (given.length > limit) throw new Refusal('TOO_MANY', `A filter has at most ${limit} values.`, { field, limit });
  return given.map((one, place) => requireText(one, `${field}[${place}]`, limits.shortTextCharactersMax));
};

export function questionOf(filter: AnalyticsFilter): Question {
  const [from, to] = [new Date(filter.from), new Date(filter.to)];
  if (to <= from) {
    throw new Refusal('TIME_INVALID', 'A span ends after it begins.', { field: 'filter.to' });
  }
  const limit = limits.analyticsDaysMax;
  if (to.getTime() - from.getTime() > limit * dayMs) {
    throw new Refusal('OUT_OF_RANGE', `An analysis spans at most ${limit} days.`, { field: 'filter.to', limit });
  }
  if (!IANAZone.isValidZone(filter.timeZone)) {
    throw new Refusal('TIME_INVALID', 'A time zone has an IANA name, such as Europe/Vienna.', {
      field: 'filter.timeZone',
    });
  }
  return {
    from,
    to,
    timeZone: filter.timeZone,
    channels: filter.channels ? [...new Set(filter.channels)].map((channel) => channels.indexOf(channel)) : null,
    topics: listed(filter.topics, 'filter.topics'),
    queues: listed(filter.queues, 'filter.queues'),
    agents: listed(filter.agentIds, 'filter.agentIds'),
    segment: filter.segment ?? null,
    blueprint: filter.blueprint ?? null,
  };
}

const bucketMs: Record<Bucket, number> = {
  HOUR: dayMs / 24,
  DAY: dayMs,
  WEEK: 7 * dayMs,
  MONTH: 28 * dayMs,
  QUARTER: 90 * dayMs,
};

/** A span must not fall into more pieces than an answer should have. */
export function requireBuckets(
  { from, to }: Question,
  bucket: Bucket | null,
  field: string,
  limit: number = limits.analyticsBucketsMax,
): void {
  if (bucket === null || (to.getTime() - from.getTime()) / bucketMs[bucket] <= limit) return;
  throw new Refusal('TOO_MANY', `The span has more than ${limit} such pieces: ask for longer ones.`, { field, limit });
}

/** A number of rows that a caller asks for. */
export function requireFirst(first: number, limit: number, field: string): number {
  if (first >= 1 && first <= limit) return first;
  throw new Refusal('PAGE_SIZE_INVALID', `${field} must be from 1 to ${limit}.`, { field, limit });
}
