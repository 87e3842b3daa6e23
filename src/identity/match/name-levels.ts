import { missing } from './missing.js';
import { areNicknames, type Name } from './names.js';
import type { Person } from './person.js';
import { editDistance, isOneEdit, jaroWinkler, likenessAtMost, mayBeWithin } from './similarity.js';

type NameLevels = readonly [given: number, surname: number, order: number];

/**
 * Given name with given name and surname with surname; crosswise when that agrees clearly better, which is a level of
 * its own (`name_order`): whoever typed it mistook the boxes.
 */
export function compareNames(a: Person, b: Person): NameLevels {
  const given = givenLevel(a.given, b.given);
  const surname = surnameLevel(a.surname, b.surname);
  const order = given === missing && surname === missing ? missing : 0;
  const straight = rankOf(given, 5) + rankOf(surname, 4);
  if (straight >= 2) return [given, surname, order];
  const first = surnameLevel(a.given, b.surname);
  const second = surnameLevel(a.surname, b.given);
  const crossed = rankOf(first, 4) + rankOf(second, 4);
  if (crossed < Math.max(2, straight + 2)) return [given, surname, order];
  // The better of the two stands under the surname, whichever of the two people comes first.
  return [asGiven(Math.max(first, second)), Math.min(first, second), 1];
}

/** How well a part of the name agrees: 2 the same, 1.5 for similar, -1 different, 0 unknown. */
function rankOf(level: number, different: number): number {
  if (level === missing) return 0;
  if (level === 0) return 2;
  if (level === different) return -1;
  return level === different - 1 ? 0.5 : 1.5;
}

/** The levels of given names have one more, nickname. */
function asGiven(level: number): number {
  return level === missing || level === 0 ? level : level + 1;
}

export function givenLevel(a: Name | null, b: Name | null): number {
  if (a === null || b === null) return missing;
  if (a.text === b.text) return 0;
  if (areNicknames(a, b)) return 1;
  return asGiven(nameLevel(a, b));
}

export function surnameLevel(a: Name | null, b: Name | null): number {
  if (a === null || b === null) return missing;
  return a.text === b.text ? 0 : nameLevel(a, b);
}

function nameLevel(a: Name, b: Name): number {
  const short = Math.min(a.text.length, b.text.length);
  if (short === 1) return a.text[0] === b.text[0] ? 2 : 4;
  const mayBeAlike = likenessAtMost(a, b) >= 0.8;
  const likeness = mayBeAlike ? jaroWinkler(a.text, b.text) : 0;
  const isNear = short >= 4 && mayBeWithin(a, b, 2);
  if (likeness >= 0.92 || (isNear && isOneEdit(a.text, b.text))) return 1;
  const sharesWord =
    a.words.length + b.words.length > 2 && a.words.some((word) => word.length > 1 && b.words.includes(word));
  if (sharesWord) return 2;
  if (likeness >= 0.8 || (isNear && editDistance(a.text, b.text, 2) <= 2)) return 3;
  return mayBeWithin(a, b, 1) && hasSameLetters(a.text, b.text) ? 3 : 4;
}

/** Letters typed in the wrong order: luca and aucal. One letter may be missing or doubled. */
function hasSameLetters(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || a.length < 4) return false;
  let rest = b;
  let lost = 0;
  for (const letter of a) {
    const found = rest.indexOf(letter);
    if (found < 0) lost++;
    else rest = rest.slice(0, found) + rest.slice(found + 1);
  }
  return lost + rest.length <= 1;
}

export function middleLevel(a: readonly string[], b: readonly string[]): number {
  const first = a[0];
  const second = b[0];
  if (first === undefined || second === undefined) return missing;
  if (a.some((word) => b.includes(word))) return 0;
  return first[0] === second[0] ? 1 : 2;
}
