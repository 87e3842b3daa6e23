import { GraphQLError, GraphQLScalarType, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';
import { isPlainInstant, parseInstant } from './instant.js';
import { Refusal } from './refusal.js';

/** An instant as Postgres reads it, to the microsecond. */
function readInstant(value: unknown): string {
  if (typeof value === 'string' && value.length <= 40 && isPlainInstant(value)) {
    return `${value.slice(0, 19)}.${value.slice(20, -1).slice(0, 6).padEnd(6, '0')}Z`;
  }
  const time = typeof value === 'string' ? parseInstant(value) : null;
  const date = time === null ? '' : new Date(time).toISOString();
  if (!/^(?!0000)\d{4}-/.test(date)) {
    throw new Refusal('TIME_INVALID', 'A time must be ISO 8601 with its offset, such as 2026-03-01T09:30:00Z.');
  }
  const fraction = /[.,](\d+)/.exec(value as string)?.[1] ?? '';
  return `${date.slice(0, 19)}.${fraction.slice(0, 6).padEnd(6, '0')}Z`;
}

/** Times go out as Postgres writes them into JSON (ISO 8601 with offset, to the microsecond): strings pass through. */
export const DateTime = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  description: 'An instant, ISO 8601 with its offset: `2026-03-01T09:30:00Z`. A local time without offset is refused.',
  serialize: (value) => (value instanceof Date ? value.toISOString() : String(value)),
  parseValue: readInstant,
  parseLiteral: (node) => readInstant(node.kind === Kind.STRING ? node.value : null),
});

function readLiteral(node: ValueNode, variables?: Record<string, unknown> | null): unknown {
  return valueFromASTUntyped(node, variables);
}

export const JsonScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Any JSON value.',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => {
    if (node.kind === Kind.ENUM) throw new GraphQLError(`${node.value} is no JSON value.`, { nodes: node });
    return readLiteral(node, variables);
  },
});
