/** A value as text, which Postgres casts; lists become array literals. */
export function parameterText(value: unknown): string | null {
  if (value == null) return null;
  if (Array.isArray(value)) return `{${value.map(elementText).join()}}`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function elementText(value: unknown): string {
  return value == null ? 'NULL' : `"${String(value).replace(/["\\]/g, '\\$&')}"`;
}
