import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import type { Asker } from './asker.js';
import { type IdKind, isNumbered } from './ids.js';
import {
  audienceOf,
  type Field,
  type NamedRule,
  NotComposable,
  Selection,
  shapeOf,
  type Variables,
} from './selection.js';
import { type Bound, type Fact, join, nothing, raw, render, Sql, sql, written } from './sql.js';

export type { Field } from './selection.js';

/** The SQL of GraphQL fields: type → field → expression over the row that stands for the type. */
export type Shapes = Readonly<Record<string, Readonly<Record<string, Sql | ((field: Field) => Sql)>>>>;

/** One kind of thing that has a global id: the `from` clause of the row that the id (an SQL expression) names. */
export interface NodeKind {
  readonly type: string;
  readonly from: (field: Field, id: Sql) => Sql;
}

/** A statement, and what it takes to run it. */
export interface Plan {
  readonly name: string;
  readonly sql: string;
  /** Scopes that staff and systems need for it. */
  readonly scopes: readonly string[];
  /** True when it reads something that customers may not see. */
  readonly isInternal: boolean;
  /** Every field that it reads, with the rule of who may. */
  readonly rules: readonly NamedRule[];
  /** Refuses what cannot be asked: a forged cursor, a page of 0. */
  values(asker: Asker, variables: Variables, ids?: readonly string[]): Promise<unknown[]>;
}

/** A statement that is run once, with its values in its text, and what it takes to run it. */
export interface WrittenPlan {
  readonly scopes: readonly string[];
  readonly text: string;
}

/** What an argument of a lower floor's list makes of it: two ways to say the same, for the list to choose from. */
export interface Narrowing {
  /** `and …` over the rows of the list, where something else finds them. */
  readonly condition: (field: Field) => Sql;
  /** A query of the rows' ids, as column `id`, where the argument alone finds them: in their order by an index. */
  readonly ids: (field: Field) => Sql;
}

/** Rows that a higher floor knows about things of a lower one, found by an expression of the things' ids. */
export type KnownAbove = (field: Field, of: Sql) => Sql;

type Row = Pick<Field, 'type' | 'fields'>;

const shapesPerOperationMax = 64;

/**
 * Makes one prepared statement of a selection, whatever is selected. Each domain contributes shapes; a section is
 * nothing but a field whose SQL is a sub-query. A shape sees whether an argument is present, never its value, so values
 * cannot become SQL text and the number of statements is bounded.
 */
@Injectable()
export class Composer {
  readonly #shapes = new Map<string, Map<string, Sql | ((field: Field) => Sql)>>();
  readonly #nodes = new Map<IdKind, NodeKind>();
  readonly #narrowings = new Map<string, Narrowing>();
  readonly #knownAbove = new Map<string, KnownAbove>();
  readonly #plans = new WeakMap<OperationDefinitionNode, Map<string, Plan | NotComposable>>();
  #schema: GraphQLSchema | null = null;

  /** Called by each module's constructor; a field given twice is a mistake of ours. */
  contribute(shapes: Shapes): void {
    for (const [type, fields] of Object.entries(shapes)) {
      const known = this.#shapes.get(type) ?? new Map();
      this.#shapes.set(type, known);
      for (const [name, shape] of Object.entries(fields)) {
        if (known.has(name)) throw new Error(`${type}.${name} has a shape already.`);
        known.set(name, shape);
      }
    }
  }

