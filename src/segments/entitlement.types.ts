import { Field, ObjectType } from '@nestjs/graphql';
import { Segment } from './segments.types.js';

@ObjectType({ description: 'Something that a customer is entitled to, on every channel alike.' })
export class Entitlement {
  @Field({ description: 'As the segment gives it: `priority-support`, `tier:gold`.' })
  name!: string;

  @Field(() => String, {
    nullable: true,
    description: 'What stands before the colon: of one group one entitlement is honoured. Null without a colon.',
  })
  group?: string | null;

  @Field({ description: 'What stands after the colon; the name without one.' })
  value!: string;

  @Field(() => Segment, { description: 'The segment that gives it.' })
  segment!: Segment;

  @Field({
    description: 'Why this one, in words: `from gold, whose priority 10 comes before silver (5, tier:silver)`.',
  })
  reason!: string;

  @Field(() => [String], { description: 'What other segments give of the same group, and nobody honours.' })
  overruled!: string[];
}
