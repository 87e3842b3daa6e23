import type { Type } from '@nestjs/common';
import { Args, Context, ID, Info, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Caller } from '../access/caller.js';
import { Answers, type GraphqlContext } from '../platform/answers.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access } from '../platform/field-access.js';
import { externalId } from '../platform/ids.js';
import { answeredByComposer, PageArgs } from '../platform/page.js';
import { payloadNode } from '../platform/payload-node.js';
import { Customer } from './customer.types.js';
import { Links } from './link.service.js';
import { AllowLinkInput, AllowLinkPayload, ForbidLinkInput, ForbidLinkPayload } from './link.types.js';
import { Merges } from './merge.service.js';
import {
  Merge,
  MergeConnection,
  MergeCustomersInput,
  MergeCustomersPayload,
  MergePreview,
  UndoMergeInput,
  UndoMergePayload,
} from './merge.types.js';
import { MergePreviews } from './merge-preview.service.js';

const idArg = (name: string, description: string) => ({ name, type: () => ID, description });

/** What people do to customers that are one, or are not. */
@Resolver()
export class MergeResolver {
  constructor(
    private readonly merges: Merges,
    private readonly links: Links,
    private readonly previews: MergePreviews,
  ) {}

  @Query(() => MergePreview, {
    nullable: true,
    description: 'What `mergeCustomers` would do to two customers; null when one of them is not known.',
  })
  @Access('customers:read')
  previewMerge(
    @Args(idArg('survivorId', 'The customer that would stay, by any of its ids.')) survivorId: string,
    @Args(idArg('otherId', 'The customer that would become part of it, by any of its ids.')) otherId: string,
    @CurrentCaller() caller: Caller,
  ): Promise<object | null> {
    return this.previews.preview(caller, survivorId, otherId);
  }

  @Mutation(() => MergeCustomersPayload, {
    description:
      'Makes two customers one. Only pointers move: each touchpoint, issue and trait stays with the profile that it came ' +
      'with, so that `undoMerge` can take it back at any time. Customers that are one already are answered as they are.',
  })
  @Access('customers:write')
  mergeCustomers(
    @Args('input', { description: 'Which, and why.' }) input: MergeCustomersInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return this.merges.merge(caller, input);
  }

  @Mutation(() => UndoMergePayload, {
    description:
      'Takes a merge back: the evidence that carried it no longer counts, and the profiles part unless something else ' +
      'joins them. Rules do not join again what was parted. Merges can be undone in any order.',
  })
  @Access('customers:write')
  async undoMerge(
    @Args('input', { description: 'Which, and why.' }) input: UndoMergeInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return this.merges.undo(caller, input);
  }

  @Mutation(() => ForbidLinkPayload, {
    description:
      'Says that two customers are not one: no rule joins them again. If they are one now, they part where the least ' +
      'evidence holds them together.',
  })
  @Access('customers:write')
  forbidLink(
    @Args('input', { description: 'Which two, and why.' }) input: ForbidLinkInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return this.links.forbid(caller, input);
  }

  @Mutation(() => AllowLinkPayload, {
    description:
      'Lifts every do-not-link edge between two customers: rules and people may join them again. Joins nobody itself.',
  })
  @Access('customers:write')
  allowLink(
    @Args('input', { description: 'Which two.' }) input: AllowLinkInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return this.links.allow(caller, input);
  }
}

@Resolver(() => Customer)
export class CustomerMergesResolver {
  @ResolveField(() => MergeConnection, {
    description: 'Merges that its profiles took part in, those taken back too, newest first.',
  })
  mergeHistory(@Args() _args: PageArgs): object {
    return answeredByComposer();
  }
}

/** The customers that an act names, in its order. */
function customersField(payload: () => Type<object>): Type<object> {
  @Resolver(payload)
  class CustomersOfPayloadResolver {
    constructor(private readonly answers: Answers) {}

    @ResolveField('customers', () => [Customer])
    async customers(
      @Parent() act: { readonly customers: readonly string[] },
      @Context() context: GraphqlContext,
      @Info() info: GraphQLResolveInfo,
    ): Promise<readonly (object | null)[]> {
      const ids = act.customers.map((id) => externalId('customer', id));
      return this.answers.nodes(context, info, ids, 'customers');
    }
  }
  return CustomersOfPayloadResolver;
}

@Resolver(() => ForbidLinkPayload)
export class MergesOfForbidPayloadResolver {
  constructor(private readonly answers: Answers) {}

  @ResolveField(() => [Merge])
  async undoneMerges(
    @Parent() act: { readonly undone: readonly string[] },
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<readonly (object | null)[]> {
    const ids = act.undone.map((id) => externalId('merge', id));
    return this.answers.nodes(context, info, ids, 'undoneMerges');
  }
}

export const mergeResolvers = [
  MergeResolver,
  CustomerMergesResolver,
  MergesOfForbidPayloadResolver,
  payloadNode(MergeCustomersPayload, { name: 'merge', type: () => Merge, kind: 'merge', id: 'merge', nullable: true }),
  payloadNode(UndoMergePayload, { name: 'merge', type: () => Merge, kind: 'merge', id: 'merge' }),
  payloadNode(MergeCustomersPayload, { name: 'customer', type: () => Customer, kind: 'customer', id: 'customer' }),
  payloadNode(MergePreview, { name: 'survivor', type: () => Customer, kind: 'customer', id: 'survivor' }),
  payloadNode(MergePreview, { name: 'other', type: () => Customer, kind: 'customer', id: 'other' }),
  customersField(() => UndoMergePayload),
  customersField(() => ForbidLinkPayload),
  customersField(() => AllowLinkPayload),
];
