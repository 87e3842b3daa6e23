import { limits } from '../../platform/limits.js';
import { Refusal } from '../../platform/refusal.js';
import { enoughOf } from './bounds.js';
import type { Condition } from './conditions.js';
import { figuresOfActivity, isDaysSinceFirstContact } from './metrics.js';
import { type Rule, type Term, termsOf } from './rule.js';

/**
 * The customer that costs are stated for, one with a long history. Costs depend on nothing else, so that a rule which is
 * taken today is taken tomorrow.
 */
const model = {
  touchpoints: 10_000,
  days: 1_000,
  identifiers: 20,
  issues: 100,
  touchpointsPerIssue: 10,
  journeys: 100,
  answers: 50,
} as const;

/** Rows of conditions that cost the same whatever they ask. Another segment is evaluated anyway. */
const rowsOf = {
  trait: 1,
  identifier: model.identifiers,
  identifiers: model.identifiers,
  openIssues: model.issues,
  issues: model.issues,
  journeys: model.journeys,
  feedback: model.answers,
  invitations: model.answers,
  score: model.answers,
  segment: 0,
} as const;

const words = Object.keys(rowsOf) as (keyof typeof rowsOf)[];

/** What it costs to evaluate a rule for one such customer. */
export interface RuleCost {
  /** Rows that are read at the most. */
  readonly rows: number;
  /** Conditions that may walk the whole history, by where they stand. */
  readonly wholeHistory: readonly Term[];
}

export function costOf(rules: readonly Rule[]): RuleCost {
  const terms = rules.flatMap(termsOf);
  const facts = new Map(terms.map(({ condition }) => factOf(condition)));
  return {
    rows: [...facts.values()].reduce((sum, rows) => sum + rows, 0),
    wholeHistory: terms.filter(({ condition }) => factOf(condition)[1] >= model.touchpoints),
  };
}

/** Refuses a rule that reads too much of every customer, before it is stored or counted. */
export function checkCost(rule: Rule, field: string): void {
  const cost = costOf([rule]);
  const limit = limits.ruleRowsMax;
  if (cost.rows <= limit) return;
  const places = cost.wholeHistory.map(({ at }) => `${field}${at}`);
  const shown = places.length > 5 ? [...places.slice(0, 5), `${places.length - 5} more`] : places;
  const advice = places.length === 0 ? '' : ` Whole histories are read by ${shown.join(', ')}.`;
  throw new Refusal(
    'RULE_TOO_COSTLY',
    `The rule may read ${cost.rows} rows of a customer with ${model.touchpoints} touchpoints; at most ${limit} are allowed.${advice}`,
    { field, limit },
  );
}

/** All rules are evaluated together, so they share one budget. */
export function checkCostOfAll(rules: readonly Rule[], field: string): void {
  const limit = limits.rulesRowsPerWorkspaceMax;
  const { rows } = costOf(rules);
  if (rows <= limit) return;
  throw new Refusal(
    'RULE_TOO_COSTLY',
    `With it the rules of the workspace may read ${rows} rows of a customer with ${model.touchpoints} touchpoints; at most ${limit} are allowed.`,
    { field, limit },
  );
}

/** What a condition asks the database, by a name that conditions which ask the same share, and how many rows it reads. */
function factOf(condition: Condition): [string, number] {
  if ('touchpoints' in condition) {
    const { within, ...filter } = condition.touchpoints;
    const all = inWindow(within);
    const rows = isFiltered(filter) ? all : Math.min(all, enoughOf(condition));
    return [JSON.stringify([condition.touchpoints, rows]), rows];
  }
  if ('lastSeen' in condition) {
    return [JSON.stringify(condition.lastSeen), isFiltered(condition.lastSeen) ? model.touchpoints : 1];
  }
  if ('metric' in condition) {
    if (isDaysSinceFirstContact(condition.metric)) return ['first contact', 1];
    const isActivity = Object.hasOwn(figuresOfActivity, condition.metric);
    return [isActivity ? 'activity' : 'window', inWindow(30 * 86_400_000)];
  }
  if ('issues' in condition && condition.issues.slaBreached !== undefined) {
    return [JSON.stringify(condition), model.issues * (1 + model.touchpointsPerIssue)];
  }
  const rows = rowsOf[words.find((word) => word in condition) ?? 'trait'];
  return [JSON.stringify(condition), rows];
}

const isFiltered = (filter: object) => Object.values(filter).some((value) => value !== undefined);

function inWindow(within: number | undefined): number {
  if (within === undefined) return model.touchpoints;
  return Math.ceil(model.touchpoints * Math.min(1, within / (model.days * 86_400_000)));
}
