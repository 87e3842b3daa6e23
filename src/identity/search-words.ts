/** Traits that hold a customer's name, in the spellings that senders use. */
const nameTraits = new Set(['name', 'fullName', 'full_name', 'firstName', 'first_name', 'lastName', 'last_name']);

const wordsMax = 8;
const wordCharactersMax = 60;

/** The words by which a trait lets its customer be found: lower case, without accents. */
export function searchWords(traitKey: string, valueJson: string): string[] {
  if (!nameTraits.has(traitKey)) return [];
  const value: unknown = JSON.parse(valueJson);
  return typeof value === 'string' ? wordsOf(value) : [];
}

export function wordsOf(text: string): string[] {
  const words = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => word.slice(0, wordCharactersMax));
  return [...new Set(words)].slice(0, wordsMax);
}
