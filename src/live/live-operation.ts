import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { collectFields } from 'graphql/execution/collectFields.js';
import { getArgumentValues, getVariableValues } from 'graphql/execution/values.js';
import { fragmentsOf } from '../platform/composer.js';
import { limits } from '../platform/limits.js';
import { queryLimitsRule, refuseCostly } from '../platform/query-limits.js';
import { Refusal } from '../platform/refusal.js';

/** What a client asks to follow, as it sends it. */
export interface Asked {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: Readonly<Record<string, unknown>> | null;
}

/** A subscription that is valid, within the limits, and has its arguments. */
export interface LiveOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The one root field: its response key, name and arguments. */
  readonly key: string;
  readonly field: string;
  readonly args: Readonly<Record<string, unknown>>;
}

const documentsMax = 500;

/**
 * Reads subscriptions. Documents are remembered by their text, so that a thousand clients who ask the same share one
 * plan and one statement.
 */
export class LiveOperations {
  readonly #documents = new Map<string, DocumentNode>();

  constructor(private readonly schema: GraphQLSchema) {}

  /** @throws a list of GraphQL errors, or a `Refusal` */
  read(asked: Asked): LiveOperation {
    const document = this.document(asked.query);
    const operation = getOperationAST(document, asked.operationName);
    if (!operation) throw new Refusal('QUERY_INVALID', 'Name the operation: `operationName` is none of the document.');
    if (operation.operation !== OperationTypeNode.SUBSCRIPTION) {
      throw new Refusal(
        'QUERY_INVALID',
        'Only subscriptions are answered here: POST the others to /graphql, and accept application/json.',
      );
    }
    const given = getVariableValues(this.schema, operation.variableDefinitions ?? [], asked.variables ?? {});
    if (given.errors) throw coded(given.errors, 'BAD_USER_INPUT');
    refuseCostly(document, operation, given.coerced);
    const type = this.schema.getSubscriptionType();
    if (!type) throw new Error('The schema has no subscriptions.');
    const fields = collectFields(this.schema, fragmentsOf(document), given.coerced, type, operation.selectionSet);
    const [[key, [node]] = ['', []]] = [...fields];
    const definition = node && type.getFields()[node.name.value];
    if (!node || !definition) throw new Refusal('QUERY_INVALID', 'The subscription asks for nothing.');
    const args = this.argumentsOf(() => getArgumentValues(definition, node, given.coerced));
    return { document, operation, variables: given.coerced, key, field: definition.name, args };
  }

  private argumentsOf(values: () => Record<string, unknown>): Record<string, unknown> {
    try {
      return values();
    } catch (error) {
      throw error instanceof GraphQLError ? coded([error], 'BAD_USER_INPUT') : error;
    }
  }

  private document(text: string): DocumentNode {
    const known = this.#documents.get(text);
    if (known) return known;
    const document = parsed(text);
    const errors = validate(this.schema, document, [...specifiedRules, queryLimitsRule]);
    if (errors.length > 0) throw coded(errors, 'GRAPHQL_VALIDATION_FAILED');
    if (this.#documents.size >= documentsMax) this.#documents.delete(this.#documents.keys().next().value as string);
    this.#documents.set(text, document);
    return document;
  }
}

function parsed(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens: limits.queryTokensMax });
  } catch (error) {
    throw error instanceof GraphQLError ? coded([error], 'GRAPHQL_PARSE_FAILED') : error;
  }
}

/** The errors of graphql-js with the code by which they get our words; one that has a reason of its own keeps it. */
function coded(errors: readonly GraphQLError[], code: string): LiveRefusal {
  return new LiveRefusal(
    errors.map((error) =>
      error.extensions['code']
        ? error
        : new GraphQLError(error.message, {
            nodes: error.nodes,
            originalError: error.originalError,
            extensions: { code },
          }),
    ),
  );
}

/** Why a subscription does not begin, where that is more than one error. */
export class LiveRefusal extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super(errors[0]?.message);
  }
}
