import { coerceInputValue, type GraphQLInputType, getNullableType, isInputObjectType, isListType } from 'graphql';
import { requireId } from '../platform/ids.js';
import { parseInstant } from '../platform/instant.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { nothing, type Sql, sql } from '../platform/sql.js';
import { requireText } from '../platform/text-input.js';
import type { ExportKind, OwnFilter } from './export-kind.js';
import { listOf } from './export-wish.js';

type Filters = Readonly<Record<string, unknown>>;

/** Filters as variables for the arguments of the kind's list, coerced by the rules of GraphQL. */
export function variablesOf(
  kind: ExportKind,
  types: ReadonlyMap<string, GraphQLInputType>,
  filters: Filters,
): Record<string, unknown> {
  const variables: Record<string, unknown> = {};
  for (const [name, place] of Object.entries(kind.arguments)) {
    if (filters[name] === undefined) continue;
    const [argument = place, part] = place.split('.');
    const type = types.get(argument);
    if (!type) throw new Error(`${kind.list.type}.${kind.list.field} has no argument ${argument}.`);
    if (part === undefined) variables[argument] = coerced(filters[name], type, name);
    else
      variables[argument] = {
        ...(variables[argument] as object),
        [part]: coerced(filters[name], partOf(type, part), name),
      };
  }
  requireOrder(filters, 'from', 'to');
  requireOrder(filters, 'createdFrom', 'createdTo');
  requireOrder(filters, 'lastSeenFrom', 'lastSeenTo');
  return variables;
}

function partOf(type: GraphQLInputType, part: string): GraphQLInputType {
  const object = getNullableType(type);
  const field = isInputObjectType(object) ? object.getFields()[part] : undefined;
  if (!field) throw new Error(`There is no input field ${part}.`);
  return field.type;
}

function coerced(value: unknown, type: GraphQLInputType, field: string): unknown {
  const given = isListType(getNullableType(type)) ? listOf(value) : value;
  return coerceInputValue(given, type, (path, _, error) => {
    if (error.originalError instanceof Refusal) throw error.originalError.under(field);
    const place = path.map((step) => `[${step}]`).join('');
    throw new Refusal('INPUT_INVALID', `${field}${place} is not a value that this filter takes.`, {
      field: `${field}${place}`,
    });
  });
}

/** A time span that holds nothing is a mistake, not an empty answer. */
function requireOrder(filters: Filters, from: string, to: string): void {
  const [begin, end] = [filters[from], filters[to]].map((text) =>
    typeof text === 'string' ? parseInstant(text) : null,
  );
  if (begin == null || end == null || begin < end) return;
  throw new Refusal('INPUT_INVALID', `${from} must be earlier than ${to}.`, { field: from });
}

/** The conditions of filters that only exports have. */
export function ownConditions(kind: ExportKind, filters: Filters): Sql {
  return Object.entries(kind.own).reduce((all, [name, filter]) => {
    if (filters[name] === undefined) return all;
    const value = ownValue(filter, filters[name], name);
    return sql`${all} ${filter.where(sql`${() => value}`)}`;
  }, nothing);
}

function ownValue({ form }: OwnFilter, given: unknown, field: string): unknown {
  if (form === 'boolean') {
    if (given === true || given === 'true') return true;
    if (given === false || given === 'false') return false;
    throw new Refusal('INPUT_INVALID', `${field} must be true or false.`, { field });
  }
  if (typeof given !== 'string') throw new Refusal('INPUT_INVALID', `${field} must be one text.`, { field });
  const text = requireText(given, field, limits.shortTextCharactersMax);
  if (form === 'customer') return requireId('customer', text, field);
  if (form === 'time' && parseInstant(text) === null) {
    throw new Refusal('TIME_INVALID', `${field} must be ISO 8601 with its offset, such as 2026-03-01T09:30:00Z.`, {
      field,
    });
  }
  return text;
}
