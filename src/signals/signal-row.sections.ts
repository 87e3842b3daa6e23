import { raw, type Sql, sql } from '../platform/sql.js';
import type { SignalKindWord } from './signals.types.js';

/** Touchpoints that a signal cites, the newest. */
const citedMax = 12;

/** Expressions of one row of signals. */
export interface SignalRow {
  readonly kind: SignalKindWord;
  /** 0 INFO, 1 WARNING, 2 CRITICAL. */
  readonly rank: Sql;
  readonly since: Sql;
  readonly message: Sql;
  /** A JSON array of touchpoint ids. */
  readonly cited: Sql;
  readonly issue?: Sql;
  readonly journey?: Sql;
  readonly from: Sql;
}

/** `select …` of rows `sg`. */
export function signalRows({ kind, rank, since, message, cited, issue, journey, from }: SignalRow): Sql {
  return sql`select '${raw(kind)}' as kind, ${rank} as rank, ${since} as since, ${message} as message,
    ${cited} as cited, ${issue ?? raw('null::text')} as issue_id, ${journey ?? raw('null::text')} as journey_id
  ${from}`;
}

/** The ids of rows `w` as an aggregate, newest first. */
export const citedOf = (w: string) =>
  raw(`(array_agg('tp_' || replace(${w}.id::text, '-', '') order by ${w}.place))[1:${citedMax}]`);

/** The end of a query of touchpoints `t` that `citedFrom` takes. */
export const newest = raw(`order by t.occurred_at desc, t.id desc limit ${citedMax}`);

/** The ids of touchpoints: of `from … where …` with the end above. */
export const citedFrom = (rows: Sql) => sql`array(select 'tp_' || replace(t.id::text, '-', '') from (
      select t.id, t.occurred_at ${rows}
    ) t order by t.occurred_at desc, t.id desc)`;

/** `3 days`, `1 day`. */
export const counted = (number: string, noun: string) =>
  `${number} || ' ${noun}' || case when ${number} = 1 then '' else 's' end`;

/** `2026-11-24 10:00 UTC`. */
export const minuteOf = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')`;
