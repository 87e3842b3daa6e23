import { Args, Context, Info, Mutation, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Caller } from '../access/caller.js';
import { Customer } from '../identity/customer.types.js';
import { Answers, type GraphqlContext } from '../platform/answers.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access, ShownToCustomer } from '../platform/field-access.js';
import { answeredByComposer } from '../platform/page.js';
import { payloadNode } from '../platform/payload-node.js';
import { ConsentPurposes } from './consent-purposes.service.js';
import {
  ConsentPurpose,
  CreateConsentPurposeInput,
  CreateConsentPurposePayload,
  UpdateConsentPurposeInput,
  UpdateConsentPurposePayload,
} from './consent-purposes.types.js';
import { CustomerConsents } from './consents.service.js';
import {
  Consent,
  ContactPermission,
  MayContactArgs,
  RecordConsentInput,
  RecordConsentPayload,
} from './consents.types.js';
import { treatedCustomer } from './preferences.resolver.js';

@Resolver(() => Customer)
export class CustomerConsentsResolver {
  @ResolveField(() => [Consent], {
    description:
      'For each purpose of the workspace whether she consents, and beside it each channel of which she said something else.',
  })
  @ShownToCustomer()
  consents(): Consent[] {
    return answeredByComposer();
  }

  @ResolveField(() => [ContactPermission], {
    description: 'Whether she may be contacted: by purpose and channel, with why.',
  })
  mayContact(@Args() _args: MayContactArgs): ContactPermission[] {
    return answeredByComposer();
  }
}

@Resolver()
export class ConsentsResolver {
  constructor(
    private readonly consents: CustomerConsents,
    private readonly purposes: ConsentPurposes,
    private readonly answers: Answers,
  ) {}

  @Query(() => [ConsentPurpose], { description: 'What customers are asked to consent to, by key; retired ones too.' })
  @Access('customers:read')
  consentPurposes(@Context() context: GraphqlContext, @Info() info: GraphQLResolveInfo): Promise<ConsentPurpose[]> {
    return this.answers.field(context, info);
  }

  @Mutation(() => CreateConsentPurposePayload, {
    description: 'Makes something that customers are asked to consent to.',
  })
  @Access('admin')
  async createConsentPurpose(
    @Args('input', { description: 'What.' }) input: CreateConsentPurposeInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return { innerId: await this.purposes.create(caller, input) };
  }

  @Mutation(() => UpdateConsentPurposePayload, {
    description: 'Changes what customers are asked; what they said stays.',
  })
  @Access('admin')
  async updateConsentPurpose(
    @Args('input', { description: 'What to change.' }) input: UpdateConsentPurposeInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return { innerId: await this.purposes.update(caller, input) };
  }

  @Mutation(() => RecordConsentPayload, {
    description: 'Stores what a customer says of a purpose; she says it herself by her portal token.',
  })
  @Access('customers:write', { customer: true })
  async recordConsent(
    @Args('input', { description: 'Who, and what.' }) input: RecordConsentInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return this.consents.record(caller, input);
  }
}

export const consentPayloadResolvers = [
  payloadNode(RecordConsentPayload, treatedCustomer),
  ...[CreateConsentPurposePayload, UpdateConsentPurposePayload].map((payload) =>
    payloadNode(payload, {
      name: 'purpose',
      type: () => ConsentPurpose,
      kind: 'purpose',
      description: 'As it is now.',
    }),
  ),
];
