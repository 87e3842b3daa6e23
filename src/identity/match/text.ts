/** Letters that Unicode does not take apart into a base letter and a mark. */
const foldings: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ı: 'i',
};

/** Words that systems write where they know nothing. */
const unknownWords = new Set(
  'null none nil nan n/a na undefined unknown unk not known not-known notknown missing blank - -- --- ? . x xx xxx'
    .split(' ')
    .concat('not known', 'not available', 'not provided', 'not stated'),
);

/** Lower case, without accents and without spaces around; empty when the text says only that nothing is known. */
export function fold(raw: string | undefined): string {
  if (raw === undefined) return '';
  const plain = raw.trim().toLowerCase();
  if (plain === '' || unknownWords.has(plain)) return '';
  if (/^[\x20-\x7e]*$/.test(plain)) return plain;
  return plain
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[ßæœøđðłþı]/g, (letter) => foldings[letter]!)
    .trim();
}

/** The words of a folded text: letters and digits; apostrophes and full stops fall away, all else separates. */
export function wordsIn(folded: string): string[] {
  return folded
    .replace(/['’`´.]/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}
