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

/** Cyrillic and Greek letters as passports write them, so that both spellings of a name come together. */
const transliterations = new Map<string, string>(
  (
    'а a,б b,в v,г g,д d,е e,ж zh,з z,и i,к k,л l,м m,н n,о o,п p,р r,с s,т t,у u,ф f,х kh,ц ts,ч ch,ш sh,щ shch,ъ ,ы y,' +
    'ь ,э e,ю iu,я ia,і i,є ie,ґ g,ђ dj,ј j,љ lj,њ nj,ћ c,џ dz,α a,β v,γ g,δ d,ε e,ζ z,η i,θ th,ι i,κ k,λ l,μ m,ν n,ξ x,' +
    'ο o,π p,ρ r,σ s,ς s,τ t,υ y,φ f,χ ch,ψ ps,ω o'
  )
    .split(',')
    .map((pair): [string, string] => pair.split(' ') as [string, string]),
);

/** Words that systems write where they know nothing. */
const unknownWords = new Set(
  'null none nil nan n/a na undefined unknown unk not known not-known notknown missing blank - -- --- ? . x xx xxx'
    .split(' ')
    .concat('not known', 'not available', 'not provided', 'not stated'),
);

/** Lower case, in Latin letters where that can be, without accents and without spaces around; empty when the text says only that nothing is known. */
export function fold(raw: string | undefined): string {
  if (raw === undefined) return '';
  const plain = raw.trim().toLowerCase();
  if (plain === '' || unknownWords.has(plain)) return '';
  if (/^[\x20-\x7e]*$/.test(plain)) return plain;
  return plain
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[ßæœøđðłþı]/g, (letter) => foldings[letter]!)
    .replace(/[\u0370-\u03ff\u0400-\u04ff]/g, (letter) => transliterations.get(letter) ?? letter)
    .trim();
}

/** The words of a folded text: letters and digits; apostrophes and full stops fall away, all else separates. */
export function wordsIn(folded: string): string[] {
  return folded
    .replace(/['’`´.]/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}
