/** Whom the panel is about: an id, or what a channel knows her by. */
export type Subject =
  | { readonly id: string; readonly identifier: null }
  | { readonly id: null; readonly identifier: { readonly type: string; readonly value: string } };

/** Reads `identifier="phone:+46…"` or `customer-id="cus_…"`; null where neither says anybody. */
export function subjectOf(identifier: string | null, customerId: string | null): Subject | null {
  if (customerId) return { id: customerId, identifier: null };
  const colon = identifier?.indexOf(':') ?? -1;
  if (!identifier || colon < 1) return null;
  const [type, value] = [identifier.slice(0, colon).trim(), identifier.slice(colon + 1).trim()];
  return type && value ? { id: null, identifier: { type, value } } : null;
}
