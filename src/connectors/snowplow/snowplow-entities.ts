import { isObject, type JsonObject, objectOf, presentOf, textOf } from '../json-value.js';
import { jsonOfEither, type SelfDescribing, selfDescribing } from './snowplow-json.js';

/** What the entities (contexts) of an event tell. */
export interface Entities {
  /** The page view that the event belongs to. */
  readonly pageViewId?: string;
  readonly userId?: string;
  readonly email?: string;
  readonly phone?: string;
  /** Ids of visitors. */
  readonly visitorIds: readonly string[];
  readonly device?: JsonObject;
  readonly os?: JsonObject;
  /** Those that say more than what is known by name here. */
  readonly others: readonly { readonly schema: string; readonly data: unknown }[];
}

/** Entities in which trackers and shops say who somebody is. */
const people = /^(user|customer|account|profile|identity)$/;
/** Technical ones: who and what they tell is read, the rest is ids and timings. */
const technical = new Set(['web_page', 'client_session', 'mobile_context', 'performance_timing', 'navigation_timing']);

export function entitiesOf(event: JsonObject): Entities {
  const all = listOf(event);
  const named = (name: string) => objectOf(all.find((entity) => entity.name === name)?.data);
  const person = objectOf(all.find((entity) => people.test(entity.name))?.data);
  const mobile = named('mobile_context');
  const session = textOf(named('client_session')['userId']);
  return {
    pageViewId: textOf(named('web_page')['id']),
    userId: person['is_guest'] === true ? undefined : textOf(person['id']),
    email: textOf(person['email']),
    phone: textOf(person['phone']),
    visitorIds: session === undefined ? [] : [session],
    device: presentOf({ manufacturer: textOf(mobile['deviceManufacturer']), model: textOf(mobile['deviceModel']) }),
    os: presentOf({ name: textOf(mobile['osType']), version: textOf(mobile['osVersion']) }),
    others: all
      .filter((entity) => !technical.has(entity.name) && !people.test(entity.name))
      .map(({ schema, data }) => ({ schema, data })),
  };
}

function listOf(event: JsonObject): SelfDescribing[] {
  const sent = jsonOfEither(event, 'co', 'cx');
  if (!sent) return [];
  const { data } = selfDescribing(sent.value, sent.field);
  const list = Array.isArray(data) ? data : [data];
  return list.filter(isObject).map((entity) => selfDescribing(entity, sent.field));
}
