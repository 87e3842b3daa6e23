import type { Caller } from '../access/caller.js';
import { requireId } from '../platform/ids.js';
import { Refusal } from '../platform/refusal.js';
import type { Stater } from './preference-kinds.js';

/** The profile that something is stated of: a customer states of herself only. */
export function subjectOf(caller: Caller, customerId: string | null | undefined): string {
  const field = 'input.customerId';
  if (caller.customer !== null) {
    if (customerId == null) return caller.customer;
    throw new Refusal('INPUT_INVALID', 'Whose it is, the token says: leave customerId out.', { field });
  }
  if (customerId == null) throw new Refusal('INPUT_INVALID', `${field} says whose it is.`, { field });
  return requireId('customer', customerId, field);
}

/** Who stated it: a customer who comes with a token, else whom the input names, an agent when it names nobody. */
export function statementBy(caller: Caller, by: Stater | null | undefined): Stater {
  if (caller.customer === null) return by ?? 'AGENT';
  if (by == null || by === 'CUSTOMER') return 'CUSTOMER';
  throw new Refusal('INPUT_INVALID', 'Who states it, the token says: leave by out.', { field: 'input.by' });
}
