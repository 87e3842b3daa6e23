import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { IdentifierInput } from '../identity/identifier.input.js';
import { DateTime } from '../platform/scalars.js';

@InputType({ description: 'For whom a portal’s back end asks for a token. Exactly one of customerId and identifiers.' })
export class CreatePortalTokenInput {
  @Field(() => ID, { nullable: true, description: 'The customer whom the portal has recognised, by a login.' })
  customerId?: string | null;

  @Field(() => [IdentifierInput], {
    nullable: true,
    description:
      'Instead: who it is for. Of a visitor whom nobody knows the id of her device or cookie, 16 characters or more; she ' +
      'need not have been seen. Of who has logged in what the login proves, as VERIFIED, and beside it her device: what ' +
      'she did before comes along.',
  })
  identifiers?: IdentifierInput[] | null;

  @Field(() => Int, { defaultValue: 900, description: 'Life of the token: 1 to 3,600 seconds.' })
  expiresInSeconds!: number;
}

@ObjectType({ description: 'The token, and whom it is for.' })
export class CreatePortalTokenPayload {
  @Field({ description: 'Sees this customer only, and nothing internal. Shown once.' })
  token!: string;

  @Field(() => DateTime, { description: 'When it ends by itself.' })
  expiresAt!: string;

  @Field(() => ID, { description: 'Whom it is bound to.' })
  customerId!: string;

  @Field({ description: 'True when nobody knows who she is. The token then ends as soon as somebody does.' })
  isVisitor!: boolean;

  @Field(() => [String], {
    description:
      'Types of the identifiers that were not joined, since they belong to another customer who is known: a device ' +
      'always, and others without the scope `customers:write`.',
  })
  heldBack!: string[];
}
