import { requireKey } from '../../journeys/blueprint-check.js';
import { limits } from '../../platform/limits.js';
import { Refusal } from '../../platform/refusal.js';
import { optionalText, requireText } from '../../platform/text-input.js';
import type { Scale } from '../survey.js';
import { requireWithin } from '../survey-check.js';
import type { Criterion } from './evaluation.js';
import type { CriterionInput } from './scorecard.types.js';

export function scaleOf(min: number, max: number): Scale {
  const limit = limits.surveyScoreMax;
  requireWithin(min, -limit, limit, 'input.scoreMin');
  requireWithin(max, -limit, limit, 'input.scoreMax');
  if (max > min) return { min, max };
  throw new Refusal('OUT_OF_RANGE', 'The highest score lies above the lowest.', { field: 'input.scoreMax' });
}

export function criteriaOf(inputs: readonly CriterionInput[]): Criterion[] {
  const field = 'input.criteria';
  const limit = limits.criteriaPerScorecardMax;
  if (inputs.length === 0) throw new Refusal('TOO_FEW', 'A scorecard has at least one criterion.', { field, limit: 1 });
  if (inputs.length > limit) {
    throw new Refusal('TOO_MANY', `A scorecard has at most ${limit} criteria.`, { field, limit });
  }
  const criteria = inputs.map((input, n) => criterionOf(input, `${field}[${n}]`));
  const twice = criteria.findIndex(({ key }, n) => criteria.findIndex((one) => one.key === key) < n);
  if (twice < 0) return criteria;
  throw new Refusal('INPUT_INVALID', 'Each criterion has a key of its own.', { field: `${field}[${twice}].key` });
}

function criterionOf({ key, name, description, weight }: CriterionInput, field: string): Criterion {
  const limit = limits.criterionWeightMax;
  if (!(weight > 0 && weight <= limit)) {
    throw new Refusal('OUT_OF_RANGE', `A weight lies above 0, and is at most ${limit}.`, {
      field: `${field}.weight`,
      limit,
    });
  }
  return {
    key: requireKey(key, `${field}.key`),
    name: requireText(name, `${field}.name`, limits.nameCharactersMax),
    description: optionalText(description, `${field}.description`, limits.criterionDescriptionCharactersMax) ?? null,
    weight: Math.fround(weight),
  };
}
