import type { IdentifierInput } from '../identity/identifier.input.js';
import type { IdentifierType } from '../identity/identifier-type.js';
import { formsOf, type IdentityRules, requireType } from '../identity/identifier-types.js';
import { limits } from '../platform/limits.js';
import { Refusal, underPath } from '../platform/refusal.js';
import { text } from './field-checks.js';
import type { SeenIdentifier } from './touchpoint-message.js';

export interface CheckedIdentifier {
  readonly type: IdentifierType;
  readonly value: string;
  /** As it came, when that differs. */
  readonly raw: string | null;
  /** The sender says that the customer proved it. */
  readonly isVerified: boolean;
  /** The form in which it may still be stored, while a changed rule is being applied. */
  readonly former: string | null;
}

interface Named {
  readonly identifiers: CheckedIdentifier[];
  readonly seen: SeenIdentifier[];
}

/** The identifiers that an item names, each once in its normal form, and what became of every one of them. */
export function checkIdentifiers(
  inputs: readonly IdentifierInput[],
  field: string,
  rules: IdentityRules,
  mayNameNobody = false,
): Named {
  if (inputs.length === 0 && !mayNameNobody)
    throw new Refusal('TOO_FEW', 'A touchpoint names at least one identifier.', { field, limit: 1 });
  const limit = limits.identifiersPerTouchpointMax;
  if (inputs.length > limit)
    throw new Refusal('TOO_MANY', `A touchpoint names at most ${limit} identifiers.`, { field, limit });
  const named: Named = { identifiers: [], seen: [] };
  for (let i = 0; i < inputs.length; i++) {
    try {
      add(named, inputs[i] as IdentifierInput, rules);
    } catch (error) {
      throw underPath(`${field}[${i}]`, error);
    }
  }
  return named;
}

function add({ identifiers, seen }: Named, input: IdentifierInput, rules: IdentityRules): void {
  const type = requireType(rules, input.type, 'type');
  const raw = text(input.value, 'value', limits.identifierValueCharactersMax) ?? '';
  const region = input.region?.toUpperCase() ?? null;
  if (region !== null && !/^[A-Z]{2}$/.test(region)) {
    throw new Refusal('INPUT_INVALID', 'A region is an ISO country code such as US.', { field: 'region' });
  }
  const result = formsOf(rules, type, raw, region);
  if ('refused' in result) {
    seen.push({ type: type.name, value: raw, status: result.refused, reason: result.reason });
    return;
  }
  const { value, former } = result;
  const isVerified = input.verification === 'VERIFIED';
  const said = isVerified ? { verification: 'VERIFIED' as const } : {};
  const place = identifiers.findIndex((other) => other.type === type && other.value === value);
  if (place < 0) {
    identifiers.push({ type, value, raw: raw === value ? null : raw, isVerified, former });
    seen.push({ type: type.name, value, status: 'LINKED', reason: null, ...said });
  } else if (isVerified) {
    identifiers[place] = { ...(identifiers[place] as CheckedIdentifier), isVerified };
    const told = seen.findIndex((one) => one.type === type.name && one.value === value && one.status === 'LINKED');
    seen[told] = { ...(seen[told] as SeenIdentifier), ...said };
  }
}
