import { Field, Int, ObjectType } from '@nestjs/graphql';
import { JsonScalar } from '../../platform/scalars.js';
import { RecordError } from '../../touchpoints/record.types.js';

@ObjectType({ description: 'What a mapping makes of one touchpoint of a sample.' })
export class MappedTouchpoint {
  @Field(() => Int, { description: 'Which of the mapping’s touchpoints it is, from 0.' })
  rule!: number;

  @Field(() => JsonScalar, {
    nullable: true,
    description: 'As `recordTouchpoints` would be given it; null when the mapping fails.',
  })
  touchpoint!: unknown;

  @Field(() => [RecordError], {
    description: 'Everything that keeps it from being stored; `field` is the field of the touchpoint.',
  })
  errors!: RecordError[];
}

@ObjectType({ description: 'What a mapping makes of a sample. Nothing is stored.' })
export class MappingTest {
  @Field(() => [MappedTouchpoint], { description: 'None when the sample is to be skipped.' })
  touchpoints!: MappedTouchpoint[];
}
