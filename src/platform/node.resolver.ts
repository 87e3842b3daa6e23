import { Args, Context, Field, ID, Info, InterfaceType, Query, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { Answers, type GraphqlContext, type NodeRecord, typeOfNode } from './answers.js';
import { Access } from './field-access.js';
import { Refusal } from './refusal.js';

const idsMax = 100;

/** Anything that has an id of its own. */
@InterfaceType('Node', { description: 'Anything that has an id of its own.', resolveType: typeOfNode })
export abstract class Node {
  @Field(() => ID, { description: 'Says of itself what kind of thing it names.' })
  id!: string;
}

/** Looks things up by their global ids, whatever they are. */
@Resolver(() => Node)
export class NodeResolver {
  constructor(private readonly answers: Answers) {}

  @Query(() => Node, { nullable: true, description: 'The thing with this id; null when there is none.' })
  @Access('customers:read', { customer: true })
  async node(
    @Args('id', { type: () => ID, description: 'An id that this API gave.' }) id: string,
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<NodeRecord | null> {
    return (await this.answers.nodes(context, info, [id], 'id'))[0] ?? null;
  }

  @Query(() => [Node], {
    nullable: 'items',
    description: 'The things with these ids, in this order; null where none is.',
  })
  @Access('customers:read', { customer: true })
  async nodes(
    @Args('ids', { type: () => [ID], description: 'At most 100 ids.' }) ids: string[],
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<(NodeRecord | null)[]> {
    if (ids.length > idsMax) {
      throw new Refusal('TOO_MANY', `ids may name at most ${idsMax} things.`, { field: 'ids', limit: idsMax });
    }
    return this.answers.nodes(context, info, ids, 'ids');
  }
}
