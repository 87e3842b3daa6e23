import { ArgsType, Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { enumOf } from '../../platform/enum-of.js';
import { AllNeed } from '../../platform/field-access.js';
import { Node } from '../../platform/node.resolver.js';
import { connectionOf, PageArgs } from '../../platform/page.js';
import { DateTime } from '../../platform/scalars.js';
import { Touchpoint } from '../../touchpoints/touchpoint.types.js';
import { type Evaluator as EvaluatorWord, evaluators } from './evaluation.js';
import { Criterion, Scorecard } from './scorecard.types.js';

export const Evaluator = enumOf(evaluators);

registerEnumType(Evaluator, {
  name: 'Evaluator',
  description: 'Who judges a contact.',
  valuesMap: {
    AGENT_SELF: { description: 'The agent, about work of her own.' },
    COACH: { description: 'A coach; needs the scope `evaluations:coach`.' },
  },
});

@ObjectType({ description: 'What was given for one criterion.' })
@AllNeed('evaluations:read')
export class CriterionScore {
  @Field(() => Criterion, { description: 'The criterion.' })
  criterion!: Criterion;

  @Field(() => Int, { nullable: true, description: 'On the scale of the scorecard; null when it did not apply.' })
  score?: number | null;
}

@ObjectType({
  description: 'How a contact was judged by the agent herself or by a coach. Never shown to customers.',
  implements: () => [Node],
})
@AllNeed('evaluations:read')
export class Evaluation extends Node {
  @Field(() => ID, { description: 'Global id.' })
  override id!: string;

  @Field(() => Evaluator, { description: 'Who judged.' })
  by!: EvaluatorWord;

  @Field({ description: 'Whose work was judged.' })
  agentId!: string;

  @Field(() => String, { nullable: true, description: 'Who judged, as your systems name people; the agent herself.' })
  evaluatorId?: string | null;

  @Field(() => Touchpoint, { nullable: true, description: 'The contact.' })
  touchpoint?: Touchpoint | null;

  @Field(() => Scorecard, { description: 'By what it was judged, in the version of then.' })
  scorecard!: Scorecard;

  @Field(() => [CriterionScore], { description: 'The scores, in the order of the criteria.' })
  scores!: CriterionScore[];

  @Field(() => Float, { description: 'The mean of the scores by weight, on the scale of the scorecard.' })
  overall!: number;

  @Field(() => String, { nullable: true, description: 'What was said beside.' })
  comment?: string | null;

  @Field(() => DateTime, { description: 'When the contact was judged first.' })
  evaluatedAt!: string;

  @Field(() => DateTime, { description: 'When this was said last.' })
  updatedAt!: string;

  @Field(() => Int, { description: 'Give it to `evaluateContact` to change it.' })
  version!: number;

  @Field({ description: 'Who entered it: `key:…` or `user:…`.' })
  actor!: string;
}

export const EvaluationConnection = connectionOf(() => Evaluation, 'Evaluation');

@ObjectType({ description: 'How far the agent’s and the coach’s scores of one criterion lie apart.' })
@AllNeed('evaluations:read')
export class CriterionGap {
  @Field(() => Criterion, { description: 'The criterion.' })
  criterion!: Criterion;

  @Field(() => Int, { nullable: true, description: 'The agent’s score.' })
  self?: number | null;

  @Field(() => Int, { nullable: true, description: 'The coach’s score.' })
  coach?: number | null;

  @Field(() => Int, { nullable: true, description: 'The agent’s minus the coach’s; null unless both gave one.' })
  gap?: number | null;
}

@ObjectType({
  description: 'How far an agent’s view of a contact and a coach’s lie apart, by one scorecard in one version.',
})
@AllNeed('evaluations:read')
export class EvaluationGap {
  @Field(() => Touchpoint, { nullable: true, description: 'The contact.' })
  touchpoint?: Touchpoint | null;

  @Field({ description: 'Whose work was judged.' })
  agentId!: string;

  @Field(() => Scorecard, { description: 'By what it was judged.' })
  scorecard!: Scorecard;

  @Field(() => Evaluation, { description: 'The agent’s view.' })
  self!: Evaluation;

  @Field(() => Evaluation, { description: 'The coach’s view.' })
  coach!: Evaluation;

  @Field(() => Float, {
    nullable: true,
    description:
      'The mean by weight of the criteria’s gaps: above 0 where the agent thinks more of it; null when no criterion has ' +
      'a score of both.',
  })
  overall?: number | null;

  @Field(() => [CriterionGap], { description: 'The gaps, in the order of the criteria.' })
  criteria!: CriterionGap[];
}

export const EvaluationGapConnection = connectionOf(() => EvaluationGap, 'EvaluationGap');

/** What narrows a list of gaps; each condition that is given must hold. */
@ArgsType()
export class EvaluationGapsArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Only work of this agent.' })
  agentId?: string;

  @Field(() => String, { nullable: true, description: 'Only by the scorecard with this key.' })
  scorecard?: string;

  @Field(() => DateTime, { nullable: true, description: 'Judged at this instant or later, first.' })
  from?: string;

  @Field(() => DateTime, { nullable: true, description: 'Judged before this instant, first.' })
  to?: string;
}

@ArgsType()
export class EvaluationsArgs extends EvaluationGapsArgs {
  @Field(() => Evaluator, { nullable: true, description: 'Only by these.' })
  by?: EvaluatorWord;
}

@InputType({ description: 'A score for one criterion.' })
export class CriterionScoreInput {
  @Field({ description: 'Key of the criterion.' })
  criterion!: string;

  @Field(() => Int, { nullable: true, description: 'A point of the scale; null when it did not apply.' })
  score?: number | null;
}

@InputType({ description: 'How a contact is judged. Once by each, for each agent, contact and scorecard.' })
export class EvaluateContactInput {
  @Field(() => ID, { description: 'The contact.' })
  touchpointId!: string;

  @Field({ description: 'Key of the scorecard. Whoever judges second judges by the version of the first.' })
  scorecard!: string;

  @Field(() => Evaluator, { description: 'Who judges.' })
  by!: EvaluatorWord;

  @Field(() => String, {
    nullable: true,
    description: 'Whose work; when left out, of the agent that the contact names.',
  })
  agentId?: string | null;

  @Field(() => String, { nullable: true, description: 'Which coach, as your systems name people.' })
  evaluatorId?: string | null;

  @Field(() => [CriterionScoreInput], { description: 'Each criterion once.' })
  scores!: CriterionScoreInput[];

  @Field(() => String, { nullable: true, description: 'What to say beside: at most 10,000 characters.' })
  comment?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The version that you read, to change what was said; without one nothing is changed that is there.',
  })
  version?: number | null;
}

@ObjectType({ description: 'How the contact is judged now.' })
export class EvaluateContactPayload {
  @Field(() => Evaluation, { description: 'The evaluation.' })
  evaluation!: Evaluation;
}
