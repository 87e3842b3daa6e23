import { Args, Context, createUnionType, Field, Info, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { type GraphQLResolveInfo, GraphQLScalarType } from 'graphql';
import { Answers, type GraphqlContext, type NodeRecord, typeOfNode } from './answers.js';
import { federatedEntities } from './federated-entity.js';
import { subgraphSdl } from './federation.js';
import { Access } from './field-access.js';
import { limits } from './limits.js';
import { Refusal } from './refusal.js';

/** A reference to an entity, as a gateway makes it. */
interface Representation {
  readonly __typename?: unknown;
  readonly id?: unknown;
}

const AnyScalar = new GraphQLScalarType<Representation>({
  name: '_Any',
  description: 'A gateway’s reference to something here: its `__typename` and `id`.',
});

const Entity = createUnionType({
  name: '_Entity',
  description: 'What other subgraphs may refer to.',
  types: federatedEntities,
  resolveType: (record: NodeRecord) => typeOfNode(record),
});

@ObjectType('_Service', { description: 'What a gateway composes its graph from.' })
class SubgraphService {
  @Field({ description: 'This graph as a subgraph of Apollo Federation 2.' })
  sdl!: string;
}

/** Makes this graph a subgraph: a gateway asks what there is, then for the things that others refer to. */
@Resolver()
export class FederationResolver {
  constructor(private readonly answers: Answers) {}

  @Query(() => SubgraphService, { name: '_service', description: 'What a gateway composes its graph from.' })
  @Access('customers:read')
  service(@Info() { schema }: GraphQLResolveInfo): SubgraphService {
    return { sdl: subgraphSdl(schema, schema.getPossibleTypes(schema.getType('_Entity') as never).map(String)) };
  }

  @Query(() => [Entity], {
    name: '_entities',
    nullable: 'items',
    description: 'The things that these references name, in this order; null where none is.',
  })
  @Access('customers:read', { customer: true })
  async entities(
    @Args('representations', { type: () => [AnyScalar], description: 'At most 1,000 references.' })
    representations: Representation[],
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<(NodeRecord | null)[]> {
    const limit = limits.representationsMax;
    if (representations.length > limit) {
      const sentence = `representations may name at most ${limit} things.`;
      throw new Refusal('TOO_MANY', sentence, { field: 'representations', limit });
    }
    const ids = representations.map(({ id }, n) => {
      if (typeof id === 'string') return id;
      const sentence = 'A reference has the id of what it refers to.';
      throw new Refusal('INPUT_INVALID', sentence, { field: `representations[${n}].id` });
    });
    const found = await this.answers.nodes(context, info, ids, 'representations');
    return found.map((record, n) => (record && typeOfNode(record) === representations[n]?.__typename ? record : null));
  }
}
