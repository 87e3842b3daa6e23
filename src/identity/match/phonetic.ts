/**
 * How a name sounds, roughly and in most languages of the Latin alphabet: consonants that are mistaken for one another
 * share a letter, vowels after the first letter and doubled letters fall away. It only has to bring candidates together;
 * the comparison decides. Other alphabets keep their own letters.
 */
export function soundOf(text: string): string {
  const letters = text.replace(/[^\p{L}]/gu, '');
  if (letters === '') return '';
  const spelled = letters
    .replace(/^(?:kn|gn|pn)/, 'n')
    .replace(/^wr/, 'r')
    .replace(/^ps/, 's')
    .replace(/^x/, 's')
    .replace(/^mc/, 'mac')
    .replace(/ph/g, 'f')
    .replace(/gh(?=[^aeiou]|$)/g, '')
    .replace(/s?ch|sh|sz|cz|tch/g, 's')
    .replace(/c(?=[eiy])/g, 's')
    .replace(/th/g, 't')
    .replace(/x/g, 'ks');
  let sound = '';
  let last = '';
  for (let i = 0; i < spelled.length && sound.length < soundLettersMax; i++) {
    const code = codes.get(spelled[i]!) ?? spelled[i]!;
    const isVowel = code === 'a';
    if (code !== last && (i === 0 || !isVowel)) sound += code;
    last = code === 'h' ? last : code;
  }
  return sound.length > 1 ? sound[0] + sound.slice(1).replace(/h/g, '') : sound;
}

const soundLettersMax = 5;

const codes = new Map<string, string>(
  (
    [
      ['a', 'aeiouy'],
      ['p', 'bp'],
      ['f', 'fvw'],
      ['k', 'ckqg'],
      ['s', 'szj'],
      ['t', 'dt'],
      ['n', 'mn'],
    ] as const
  ).flatMap(([code, letters]) => [...letters].map((letter): [string, string] => [letter, code])),
);
