import { type Bound, join, nothing, raw, type Sql, sql } from '../../platform/sql.js';
import { bind } from './bound-value.js';
import type { Bounds } from './bounds.js';

/** One condition over the columns of the facts: whether it holds, what was seen, and when time alone changes it. */
export interface CompiledCondition {
  /** Never null. */
  readonly holds: Sql;
  readonly observed: Sql;
  /** Null when only an event can change it. */
  readonly due: Sql | null;
}

/**
 * What conditions need to know of customers `c (id, members)`: one scalar sub-query each, walked from an index and
 * stopped as soon as the answer is certain, and shared by all conditions and rules that ask the same.
 */
export class Facts {
  readonly #facts = new Map<string, { column: string; fact: Sql }>();
  readonly #now: number;

  constructor(
    readonly workspace: Bound,
    now: Date,
  ) {
    this.#now = now.getTime();
  }

  /** The column of a fact, which is written once for all that ask the same. */
  fact(asked: unknown, write: () => Sql): Sql {
    const key = JSON.stringify(asked);
    let known = this.#facts.get(key);
    if (!known) {
      known = { column: `k${this.#facts.size}`, fact: write() };
      this.#facts.set(key, known);
    }
    return raw(`f.${known.column}`);
  }

  /** One row per customer of `from`, which yields `c (id, members)`, with a column per fact. */
  rows(from: Sql): Sql {
    const columns = [...this.#facts.values()].map(({ column, fact }) => sql`${raw(', ')}${fact} as ${raw(column)}`);
    return sql`select c.id, c.members${join(columns, '')} from ${from}`;
  }

  now(): Sql {
    return this.since(0);
  }

  /** So long ago. */
  since(ms: number): Sql {
    return sql`${bind(new Date(this.#now - ms))}::timestamptz`;
  }
}

export const milliseconds = (ms: number) => sql`(interval '1 millisecond' * ${bind(ms)}::float8)`;

export function between(count: Sql, { atLeast, atMost }: Bounds, type = 'int'): Sql {
  const tests = [
    ...(atLeast === undefined ? [] : [sql`${count} >= ${bind(atLeast)}::${raw(type)}`]),
    ...(atMost === undefined ? [] : [sql`${count} <= ${bind(atMost)}::${raw(type)}`]),
  ];
  return sql`(${join(tests, ' and ')})`;
}

/**
 * When a count of what happened within a time changes by time alone, from the times of the newest: it falls by one
 * whenever the window lets the oldest go, so that is when the one that makes the difference leaves.
 */
export function leaving(times: Sql, within: number | undefined, { atLeast = 0, atMost }: Bounds): Sql | null {
  if (within === undefined) return null;
  const count = sql`cardinality(${times})`;
  const whens = [
    ...(atMost === undefined
      ? []
      : [sql`when ${count} > ${bind(atMost)}::int then (${times})[${bind(atMost + 1)}::int]`]),
    ...(atLeast === 0 ? [] : [sql`when ${count} >= ${bind(atLeast)}::int then (${times})[${bind(atLeast)}::int]`]),
  ];
  return sql`(case ${join(whens, ' ')} end + ${milliseconds(within)})`;
}

export function codes(column: string, given: readonly string[] | undefined, list: readonly string[]): Sql {
  if (given === undefined) return nothing;
  return sql`and ${raw(column)} = any(${bind(given.map((item) => list.indexOf(item)))}::smallint[])`;
}

export function words(column: string, given: readonly string[] | undefined): Sql {
  return given === undefined ? nothing : sql`and ${raw(column)} = any(${bind(given)}::text[])`;
}
