import { HeaderMap } from '@apollo/server';
import { type ASTNode, GraphQLError, type GraphQLFormattedError, Kind, parse, type Source, visit } from 'graphql';
import { databaseRefusal } from './database-errors.js';
import { limits } from './limits.js';
import { type Reason, Refusal } from './refusal.js';

/** A refusal of the whole request, with the HTTP status that it stands for. */
export function requestRefusal(refusal: Refusal): GraphQLError {
  const headers = new HeaderMap();
  if (refusal.code === 'UNAUTHENTICATED') headers.set('www-authenticate', 'Bearer');
  if (refusal.code === 'UNAVAILABLE') headers.set('retry-after', '1');
  return new GraphQLError(refusal.message, {
    originalError: refusal,
    extensions: { ...refusal.extensions, http: { status: refusal.httpStatus, headers } },
  });
}

const unexpected = new Refusal(
  'UNEXPECTED',
  'Something went wrong on our side and has been recorded; try again later.',
);

/** The one place where errors get their public form: no stack, no SQL and, unless wanted, no name that helps to guess. */
export function formatErrors(suggestsNames: boolean) {
  return ({ locations, path }: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const refusal = refusalIn(error) ?? unexpected;
    return {
      message: suggestsNames ? refusal.message : refusal.message.replace(/ Did you mean [^?]*\?/g, ''),
      ...(locations ? { locations } : {}),
      ...(path ? { path } : {}),
      extensions: refusal.extensions,
    };
  };
}

/** What the client can do about an error; null when it is not the client's doing, so that it must be logged. */
export function refusalIn(error: unknown): Refusal | null {
  for (let one: unknown = error; one instanceof Error; one = (one as GraphQLError).originalError) {
    const known = databaseRefusal(one);
    if (known instanceof Refusal) return located(known, error);
  }
  return error instanceof GraphQLError ? worded(error) : null;
}

/** A scalar does not know which argument it stands for; GraphQL does. */
function located(refusal: Refusal, error: unknown): Refusal {
  const field = refusal.where.field ?? (error instanceof GraphQLError && !error.path ? fieldOf(error) : undefined);
  return field === refusal.where.field
    ? refusal
    : new Refusal(refusal.reason, refusal.message, { ...refusal.where, field });
}

/** What GraphQL itself refuses, in our words. */
function worded(error: GraphQLError): Refusal | null {
  const { message } = error;
  switch (error.extensions['code']) {
    case 'GRAPHQL_PARSE_FAILED':
      if (!/more tha[tn] \d+ tokens/.test(message)) return new Refusal('QUERY_INVALID', message);
      return new Refusal('QUERY_TOO_COMPLEX', `A query may have at most ${limits.queryTokensMax} tokens.`, {
        limit: limits.queryTokensMax,
      });
    case 'GRAPHQL_VALIDATION_FAILED':
    case 'BAD_USER_INPUT': {
      const isQuery =
        /^(Unknown|Cannot query|Variable "\$\w+" (?!got)|There can be|Fields? ")/.test(message) &&
        !innerField.test(message);
      const field = isQuery ? undefined : fieldOf(error);
      return new Refusal(field ? 'INPUT_INVALID' : 'QUERY_INVALID', message, { field });
    }
    case 'BAD_REQUEST':
      return new Refusal(reasonOfRequest(message), message);
    case 'OPERATION_RESOLUTION_FAILURE':
    case 'PERSISTED_QUERY_NOT_SUPPORTED':
    case 'PERSISTED_QUERY_NOT_FOUND':
      return new Refusal('QUERY_INVALID', message);
    default: {
      if (/^Schema is not configured to execute/.test(message)) return new Refusal('QUERY_INVALID', message);
      // Arguments are read when their field runs: a variable may be missing only then.
      const argument = error.originalError instanceof GraphQLError ? /^Argument "(\w+)"/.exec(message)?.[1] : undefined;
      return argument ? new Refusal('INPUT_INVALID', message, { field: argument }) : null;
    }
  }
}

function reasonOfRequest(message: string): Reason {
  return /body|Content-Type|JSON/i.test(message) ? 'BODY_MALFORMED' : 'QUERY_INVALID';
}

/** A field that is missing in an object, or that no such object has. */
const innerField = /(?:^|; )Field "(?:\w+\.)?(\w+)" (?:of required type|is not defined by type)/;

/** The path of the input that an error is about: `input.touchpoints[3].channel`. */
function fieldOf(error: GraphQLError): string | undefined {
  const inner = innerField.exec(error.message)?.[1];
  const within = (path: string | undefined) => (path && inner ? `${path}.${inner}` : path);
  const inside = /^Variable "\$\w+" got invalid value [\s\S]* at "([^"]+)"; /.exec(error.message)?.[1];
  if (inside) return within(inside);
  const variable = /^Variable "\$(\w+)"/.exec(error.message)?.[1];
  if (variable) return within(variable);
  const node = error.nodes?.[0];
  if (!node?.loc) return undefined;
  const path = pathTo(node, node.loc.source);
  return node.kind === Kind.OBJECT_FIELD ? path : within(path);
}

/** Arguments and fields on the way to a value that stands in the query's text. */
function pathTo(node: ASTNode, source: Source): string | undefined {
  let path = '';
  const holds = (one: ASTNode) => one.loc && node.loc && one.loc.start <= node.loc.start && one.loc.end >= node.loc.end;
  visit(parse(source, { maxTokens: limits.queryTokensMax }), {
    enter(one, key, parent) {
      if (!holds(one)) return false;
      if (one.kind === Kind.ARGUMENT) path = one.name.value;
      if (one.kind === Kind.OBJECT_FIELD) path += `.${one.name.value}`;
      if (Array.isArray(parent) && typeof key === 'number' && 'value' in one === false && path !== '')
        path += `[${key}]`;
      return undefined;
    },
  });
  return path || undefined;
}
