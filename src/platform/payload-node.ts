import type { Type } from '@nestjs/common';
import { Context, Info, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { Answers, type GraphqlContext } from './answers.js';
import { Access } from './field-access.js';
import type { IdKind } from './ids.js';

/** A field of payloads that shows a node. */
export interface PayloadNode {
  readonly name: string;
  readonly type: () => Type<object>;
  readonly kind: IdKind;
  /** Where an act's answer holds the inner id; `innerId` when left out. */
  readonly id?: string;
  readonly description?: string;
  /** True where the act's answer may hold no id. */
  readonly nullable?: boolean;
  /** What whoever reads it needs beside what the act needed. */
  readonly scope?: string;
  /** True where a portal token may read it about its own customer, though it names a scope. */
  readonly isShownToCustomer?: boolean;
}

/** The resolver of the node that an act was about, read anew by what the client selects of it. */
export function payloadNode(payload: Type<object>, node: PayloadNode): Type<object> {
  const { name, type, kind, id = 'innerId', description, nullable = false, scope, isShownToCustomer = false } = node;
  const guarded: MethodDecorator =
    scope === undefined ? () => undefined : Access(scope, { customer: isShownToCustomer });

  @Resolver(() => payload)
  class NodeOfPayloadResolver {
    constructor(private readonly answers: Answers) {}

    @ResolveField(name, type, { nullable, ...(description === undefined ? {} : { description }) })
    @guarded
    async node(
      @Parent() act: Readonly<Record<string, string | null>>,
      @Context() context: GraphqlContext,
      @Info() info: GraphQLResolveInfo,
    ): Promise<object | null> {
      const inner = act[id];
      return inner == null ? null : this.answers.node(context, info, kind, inner);
    }
  }
  return NodeOfPayloadResolver;
}
