import type { Composer, Field } from './composer.js';
import { type CursorKind, cursorKind, cursorSql, readCursor } from './cursor.js';
import { limits } from './limits.js';
import { Refusal } from './refusal.js';
import { type Bound, join, nothing, type Request, raw, type Sql, sql } from './sql.js';

/** Rows to page through: newest first by `at`, or without `at` in the order of their ids. */
export interface Paged {
  /** Alias of the row that stands for a node. */
  readonly row: string;
  /** The column (timestamptz, never null) that orders the rows. */
  readonly at?: string;
  /** The column that tells rows of one instant apart. */
  readonly id: string;
  readonly idType?: 'uuid' | 'bigint';
  /** The rows; `page` ends a `where` clause and orders and limits, and may be used on several levels of one alias. */
  readonly rows: (page: Sql) => Sql;
}

/**
 * A Relay connection in one pass over its rows, in both directions. A page costs the same at any depth, since a cursor
 * is a place in the index.
 */
export function connection(q: Composer, f: Field, of: Paged): Sql {
  const isBackward = f.has('last');
  if (isBackward && f.has('first')) {
    f.check(() => {
      throw new Refusal('PAGE_SIZE_INVALID', 'Give first or last, not both.', { field: f.path('last') });
    });
  }
  const kind = cursorKind(f, of.at !== undefined, of.idType ?? 'uuid');
  const cursor = cursorSql(kind, of.at === undefined ? null : `${of.row}.${of.at}`, `${of.row}.${of.id}`);
  const size = isBackward ? f.arg('last', pageSize) : f.has('first') ? f.arg('first', pageSize) : defaultSize;
  const order = orderBy(of, isBackward);
  const held: Sql[] = [sql`row_number() over (${order}) as n`];
  const elements = (record: Sql) => {
    const name = `e${held.length}`;
    held.push(sql`${record} as ${raw(name)}`);
    return sql`coalesce(json_agg(r.${raw(name)} ${shownOrder(isBackward)}) filter (where r.n <= ${size}::int), '[]')`;
  };
  const answer = f.fields.map((field) => sql`${part(field)} as ${raw(`"${field.key}"`)}`);
  function part(field: Field): Sql {
    if (field.name === '__typename') return sql`'${raw(f.type)}'::text`;
    if (field.name === 'nodes') return elements(q.object(field));
    if (field.name === 'edges') return elements(edge(q, field, cursor));
    return pageInfo(f, field, size);
  }
  if (f.fields.some((field) => field.selects('startCursor') || field.selects('endCursor'))) {
    held.push(sql`${cursor} as cursor`);
  }
  const page = sql`${beyond(f, of, kind, 'after')}${beyond(f, of, kind, 'before')}${order}\nlimit ${size}::int + 1`;
  return sql`(select row_to_json(x$) from (select ${join(answer, ',\n')}
from (select ${join(held, ',\n')}
from (${of.rows(page)}) ${raw(of.row)}) r
having true) x$)`;
}

const defaultSize: Bound = () => limits.pageSizeDefault;

function pageSize(value: number, _request: Request, path: string): number {
  if (value >= 1 && value <= limits.pageSizeMax) return value;
  throw new Refusal('PAGE_SIZE_INVALID', `${path} must be from 1 to ${limits.pageSizeMax}.`, {
    field: path,
    limit: limits.pageSizeMax,
  });
}

/** Newest first where rows have an instant, else by id; the other way round for a page that is counted from the end. */
function orderBy(of: Paged, isBackward: boolean): Sql {
  const direction = (of.at !== undefined) === isBackward ? 'asc' : 'desc';
  const columns = of.at === undefined ? [of.id] : [of.at, of.id];
  return raw(`order by ${columns.map((column) => `${of.row}.${column} ${direction}`).join(', ')}`);
}

/**
 * The order in which a page shows its rows. It must stand in every aggregate alike: the planner sorts their common input
 * once, so that the order of one is the order of all.
 */
function shownOrder(isBackward: boolean): Sql {
  return raw(isBackward ? 'order by r.n desc' : 'order by r.n');
}

/** The keyset condition: one comparison of whole keys, so that the index is entered at that place. */
function beyond(f: Field, of: Paged, kind: CursorKind, arg: 'after' | 'before'): Sql {
  if (!f.has(arg)) return nothing;
  const read = (part: 'at' | 'id') =>
    f.arg<string>(arg, (value, request, path) => readCursor(kind, value, request, path)[part]);
  const id = sql`${read('id')}::${raw(of.idType ?? 'uuid')}`;
  const sign = raw((arg === 'after') === (of.at === undefined) ? '>' : '<');
  if (of.at === undefined) return sql`and ${raw(`${of.row}.${of.id}`)} ${sign} ${id}\n`;
  return sql`and (${raw(`${of.row}.${of.at}, ${of.row}.${of.id}`)}) ${sign} (${read('at')}::timestamptz, ${id})\n`;
}

function edge(q: Composer, f: Field, cursor: Sql): Sql {
  const columns = f.fields.map((field) => {
    const value =
      field.name === '__typename' ? sql`'${raw(f.type)}'::text` : field.name === 'cursor' ? cursor : q.object(field);
    return sql`${value} as ${raw(`"${field.key}"`)}`;
  });
  return sql`(select row_to_json(x$) from (select ${join(columns, ',\n')}) x$)`;
}

/** One row more than asked for is read: whether it is there says whether there is another page. */
function pageInfo(f: Field, of: Field, size: Bound): Sql {
  const isBackward = f.has('last');
  const more = (isAhead: boolean, cursor: 'after' | 'before') =>
    isAhead ? sql`(count(r.n) > ${size}::int or ${raw(String(f.has(cursor)))})` : raw(String(f.has(cursor)));
  const cursors = sql`(array_agg(r.cursor ${shownOrder(isBackward)}) filter (where r.n <= ${size}::int))`;
  const parts: Record<string, () => Sql> = {
    __typename: () => sql`'${raw(of.type)}'::text`,
    hasNextPage: () => more(!isBackward, 'before'),
    hasPreviousPage: () => more(isBackward, 'after'),
    startCursor: () => sql`${cursors}[1]`,
    endCursor: () => sql`${cursors}[least(count(r.n), ${size}::int)]`,
  };
  const columns = of.fields.map((field) => sql`${(parts[field.name] as () => Sql)()} as ${raw(`"${field.key}"`)}`);
  return sql`(select row_to_json(x$) from (select ${join(columns, ', ')}) x$)`;
}
