/** Working space of `jaroWinkler`: a bulk run compares tens of millions of names. */
const lettersMax = 64;
const takenA = new Uint8Array(lettersMax);
const takenB = new Uint8Array(lettersMax);

/** Jaro-Winkler similarity, 0 to 1; texts longer than 64 letters are compared by their first 64. */
export function jaroWinkler(one: string, other: string): number {
  if (one === other) return 1;
  // Which letters are taken for the same depends on the side that one begins with: always with the same.
  const isFirst = one.length === other.length ? one < other : one.length < other.length;
  const left = isFirst ? one : other;
  const right = isFirst ? other : one;
  const lengthA = Math.min(left.length, lettersMax);
  const lengthB = Math.min(right.length, lettersMax);
  if (lengthA === 0 || lengthB === 0) return 0;
  const reach = Math.max(0, (Math.max(lengthA, lengthB) >> 1) - 1);
  takenA.fill(0, 0, lengthA);
  takenB.fill(0, 0, lengthB);
  let common = 0;
  for (let i = 0; i < lengthA; i++) {
    const letter = left.charCodeAt(i);
    const end = Math.min(lengthB, i + reach + 1);
    for (let j = Math.max(0, i - reach); j < end; j++) {
      if (takenB[j] === 1 || right.charCodeAt(j) !== letter) continue;
      takenA[i] = 1;
      takenB[j] = 1;
      common++;
      break;
    }
  }
  if (common === 0) return 0;
  let moved = 0;
  for (let i = 0, j = 0; i < lengthA; i++) {
    if (takenA[i] === 0) continue;
    while (takenB[j] === 0) j++;
    if (left.charCodeAt(i) !== right.charCodeAt(j)) moved++;
    j++;
  }
  const jaro = (common / lengthA + common / lengthB + (common - moved / 2) / common) / 3;
  let prefix = 0;
  while (prefix < 4 && prefix < lengthA && prefix < lengthB && left.charCodeAt(prefix) === right.charCodeAt(prefix))
    prefix++;
  return jaro + prefix * 0.1 * (1 - jaro);
}

/** True when one insertion, deletion, substitution or swap of neighbours, at most, makes one text of the other. */
export function isOneEdit(left: string, right: string): boolean {
  const [short, long] = left.length <= right.length ? [left, right] : [right, left];
  if (long.length - short.length > 1) return false;
  let start = 0;
  while (start < short.length && short[start] === long[start]) start++;
  let end = 0;
  while (end < short.length - start && short[short.length - 1 - end] === long[long.length - 1 - end]) end++;
  const restShort = short.length - start - end;
  const restLong = long.length - start - end;
  if (restLong <= 1) return true;
  const isSwap = restShort === 2 && restLong === 2;
  return isSwap && short[start] === long[start + 1] && short[start + 1] === long[start];
}

const rows = [0, 1, 2].map(() => new Uint8Array(lettersMax + 1));

/**
 * Optimal string alignment distance (edits and swaps of neighbours), or `most + 1` when it is more than `most`. Texts
 * longer than 64 letters are compared by their first 64. Only the band of the table is filled in which at most `most`
 * letters more of one text than of the other have been read.
 */
export function editDistance(left: string, right: string, most: number): number {
  const leftLength = Math.min(left.length, lettersMax);
  const rightLength = Math.min(right.length, lettersMax);
  const over = most + 1;
  if (Math.abs(leftLength - rightLength) > most) return over;
  let before = rows[0]!;
  let last = rows[1]!;
  let row = rows[2]!;
  for (let j = 0; j <= Math.min(rightLength, over); j++) last[j] = j;
  for (let i = 1; i <= leftLength; i++) {
    const first = Math.max(1, i - most);
    const end = Math.min(rightLength, i + most);
    row[first - 1] = first === 1 ? i : over;
    let least = row[first - 1]!;
    const letter = left.charCodeAt(i - 1);
    for (let j = first; j <= end; j++) {
      const other = right.charCodeAt(j - 1);
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (letter === other ? 0 : 1));
      if (i > 1 && j > 1 && letter === right.charCodeAt(j - 2) && left.charCodeAt(i - 2) === other) {
        cost = Math.min(cost, before[j - 2]! + 1);
      }
      row[j] = cost;
      if (cost < least) least = cost;
    }
    if (least > most) return over;
    if (end < rightLength) row[end + 1] = over;
    [before, last, row] = [last, row, before];
  }
  return Math.min(last[rightLength]!, over);
}

/** One bit for each letter and digit that a text has: tells at once that two texts are not alike. */
export function lettersIn(text: string): number {
  let bits = 0;
  for (let i = 0; i < text.length; i++) bits |= 1 << (text.charCodeAt(i) & 31);
  return bits;
}

function countBits(bits: number): number {
  let rest = bits - ((bits >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

interface Lettered {
  readonly text: string;
  readonly letters: number;
}

/** False when the edit distance is surely above `most`. */
export function mayBeWithin(a: Lettered, b: Lettered, most: number): boolean {
  if (Math.abs(a.text.length - b.text.length) > most) return false;
  return countBits(a.letters & ~b.letters) <= most && countBits(b.letters & ~a.letters) <= most;
}

/** The most that the Jaro-Winkler similarity can be, by the letters alone. */
export function likenessAtMost(a: Lettered, b: Lettered): number {
  const common = Math.min(
    a.text.length - countBits(a.letters & ~b.letters),
    b.text.length - countBits(b.letters & ~a.letters),
  );
  if (common <= 0) return 0;
  const jaro = (common / a.text.length + common / b.text.length + 1) / 3;
  return a.text.charCodeAt(0) === b.text.charCodeAt(0) ? jaro + 0.4 * (1 - jaro) : jaro;
}
