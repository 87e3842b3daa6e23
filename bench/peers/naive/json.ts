import { GraphQLScalarType } from 'graphql';

export const GraphQLJSON = new GraphQLScalarType({ name: 'JSON', serialize: (value) => value });
