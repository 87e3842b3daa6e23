import { parse } from 'graphql';
import type { Asker } from '../platform/asker.js';
import type { Composer, Field, WrittenPlan } from '../platform/composer.js';
import { join, nothing, raw, type Sql, sql } from '../platform/sql.js';
import { ownConditions, variablesOf } from './export-filters.js';
import type { Column, ExportKind } from './export-kind.js';
import { kindOf } from './export-kinds.js';
import type { RowWish } from './export-wish.js';

/** A stretch of the rows in the order of their key: beyond `after`, up to and with `upTo`; null is open. */
export interface Stretch {
  readonly after: string | null;
  readonly upTo: string | null;
}

/** How rows leave the database: cells of CSV, or one JSON object a line; or not at all, but the plan says how many. */
export type RowForm = 'cells' | 'objects' | 'estimate';

/**
 * `copy … to stdout` of the wished rows. Each column is the SQL of the API's own field, so that it is masked as there;
 * no parameter is possible in this command, so values stand in it as literals.
 */
export function copyStatement(
  q: Composer,
  asker: Asker,
  wish: RowWish,
  form: RowForm,
  stretch: Stretch,
): Promise<WrittenPlan> {
  const kind = kindOf(wish.what);
  const { type, field } = kind.list;
  const variables = variablesOf(kind, q.argumentsOf(type, field), wish.filters);
  return q.writtenRows(
    type,
    parse(documentOf(kind, wish.columns, Object.keys(variables))),
    variables,
    asker,
    (list) => {
      const distinct = kind.isDistinct ? raw(`distinct on (${kind.key}) `) : nothing;
      const rows = sql`select ${distinct}${columnsOf(q, kind, wish.columns, list)}
${kind.rows(q, list)} ${ownConditions(kind, wish.filters)} ${within(kind, stretch)}
order by ${raw(kind.isDistinct ? `${kind.key}, t.occurred_at desc, t.id` : kind.key)}`;
      if (form === 'estimate') return sql`explain (format json) ${rows}`;
      return form === 'cells'
        ? sql`copy (
select ${join(
            wish.columns.map((name) => cell(name, columnOf(kind, name), wish.isFormulaSafe)),
            ', ',
          )}
from (${rows}) x
) to stdout with (format csv)`
        : // What JSON text never holds serves as quote and delimiter, so that each row is its line as it is.
          sql`copy (
select translate(row_to_json(o)::text, e'\\n\\r', '  ')
from (
  select ${join(
    wish.columns.map((name) => member(name, columnOf(kind, name))),
    ', ',
  )}
  from (${rows}) x
) o
) to stdout with (format csv, quote e'\\x01', delimiter e'\\x02')`;
    },
  );
}

/** The key of the last row of the next stretch of so many; null when fewer are left. Index only. */
export function stretchEnd(kind: ExportKind): string | null {
  if (kind.keyset === null) return null;
  const { table, column, type } = kind.keyset;
  return `select ${column}::text as place
from ${table}
where workspace_id = $1::int and ($2::${type} is null or ${column} > $2::${type})
order by ${column}
offset $3::int
limit 1`;
}

/** The name of a column as GraphQL takes it: those of process mining have colons. */
const aliasOf = (name: string) => name.replaceAll(':', '_');

function columnOf(kind: ExportKind, name: string): Column {
  const column = kind.columns[name];
  if (!column) throw new Error(`There is no column ${name}.`);
  return column;
}

/** Selects the fields that the columns are made of, each under the column's name. */
function documentOf(kind: ExportKind, columns: readonly string[], variables: readonly string[]): string {
  const fields = columns.flatMap((name) => {
    const { path } = columnOf(kind, name);
    return path === undefined ? [] : [`${aliasOf(name)}: ${path.replace(/\.(\w+)$/, ' { $1 }')}`];
  });
  const args = variables.map((name) => `${name}: $${name}`).join(', ');
  const row = `{ ${fields.length > 0 ? fields.join(' ') : '__typename'} }`;
  return `{ ${kind.list.field}${args === '' ? '' : `(${args})`} ${kind.list.hasNodes ? `{ nodes ${row} }` : row} }`;
}

function columnsOf(q: Composer, kind: ExportKind, columns: readonly string[], list: Field): Sql {
  const fields = kind.list.hasNodes ? (list.fields[0]?.fields ?? []) : list.fields;
  return join(
    columns.map((name) => {
      const own = columnOf(kind, name).sql;
      if (own) return sql`${own(list)} as ${raw(`"${aliasOf(name)}"`)}`;
      return q.columns({ type: kind.rowType, fields: fields.filter((field) => field.key === aliasOf(name)) });
    }),
    ',\n',
  );
}

function within({ keyset, key }: ExportKind, { after, upTo }: Stretch): Sql {
  if (keyset === null) return nothing;
  const beyond = after === null ? nothing : sql`and ${raw(key)} > ${() => after}::${raw(keyset.type)}`;
  const end = upTo === null ? nothing : sql`and ${raw(key)} <= ${() => upTo}::${raw(keyset.type)}`;
  return sql`${beyond} ${end}`;
}

/** The last step of a path within a record: `-> 'key'`. */
function step({ path }: Column, operator: '->' | '->>'): string {
  const inner = path === undefined ? undefined : /\.(\w+)$/.exec(path)?.[1];
  return inner === undefined ? '' : ` ${operator} '${inner}'`;
}

function member(name: string, column: Column): Sql {
  return raw(`x."${aliasOf(name)}"${step(column, '->')} as "${name}"`);
}

/** Characters (also in full width) by which spreadsheets know a formula, and blanks that they pass over before one. */
const formulaBegins = '=+-@\t\r\n＝＋－＠'
  .split('')
  .map((character) => character.codePointAt(0))
  .join(', ');

/** A value as text, as the API writes it. */
function cell(name: string, column: Column, isFormulaSafe: boolean): Sql {
  const value = `x."${aliasOf(name)}"${step(column, '->>')}`;
  if (column.type === 'time' && !step(column, '->>')) return raw(`to_json(${value}) #>> '{}'`);
  if (column.type === 'json') return raw(`translate(to_json(${value})::text, e'\\n\\r', '  ')`);
  if (column.type !== 'text' || !isFormulaSafe) return raw(`(${value})::text`);
  return raw(`case when ascii(${value}) in (${formulaBegins}) then '''' || (${value}) else ${value} end`);
}
