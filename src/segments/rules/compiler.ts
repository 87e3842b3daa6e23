import { type Bound, join, raw, type Sql, sql } from '../../platform/sql.js';
import { bind } from './bound-value.js';
import type { Condition } from './conditions.js';
import { type CompiledCondition, Facts } from './facts.js';
import { feedbackCondition, invitationsCondition, scoreCondition } from './feedback-sql.js';
import { identifierCondition, identifiersCondition } from './identifier-sql.js';
import { issuesCondition, openIssuesCondition } from './issue-sql.js';
import { journeysCondition } from './journey-sql.js';
import { metricCondition } from './metric-sql.js';
import type { Rule } from './rule.js';
import { Standing } from './standing.js';
import { lastSeenCondition, touchpointsCondition } from './touchpoint-sql.js';
import { traitCondition } from './trait-sql.js';

/** A segment as evaluation needs it. */
export interface SegmentRule {
  readonly id: string;
  readonly key: string;
  readonly version: number;
  readonly rule: Rule;
  /** How long members stay; null when as long as the rule holds. */
  readonly lastsMs: number | null;
  /** When the last member leaves. */
  readonly endsAt: Date | null;
  /** Whether anybody was ever put in or kept out by hand. */
  readonly hasDecisions: boolean;
}

interface Level {
  readonly columns: Sql[];
}

/**
 * Turns rules into SQL over customers `c (id, members)`: Boolean expressions over the columns of the facts, row `f`, and
 * over those of segments that others rest on, rows `g0`, `g1`, … The text depends on the shape of the rules alone; every
 * word, number and time of a rule is a bound value.
 */
export class RuleCompiler {
  readonly #facts: Facts;
  readonly #conditions = new Map<string, CompiledCondition & { place: number }>();
  readonly #segments: ReadonlyMap<string, SegmentRule>;
  /** Segments that others rest on, each a column; those of a level rest on lower ones only. */
  readonly #references = new Map<string, { column: string; level: number }>();
  readonly #levels: Level[] = [];
  readonly #standing: Standing;
  #nextEnd: Sql | null = null;

  /** @param segments all of the workspace, for those that rules name */
  constructor(workspace: Bound, now: Date, segments: readonly SegmentRule[]) {
    this.#facts = new Facts(workspace, now);
    this.#standing = new Standing(this.#facts);
    this.#segments = new Map(segments.map((segment) => [segment.key, segment]));
  }

  /** Whether a row of the facts satisfies the rule. Never null. */
  rule(rule: Rule): Sql {
    if ('all' in rule) return this.joined(rule.all, ' and ');
    if ('any' in rule) return rule.any.length === 0 ? raw('false') : this.joined(rule.any, ' or ');
    if ('not' in rule) return sql`(not ${this.rule(rule.not)})`;
    return this.condition(rule.condition).holds;
  }

  /**
   * Whether a customer belongs to a segment: by its rule, unless that held too long ago, or by hand, whatever the rule
   * says; and nobody once it is over. Never null.
   */
  membership(segment: SegmentRule): Sql {
    const id = sql`${bind(segment.id)}::uuid`;
    const { lastsMs, endsAt, hasDecisions } = segment;
    let holds = this.rule(segment.rule);
    if (lastsMs !== null) holds = sql`(${holds} and ${this.#standing.mayStand(id)})`;
    if (hasDecisions)
      holds = sql`(${this.#standing.isIncluded(id)} or (${holds} and not ${this.#standing.isExcluded(id)}))`;
    if (lastsMs !== null || endsAt !== null || hasDecisions) this.#nextEnd = this.#standing.nextEnd();
    return endsAt === null ? holds : sql`(${holds} and ${this.#facts.now()} < ${bind(endsAt)}::timestamptz)`;
  }

  /** Segments whose membership has run out while the rule went on to hold, as an array of ids. */
  lapsed(): Sql {
    return this.#standing.lapsed();
  }

