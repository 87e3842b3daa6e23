import { isObject } from '../json-value.js';

interface Measure {
  readonly characters: number;
  readonly entries: number;
  readonly levels: number;
}

/** From nearly all to hardly anything. */
const measures: readonly Measure[] = [
  { characters: 4_000, entries: 200, levels: 12 },
  { characters: 1_000, entries: 50, levels: 10 },
  { characters: 300, entries: 25, levels: 8 },
  { characters: 100, entries: 12, levels: 6 },
  { characters: 40, entries: 6, levels: 4 },
];

/** JSON that can be stored, as much of it as fits: long texts, lists and depths are cut, and say so with `…`. */
export function trimmed(value: unknown, bytesMax: number): unknown {
  for (const measure of measures) {
    const cut = cutTo(value, measure, measure.levels);
    if (Buffer.byteLength(JSON.stringify(cut) ?? 'null') <= bytesMax) return cut;
  }
  return '…';
}

function cutTo(value: unknown, measure: Measure, levels: number): unknown {
  if (typeof value === 'string') return storable(value, measure.characters);
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return '…';
  if (Array.isArray(value)) {
    const some = value.slice(0, measure.entries).map((inner) => cutTo(inner, measure, levels - 1));
    return value.length > measure.entries ? [...some, '…'] : some;
  }
  if (!isObject(value)) return null;
  const entries = Object.entries(value);
  const some = entries
    .slice(0, measure.entries)
    .map(([key, inner]) => [storable(key, 100), cutTo(inner, measure, levels - 1)] as const);
  return Object.fromEntries(entries.length > measure.entries ? [...some, ['…', entries.length]] : some);
}

/** Text that Postgres can hold, and not longer than so many characters. */
export function storable(text: string, charactersMax: number): string {
  const clean = text.replaceAll('\0', '');
  const short = clean.length > charactersMax ? `${clean.slice(0, charactersMax - 1)}…` : clean;
  return short.toWellFormed();
}