  /** Registers a kind of thing that `node(id)` answers with. */
  contributeNode(kind: IdKind, node: NodeKind): void {
    if (this.#nodes.has(kind)) throw new Error(`The node kind ${kind} is registered already.`);
    this.#nodes.set(kind, node);
  }

  /** Compiles an argument of a lower floor's list, such as `segment` of `Query.customers`. */
  contributeNarrowing(type: string, field: string, arg: string, narrowing: Narrowing): void {
    const name = `${type}.${field}(${arg})`;
    if (this.#narrowings.has(name)) throw new Error(`${name} is compiled already.`);
    this.#narrowings.set(name, narrowing);
  }

  /** What a higher floor makes of an argument. */
  narrowing(of: Field, arg: string): Narrowing {
    const narrowing = this.#narrowings.get(`${of.parent}.${of.name}(${arg})`);
    if (!narrowing) throw new Error(`Nobody compiles ${of.parent}.${of.name}(${arg}).`);
    return narrowing;
  }

  /** Lends rows to shapes of lower floors, such as when touchpoints named identifiers. */
  contributeRows(name: string, rows: KnownAbove): void {
    if (this.#knownAbove.has(name)) throw new Error(`The rows ${name} are known already.`);
    this.#knownAbove.set(name, rows);
  }

  /** What a higher floor knows. */
  rows(name: string, field: Field, of: Sql): Sql {
    const rows = this.#knownAbove.get(name);
    if (!rows) throw new Error(`Nobody knows the rows ${name}.`);
    return rows(field, of);
  }

  /** The schema, once it is built. */
  use(schema: GraphQLSchema): void {
    this.#schema = schema;
  }

  isComposed(type: string, field: string): boolean {
    return this.#shapes.get(type)?.has(field) ?? false;
  }

  hasShapes(type: string): boolean {
    return this.#shapes.has(type);
  }

  nodeKind(kind: IdKind): NodeKind | undefined {
    return this.#nodes.get(kind);
  }

  /** The selected columns of a type's row. */
  columns(of: Row): Sql {
    return join(
      of.fields.map((field) => sql`${this.expression(of.type, field)} as ${raw(`"${field.key}"`)}`),
      ',\n',
    );
  }

  /**
   * The record of one row, or null when there is none. Its alias has a `$`, which no response key can have: a column of
   * the row's own name would hide the row.
   */
  object(of: Row, from: Sql = nothing): Sql {
    return sql`(select row_to_json(x$) from (select ${this.columns(of)}\n${from}) x$)`;
  }

  /** The records of all rows, in their order. */
  list(of: Row, from: Sql): Sql {
    return sql`(select coalesce(json_agg(x$), '[]') from (select ${this.columns(of)}\n${from}) x$)`;
  }

  /** One statement for a whole operation. */
  plan(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Variables,
    asker: Asker,
  ): Plan | NotComposable {
    return this.remembered(operation, variables, asker, '', () => {
      if (operation.operation !== 'query') throw new NotComposable('not_a_query', 'It may change something.');
      const selection = this.selection(this.schema, fragmentsOf(document), variables, asker);
      const query = this.schema.getQueryType() as GraphQLObjectType;
      const fields = selection.root(query, operation.selectionSet);
      return planOf(selection, sql`select ${this.object({ type: query.name, fields })}::text`);
    });
  }

  /** One statement for one field of Query; its answer is the field's value. */
  planField(info: GraphQLResolveInfo, asker: Asker): Plan | NotComposable {
    return this.remembered(info.operation, info.variableValues, asker, `field ${info.path.key}`, () => {
      const selection = this.selection(info.schema, info.fragments, info.variableValues, asker);
      const field = selection.field(info.parentType, info.fieldNodes);
      return planOf(selection, sql`select ${this.expression(info.parentType.name, field)}::text`);
    });
  }

  /** One statement for what a field asks of things of one kind: a list in the order of the ids, null where none is. */
  planNodes(info: GraphQLResolveInfo, kind: IdKind, asker: Asker): Plan | NotComposable {
    return this.remembered(info.operation, info.variableValues, asker, `${kind} ${pathOf(info)}`, () => {
      const node = this.#nodes.get(kind);
      const type = info.schema.getType(node?.type ?? '');
      if (!node || !isObjectType(type)) throw new Error(`${kind} is no kind of node.`);
      const selection = this.selection(info.schema, info.fragments, info.variableValues, asker);
      const field = selection.object(type, info.fieldNodes);
      const ids: Bound = (request) => request.ids;
      return planOf(
        selection,
        sql`select coalesce(json_agg(${this.object(field, node.from(field, raw('asked.id')))} order by asked.n), '[]')::text
          from unnest(${ids}::${raw(isNumbered(kind) ? 'bigint' : 'uuid')}[]) with ordinality asked(id, n)`,
      );
    });
  }

  /** The arguments of a field, by name. */
  argumentsOf(type: string, field: string): ReadonlyMap<string, GraphQLInputType> {
    const found = this.field(this.objectType(type), field);
    return new Map(found.args.map((one) => [one.name, one.type]));
  }

  /**
   * A statement of whole rows, for what is too large to be an answer: `write` gets the list that the document selects on
   * the type, with its arguments and fields, and writes it from the same shapes that answer queries.
   */
  async writtenRows(
    parent: string,
    document: DocumentNode,
    variables: Variables,
    asker: Asker,
    write: (list: Field) => Sql,
  ): Promise<WrittenPlan> {
    const selection = this.selection(this.schema, fragmentsOf(document), variables, asker);
    const [operation] = document.definitions as OperationDefinitionNode[];
    const nodes = operation?.selectionSet.selections as FieldNode[];
    const statement = write(selection.field(this.objectType(parent), nodes));
    const facts = new Map<Fact<unknown>, unknown>();
    for (const fact of selection.facts) facts.set(fact, await fact.load(asker));
    const request = { asker, args: selection.valuesOf(variables), facts, ids: [] };
    for (const check of selection.checks) check(request);
    return { scopes: [...selection.scopes], text: written(statement, request) };
  }

  private objectType(name: string): GraphQLObjectType {
    const type = this.schema.getType(name);
    if (!isObjectType(type)) throw new Error(`${name} is no type of the schema.`);
    return type;
  }

  private field(type: GraphQLObjectType, name: string): GraphQLField<unknown, unknown> {
    const field = type.getFields()[name];
    if (!field) throw new Error(`${type.name}.${name} is no field of the schema.`);
    return field;
  }

  /**
   * One statement for what a subscription selects of things that a value of it lists: in their order, null for one that
   * is not to be seen.
   */
  planEach(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Variables,
    asker: Asker,
    listed: (field: Field) => { readonly from: Sql; readonly where: Sql; readonly order: Sql },
  ): Plan | NotComposable {
    return this.remembered(operation, variables, asker, 'each', () => {
      const selection = this.selection(this.schema, fragmentsOf(document), variables, asker);
      const type = this.schema.getSubscriptionType() as GraphQLObjectType;
      const [field] = selection.root(type, operation.selectionSet) as [Field];
      const { from, where, order } = listed(field);
      return planOf(
        selection,
        sql`select coalesce(json_agg(${this.object(field, where)} order by ${order}), '[]')::text from ${from}`,
      );
    });
  }

  /** The schema that it composes for. */
  get schema(): GraphQLSchema {
    if (!this.#schema) throw new Error('The composer has no schema yet.');
    return this.#schema;
  }

  private selection(
    schema: GraphQLSchema,
    fragments: Record<string, FragmentDefinitionNode>,
    variables: Variables,
    asker: Asker,
  ): Selection {
    return new Selection(schema, fragments, variables, asker.customer !== null, asker.isMasked);
  }

  private expression(type: string, field: Field): Sql {
    if (field.name === '__typename') return raw(`'${type}'::text`);
    const shape = this.#shapes.get(type)?.get(field.name);
    if (!shape) throw new NotComposable('no_shape', `${type}.${field.name} has no shape.`);
    return shape instanceof Sql ? shape : shape(field);
  }

  /** Compiles once per operation and shape; that something cannot be composed is remembered too. */
  private remembered(
    operation: OperationDefinitionNode,
    variables: Variables,
    asker: Asker,
    of: string,
    compile: () => Plan,
  ): Plan | NotComposable {
    const plans = this.#plans.get(operation) ?? new Map<string, Plan | NotComposable>();
    this.#plans.set(operation, plans);
    const given = (operation.variableDefinitions ?? []).map((one) => shapeOf(variables[one.variable.name.value]));
    const key = `${audienceOf(asker)} ${of}?${given.join()}`;
    const known = plans.get(key);
    if (known) return known;
    const plan = attempt(compile);
    if (plans.size >= shapesPerOperationMax) plans.delete(plans.keys().next().value as string);
    plans.set(key, plan);
    return plan;
  }
}

function attempt(compile: () => Plan): Plan | NotComposable {
  try {
    return compile();
  } catch (error) {
    if (error instanceof NotComposable) return error;
    throw error;
  }
}

function planOf(selection: Selection, statement: Sql): Plan {
  const { text, params } = render(statement);
  const facts = [...selection.facts];
  return {
    name: `q${createHash('sha1').update(text).digest('hex').slice(0, 20)}`,
    sql: text,
    scopes: [...selection.scopes],
    isInternal: selection.isInternal,
    rules: selection.rules,
    async values(asker, variables, ids = []) {
      const loaded = new Map<(typeof facts)[number], unknown>();
      for (const fact of facts) loaded.set(fact, await fact.load(asker));
      const request = { asker, args: selection.valuesOf(variables), facts: loaded, ids };
      for (const check of selection.checks) check(request);
      return params.map((param) => param(request));
    },
  };
}

/** The fragments of a document, by name. */
export function fragmentsOf(document: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  return fragments;
}

/** The response path without places in lists: all items of a list run the same statement. */
function pathOf(info: GraphQLResolveInfo): string {
  const keys: string[] = [];
  for (let path: GraphQLResolveInfo['path'] | undefined = info.path; path; path = path.prev) {
    if (typeof path.key === 'string') keys.unshift(path.key);
  }
  return keys.join('.');
}
