import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { getArgumentValues } from 'graphql/execution/values.js';
import type { Asker } from './asker.js';
import { type FieldRule, ruleOf } from './field-access.js';
import type { Bound, Fact, Request } from './sql.js';

export type Variables = Readonly<Record<string, unknown>>;

/** What cannot be one statement; the normal path answers it instead. */
export class NotComposable extends Error {
  constructor(
    readonly reason: 'no_shape' | 'name_too_long' | 'abstract_type' | 'directive' | 'not_a_query' | 'introspection',
    what: string,
  ) {
    super(what);
  }
}

/** One selected field; aliases, fragments and directives are resolved. Written against by every section. */
export interface Field {
  /** The response key. */
  readonly key: string;
  readonly name: string;
  /** The object type that the field stands on. */
  readonly parent: string;
  /** The named type that it answers with. */
  readonly type: string;
  readonly fields: readonly Field[];
  /** The field that this one is selected in; null for a field of Query. */
  readonly up: Field | null;
  /** True in the statements that portal tokens run: leave out what is internal. */
  readonly isPortal: boolean;
  /** True in the statements of callers to whom personal data goes out masked. */
  readonly isMasked: boolean;
  /** Whether the argument is given (null is not): presence makes another statement. */
  has(arg: string): boolean;
  /** The argument's value, read when the statement runs: it never makes another statement. */
  arg<T = unknown>(name: string, as?: (value: T, request: Request, path: string) => unknown): Bound;
  /** The argument of that name of the nearest field above (or of this one) that is given it, or null. */
  inherited<T = unknown>(name: string, as?: (value: T, request: Request, path: string) => unknown): Bound | null;
  /** Runs before the values are bound; it throws the refusal of what cannot be asked. */
  check(test: (request: Request) => void): void;
  /** Declares that a value needs the fact, and reads it. */
  needs<T>(fact: Fact<T>): (request: Request) => T;
  /** How a client knows an argument: `touchpoints.first`. */
  path(arg: string): string;
  selects(name: string): boolean;
}

/** A field of the schema, such as `Customer.traits`, and who may read it. */
export interface NamedRule {
  readonly name: string;
  readonly rule: FieldRule;
}

interface Slot {
  readonly field: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
  /** The arguments when they hold no variable. */
  readonly constant: Variables | null;
}

