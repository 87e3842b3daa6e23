import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isListType,
  isObjectType,
  isRequiredArgument,
  parse,
  print,
} from 'graphql';
import type { Random } from '../setup/random.js';

export interface GeneratedQuery {
  readonly text: string;
  readonly variables: Record<string, unknown>;
}

/** Gives a value for an argument, or undefined to leave it out. */
export type ValueOf = (random: Random, type: string, field: string, argument: GraphQLArgument) => unknown;

/**
 * Queries from the real schema: aliases, repeated fields, fragments, directives, variables and literals, nested objects
 * and lists. The same seed gives the same queries.
 */
export class QueryGenerator {
  #variables: { name: string; type: string; value: unknown }[] = [];
  #fragments: string[] = [];
  #budget = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly random: Random,
    private readonly isComposed: (type: string, field: string) => boolean,
    private readonly give: ValueOf,
    /** Whether a field may be selected. */
    private readonly picks: (type: GraphQLObjectType, field: GraphQLField<unknown, unknown>) => boolean = () => true,
  ) {}

  query(): GeneratedQuery {
    this.#variables = [];
    this.#fragments = [];
    this.#budget = 40;
    const root = this.schema.getQueryType() as GraphQLObjectType;
    const fields = Object.values(root.getFields()).filter(
      (field) => this.isComposed('Query', field.name) && this.picks(root, field),
    );
    const weighted = [
      ...fields,
      ...fields.filter((field) => /^customers?$/.test(field.name)).flatMap((f) => [f, f, f]),
    ];
    const count = this.random.chance(0.25) ? 2 : 1;
    const selections = Array.from({ length: count }, (_, i) =>
      this.field(root, this.random.pick(weighted), 0, `r${i}`),
    );
    const declared = this.#variables.map(({ name, type }) => `$${name}: ${type}`).join(', ');
    const text = `query${declared ? ` (${declared})` : ''} { ${selections.join(' ')} } ${this.#fragments.join(' ')}`;
    return {
      text: print(parse(text)),
      variables: Object.fromEntries(this.#variables.map(({ name, value }) => [name, value])),
    };
  }

  private selection(type: GraphQLObjectType, depth: number): string {
    const fields = Object.values(type.getFields()).filter((field) => {
      const isDeep = isObjectType(getNamedType(field.type));
      const isClosed = field.args.some((argument) => isRequiredArgument(argument));
      return (
        !isClosed &&
        this.picks(type, field) &&
        (!isDeep || (depth < 6 && this.#budget > 0)) &&
        !(isDeep && this.random.chance(depth * 0.1))
      );
    });
    const parts: string[] = [];
    const taken = new Set(fields.map((field) => field.name));
    const count = 1 + this.random.int(Math.min(fields.length, 5));
    for (const field of this.random.shuffle(fields).slice(0, count)) {
      const alias = this.random.chance(0.2) ? this.alias(taken) : '';
      parts.push(this.field(type, field, depth, alias));
    }
    if (parts.length === 0) parts.push('__typename');
    if (this.random.chance(0.15))
      parts.push(this.random.chance(0.5) ? '__typename' : `t${this.random.int(99)}: __typename`);
    if (this.random.chance(0.1)) parts.push(`... on ${type.name} { ${this.leaf(type)} }`);
    if (this.random.chance(0.1)) parts.push(`... ${this.directive()} { ${this.leaf(type)} }`);
    if (this.random.chance(0.1)) {
      const name = `F${this.#fragments.length}`;
      this.#fragments.push('');
      this.#fragments[Number(name.slice(1))] = `fragment ${name} on ${type.name} { ${this.leaf(type)} }`;
      parts.push(`...${name}`);
    }
    return `{ ${parts.join(' ')} }`;
  }

  /** Also names that the statements use inside. */
  private alias(taken: Set<string>): string {
    const short = this.random.pick(['x', 'r', 't', 'c', 'v', 'm', 'n', 'e1', 'p', 's', 'i', 'select', 'A', '_']);
    const alias = taken.has(short) ? `a${this.random.int(1_000_000)}` : short;
    taken.add(alias);
    return alias;
  }

  private leaf(type: GraphQLObjectType): string {
    const leaves = Object.values(type.getFields()).filter(
      (f) => !isObjectType(getNamedType(f.type)) && f.args.length === 0 && this.picks(type, f),
    );
    return leaves.length > 0 ? this.random.pick(leaves).name : '__typename';
  }

  private field(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, depth: number, alias: string): string {
    this.#budget--;
    const named = getNamedType(field.type);
    const args = this.args(type.name, field);
    // One response key may not stand for two sets of arguments.
    const name = alias || (args !== '' ? `a${this.random.int(1_000_000)}` : '');
    const directive = this.random.chance(0.08) ? ` ${this.directive()}` : '';
    const inner = isObjectType(named) ? ` ${this.selection(named, depth + 1)}` : '';
    return `${name ? `${name}: ` : ''}${field.name}${args}${directive}${inner}`;
  }

  private args(type: string, field: GraphQLField<unknown, unknown>): string {
    const given: string[] = [];
    const names = new Set<string>();
    for (const argument of this.random.shuffle(field.args)) {
      if (names.has('first') && argument.name === 'last') continue;
      if (names.has('last') && argument.name === 'first') continue;
      const value = this.give(this.random, type, field.name, argument);
      if (value === undefined) continue;
      names.add(argument.name);
      given.push(
        `${argument.name}: ${this.random.chance(0.5) ? this.variable(argument, value) : literal(argument.type, value)}`,
      );
    }
    return given.length > 0 ? `(${given.join(', ')})` : '';
  }

  private variable(argument: { type: GraphQLInputType }, value: unknown): string {
    const name = `v${this.#variables.length}`;
    this.#variables.push({ name, type: String(argument.type), value });
    return `$${name}`;
  }

  private directive(): string {
    const word = this.random.pick(['include', 'skip']);
    const value = this.random.chance(0.5);
    if (this.random.chance(0.5)) return `@${word}(if: ${value})`;
    const name = `v${this.#variables.length}`;
    this.#variables.push({ name, type: 'Boolean!', value });
    return `@${word}(if: $${name})`;
  }
}

function literal(type: GraphQLInputType, value: unknown): string {
  const nullable = getNullableType(type);
  if (value === null) return 'null';
  if (isListType(nullable)) {
    return `[${(value as unknown[]).map((one) => literal(nullable.ofType as GraphQLInputType, one)).join(', ')}]`;
  }
  if (isEnumType(nullable)) return String(value);
  if (typeof value === 'object' && 'getFields' in (nullable as object)) {
    const fields = (nullable as unknown as { getFields(): Record<string, { type: GraphQLInputType }> }).getFields();
    const parts = Object.entries(value as object).map(
      ([key, one]) => `${key}: ${literal((fields[key] as { type: GraphQLInputType }).type, one)}`,
    );
    return `{ ${parts.join(', ')} }`;
  }
  return JSON.stringify(value);
}
