import type { IdentifierInput } from '../../identity/identifier.input.js';
import { Refusal } from '../../platform/refusal.js';
import { isObject, type JsonObject, objectOf, textOf } from '../json-value.js';

const aliases = new Set(['$create_alias', '$merge_dangerously']);

/**
 * What an event says of its person. `$set_once` is not among it: whether something was set before is not asked here,
 * and a later value in place of the first one would be wrong.
 */
export function traitsOf(event: JsonObject, properties: JsonObject): JsonObject {
  const set = { ...personProperties(event, '$set'), ...personProperties(properties, '$set') };
  const own = Object.entries(set).filter(([key]) => !key.startsWith('$'));
  const groups = Object.entries(objectOf(properties['$groups'])).flatMap(([type, key]) => {
    const group = textOf(key);
    return group === undefined ? [] : [[`group.${type}`, group] as const];
  });
  return { ...Object.fromEntries(groups), ...groupTraits(event, properties), ...Object.fromEntries(own) };
}

function personProperties(of: JsonObject, name: string): JsonObject {
  const value = of[name];
  if (value == null || isObject(value)) return value ?? {};
  throw new Refusal('INPUT_INVALID', 'Person properties are an object.', { field: name });
}

/** A group that a person describes: its key, and its own properties under its type. */
function groupTraits(event: JsonObject, properties: JsonObject): JsonObject {
  const type = textOf(properties['$group_type']);
  const key = textOf(properties['$group_key']);
  if (event['event'] !== '$groupidentify' || type === undefined || key === undefined) return {};
  const own = Object.entries(objectOf(properties['$group_set'])).map(([name, value]) => [
    `group.${type}.${name}`,
    value,
  ]);
  return { ...Object.fromEntries(own), [`group.${type}`]: key };
}

/**
 * Whom an event is about. PostHog has one kind of id for visitors and users alike, so each is an `anonymous_id`, which
 * an alias may join to another; it is a `user_id` too once a client says that the person is identified.
 */
export function identifiersOf(event: JsonObject, properties: JsonObject, traits: JsonObject): IdentifierInput[] {
  const distinctId = idOf(event, 'distinct_id') ?? idOf(properties, 'distinct_id');
  if (distinctId === undefined) {
    throw new Refusal('TOO_FEW', 'An event names its person.', { field: 'distinct_id', limit: 1 });
  }
  const found: [string, string | undefined][] = [
    ['user_id', isIdentified(event, properties) ? distinctId : undefined],
    ['email', textOf(traits['email'])],
    ['email', /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(distinctId) ? distinctId : undefined],
    ['phone', textOf(traits['phone'])],
    ['anonymous_id', distinctId],
    ['anonymous_id', idOf(properties, '$anon_distinct_id')],
    ['anonymous_id', aliases.has(event['event'] as string) ? aliasOf(properties) : undefined],
  ];
  return found.flatMap(([type, value]) => (value === undefined ? [] : [{ type, value }]));
}

function isIdentified(event: JsonObject, properties: JsonObject): boolean {
  return (
    event['event'] === '$identify' ||
    properties['$is_identified'] === true ||
    properties['$user_state'] === 'identified'
  );
}

function aliasOf(properties: JsonObject): string {
  const alias = idOf(properties, 'alias');
  if (alias === undefined) throw new Refusal('TOO_FEW', 'An alias names two ids.', { field: 'alias', limit: 1 });
  return alias;
}

function idOf(of: JsonObject, field: string): string | undefined {
  const value = of[field];
  if (value == null || value === '') return undefined;
  if (typeof value === 'string' || typeof value === 'number') return textOf(value);
  throw new Refusal('INPUT_INVALID', 'An id is text or a number.', { field });
}
