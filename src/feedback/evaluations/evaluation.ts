import { Refusal } from '../../platform/refusal.js';
import type { Scale } from '../survey.js';

/** Who judges. Stored as its place in this list: append only. */
export const evaluators = ['AGENT_SELF', 'COACH'] as const;
export type Evaluator = (typeof evaluators)[number];

export const bySelf = evaluators.indexOf('AGENT_SELF');
export const byCoach = evaluators.indexOf('COACH');

/** One thing that contacts are judged by. */
export interface Criterion {
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  readonly weight: number;
}

export interface GivenScore {
  readonly criterion: string;
  readonly score?: number | null | undefined;
}

/** The scores in the order of the criteria: each once, on the scale, or null where it did not apply. */
export function scoresOf(
  criteria: readonly Criterion[],
  given: readonly GivenScore[],
  scale: Scale,
): (number | null)[] {
  const scores = new Map<string, number | null>();
  for (const [n, { criterion, score }] of given.entries()) {
    const field = `input.scores[${n}]`;
    if (!criteria.some(({ key }) => key === criterion)) {
      const known = criteria.map(({ key }) => key).join(', ');
      throw new Refusal('INPUT_INVALID', `This contact is judged by ${known}.`, { field: `${field}.criterion` });
    }
    if (scores.has(criterion)) {
      throw new Refusal('INPUT_INVALID', 'Each criterion has one score.', { field: `${field}.criterion` });
    }
    scores.set(criterion, score == null ? null : requireOnScale(score, scale, `${field}.score`));
  }
  const missing = criteria.find(({ key }) => !scores.has(key));
  if (missing) {
    throw new Refusal('TOO_FEW', `There is no score for ${missing.key}; null says that it did not apply.`, {
      field: 'input.scores',
      limit: criteria.length,
    });
  }
  return criteria.map(({ key }) => scores.get(key) as number | null);
}

function requireOnScale(score: number, { min, max }: Scale, field: string): number {
  if (score >= min && score <= max) return score;
  throw new Refusal('OUT_OF_RANGE', `A score of this scorecard is a whole number from ${min} to ${max}.`, {
    field,
    limit: max,
  });
}

/** The mean by weight of the scores that there are, to the third place. */
export function overallOf(scores: readonly (number | null)[], weights: readonly number[]): number {
  let sum = 0;
  let weight = 0;
  for (const [n, score] of scores.entries()) {
    if (score === null) continue;
    sum += score * (weights[n] as number);
    weight += weights[n] as number;
  }
  if (weight === 0) {
    throw new Refusal('TOO_FEW', 'At least one criterion has a score.', { field: 'input.scores', limit: 1 });
  }
  return Math.round((1_000 * sum) / weight) / 1_000;
}
