import { limits } from '../../platform/limits.js';
import { Refusal } from '../../platform/refusal.js';
import { schemaProblem } from '../../platform/schema-problem.js';
import { type Condition, conditions } from './conditions.js';

/** A rule that was checked: durations and instants are milliseconds, alternatives are lists. */
export type Rule =
  | { readonly all: readonly Rule[] }
  | { readonly any: readonly Rule[] }
  | { readonly not: Rule }
  | {
      readonly condition: Condition;
      readonly written: unknown;
      /** Where it stands in the rule: `.all[1]`. */
      readonly at: string;
    };

/** A condition, and where it stands. */
export type Term = Extract<Rule, { condition: Condition }>;

const words = ['all', 'any', 'not', 'manual', ...Object.keys(conditions)];

/** By itself it holds for nobody: members are put in by hand. */
const byHandOnly: Rule = { any: [] };

/** Reads a rule as a client wrote it; what is wrong with it is refused with the path to it, below `field`. */
export function parseRule(written: unknown, field: string): Rule {
  return parse(written, field, '', 1, { conditions: 0 });
}

export function termsOf(rule: Rule): Term[] {
  if ('all' in rule) return rule.all.flatMap(termsOf);
  if ('any' in rule) return rule.any.flatMap(termsOf);
  return 'not' in rule ? termsOf(rule.not) : [rule];
}

function parse(written: unknown, field: string, at: string, depth: number, seen: { conditions: number }): Rule {
  const path = `${field}${at}`;
  if (depth > limits.ruleDepthMax) {
    throw invalid(path, `is nested deeper than ${limits.ruleDepthMax} levels`, limits.ruleDepthMax);
  }
  if (typeof written !== 'object' || written === null || Array.isArray(written)) {
    throw invalid(path, `must be an object with one of ${words.join(', ')}`);
  }
  const given = words.filter((key) => Object.hasOwn(written, key));
  const kind = given[0];
  if (kind === undefined || given.length > 1) {
    throw invalid(path, `must have exactly one of ${words.join(', ')}`);
  }
  const inner = (written as Record<string, unknown>)[kind];
  if (kind === 'all' || kind === 'any' || kind === 'not') {
    const unknown = Object.keys(written).find((key) => key !== kind);
    if (unknown !== undefined) throw invalid(`${path}.${unknown}`, `is not known beside ${kind}`);
    if (kind === 'not') return { not: parse(inner, field, `${at}.not`, depth + 1, seen) };
    if (!Array.isArray(inner)) throw invalid(`${path}.${kind}`, 'must be a list of rules');
    if (inner.length === 0)
      throw invalid(`${path}.${kind}`, 'must not be empty: it would hold for everybody or nobody');
    const rules = inner.map((rule, place) => parse(rule, field, `${at}.${kind}[${place}]`, depth + 1, seen));
    return kind === 'all' ? { all: rules } : { any: rules };
  }
  if (kind === 'manual') {
    if (depth > 1) throw invalid(path, 'stands alone: it says that members are put in by hand only');
    if (inner !== true) throw invalid(`${path}.manual`, 'must be true');
    return byHandOnly;
  }
  seen.conditions += 1;
  if (seen.conditions > limits.conditionsPerRuleMax) {
    throw invalid(
      path,
      `is one condition more than the ${limits.conditionsPerRuleMax} allowed`,
      limits.conditionsPerRuleMax,
    );
  }
  const parsed = conditions[kind as keyof typeof conditions].safeParse(written);
  if (parsed.success) return { condition: parsed.data, written, at };
  const problem = schemaProblem(parsed.error.issues[0], path);
  throw invalid(problem.field, problem.sentence);
}

export function invalid(field: string, sentence: string, limit?: number): Refusal {
  return new Refusal('RULE_INVALID', `${field} ${sentence}.`, { field, limit });
}
