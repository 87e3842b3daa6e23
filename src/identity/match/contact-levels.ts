import { missing } from './missing.js';
import { editDistance, isOneEdit, jaroWinkler, lettersIn, likenessAtMost, mayBeWithin } from './similarity.js';

export function editLevel(a: string, b: string): number {
  if (a === '' || b === '') return missing;
  return a === b ? 0 : isOneEdit(a, b) ? 1 : 2;
}

/** The local part alone says much where it is long: people change the provider, not the name. */
export function emailLevel(a: string, b: string): number {
  if (a === '' || b === '') return missing;
  if (a === b) return 0;
  const localA = localPart(a);
  const localB = localPart(b);
  if (localA === localB && localA.length >= 5) return 1;
  const left = { text: a, letters: lettersIn(a) };
  const right = { text: b, letters: lettersIn(b) };
  const edits = Math.min(4, Math.min(a.length, b.length) >> 2);
  if (mayBeWithin(left, right, edits) && editDistance(a, b, edits) <= edits) return 2;
  return likenessAtMost(left, right) >= 0.93 && jaroWinkler(a, b) >= 0.93 ? 2 : 3;
}

export function localPart(email: string): string {
  const at = email.lastIndexOf('@');
  return at < 0 ? email : email.slice(0, at);
}

/** With and without the country's code a number is the same: the shorter one's digits, seven at least, end the longer. */
export function phoneLevel(a: string, b: string): number {
  if (a === '' || b === '') return missing;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length >= 7 && long.endsWith(short)) return 0;
  return isOneEdit(a, b) || (short.length >= 9 && isOneEdit(short.slice(-9), long.slice(-9))) ? 1 : 2;
}

export function idLevel(a: string, b: string): number {
  if (a === '' || b === '') return missing;
  if (a === b) return 0;
  return isOneEdit(a, b) || (a.length === b.length && editDistance(a, b, 2) <= 2) ? 1 : 2;
}
