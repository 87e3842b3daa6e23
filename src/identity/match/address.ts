import { lettersIn } from './similarity.js';
import { fold, wordsIn } from './text.js';

/** A street, house name or place line, as it is compared. */
export interface Line {
  /** Letters and digits only. */
  readonly text: string;
  readonly letters: number;
  readonly words: readonly string[];
}

export interface Address {
  readonly house: string;
  readonly street: Line | null;
  readonly second: Line | null;
}

/** Words of an address in their short and long spelling; the short one stands for both. */
const shortSpellings = new Map<string, string>(
  (
    'street st str|road rd|avenue ave av|drive dr drv|lane ln|place pl plc|court ct crt|crescent cres cr cresc|' +
    'circuit cct cir circ|close cl|terrace tce ter terr|boulevard blvd bvd boul|highway hwy|parade pde|square sq|' +
    'parkway pkwy pky|way wy|trail trl|circle cirl|gardens gdns|grove gr grv|north n|south s|east e|west w|' +
    'northeast ne|northwest nw|southeast se|southwest sw|saint snt|mount mt|apartment apt|unit u|suite ste|floor fl|' +
    'strasse strase|village vlge vlg|retirement retrmnt|building bldg|flat flt|post office box pobox'
  )
    .split('|')
    .flatMap((group) => {
      const [long, ...short] = group.split(' ');
      return short.map((one): [string, string] => [one, long!]);
    }),
);

const lineOf = (words: readonly string[]): Line | null => {
  const text = words.join('');
  return text === '' ? null : { text, letters: lettersIn(text), words };
};

/** `12A Main St.` and street_number `12a`, address `main street` come to the same house and street. */
export function readAddress(
  streetNumber: string | undefined,
  address: string | undefined,
  second: string | undefined,
): Address {
  let house = houseOf(streetNumber);
  let words = placeWords(address);
  if (house === '' && words.length > 1) {
    if (/^\d+[a-z]?$/.test(words[0]!)) {
      house = houseOf(words[0]);
      words = words.slice(1);
    } else if (/^\d+[a-z]?$/.test(words.at(-1)!)) {
      house = houseOf(words.at(-1));
      words = words.slice(0, -1);
    }
  } else if (house !== '' && words.length > 1 && words[0] === house) {
    words = words.slice(1);
  }
  return { house, street: lineOf(words), second: lineOf(placeWords(second)) };
}

export function readPlace(raw: string | undefined): Line | null {
  return lineOf(placeWords(raw));
}

function placeWords(raw: string | undefined): string[] {
  return wordsIn(fold(raw)).map((word) => shortSpellings.get(word) ?? word);
}

function houseOf(raw: string | undefined): string {
  return fold(raw)
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/^0+(?=\d)/, '');
}

/** Upper case without spaces; the four digits behind a US ZIP code fall away. */
export function readPostcode(raw: string | undefined): string {
  const text = fold(raw)
    .toUpperCase()
    .replace(/[^\p{L}\p{N}-]/gu, '');
  const zip = /^(\d{5})-?\d{4}$/.exec(text);
  return zip ? zip[1]! : text.replace(/-/g, '').replace(/^(\d+)\.0$/, '$1');
}

/** The wider area of a postcode: the outward part of a British or Canadian one, else all but the last two characters. */
export function postcodeArea(postcode: string): string {
  if (/^[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}$/.test(postcode) || /^[A-Z]\d[A-Z]\d[A-Z]\d$/.test(postcode)) {
    return postcode.slice(0, -3);
  }
  return postcode.length > 3 ? postcode.slice(0, -2) : postcode;
}
