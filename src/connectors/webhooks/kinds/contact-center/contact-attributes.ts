import { Refusal } from '../../../../platform/refusal.js';
import { isObject, type JsonObject, objectOf, textOf } from '../../../json-value.js';
import type { NamedBy } from '../../touchpoint-draft.js';

/** Which identifier is found in an attribute of that name, unless the connector's settings say it. */
const usual: readonly (readonly [RegExp, string])[] = [
  [/^(user|customer|client|member)(id|number|no)$/, 'user_id'],
  [/^(crm|crmcontact|crmcustomer)(id|number)$/, 'crm_id'],
  [/^(customer|user|contact)?(email|mail)(address)?$/, 'email'],
  [/^(customer|user|contact)?(phone|mobile|telephone)(number)?$/, 'phone'],
];

const namePattern = /^(customer|contact|user|full|display)name$/;

/**
 * Contact centres let a flow write attributes onto a contact, under names of its own. The setting
 * `identifierAttributes` says which of them name the customer: `{ "user_id": "CustomerNumber" }`.
 */
export function namesOfAttributes(attributes: unknown, settings: JsonObject): NamedBy[] {
  const all = objectOf(attributes);
  const chosen = settings['identifierAttributes'];
  if (isObject(chosen)) return Object.entries(chosen).map(([type, name]) => [type, all[textOf(name) ?? '']] as const);
  return Object.entries(all).flatMap(([key, value]): NamedBy[] => {
    const type = usual.find(([pattern]) => pattern.test(plain(key)))?.[1];
    return type === undefined ? [] : [[type, value]];
  });
}

export function nameOfAttributes(attributes: unknown): string | undefined {
  const found = Object.entries(objectOf(attributes)).find(([key]) => namePattern.test(plain(key)));
  return textOf(found?.[1]);
}

export function checkAttributeSettings({ identifierAttributes: chosen }: JsonObject): void {
  const isFit = isObject(chosen) && Object.values(chosen).every((name) => typeof name === 'string' && name !== '');
  if (chosen === undefined || isFit) return;
  throw new Refusal(
    'INPUT_INVALID',
    'Each identifier type names the attribute that holds it: {"user_id": "CustomerNumber"}.',
    {
      field: 'identifierAttributes',
    },
  );
}

const plain = (key: string) => key.toLowerCase().replace(/[^a-z0-9]/g, '');
