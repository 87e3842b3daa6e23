import { issuePriorities } from '../issues/issue-state.js';
import { type Bound, join, nothing, raw, type Sql, sql } from '../platform/sql.js';
import { channels, directions } from '../touchpoints/vocabulary.js';
import { bind } from './bound-value.js';
import type {
  Condition,
  IdentifierCondition,
  LastSeenCondition,
  OpenIssuesCondition,
  Rule,
  TouchpointsCondition,
  TraitCondition,
} from './rule.js';
import { traitHolds } from './trait-sql.js';

/** One condition over the columns of the facts: whether it holds, what was seen, and when time alone changes it. */
export interface CompiledCondition {
  readonly holds: Sql;
  readonly observed: Sql;
  /** Null when only an event can change it. */
  readonly due: Sql | null;
}

const milliseconds = (ms: number) => sql`(interval '1 millisecond' * ${bind(ms)}::float8)`;

/**
 * Turns rules into SQL over customers `c (id, members)`. What conditions need to know are *facts*: one scalar sub-query
 * each, walked from an index and stopped as soon as the answer is certain, and shared by all conditions and rules that
 * ask the same. A rule is then a Boolean expression over the columns of the facts. The text depends on the shape of
 * the rules alone; every word, number and time of a rule is a bound value.
 */
export class RuleCompiler {
  readonly #facts = new Map<string, { column: string; fact: Sql }>();
  readonly #conditions = new Map<string, CompiledCondition & { place: number }>();
  readonly #workspace: Bound;
  readonly #now: number;

  constructor(workspace: Bound, now: Date) {
    this.#workspace = workspace;
    this.#now = now.getTime();
  }

  /** Whether a row of the facts, alias `f`, satisfies the rule. Never null. */
  rule(rule: Rule): Sql {
    if ('all' in rule)
      return sql`(${join(
        rule.all.map((inner) => this.rule(inner)),
        ' and ',
      )})`;
    if ('any' in rule)
      return sql`(${join(
        rule.any.map((inner) => this.rule(inner)),
        ' or ',
      )})`;
    if ('not' in rule) return sql`(not ${this.rule(rule.not)})`;
    return this.condition(rule.condition).holds;
  }

  /** The place of a condition in `holds()` and `observed()`. */
  placeOf(condition: Condition): number {
    return this.condition(condition).place;
  }

