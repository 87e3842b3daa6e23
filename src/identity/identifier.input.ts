import { Field, InputType } from '@nestjs/graphql';
import { Verification } from './customer.types.js';

/** Names one customer by what a channel knows of it. */
@InputType({ description: 'Names one customer: a type of the workspace and a value.' })
export class IdentifierInput {
  @Field({ description: 'An identifier type of the workspace, such as `phone`, `email` or `user_id`.' })
  type!: string;

  @Field({
    description:
      'As the channel knows it; it is normalised before it is compared. Of a scoped type, such as `facebook`, it names ' +
      'the account or page too: `<account>:<id>`.',
  })
  value!: string;

  @Field(() => String, {
    nullable: true,
    description: 'ISO country of a national telephone number; else the workspace’s.',
  })
  region?: string | null;

  @Field(() => Verification, {
    nullable: true,
    description:
      'VERIFIED when the customer proved, in this very contact, that it is its own: by a login or a code. CLAIMED when ' +
      'left out. It only ever rises; look-ups ignore it.',
  })
  verification?: keyof typeof Verification | null;
}