/** What one statement is written from; collects on the way what its values and its access need. */
export class Selection {
  readonly slots: Slot[] = [];
  readonly checks: ((request: Request) => void)[] = [];
  readonly facts = new Set<Fact<unknown>>();
  readonly scopes = new Set<string>();
  readonly rules: NamedRule[] = [];
  /** True once a field is selected that customers may not read. */
  isInternal = false;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: Record<string, FragmentDefinitionNode>,
    private readonly variables: Variables,
    readonly isPortal: boolean,
    readonly isMasked: boolean,
  ) {}

  root(type: GraphQLObjectType, set: SelectionSetNode): Field[] {
    return this.select(type, collectFields(this.schema, this.fragments, this.variables, type, set), null);
  }

  /** One root field, alone. */
  field(type: GraphQLObjectType, nodes: readonly FieldNode[]): Field {
    const node = nodes[0] as FieldNode;
    return this.select(type, new Map([[node.alias?.value ?? node.name.value, nodes]]), null)[0] as Field;
  }

  /** The fields that a node of this type is asked for, whatever field leads to it. */
  object(type: GraphQLObjectType, nodes: readonly FieldNode[]): Field {
    const node = nodes[0] as FieldNode;
    const field: { -readonly [K in keyof Field]: Field[K] } = this.leaf(
      'node',
      node.name.value,
      'Query',
      type.name,
      null,
    );
    field.fields = this.select(type, this.subfields(type, nodes), field);
    return field;
  }

  valuesOf(variables: Variables): Variables[] {
    return this.slots.map((slot) => slot.constant ?? getArgumentValues(slot.field, slot.node, variables));
  }

  private subfields(type: GraphQLObjectType, nodes: readonly FieldNode[]) {
    return collectSubfields(this.schema, this.fragments, this.variables, type, nodes);
  }

  private select(
    parent: GraphQLObjectType,
    found: ReadonlyMap<string, readonly FieldNode[]>,
    up: Field | null,
  ): Field[] {
    return [...found].map(([key, nodes]) => this.one(parent, key, nodes, up));
  }

  private one(parent: GraphQLObjectType, key: string, nodes: readonly FieldNode[], up: Field | null): Field {
    const node = nodes[0] as FieldNode;
    const name = node.name.value;
    if (key.length > 63) throw new NotComposable('name_too_long', `${key} is longer than a name in Postgres.`);
    if (nodes.some((one) => one.directives?.some((d) => !['include', 'skip'].includes(d.name.value)))) {
      throw new NotComposable('directive', `${parent.name}.${name} has a directive that is not known here.`);
    }
    if (name === '__typename') return this.leaf(key, name, parent.name, 'String', up);
    const definition = parent.getFields()[name];
    if (!definition) throw new NotComposable('introspection', `${parent.name}.${name} is answered by GraphQL itself.`);
    const rule = ruleOf(parent, definition);
    this.rules.push({ name: `${parent.name}.${name}`, rule });
    if (rule.scope !== null) this.scopes.add(rule.scope);
    if (!rule.customer) this.isInternal = true;
    const type = getNamedType(definition.type);
    const field: { -readonly [K in keyof Field]: Field[K] } = definition.args.length
      ? this.withArguments(key, definition, node, parent.name, type.name, up)
      : this.leaf(key, name, parent.name, type.name, up);
    if (isObjectType(type)) field.fields = this.select(type, this.subfields(type, nodes), field);
    else if ('getFields' in type || 'getTypes' in type) {
      throw new NotComposable('abstract_type', `${type.name} may be one of several types.`);
    }
    return field;
  }

  private leaf(key: string, name: string, parent: string, type: string, up: Field | null): Field {
    const field: Field = {
      key,
      name,
      parent,
      type,
      fields: [],
      up,
      isPortal: this.isPortal,
      isMasked: this.isMasked,
      has: () => false,
      arg: (arg) => {
        throw new Error(`${parent}.${name} has no argument ${arg}.`);
      },
      inherited: (arg, as) => up?.inherited(arg, as) ?? null,
      check: (test) => void this.checks.push(test),
      needs: (fact) => {
        this.facts.add(fact as Fact<unknown>);
        return (request) => request.facts.get(fact as Fact<unknown>) as never;
      },
      path: (arg) => (up === null ? arg : `${pathOf(field)}.${arg}`),
      selects: (wanted) => field.fields.some((one) => one.name === wanted),
    };
    return field;
  }

  private withArguments(
    key: string,
    definition: GraphQLField<unknown, unknown>,
    node: FieldNode,
    parent: string,
    type: string,
    up: Field | null,
  ): Field {
    const given = getArgumentValues(definition, node, this.variables);
    const constant = mentionsVariable(node) ? null : given;
    const slot = this.slots.push({ field: definition, node, constant }) - 1;
    const known = new Map<string, Map<unknown, Bound>>();
    const field: { -readonly [K in keyof Field]: Field[K] } = this.leaf(key, definition.name, parent, type, up);
    field.has = (arg) => given[arg] != null;
    field.arg = (arg, as) => {
      const bounds = known.get(arg) ?? new Map<unknown, Bound>();
      known.set(arg, bounds);
      const bound = bounds.get(as) ?? argument(slot, arg, field.path(arg), as as ArgumentReader | undefined);
      bounds.set(as, bound);
      return bound;
    };
    field.inherited = (arg, as) => (field.has(arg) ? field.arg(arg, as) : (up?.inherited(arg, as) ?? null));
    return field;
  }
}

type ArgumentReader = (value: unknown, request: Request, path: string) => unknown;

function argument(slot: number, arg: string, path: string, as: ArgumentReader | undefined): Bound {
  if (!as) return (request) => request.args[slot]?.[arg] ?? null;
  return (request) => as(request.args[slot]?.[arg], request, path);
}

function pathOf(field: Field): string {
  return field.up === null || field.up.up === null ? field.key : `${pathOf(field.up)}.${field.key}`;
}

function mentionsVariable(node: FieldNode): boolean {
  const inValue = (value: { kind: Kind } & object): boolean => {
    if (value.kind === Kind.VARIABLE) return true;
    if ('values' in value) return (value.values as { kind: Kind }[]).some(inValue);
    return 'fields' in value && (value.fields as { value: { kind: Kind } }[]).some((field) => inValue(field.value));
  };
  return (node.arguments ?? []).some((argument) => inValue(argument.value));
}

/** Presence and booleans shape a statement (arguments, `@include`, `@skip`); other values do not. */
export function shapeOf(value: unknown): string {
  if (value == null) return '0';
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (typeof value !== 'object' || Array.isArray(value)) return '1';
  return `{${Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => key + shapeOf(one))}}`;
}

/** Whose statement it is: portal tokens and masked callers run other text than the rest. */
export function audienceOf(asker: Asker): string {
  return (asker.customer === null ? 's' : 'p') + (asker.isMasked ? 'm' : 'c');
}
