import type { IdentifierInput } from '../../identity/identifier.input.js';
import { Refusal } from '../../platform/refusal.js';
import { type JsonObject, objectOf, textOf } from '../json-value.js';

/** The source that a message comes from: `context.library` names the SDK. */
export function sourceOf(message: unknown): 'segment' | 'rudderstack' {
  const one = objectOf(message);
  const library = objectOf(objectOf(one['context'])['library']);
  if (/rudder/i.test(textOf(library['name']) ?? '')) return 'rudderstack';
  // RudderStack's Node SDK calls itself `analytics-node`, as Segment's did; only the former stamps this on sending.
  return one['originalTimestamp'] !== undefined && one['receivedAt'] === undefined ? 'rudderstack' : 'segment';
}

/** What is known of the customer: of an `identify` its own traits, of any message those of its context. */
export function traitsOf(message: JsonObject): JsonObject {
  const own = message['type'] === 'identify' ? message['traits'] : undefined;
  if (own != null && !isTraits(own)) throw new Refusal('INPUT_INVALID', 'Traits are an object.', { field: 'traits' });
  return { ...objectOf(objectOf(message['context'])['traits']), ...objectOf(own) };
}

function isTraits(value: unknown): boolean {
  return typeof value === 'object' && !Array.isArray(value);
}

/**
 * Whom a message is about, by everything that it says of her. An id of a wrong type is a mistake of the sender's; an
 * e-mail address or telephone number that is no text is a trait like any other.
 */
export function identifiersOf(message: JsonObject, traits: JsonObject): IdentifierInput[] {
  const found: [string, string | undefined][] = [
    ['user_id', idOf(message, 'userId')],
    ['email', textOf(traits['email'])],
    ['phone', textOf(traits['phone'])],
    ['device_id', textOf(objectOf(objectOf(message['context'])['device'])['id'])],
    ['anonymous_id', idOf(message, 'anonymousId')],
  ];
  if (message['type'] === 'alias') found.push(['anonymous_id', previousIdOf(message)]);
  const identifiers = found.flatMap(([type, value]) => (value === undefined ? [] : [{ type, value }]));
  if (identifiers.length > 0) return identifiers;
  throw new Refusal(
    'TOO_FEW',
    'A message names its customer: userId, anonymousId, or an e-mail address or telephone.',
    {
      field: 'userId',
      limit: 1,
    },
  );
}

/**
 * The id that an `alias` joins to its `userId`. It is an anonymous id: two user ids are two customers by rule, and
 * joining those is a merge, which somebody has to decide.
 */
function previousIdOf(message: JsonObject): string | undefined {
  const previous = requiredIdOf(message, 'previousId');
  const userId = idOf(message, 'userId');
  if (userId === undefined && idOf(message, 'anonymousId') === undefined) {
    throw new Refusal('TOO_FEW', 'An alias needs the userId that the previous id belongs to.', {
      field: 'userId',
      limit: 1,
    });
  }
  return previous === userId ? undefined : previous;
}

export function requiredIdOf(message: JsonObject, field: string): string {
  const id = idOf(message, field);
  if (id === undefined) throw new Refusal('TOO_FEW', 'This field is required.', { field, limit: 1 });
  return id;
}

function idOf(message: JsonObject, field: string): string | undefined {
  const value = message[field];
  if (value == null || value === '') return undefined;
  if (typeof value === 'string' || typeof value === 'number') return textOf(value);
  throw new Refusal('INPUT_INVALID', 'An id is text or a number.', { field });
}
