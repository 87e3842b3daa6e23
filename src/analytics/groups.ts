import { channels } from '../touchpoints/vocabulary.js';
import type { Bucket, Dimension } from './analytics.types.js';

/** How an analysis is told apart: by what, in which pieces of time, and how many keys by themselves. */
export interface Grouping {
  readonly by: Dimension | null;
  readonly bucket: Bucket | null;
  readonly first: number;
}

export interface GroupRow {
  readonly key: string | null;
  readonly isRest: boolean;
  readonly bucketAt: string | null;
}

const channelWord = (t: string) => `('{${channels.join()}}'::text[])[${t}.channel + 1]`;

const keyOf: Record<Dimension, (t: string) => string> = {
  CHANNEL: channelWord,
  QUEUE: (t) => `${t}.queue`,
  AGENT: (t) => `${t}.agent_id`,
  TOPIC: (t) => `${t}.topic`,
  HOUR_OF_DAY: (t) => `to_char(${t}.occurred_at at time zone :timeZone::text, 'HH24')`,
};

/** The columns `key` and `bucket` of a row that has what a touchpoint has. */
export function groupColumns({ by, bucket }: Grouping, t: string): string {
  const piece = bucket && `date_trunc('${bucket.toLowerCase()}', ${t}.occurred_at, :timeZone::text)`;
  return `${by === null ? 'null::text' : keyOf[by](t)} as key, ${piece ?? 'null::timestamptz'} as bucket`;
}

/**
 * `select` of figures over the rows `r` of a CTE with `key` and `bucket`: the keys with the most rows by themselves, all
 * others together. Two keys with as many rows are in the order of their texts.
 */
export function grouped(rows: string, { by, first }: Grouping, figures: string): string {
  const own = by !== null;
  const places = `
  , place as (
    select k.key, row_number() over (order by count(*) desc, k.key nulls last) > ${first} as is_rest
    from ${rows} k
    group by k.key
  )`;
  return `${own ? places : ''}
  select ${own ? 'case when pl.is_rest then null else r.key end' : 'null::text'} as key,
    ${own ? 'pl.is_rest' : 'false'} as "isRest", to_json(r.bucket) #>> '{}' as "bucketAt",
    ${figures}
  from ${rows} r
  ${own ? 'join place pl on pl.key is not distinct from r.key' : ''}
  group by 1, 2, r.bucket
  order by r.bucket, 2, count(*) desc, 1 nulls last`;
}

/** Count, mean, median and ninth decile of a column of seconds, as JSON. */
export function seconds(column: string, name: string): string {
  return `json_build_object('count', count(${column})::int, 'average', avg(${column}::float8),
      'median', percentile_cont(0.5) within group (order by ${column}),
      'p90', percentile_cont(0.9) within group (order by ${column})) as "${name}"`;
}

/** Count, mean and standard deviation of a column, as JSON. */
export function sample(column: string, name: string): string {
  return `json_build_object('count', count(${column})::int, 'mean', avg(${column}), 'deviation', stddev_samp(${column}))
      as "${name}"`;
}

export interface SampleRow {
  readonly count: number;
  readonly mean: number | null;
  readonly deviation: number | null;
}

export interface SecondsRow {
  readonly count: number;
  readonly average: number | null;
  readonly median: number | null;
  readonly p90: number | null;
}
