import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { enumOf } from '../platform/enum-of.js';

const kinds = ['GOAL', 'ISSUE', 'TRIED', 'SAID', 'NEXT'] as const;
export const BriefLineKind = enumOf(kinds);

registerEnumType(BriefLineKind, {
  name: 'BriefLineKind',
  description: 'What a line of a brief is about.',
  valuesMap: {
    GOAL: { description: 'What the customer wants to reach, and where that stands.' },
    ISSUE: { description: 'What is wrong for her.' },
    TRIED: { description: 'What was done.' },
    SAID: { description: 'What was said.' },
    NEXT: { description: 'What comes next.' },
  },
});

@ObjectType({ description: 'One line of a brief, and what it rests on.' })
export class BriefLine {
  @Field(() => BriefLineKind, { description: 'What it is about.' })
  kind!: keyof typeof BriefLineKind;

  @Field({ description: 'The line.' })
  text!: string;

  @Field(() => [ID], {
    description: 'The touchpoints that it rests on, of an issue the newest twelve; none for what was told by API.',
  })
  touchpointIds!: string[];
}

@ObjectType({
  description:
    'What the next one to deal with it should know, from what is stored alone: asked twice it is the same. Of a journey it ' +
    'tells all that fits into `maxChars`, however old. Of a customer too, but of what was said outside her open journeys ' +
    'it looks at the newest touchpoints only: one for every 32 characters that it may have. Where that leaves something ' +
    'out, `isComplete` is false; the newest twelve of what was said and tried are left out last.',
})
export class Brief {
  @Field({ description: 'All lines, each on its own.' })
  text!: string;

  @Field(() => [BriefLine], { description: 'The lines: goals, what was tried, what was said, what is next.' })
  lines!: BriefLine[];

  @Field({ description: 'False when `maxChars` left something out: first the oldest.' })
  isComplete!: boolean;
}
