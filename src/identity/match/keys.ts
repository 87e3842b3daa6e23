import { postcodeArea } from './address.js';
import { localPart } from './contact-levels.js';
import type { Name } from './names.js';
import type { Person } from './person.js';

/** Local parts that belong to an office, not to a person. */
const roleNames = new Set(
  'info admin office sales support contact mail post hello team service help billing accounts noreply no-reply'.split(
    ' ',
  ),
);

const telephoneDigits = 8;

/** The keys of one telephone number; none for one that is not known. */
export function phoneKeys(phone: string): string[] {
  return phone === '' ? [] : [`phone:${phone.slice(-telephoneDigits)}`];
}

/** The keys of one e-mail address; none for one that is not known. */
export function emailKeys(email: string): string[] {
  if (email === '') return [];
  const local = localPart(email);
  const keys = [`email:${email}`];
  if (local.length >= 4 && !roleNames.has(local)) keys.push(`local:${local}`);
  const domain = domainOf(email);
  if (local !== '' && domain !== '') keys.push(`mail:${local.slice(0, 3)}:${domain.slice(0, 3)}`);
  return keys;
}

/**
 * The keys under which a person is looked for: two people that share one are compared. Each begins with its kind, is
 * made of this person alone, and can be stored and indexed.
 */
export function matchKeys(person: Person): string[] {
  const keys = new Set<string>([...phoneKeys(person.phone), ...emailKeys(person.email)]);
  const add = (kind: string, ...parts: (string | undefined)[]) => {
    if (parts.every((part) => part !== undefined && part !== '')) keys.add(`${kind}:${parts.join(':')}`);
  };
  add('id', person.nationalId);

  const { birth, given, surname } = person;
  const names = [given, surname].filter((name): name is Name => name !== null);
  const postcode = person.postcode;
  const place = person.locality?.text.slice(0, 6) ?? postcodeArea(postcode);
  if (birth !== null) {
    const isWhole = birth.day !== 0;
    if (isWhole) add('born', birth.text);
    const dayAndMonth = isWhole ? birth.text.slice(4) : undefined;
    // Both names take both places: whoever typed them may have mistaken the boxes.
    for (const name of names) {
      add('letters-day', name.text.slice(0, 3), dayAndMonth);
      add('sound-year', name.sound, String(birth.year));
    }
    if (birth.month !== 0) add('month', birth.text.slice(0, 6));
  }
  for (const name of names) {
    add('sound', name.sound);
    add('sound-place', name.sound, place);
    add('sound-postcode', name.sound, postcode);
    add('sound-house', name.sound, person.house, person.street?.words[0]?.slice(0, 3));
    if (person.occupation)
      add('sound-work', name.text.slice(0, 4), person.occupation.text.slice(0, 6), birth ? undefined : 'x');
  }
  add('street', person.house, person.street?.text.slice(0, 8));
  add('street', person.house, person.secondLine?.text.slice(0, 8));
  add('postcode-house', postcode, person.house);
  add('postcode-day', postcode, birth?.text.slice(4));
  if (given !== null && surname !== null) {
    const sounds = [given.sound, surname.sound].sort();
    add('name', sounds[0], sounds[1]);
    for (const root of given.roots) add('root', root, surname.sound);
  }
  return [...keys];
}

/** A narrower place for a person within a block that has grown too big. */
export function narrowingKeys(person: Person): string[] {
  const { birth, given, surname } = person;
  const narrow: string[] = [];
  if (given !== null && surname !== null) narrow.push(`n:${[given.text, surname.text].sort().join(':')}`);
  if (birth !== null)
    narrow.push(`b:${birth.text}`, `y:${birth.year}:${given?.text[0] ?? ''}${surname?.text[0] ?? ''}`);
  if (given !== null) narrow.push(`g:${given.sound}`);
  if (surname !== null) narrow.push(`s:${surname.sound}`);
  if (person.postcode !== '') narrow.push(`p:${person.postcode}`);
  if (person.locality !== null) narrow.push(`l:${person.locality.text}:${given?.text.slice(0, 2) ?? ''}`);
  if (person.street !== null) narrow.push(`h:${person.house}:${person.street.text}`);
  if (person.email !== '') narrow.push(`e:${person.email}`);
  if (person.phone !== '') narrow.push(`t:${person.phone}`);
  return narrow;
}

function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1);
}
