import { Args, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from '@nestjs/graphql';
import type { Caller } from '../access/caller.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access } from '../platform/field-access.js';
import { DateTime } from '../platform/scalars.js';
import { PortalTokens } from './portal-tokens.service.js';

@InputType()
export class CreatePortalTokenInput {
  @Field(() => ID, { description: 'The customer whom the portal has recognised.' })
  customerId!: string;

  @Field(() => Int, { defaultValue: 900, description: 'Life of the token: 1 to 3,600 seconds.' })
  expiresInSeconds!: number;
}

@ObjectType()
export class CreatePortalTokenPayload {
  @Field({ description: 'Sees this customer only, and nothing internal. Shown once.' })
  token!: string;

  @Field(() => DateTime)
  expiresAt!: string;
}

@Resolver()
export class PortalTokenResolver {
  constructor(private readonly tokens: PortalTokens) {}

  @Mutation(() => CreatePortalTokenPayload, {
    description: 'A portal’s back end exchanges its key for a short-lived token that is bound to one customer.',
  })
  @Access('portal-tokens:write')
  createPortalToken(
    @CurrentCaller() caller: Caller,
    @Args('input') input: CreatePortalTokenInput,
  ): Promise<CreatePortalTokenPayload> {
    return this.tokens.create(caller, input.customerId, input.expiresInSeconds);
  }
}
