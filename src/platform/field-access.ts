import { Extensions } from '@nestjs/graphql';
import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isObjectType,
} from 'graphql';
import type { Asker } from './asker.js';
import { Refusal } from './refusal.js';

/** What one field asks of its reader. */
export interface FieldRule {
  /** The scope that staff and systems need; null inherits: whoever may read the parent may read the field. */
  readonly scope: string | null;
  /** True when a portal token may read it about its own customer. */
  readonly customer: boolean;
}

/**
 * Names the scope that a field needs. Each field of Query and Mutation must have one. With `customer` the field is
 * also shown to portal tokens.
 */
export function Access(scope: string, options: { customer?: boolean } = {}): MethodDecorator & PropertyDecorator {
  return Extensions({ access: { scope, customer: options.customer === true } }) as MethodDecorator & PropertyDecorator;
}

/** Marks a nested field as holding nothing internal: the customer herself may read it with a portal token. */
export function ShownToCustomer(): MethodDecorator & PropertyDecorator {
  return Extensions({ access: { scope: null, customer: true } }) as MethodDecorator & PropertyDecorator;
}

/** Marks a type that only carries others: each of its fields is as visible as the field that leads to it. */
export function Structural(): ClassDecorator {
  return Extensions({ structural: true }) as unknown as ClassDecorator;
}

/** The scope that each field of a type needs, however one came to it. */
export function AllNeed(scope: string): ClassDecorator {
  return Extensions({ access: { scope, customer: false } }) as unknown as ClassDecorator;
}

const structuralName = /(^PageInfo|Connection|Edge|Payload)$/;

function isStructural(type: GraphQLObjectType): boolean {
  return structuralName.test(type.name) || type.extensions['structural'] === true;
}

/**
 * The rule of a field: its own, else that of its type. A nested field without one inherits for staff and systems, and is internal for portal tokens
 * unless its type is structural: what nobody thought of stays hidden from customers.
 */
export function ruleOf(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): FieldRule {
  const own = (field.extensions['access'] ?? type.extensions['access']) as FieldRule | undefined;
  return own ?? { scope: null, customer: isStructural(type) };
}

/** Null when the asker may read the field, else why not. */
export function refusalOf(asker: Asker, rule: FieldRule, name: string): Refusal | null {
  if (asker.customer !== null) {
    return rule.customer ? null : new Refusal('FIELD_INTERNAL', `${name} is not shown to customers.`, { field: name });
  }
  if (rule.scope === null || asker.may({ scope: rule.scope, customer: rule.customer })) return null;
  return new Refusal('SCOPE_MISSING', `${name} needs the scope ${rule.scope}.`, { field: name });
}

/** Puts each field's rule in front of its resolver; a root field without a rule stops the start. */
export function enforceAccess(schema: GraphQLSchema): void {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    const isRoot = roots.includes(type);
    for (const field of Object.values(type.getFields())) {
      if (isRoot && !field.extensions['access']) {
        throw new Error(`${type.name}.${field.name} names no scope: give its resolver an @Access.`);
      }
      const rule = ruleOf(type, field);
      if (rule.scope === null && rule.customer) continue;
      guard(type, field, rule);
    }
  }
}

function guard(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, rule: FieldRule): void {
  const inner = field.resolve ?? defaultFieldResolver;
  const name = `${type.name}.${field.name}`;
  field.resolve = (source, args, context, info) => {
    const refusal = refusalOf((context as { caller: Asker }).caller, rule, name);
    if (refusal) throw refusal;
    return inner(source, args, context, info);
  };
}
