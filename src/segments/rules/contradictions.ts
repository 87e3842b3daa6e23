import { Refusal } from '../../platform/refusal.js';
import { type Claims, claimsOf, exclude } from './claims.js';
import type { Rule, Term } from './rule.js';

/** A condition that is to hold, or not to. */
interface Literal {
  readonly term: Term;
  readonly isWanted: boolean;
  readonly claims: Claims;
}

/** Two conditions that no customer satisfies at once. */
export type Pair = readonly [Literal, Literal];

/** What must hold at once: conditions, and of each choice one. */
interface Conjunction {
  readonly literals: readonly Literal[];
  readonly choices: readonly (readonly Rule[])[];
}

/** Refuses a rule of which a part can never hold, or that holds for everybody, in a sentence that names two conditions. */
export function checkContradictions(rule: Rule, field: string): void {
  const pair = deadPart(rule);
  if (pair) {
    const [first, second] = pair.map((literal) => worded(literal, field)) as [string, string];
    throw new Refusal('RULE_CONTRADICTORY', `${first} and ${second} exclude each other: nobody satisfies both.`, {
      field: `${field}${pair[1].term.at}`,
    });
  }
  const always = impossible(rule, false, []);
  if (!always) return;
  const [first, second] = always.map(({ term, isWanted, claims }) =>
    worded({ term, isWanted: !isWanted, claims }, field),
  ) as [string, string];
  throw new Refusal('RULE_CONTRADICTORY', `Everybody satisfies ${first} or ${second}: the rule says nothing.`, {
    field,
  });
}

/** The two conditions that keep a rule from ever holding; null when they cannot be told. */
export function impossible(rule: Rule, isWanted: boolean, given: readonly Literal[]): Pair | null {
  return dead(rule, isWanted, given, (choices) => (choices.every((pair) => pair !== null) ? choices[0] : null));
}

/** The same for any part of it, also an alternative, or what stands below a `not`. */
function deadPart(rule: Rule): Pair | null {
  const whole = dead(rule, true, [], (choices) => choices.find((pair) => pair !== null));
  if (whole) return whole;
  for (const inner of negated(rule)) {
    const pair = deadPart(inner);
    if (pair) return pair;
  }
  return null;
}

function dead(
  rule: Rule,
  isWanted: boolean,
  given: readonly Literal[],
  of: (choices: readonly (Pair | null)[]) => Pair | null | undefined,
): Pair | null {
  const { literals, choices } = conjunctionOf(rule, isWanted);
  const known = [...given];
  for (const literal of literals) {
    const other = known.find(({ claims }) => exclude(claims, literal.claims));
    if (other) return [other, literal];
    known.push(literal);
  }
  for (const choice of choices) {
    const pair = of(choice.map((one) => dead(one, true, known, of)));
    if (pair) return pair;
  }
  return null;
}

/** With every `not` moved inward, so that only conditions are denied. */
function conjunctionOf(rule: Rule, isWanted: boolean): Conjunction {
  if ('condition' in rule) {
    const claims = claimsOf(rule.condition, isWanted);
    return { literals: [{ term: rule, isWanted, claims }], choices: [] };
  }
  if ('not' in rule) return conjunctionOf(rule.not, !isWanted);
  const rules = 'all' in rule ? rule.all : rule.any;
  const isChoice = 'all' in rule !== isWanted;
  if (isChoice && rules.length > 1) {
    return { literals: [], choices: [isWanted ? rules : rules.map((not) => ({ not }))] };
  }
  const parts = rules.map((one) => conjunctionOf(one, isWanted));
  return { literals: parts.flatMap((part) => part.literals), choices: parts.flatMap((part) => part.choices) };
}

/** What stands directly below each outermost `not`. */
function negated(rule: Rule): Rule[] {
  if ('not' in rule) return [rule.not];
  if ('condition' in rule) return [];
  return ('all' in rule ? rule.all : rule.any).flatMap(negated);
}

const wordsMax = 120;

function worded({ term, isWanted }: Literal, field: string): string {
  const written = JSON.stringify(term.written);
  const words = written.length > wordsMax ? `${written.slice(0, wordsMax)}…` : written;
  return `${isWanted ? '' : 'not '}${field}${term.at} ${words}`;
}
