import { type ApolloServerPlugin, type GraphQLResponse, HeaderMap } from '@apollo/server';
import type { FormattedExecutionResult } from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import type { Answers, GraphqlContext } from './answers.js';
import { carryOut } from './direct-mutation.js';
import type { Metrics } from './metrics.js';

/** JSON that the database made: handed through as it is. */
class RawJson {
  constructor(readonly text: string) {}
}

export const fastPathMetric = 'throughline_fast_path_total';

/**
 * Answers queries with the text of one statement, and the mutations that are marked `Direct` by their resolver alone,
 * after parsing, validation and limits, instead of executing them. It only ever answers and never refuses: whatever it cannot answer goes the normal way, so each refusal has one wording.
 */
export function fastPath(answers: Answers, metrics: Metrics): ApolloServerPlugin<GraphqlContext> {
  const help = 'GraphQL operations by whether the fast path answered them, and if not, why.';
  const outcomes = metrics.counter(fastPathMetric, help, ['outcome', 'reason']);
  const fallBack = (reason: string) => {
    outcomes.inc({ outcome: 'fell_back', reason });
    return null;
  };
  const answered = (data: Record<string, unknown>): GraphQLResponse => {
    outcomes.inc({ outcome: 'answered', reason: '' });
    return {
      http: { status: undefined, headers: new HeaderMap() },
      body: { kind: 'single', singleResult: { data } },
    };
  };
  return {
    async requestDidStart() {
      return {
        async responseForOperation({ document, operation, request, schema, contextValue }) {
          if (operation?.operation === 'mutation') {
            const answer = await carryOut(schema, operation, request.variables ?? {}, contextValue);
            return 'reason' in answer ? fallBack(answer.reason) : answered(answer.data);
          }
          if (operation?.operation !== 'query') return fallBack('not_a_query');
          const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], request.variables ?? {});
          if (!coerced) return fallBack('variables');
          const answer = await answers.operation(contextValue, document, operation, coerced).catch(() => null);
          if (!answer) return fallBack('error');
          if ('reason' in answer) return fallBack(answer.reason);
          return answered(new RawJson(answer.text) as unknown as Record<string, unknown>);
        },
      };
    },
  };
}

/** As `JSON.stringify`, but what the database made is not parsed and written again. */
export function stringifyResult(result: FormattedExecutionResult): string {
  const data: unknown = result.data;
  return data instanceof RawJson ? `{"data":${data.text}}` : JSON.stringify(result);
}
