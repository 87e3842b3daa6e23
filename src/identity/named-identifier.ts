import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { plainText } from '../platform/text-argument.js';
import type { IdentifierInput } from './identifier.input.js';
import { formsOf, type IdentityRules, requireType } from './identifier-types.js';

/** What a client names by an identifier, as it may be stored. */
export interface NamedIdentifier {
  readonly type: string;
  /**
   * The forms in which it may be stored, the present one first; while a changed rule is being applied to what is stored,
   * the former one too. None when the text can be no identifier.
   */
  readonly forms: readonly string[];
}

/** A type that the workspace does not have is refused; a value that identifies nobody is not. */
export function readIdentifier(
  given: Pick<IdentifierInput, 'type' | 'value' | 'region'>,
  path: string,
  rules: IdentityRules,
): NamedIdentifier {
  const type = requireType(rules, given.type, `${path}.type`);
  const text = plainText(limits.identifierValueCharactersMax)(given.value, null, `${path}.value`);
  const region = given.region?.toUpperCase() ?? null;
  if (region !== null && !/^[A-Z]{2}$/.test(region)) {
    throw new Refusal('INPUT_INVALID', 'A region is an ISO country of two letters.', { field: `${path}.region` });
  }
  const forms = formsOf(rules, type, text, region);
  return { type: type.name, forms: 'value' in forms ? storedForms(forms) : [] };
}

/** Of one value, the forms in which it may be stored. */
export function storedForms({ value, former }: { readonly value: string; readonly former: string | null }): string[] {
  return former === null ? [value] : [value, former];
}
