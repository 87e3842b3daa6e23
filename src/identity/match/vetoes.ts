import { fieldIndex, type Levels } from './levels.js';
import type { Person } from './person.js';

/** Why two people are never one, whatever else agrees; null when nothing forbids it. Symmetric. */
export function vetoOf(a: Person, b: Person, level: Levels): string | null {
  for (const [type, value] of Object.entries(a.uniqueIds ?? {})) {
    const other = b.uniqueIds?.[type];
    if (other !== undefined && other !== value) return `different ${type}`;
  }
  return null;
}
