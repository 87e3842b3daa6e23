/**
 * How many bytes a value has as JSON, at least; null when it has more than `bytesMax` or nests deeper than `levelsMax`.
 * Looks no further than that.
 */
export function sizeWithin(value: unknown, bytesMax: number, levelsMax: number): number | null {
  const left = bytesLeft(value, bytesMax, levelsMax);
  return left < 0 ? null : bytesMax - left;
}

function bytesLeft(value: unknown, left: number, levels: number): number {
  if (typeof value === 'string') return left - value.length - 2;
  if (typeof value !== 'object' || value === null) return left - 1;
  if (levels === 0) return -1;
  let rest = left - 2;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length && rest >= 0; i++) rest = bytesLeft(value[i], rest - 1, levels - 1);
    return rest;
  }
  for (const [key, inner] of Object.entries(value)) {
    rest = bytesLeft(inner, rest - key.length - 3, levels - 1);
    if (rest < 0) return rest;
  }
  return rest;
}