  /** One row per customer of `from`, which yields `c (id, members)`, with a column per fact. */
  facts(from: Sql): Sql {
    const columns = [...this.#facts.values()].map(({ column, fact }) => sql`${raw(', ')}${fact} as ${raw(column)}`);
    return sql`select c.id, c.members${join(columns, '')} from ${from}`;
  }

  holds(): Sql {
    return sql`array[${join(
      [...this.#conditions.values()].map((condition) => condition.holds),
      ', ',
    )}]::bool[]`;
  }

  observed(): Sql {
    const observed = [...this.#conditions.values()].map((condition) => sql`to_jsonb(${condition.observed})`);
    return sql`array[${join(observed, ', ')}]::jsonb[]`;
  }

  /** The next instant at which time alone changes a condition, or null. */
  due(): Sql {
    const dues = [...this.#conditions.values()].map((condition) => condition.due).filter((due) => due !== null);
    return dues.length === 0 ? raw('null::timestamptz') : sql`least(${join(dues, ', ')})`;
  }

  private condition(condition: Condition): CompiledCondition & { place: number } {
    const key = JSON.stringify(condition);
    const known = this.#conditions.get(key);
    if (known) return known;
    const compiled = { ...this.compile(condition), place: this.#conditions.size };
    this.#conditions.set(key, compiled);
    return compiled;
  }

  private compile(condition: Condition): CompiledCondition {
    if ('trait' in condition) return this.trait(condition);
    if ('identifier' in condition) return this.identifier(condition);
    if ('touchpoints' in condition) return this.touchpoints(condition);
    if ('lastSeen' in condition) return this.lastSeen(condition);
    return this.openIssues(condition);
  }

  /** The column of a fact, which is written once for all that ask the same. */
  private fact(asked: unknown, write: () => Sql): Sql {
    const key = JSON.stringify(asked);
    let known = this.#facts.get(key);
    if (!known) {
      known = { column: `k${this.#facts.size}`, fact: write() };
      this.#facts.set(key, known);
    }
    return raw(`f.${known.column}`);
  }

  private since(ms: number): Sql {
    return sql`${bind(new Date(this.#now - ms))}::timestamptz`;
  }

  /** As `Customer.traits` shows it, the latest by its own clock: at most one row a profile, by primary key. */
  private trait(condition: TraitCondition): CompiledCondition {
    const value = this.fact(
      { trait: condition.trait },
      () => sql`(
        select nullif(v.value, 'null'::jsonb)
        from unnest(c.members) m(id)
        cross join lateral (
          select v.value, v.occurred_at
          from trait v
          where v.workspace_id = ${this.#workspace}::int and v.profile_id = m.id and v.key = ${bind(condition.trait)}::text
        ) v
        order by v.occurred_at desc, v.value::text collate "C" desc
        limit 1)`,
    );
    return { holds: traitHolds(value, condition), observed: value, due: null };
  }

  private identifier(condition: IdentifierCondition): CompiledCondition {
    const { identifier, verified, domain } = condition;
    const only =
      domain !== undefined
        ? sql`and right(i.value, length(${bind(domain)}::text) + 1) = '@' || ${bind(domain)}::text`
        : verified !== undefined
          ? raw('and i.verification >= 1')
          : nothing;
    const isThere = this.fact(
      { identifier, domain, verified: verified !== undefined },
      () => sql`exists (
        select from unnest(c.members) m(id)
        cross join lateral (
          select from identifier i
          where i.workspace_id = ${this.#workspace}::int and i.profile_id = m.id and i.type = ${bind(identifier)}::text ${only}
          limit 1
        ) i)`,
    );
    const isWanted = condition.exists ?? verified ?? true;
    return { holds: isWanted ? isThere : sql`(not ${isThere})`, observed: isThere, due: null };
  }

  /**
   * The newest occurrences, no more than the bounds need: walks `touchpoint_history` from its end. The count falls by
   * one whenever the window lets the oldest of them go, so the next change is when the one that makes the difference
   * leaves.
   */
  private touchpoints(condition: TouchpointsCondition): CompiledCondition {
    const { channel, direction, kind, topic, within } = condition.touchpoints;
    const { atLeast = 0, atMost } = condition;
    const enough = atMost === undefined ? atLeast : atMost + 1;
    const times = this.fact({ touchpoints: condition.touchpoints, enough }, () => {
      const limit = sql`${bind(enough)}::int`;
      const only = join(
        [
          within === undefined ? nothing : sql`and t.occurred_at > ${this.since(within)}`,
          codes('t.channel', channel, channels),
          codes('t.direction', direction, directions),
          words('t.kind', kind),
          words('t.topic', topic),
        ],
        ' ',
      );
      return sql`array(
        select t.occurred_at
        from unnest(c.members) m(id)
        cross join lateral (
          select t.occurred_at
          from touchpoint t
          where t.workspace_id = ${this.#workspace}::int and t.profile_id = m.id ${only}
          order by t.occurred_at desc, t.id desc
          limit ${limit}
        ) t
        order by t.occurred_at desc
        limit ${limit})`;
    });
    const count = sql`cardinality(${times})`;
    const leaving = [
      ...(atMost === undefined
        ? []
        : [sql`when ${count} > ${bind(atMost)}::int then (${times})[${bind(atMost + 1)}::int]`]),
      ...(atLeast === 0 ? [] : [sql`when ${count} >= ${bind(atLeast)}::int then (${times})[${bind(atLeast)}::int]`]),
    ];
    return {
      holds: between(count, condition),
      observed: count,
      due: within === undefined ? null : sql`(case ${join(leaving, ' ')} end + ${milliseconds(within)})`,
    };
  }

  /** One index probe a profile. */
  private lastSeen(condition: LastSeenCondition): CompiledCondition {
    const { channel, direction } = condition.lastSeen;
    const { before, within } = condition;
    const last = this.fact(
      { lastSeen: condition.lastSeen },
      () => sql`(
        select max(t.occurred_at)
        from unnest(c.members) m(id)
        cross join lateral (
          select t.occurred_at
          from touchpoint t
          where t.workspace_id = ${this.#workspace}::int and t.profile_id = m.id
            ${codes('t.channel', channel, channels)} ${codes('t.direction', direction, directions)}
          order by t.occurred_at desc, t.id desc
          limit 1
        ) t)`,
    );
    const tests = [
      ...(before === undefined ? [] : [sql`${last} <= ${this.since(before)}`]),
      ...(within === undefined ? [] : [sql`${last} > ${this.since(within)}`]),
    ];
    const dues = [before, within]
      .filter((ms) => ms !== undefined)
      .map((ms) => sql`case when ${last} > ${this.since(ms)} then ${last} + ${milliseconds(ms)} end`);
    return {
      holds: sql`coalesce(${join(tests, ' and ')}, false)`,
      observed: last,
      due: sql`least(${join(dues, ', ')})`,
    };
  }

  /** Walks `issue_open`, which holds open issues only. */
  private openIssues(condition: OpenIssuesCondition): CompiledCondition {
    const { topic, priority } = condition.openIssues;
    const enough = condition.atMost === undefined ? condition.atLeast : condition.atMost + 1;
    const count = this.fact({ openIssues: condition.openIssues, enough }, () => {
      const limit = sql`${bind(enough)}::int`;
      return sql`(
        select count(*)::int
        from (
          select
          from unnest(c.members) m(id)
          cross join lateral (
            select from issue i
            where i.workspace_id = ${this.#workspace}::int and i.profile_id = m.id and i.status < 3
              ${words('i.topic', topic)} ${codes('i.priority', priority, issuePriorities)}
            limit ${limit}
          ) i
          limit ${limit}
        ) n)`;
    });
    return { holds: between(count, condition), observed: count, due: null };
  }
}

function between(count: Sql, { atLeast, atMost }: { atLeast?: number | undefined; atMost?: number | undefined }): Sql {
  const tests = [
    ...(atLeast === undefined ? [] : [sql`${count} >= ${bind(atLeast)}::int`]),
    ...(atMost === undefined ? [] : [sql`${count} <= ${bind(atMost)}::int`]),
  ];
  return sql`(${join(tests, ' and ')})`;
}

function codes(column: string, given: readonly string[] | undefined, list: readonly string[]): Sql {
  if (given === undefined) return nothing;
  return sql`and ${raw(column)} = any(${bind(given.map((item) => list.indexOf(item)))}::smallint[])`;
}

function words(column: string, given: readonly string[] | undefined): Sql {
  return given === undefined ? nothing : sql`and ${raw(column)} = any(${bind(given)}::text[])`;
}
