import { GraphQLObjectType, GraphQLSchema, printSchema } from 'graphql';

/** What a gateway asks of any subgraph, and what therefore is no part of its description. */
const ownTypes = ['_Any', '_Entity', '_Service'];
const ownFields = ['_entities', '_service'];

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])';

/** The schema as a subgraph of Apollo Federation 2, in which others can refer to the entities by their `id`. */
export function subgraphSdl(schema: GraphQLSchema, entities: readonly string[]): string {
  const query = (schema.getQueryType() as GraphQLObjectType).toConfig();
  const fields = Object.entries(query.fields).filter(([name]) => !ownFields.includes(name));
  const described = new GraphQLSchema({
    query: new GraphQLObjectType({ ...query, fields: Object.fromEntries(fields) }),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
    types: Object.values(schema.getTypeMap()).filter(
      ({ name }) => ![...ownTypes, query.name].includes(name) && !name.startsWith('__'),
    ),
  });
  const keys = entities.map((entity) => `extend type ${entity} @key(fields: "id")`);
  return [link, printSchema(described), ...keys, ''].join('\n\n');
}
