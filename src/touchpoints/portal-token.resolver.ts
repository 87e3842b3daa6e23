import { Args, Mutation, Resolver } from '@nestjs/graphql';
import type { Caller } from '../access/caller.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access } from '../platform/field-access.js';
import { CreatePortalTokenInput, CreatePortalTokenPayload } from './portal-token.types.js';
import { PortalTokens } from './portal-tokens.service.js';

@Resolver()
export class PortalTokenResolver {
  constructor(private readonly tokens: PortalTokens) {}

  @Mutation(() => CreatePortalTokenPayload, {
    description:
      'A portal’s back end exchanges its key for a short-lived token that is bound to one customer, also one of whom ' +
      'nobody knows yet who she is.',
  })
  @Access('portal-tokens:write')
  createPortalToken(
    @CurrentCaller() caller: Caller,
    @Args('input') input: CreatePortalTokenInput,
  ): Promise<CreatePortalTokenPayload> {
    return this.tokens.create(caller, input);
  }
}
