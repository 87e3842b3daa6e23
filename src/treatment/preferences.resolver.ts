import { Args, Mutation, ResolveField, Resolver } from '@nestjs/graphql';
import type { Caller } from '../access/caller.js';
import { Customer } from '../identity/customer.types.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access, ShownToCustomer } from '../platform/field-access.js';
import { answeredByComposer } from '../platform/page.js';
import { payloadNode } from '../platform/payload-node.js';
import { CustomerPreferences } from './preferences.service.js';
import { Preferences, SetPreferencesInput, SetPreferencesPayload } from './preferences.types.js';

@Resolver(() => Customer)
export class CustomerPreferencesResolver {
  @ResolveField(() => Preferences, {
    description: 'How she wants to be treated: what was stated, else what she was seen to do.',
  })
  @ShownToCustomer()
  preferences(): Preferences {
    return answeredByComposer();
  }
}

@Resolver()
export class PreferencesResolver {
  constructor(private readonly preferences: CustomerPreferences) {}

  @Mutation(() => SetPreferencesPayload, {
    description: 'States how a customer wants to be treated; a customer states it of herself by her portal token.',
  })
  @Access('customers:write', { customer: true })
  async setPreferences(
    @Args('input', { description: 'What she prefers.' }) input: SetPreferencesInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return this.preferences.set(caller, input);
  }
}

/** The customer that a statement was about, which she herself may read too. */
export const treatedCustomer = {
  name: 'customer',
  type: () => Customer,
  kind: 'customer',
  id: 'customer',
  description: 'The customer as she is now.',
  scope: 'customers:read',
  isShownToCustomer: true,
} as const;

export const preferencesPayloadResolver = payloadNode(SetPreferencesPayload, treatedCustomer);
