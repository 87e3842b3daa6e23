import { namesOfNickname, nicknamesOf } from './nicknames.js';
import { soundOf } from './phonetic.js';
import { lettersIn } from './similarity.js';
import { fold, wordsIn } from './text.js';

/** One part of a name, as it is compared. Equal texts may share one object. */
export interface Name {
  /** Letters only: `maryann` for Mary-Ann and mary ann. */
  readonly text: string;
  readonly letters: number;
  readonly words: readonly string[];
  readonly sound: string;
  /** The full names that the first word may stand for, itself first: bob is bob, robert. */
  readonly roots: readonly string[];
}

export interface FullName {
  readonly given: string[];
  readonly middle: string[];
  readonly surname: string[];
  /** What tells father and son apart: `jr`, `sr`, `2` for II and 2nd. */
  readonly generation: string;
}

const titles = new Set(
  (
    'mr mrs ms miss mx master dr doctor prof professor rev reverend revd sir dame lady lord hon honourable rt right the ' +
    'fr father sr sra srta senor senora don dona m mme mlle monsieur madame herr frau capt captain col colonel maj ' +
    'major gen general lt lieutenant sgt admiral adm judge justice bishop archbishop canon sheikh count countess duke ' +
    'duchess earl baron baroness viscount viscountess marquess marquis prince princess'
  ).split(' '),
);
const honours = new Set('esq esquire phd md dds rn cpa obe mbe cbe kbe qc kc mp frs bt bart'.split(' '));
const particles = new Set(
  'van von der den de del della di da dos das du la le las los bin ibn al el ben ter ten zu zur st saint mac mc o af av'.split(
    ' ',
  ),
);
const generations: Readonly<Record<string, string>> = {
  jr: 'jr',
  junior: 'jr',
  jnr: 'jr',
  sr: 'sr',
  senior: 'sr',
  snr: 'sr',
  ii: '2',
  iii: '3',
  iv: '4',
};

const rootsMax = 8;

export function nameOf(words: readonly string[]): Name | null {
  const text = words.join('');
  if (text === '') return null;
  const first = words[0]!;
  const roots = [...new Set([first, text, ...namesOfNickname(first)])].slice(0, rootsMax);
  return { text, letters: lettersIn(text), words, sound: soundOf(text), roots };
}

/** True when one is a short form of the other, or both are short forms of one name. */
export function areNicknames(left: Name, right: Name): boolean {
  const a = left.words[0]!;
  const b = right.words[0]!;
  if (a === b) return false;
  // The roots of a name that is no short form are the name itself.
  if (left.roots.length === 1 && right.roots.length === 1) return false;
  const isShortForm = left.roots.includes(b) || right.roots.includes(a) || nicknamesOf(a).includes(b);
  return (
    isShortForm || nicknamesOf(b).includes(a) || left.roots.some((root) => root !== a && right.roots.includes(root))
  );
}

/** A column of given names or of surnames: titles and what follows a comma fall away. */
export function namePart(raw: string | undefined): { words: string[]; generation: string } {
  const words = wordsIn(withoutBrackets(fold(raw)));
  const kept = words.filter((word) => !/^\p{N}+$/u.test(word));
  const generation = generationIn(kept.length > 1 ? kept.slice(1) : []);
  const bare = kept.filter((word, index) => (kept.length === 1 ? true : !isAside(word, index)));
  return { words: bare.length > 0 ? bare : kept, generation };
}

/**
 * A whole name: `Dr. Jane van der Berg Jr`, `Smith, John A.`, `thomas chudleigh, 1st baronet`. Titles, honours and
 * ranks fall away; the last word, with the particles before it, is the surname.
 */
export function readFullName(raw: string | undefined): FullName {
  const [front = '', ...behind] = withoutBrackets(fold(raw)).split(',');
  const after = behind.join(' ');
  const isRank = /\d|\bof\b/.test(after) || wordsIn(after).every((word) => isAside(word, 1));
  const generation = generationIn(wordsIn(front).slice(1).concat(wordsIn(after)));
  const frontWords = bareWords(front);
  const afterWords = isRank ? [] : bareWords(after);
  if (afterWords.length > 0) {
    return { given: afterWords.slice(0, 1), middle: afterWords.slice(1), surname: frontWords, generation };
  }
  if (frontWords.length < 2) return { given: [], middle: [], surname: frontWords, generation };
  let start = frontWords.length - 1;
  while (start > 1 && particles.has(frontWords[start - 1]!)) start--;
  return {
    given: frontWords.slice(0, 1),
    middle: frontWords.slice(1, start),
    surname: frontWords.slice(start),
    generation,
  };
}

function withoutBrackets(folded: string): string {
  return folded.replace(/\([^)]*\)|"[^"]*"/g, ' ');
}

function bareWords(text: string): string[] {
  const words = wordsIn(text).filter((word) => !/\p{N}/u.test(word));
  const bare = words.filter((word, index) => !isAside(word, index) && !(titles.has(word) && index < words.length - 1));
  return bare.length > 0 ? bare : words;
}

/** A title at the front; an honour or a generation behind. */
function isAside(word: string, index: number): boolean {
  if (honours.has(word)) return true;
  return index === 0 ? titles.has(word) : Object.hasOwn(generations, word) || word === 'baronet' || word === 'bt';
}

function generationIn(words: readonly string[]): string {
  for (const word of words) {
    if (Object.hasOwn(generations, word)) return generations[word]!;
    const ordinal = /^(\d{1,2})(?:st|nd|rd|th)$/.exec(word);
    if (ordinal) return ordinal[1]!;
  }
  return '';
}
