import { at, type Levels, levels } from './levels.js';
import { missing } from './missing.js';
import type { Person } from './person.js';

const farApartYears = 13;

const otherGiven = levels.given_name.indexOf('different');
const otherDate = levels.dob.indexOf('year');
const farDate = levels.dob.indexOf('different');

/** Why two people are never one, whatever else agrees; null when nothing forbids it. Symmetric. */
export function vetoOf(a: Person, b: Person, level: Levels): string | null {
  for (const type in a.uniqueIds) {
    const other = b.uniqueIds?.[type];
    if (other !== undefined && other !== a.uniqueIds[type]) return `different ${type}`;
  }
  if (level[at.national_id] === 0 || a.birth === null || b.birth === null) return null;
  const hasOtherGiven = level[at.given_name] === otherGiven;
  const isOtherDay = level[at.dob] !== missing && level[at.dob]! >= otherDate;
  const isOneHome = level[at.house] === 0 && (level[at.address]! <= 1 || level[at.postcode] === 0);
  if (isOtherDay && hasOtherGiven && isOneHome) {
    return 'one household: same address, other given name and birth date';
  }
  // A birth date that was typed into the wrong record has turned up beside all else the same: then it is no veto.
  const isFar = isOtherDay && level[at.dob] === farDate && Math.abs(a.birth.year - b.birth.year) >= farApartYears;
  if (isFar && (hasOtherGiven || level[at.generation] === 1)) {
    return 'birth dates far apart, and another given name or generation';
  }
  return null;
}
