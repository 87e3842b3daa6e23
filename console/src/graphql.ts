import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './schema.js';

/** Documents typed by the schema: what is asked for is what the compiler knows of the answer. */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: { DateTime: string; JSON: unknown };
}>();

export type { ResultOf, VariablesOf } from 'gql.tada';
