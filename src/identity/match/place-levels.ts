import { type Line, postcodeArea } from './address.js';
import { missing } from './missing.js';
import type { Person } from './person.js';
import { editDistance, isOneEdit, jaroWinkler, likenessAtMost, mayBeWithin } from './similarity.js';

export function postcodeLevel(a: string, b: string): number {
  if (a === '' || b === '') return missing;
  if (a === b) return 0;
  if (a.length >= 4 && isOneEdit(a, b)) return 1;
  return postcodeArea(a) === postcodeArea(b) ? 2 : 3;
}

/** Street with street and second line with second line, or crosswise when that agrees and the straight way does not. */
export function compareAddresses(a: Person, b: Person): readonly [street: number, second: number] {
  const street = streetLevel(a.street, b.street);
  const second = placeLevel(a.secondLine, b.secondLine);
  if (street <= 1 || (a.secondLine === null && b.secondLine === null)) return [street, second];
  const first = streetLevel(a.street, b.secondLine);
  const last = streetLevel(a.secondLine, b.street);
  const best = Math.min(first, last);
  if (best > 1) return [street, second];
  const other = Math.max(first, last);
  return [best, other === missing || other <= 1 ? other : 2];
}

function streetLevel(a: Line | null, b: Line | null): number {
  if (a === null || b === null) return missing;
  if (a.text === b.text) return 0;
  if (likenessAtMost(a, b) >= 0.92 && (jaroWinkler(a.text, b.text) >= 0.92 || isOneEdit(a.text, b.text))) return 1;
  return a.words[0] === b.words[0] || (mayBeWithin(a, b, 3) && editDistance(a.text, b.text, 3) <= 3) ? 2 : 3;
}

export function placeLevel(a: Line | null, b: Line | null): number {
  if (a === null || b === null) return missing;
  if (a.text === b.text) return 0;
  if (likenessAtMost(a, b) >= 0.9 && jaroWinkler(a.text, b.text) >= 0.9) return 1;
  if (a.text.length >= 4 && mayBeWithin(a, b, 2) && editDistance(a.text, b.text, 2) <= 2) return 1;
  const sharesWord =
    a.words.length + b.words.length > 2 && a.words.some((word) => word.length > 2 && b.words.includes(word));
  return sharesWord ? 1 : 2;
}
