import type { Composer, Field } from '../platform/composer.js';
import type { Sql } from '../platform/sql.js';

/** What a column holds, for formats that have types. */
export type ColumnType = 'id' | 'text' | 'word' | 'time' | 'int' | 'float' | 'boolean' | 'json';

/** One column: a field of the GraphQL type, read and masked by the same shape, or SQL of its own. */
export interface Column {
  readonly type: ColumnType;
  /** The field of the type, or a field within it: `blueprint.key`. */
  readonly path?: string;
  readonly sql?: (f: Field) => Sql;
}

/** The values of filters that no list of the API takes, by name; the row's customer is `profile`. */
export type OwnFilters = Readonly<Record<string, string>>;

/** The column by whose order rows go out, and the table that knows it: a place in it is where an export goes on. */
export interface Keyset {
  readonly table: string;
  readonly column: string;
  readonly type: 'uuid' | 'bigint';
}

/** A kind of thing that can be exported. */
export interface ExportKind {
  /** The list of the API whose arguments filter it, and whose nodes are its rows. */
  readonly list: { readonly type: 'Query' | 'Customer'; readonly field: string; readonly hasNodes: boolean };
  readonly rowType: string;
  /** Filters by name, and the argument (or a part of it) of the list that takes each. */
  readonly arguments: Readonly<Record<string, string>>;
  /** Filters that only exports have. */
  readonly own: Readonly<Record<string, OwnFilter>>;
  readonly columns: Readonly<Record<string, Column>>;
  /** Null when it goes out in one piece. */
  readonly keyset: Keyset | null;
  /** The key as an expression over the row. */
  readonly key: string;
  /** True when several rows of one key stand for one thing: it goes out as the latest of its touchpoints, row `t`, has it. */
  readonly isDistinct?: boolean;
  /** `from … where …` of the rows, for further conditions to follow. */
  readonly rows: (q: Composer, f: Field) => Sql;
}

export interface OwnFilter {
  readonly form: 'time' | 'text' | 'customer' | 'boolean';
  /** `and …` over the row. */
  readonly where: (value: Sql) => Sql;
}

export const id = (path: string): Column => ({ type: 'id', path });
export const text = (path: string): Column => ({ type: 'text', path });
export const word = (path: string): Column => ({ type: 'word', path });
export const time = (path: string): Column => ({ type: 'time', path });
export const int = (path: string): Column => ({ type: 'int', path });
export const float = (path: string): Column => ({ type: 'float', path });
export const boolean = (path: string): Column => ({ type: 'boolean', path });
export const json = (path: string): Column => ({ type: 'json', path });
