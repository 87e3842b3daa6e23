const iso = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?(Z|z|[+-]\d{2}(:?\d{2})?)$/;

/** Milliseconds of an ISO 8601 instant with its offset, or null: a local time without one names no instant. */
export function parseInstant(value: unknown): number | null {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.getTime();
  if (typeof value !== 'string' || value.length > 40 || !iso.test(value)) return null;
  const time = Date.parse(value.replace(',', '.').replace(/([+-]\d{2})(\d{2})?$/, (_, h, m) => `${h}:${m ?? '00'}`));
  if (Number.isNaN(time)) return null;
  // JavaScript rolls 31 February over into March; such a day does not exist.
  const day = Number(value.slice(8, 10));
  const month = Number(value.slice(5, 7));
  return day > new Date(Date.UTC(Number(value.slice(0, 4)), month, 0)).getUTCDate() ? null : time;
}
