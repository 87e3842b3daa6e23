import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { enumOf } from '../platform/enum-of.js';
import { SecondsFigures } from './analytics.types.js';

export const pathCases = ['CUSTOMER', 'CONVERSATION', 'ISSUE', 'JOURNEY'] as const;
export const pathSteps = ['CHANNEL', 'KIND', 'TOPIC', 'QUEUE', 'AGENT'] as const;

export type PathCase = (typeof pathCases)[number];
export type PathStep = (typeof pathSteps)[number];

export const PathCase = enumOf(pathCases);
export const PathStep = enumOf(pathSteps);

registerEnumType(PathCase, {
  name: 'AnalyticsCase',
  description: 'What a path is the path of.',
  valuesMap: {
    CUSTOMER: { description: 'A customer, until nothing happens for `gapHours`; then another path begins.' },
    CONVERSATION: { description: 'A conversation.' },
    ISSUE: { description: 'An issue.' },
    JOURNEY: { description: 'A journey.' },
  },
});
registerEnumType(PathStep, {
  name: 'AnalyticsStep',
  description: 'What of a touchpoint is a step. Touchpoints that do not tell it are left out.',
});

@ObjectType({ description: 'A way that cases took, from their first step to their last.' })
export class PathVariant {
  @Field(() => [String], { description: 'Its steps, equal ones in a row as one; the first twenty.' })
  steps!: string[];

  @Field({ description: 'Whether there were more than twenty; such ways are one when they begin alike.' })
  isCut!: boolean;

  @Field(() => Int, { description: 'Cases that took it.' })
  cases!: number;

  @Field(() => SecondsFigures, { description: 'From their first touchpoint to their last.' })
  throughput!: SecondsFigures;
}

@ObjectType({ description: 'A step, and how often ways began, ended and came back there.' })
export class PathStepFigures {
  @Field({ description: 'The step.' })
  step!: string;

  @Field(() => Int, { description: 'How often cases came to it.' })
  times!: number;

  @Field(() => Int, { description: 'Cases that came to it.' })
  cases!: number;

  @Field(() => Int, { description: 'Cases that began with it.' })
  starts!: number;

  @Field(() => Int, { description: 'Cases that ended with it: where they drop off.' })
  ends!: number;

  @Field(() => Int, { description: 'Cases that came to it more than once: a loop.' })
  loopedCases!: number;
}

@ObjectType({ description: 'From one step to the next: a cell of the matrix of transitions.' })
export class PathTransition {
  @Field({ description: 'The step.' })
  from!: string;

  @Field({ description: 'The one after it.' })
  to!: string;

  @Field(() => SecondsFigures, {
    description: 'How often, and how long from the beginning of the one to the beginning of the other.',
  })
  between!: SecondsFigures;
}

@ObjectType({ description: 'A link of a Sankey diagram: of the cases on their n-th step, how many went where.' })
export class PathLink {
  @Field(() => Int, { description: 'The place of the step in the way, from 1 to 10.' })
  place!: number;

  @Field({ description: 'The step at that place.' })
  from!: string;

  @Field(() => String, { nullable: true, description: 'The step at the next place; null where they ended.' })
  to?: string | null;

  @Field(() => Int, { description: 'Cases.' })
  cases!: number;
}

@ObjectType({ description: 'Going from a step to another and straight back.' })
export class PathReturn {
  @Field({ description: 'The step that they came back to.' })
  step!: string;

  @Field({ description: 'The step in between.' })
  via!: string;

  @Field(() => Int, { description: 'How often.' })
  times!: number;
}

@ObjectType({
  description: 'The ways of cases in the span. A case that began before or went on after is cut off there.',
})
export class PathFigures {
  @Field(() => Int, { description: 'Cases with a step.' })
  cases!: number;

  @Field(() => SecondsFigures, { description: 'From the first touchpoint of a case to its last.' })
  throughput!: SecondsFigures;

  @Field(() => [PathVariant], { description: 'The most frequent ways.' })
  variants!: PathVariant[];

  @Field(() => Int, { description: 'How many different ways there are.' })
  variantCount!: number;

  @Field(() => [PathStepFigures], { description: 'The most frequent steps.' })
  steps!: PathStepFigures[];

  @Field(() => Int, { description: 'How many different steps there are.' })
  stepCount!: number;

  @Field(() => [PathTransition], { description: 'The most frequent transitions, at most 500.' })
  transitions!: PathTransition[];

  @Field(() => Int, { description: 'How many different transitions there are.' })
  transitionCount!: number;

  @Field(() => [PathLink], { description: 'The links of the first ten places, the most frequent 500.' })
  links!: PathLink[];

  @Field(() => Int, { description: 'How many links of these places there are.' })
  linkCount!: number;

  @Field(() => [PathReturn], { description: 'The most frequent ways there and back.' })
  returns!: PathReturn[];
}
