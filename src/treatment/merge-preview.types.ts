import { Field, ObjectType } from '@nestjs/graphql';
import { Channel, type Channel as ChannelWord } from '../touchpoints/vocabulary.js';
import type { ConsentStateWord } from './consent-words.js';
import { ConsentState } from './consent-words.types.js';

@ObjectType({ description: 'A purpose of which the two customers say different things.' })
export class MergePreviewConsent {
  @Field({ description: 'Key of the purpose.' })
  purpose!: string;

  @Field({ description: 'Its name.' })
  purposeName!: string;

  @Field(() => Channel, {
    nullable: true,
    description: 'On which channel; null is on all of which nothing else is said.',
  })
  channel!: ChannelWord | null;

  @Field(() => ConsentState, { description: 'What holds of the survivor.' })
  survivorState!: ConsentStateWord;

  @Field(() => ConsentState, { description: 'What holds of the other.' })
  otherState!: ConsentStateWord;

  @Field(() => ConsentState, { description: 'What would hold of the customer that they would be.' })
  mergedState!: ConsentStateWord;
}