  /** The place of a condition in `holds()` and `observed()`. */
  placeOf(condition: Condition): number {
    return this.condition(condition).place;
  }

  /** One row per customer of `from`, which yields `c (id, members)`, with a column per fact. */
  facts(from: Sql): Sql {
    return this.#facts.rows(from);
  }

  /** What stands behind row `f`: the segments that rules rest on, level by level. */
  segments(): Sql {
    return join(
      this.#levels.map(
        ({ columns }, level) => sql`
    cross join lateral (select ${join(columns, ', ')} offset 0) ${raw(`g${level}`)}`,
      ),
      '',
    );
  }

  holds(): Sql {
    const holds = [...this.#conditions.values()].map((condition) => condition.holds);
    return sql`array[${join(holds, ', ')}]::bool[]`;
  }

  observed(): Sql {
    const observed = [...this.#conditions.values()].map((condition) => sql`to_jsonb(${condition.observed})`);
    return sql`array[${join(observed, ', ')}]::jsonb[]`;
  }

  /** The next instant at which time alone changes a condition, or null. */
  due(): Sql {
    const dues = [this.#nextEnd, ...[...this.#conditions.values()].map((one) => one.due)].filter((due) => due !== null);
    return dues.length === 0 ? raw('null::timestamptz') : sql`least(${join(dues, ', ')})`;
  }

  private joined(rules: readonly Rule[], by: string): Sql {
    const inner = rules.map((rule) => this.rule(rule));
    return sql`(${join(inner, by)})`;
  }

  private condition(condition: Condition): CompiledCondition & { place: number } {
    const key = JSON.stringify(condition);
    const known = this.#conditions.get(key);
    if (known) return known;
    const compiled = this.compile(condition);
    const placed = { ...compiled, place: this.#conditions.size };
    this.#conditions.set(key, placed);
    return placed;
  }

  private compile(condition: Condition): CompiledCondition {
    const facts = this.#facts;
    if ('trait' in condition) return traitCondition(facts, condition);
    if ('identifier' in condition) return identifierCondition(facts, condition);
    if ('identifiers' in condition) return identifiersCondition(facts, condition);
    if ('touchpoints' in condition) return touchpointsCondition(facts, condition);
    if ('lastSeen' in condition) return lastSeenCondition(facts, condition);
    if ('openIssues' in condition) return openIssuesCondition(facts, condition);
    if ('issues' in condition) return issuesCondition(facts, condition);
    if ('journeys' in condition) return journeysCondition(facts, condition);
    if ('feedback' in condition) return feedbackCondition(facts, condition);
    if ('invitations' in condition) return invitationsCondition(facts, condition);
    if ('score' in condition) return scoreCondition(facts, condition);
    if ('metric' in condition) return metricCondition(facts, condition);
    const { column, level } = this.reference(condition.segment);
    const isIn = raw(`g${level}.${column}`);
    return { holds: isIn, observed: isIn, due: null };
  }

  /** The column of a segment that a rule names; what its own rule rests on is compiled with it. */
  private reference(key: string): { column: string; level: number } {
    const known = this.#references.get(key);
    if (known) return known;
    const segment = this.#segments.get(key);
    if (!segment) throw new Error('A rule rests on a segment that is not there.');
    const below = referencesOf(segment.rule).map((other) => this.reference(other).level + 1);
    const level = Math.max(0, ...below);
    const columns = this.#levels[level]?.columns ?? [];
    const found = { column: `s${this.#references.size}`, level };
    columns.push(sql`${this.membership(segment)} as ${raw(found.column)}`);
    this.#levels[level] = { columns };
    this.#references.set(key, found);
    return found;
  }
}

/** Keys of the segments that a rule names, each once. */
export function referencesOf(rule: Rule): string[] {
  if ('not' in rule) return referencesOf(rule.not);
  if ('condition' in rule) return 'segment' in rule.condition ? [rule.condition.segment] : [];
  return [...new Set(('all' in rule ? rule.all : rule.any).flatMap(referencesOf))];
}
