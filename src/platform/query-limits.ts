import type { ApolloServerPlugin } from '@apollo/server';
import {
  type ASTVisitor,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import type { GraphqlContext } from './answers.js';
import { requestRefusal } from './graphql-errors.js';
import { limits } from './limits.js';
import { Refusal } from './refusal.js';

/** Size of a selection, fragments counted wherever they are spread. */
interface Size {
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  readonly fields: number;
}

const none: Size = { depth: 0, aliases: 0, directives: 0, fields: 0 };

const measures: readonly { of: keyof Size; limit: number; what: string }[] = [
  { of: 'depth', limit: limits.queryDepthMax, what: 'levels of fields' },
  { of: 'aliases', limit: limits.queryAliasesMax, what: 'aliases' },
  { of: 'directives', limit: limits.queryDirectivesMax, what: 'directives' },
];

function tooComplex(limit: number, what: string): GraphQLError {
  return requestRefusal(new Refusal('QUERY_TOO_COMPLEX', `A query may have at most ${limit} ${what}.`, { limit }));
}

/** Refuses documents that are too deep or too wide, once per document; introspection is not counted. */
export function queryLimitsRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      const fragments = new Map<string, Size>();
      const size = sizeOf(operation.selectionSet, (name) => context.getFragment(name) ?? undefined, fragments);
      const over = measures.find((measure) => size[measure.of] > measure.limit);
      if (over) context.reportError(tooComplex(over.limit, over.what));
      else if (rootFields(operation.selectionSet, context) > limits.queryRootFieldsMax) {
        context.reportError(tooComplex(limits.queryRootFieldsMax, 'fields at its root'));
      }
      return false;
    },
  };
}

type FindFragment = (name: string) => FragmentDefinitionNode | undefined;

/** Each fragment is measured once, so a fan of fragments costs no more than its text; a circle counts nothing. */
function sizeOf(set: SelectionSetNode | undefined, find: FindFragment, known: Map<string, Size>): Size {
  let total = none;
  for (const node of set?.selections ?? []) {
    if (node.kind === Kind.FIELD && /^__(schema|type)$/.test(node.name.value)) continue;
    let inner: Size;
    if (node.kind === Kind.FRAGMENT_SPREAD) {
      const name = node.name.value;
      if (!known.has(name)) {
        known.set(name, none);
        known.set(name, sizeOf(find(name)?.selectionSet, find, known));
      }
      inner = known.get(name) as Size;
    } else {
      inner = sizeOf(node.selectionSet, find, known);
    }
    const isField = node.kind === Kind.FIELD;
    total = {
      depth: Math.max(total.depth, inner.depth + Number(isField)),
      aliases: total.aliases + inner.aliases + Number(isField && node.alias !== undefined),
      directives: total.directives + inner.directives + (node.directives?.length ?? 0),
      fields: total.fields + inner.fields + Number(isField),
    };
  }
  return total;
}

function rootFields(set: SelectionSetNode, context: ValidationContext, seen = new Set<string>()): number {
  let count = 0;
  for (const node of set.selections) {
    if (node.kind === Kind.FIELD) count++;
    else if (node.kind === Kind.INLINE_FRAGMENT) count += rootFields(node.selectionSet, context, seen);
    else if (!seen.has(node.name.value)) {
      seen.add(node.name.value);
      const fragment = context.getFragment(node.name.value);
      if (fragment) count += rootFields(fragment.selectionSet, context, seen);
    }
  }
  return count;
}

type Variables = Readonly<Record<string, unknown>>;
type Cost = (variables: Variables) => number;

/** Refuses operations whose pages, multiplied through their levels, come to too many fields. */
export const queryCost: ApolloServerPlugin<GraphqlContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ document, operation, request }) {
        if (operation) refuseCostly(document, operation, request.variables ?? {});
      },
    };
  },
};

/** Throws when an operation costs too much. */
export function refuseCostly(document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): void {
  const cost = costOf(document, operation)(variables);
  if (cost > limits.queryCostMax) throw tooComplex(limits.queryCostMax, 'fields, pages multiplied');
}

const costs = new WeakMap<OperationDefinitionNode, Cost>();

function costOf(document: DocumentNode, operation: OperationDefinitionNode): Cost {
  let cost = costs.get(operation);
  if (!cost) {
    const fragments = new Map<string, FragmentDefinitionNode>();
    for (const one of document.definitions)
      if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
    const defaults: Record<string, unknown> = {};
    for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
      if (defaultValue?.kind === Kind.INT) defaults[variable.name.value] = Number(defaultValue.value);
    }
    const inner = costOfSet(operation.selectionSet, fragments, new Map());
    cost = (variables) => inner({ ...defaults, ...variables });
    costs.set(operation, cost);
  }
  return cost;
}

function costOfSet(
  set: SelectionSetNode | undefined,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  known: Map<string, Cost>,
): Cost {
  const parts: Cost[] = [];
  for (const node of set?.selections ?? []) {
    if (node.kind === Kind.FIELD) {
      // Introspection costs one, whatever it asks: at nothing, fragments of it could fan out without end.
      if (/^__(schema|type)$/.test(node.name.value)) {
        parts.push(() => 1);
        continue;
      }
      const inner = costOfSet(node.selectionSet, fragments, known);
      const times = timesOf(node);
      parts.push((variables) => 1 + times(variables) * inner(variables));
    } else if (node.kind === Kind.INLINE_FRAGMENT) {
      parts.push(costOfSet(node.selectionSet, fragments, known));
    } else {
      const name = node.name.value;
      if (!known.has(name)) known.set(name, costOfSet(fragments.get(name)?.selectionSet, fragments, known));
      parts.push(known.get(name) as Cost);
    }
  }
  return (variables) => {
    let sum = 0;
    for (const part of parts) {
      sum += part(variables);
      if (sum > limits.queryCostMax) return sum;
    }
    return sum;
  };
}

const connectionParts = new Set(['edges', 'nodes']);

/** How many elements a field may answer with: its page size, or the length of a list of ids. */
function timesOf(node: FieldNode): Cost {
  const given = (name: string) => node.arguments?.find((argument) => argument.name.value === name)?.value;
  const sizes = [given('first'), given('last'), given('ids')].filter((value) => value !== undefined);
  if (sizes.length === 0) {
    const isConnection = node.selectionSet?.selections.some(
      (one) => one.kind === Kind.FIELD && connectionParts.has(one.name.value),
    );
    return () => (isConnection ? limits.pageSizeDefault : 1);
  }
  return (variables) => {
    let times = 1;
    for (const value of sizes) {
      if (value.kind === Kind.INT) times = Math.max(times, Number(value.value));
      if (value.kind === Kind.LIST) times = Math.max(times, value.values.length);
      const bound = value.kind === Kind.VARIABLE ? variables[value.name.value] : undefined;
      if (typeof bound === 'number') times = Math.max(times, bound);
      if (Array.isArray(bound)) times = Math.max(times, bound.length);
    }
    // A larger page is refused by its field, with the field's own reason.
    return Math.min(times, limits.pageSizeMax);
  };
}
