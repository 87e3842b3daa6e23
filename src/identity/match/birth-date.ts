/** Which of day and month a column writes first where numbers alone do not tell. */
export type DateOrder = 'day-first' | 'month-first';

/** A date of birth; month and day are 0 where only the year, or year and month, are known. */
export interface BirthDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Days since a fixed day, to tell how far apart two dates are; that of the middle of the year when only it is known. */
  readonly dayNumber: number;
  /** `19800412`: how equal dates are found. */
  readonly text: string;
}

const monthNames = new Map<string, number>(
  'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ').map((name, index) => [name, index + 1]),
);

/**
 * Reads a date of birth in any common form: 1980-04-12 (also with a time), 19800412, 12041980, 12/04/1980, 4.12.80,
 * 80-04-12, 12 April 1980, April 12, 1980, 1980-04, 1980. What is no date gives null: no evidence.
 */
export function readBirthDate(raw: string | undefined, order: DateOrder): BirthDate | null {
  const parts = partsOf(raw);
  if (parts === null) return null;
  if ('year' in parts) return dateOf(parts.year, parts.month, parts.day);
  const [first, second] = parts.pair;
  if (first > 12) return dateOf(parts.ofYear, second, first);
  if (second > 12) return dateOf(parts.ofYear, first, second);
  return order === 'day-first' ? dateOf(parts.ofYear, second, first) : dateOf(parts.ofYear, first, second);
}

/** What one value says about the order of its column: 'day-first' for 13/04/1980, null for 12/04/1980. */
export function orderShownBy(raw: string | undefined): DateOrder | null {
  const parts = partsOf(raw);
  if (parts === null || 'year' in parts) return null;
  const [first, second] = parts.pair;
  if (first > 12 && second <= 12) return 'day-first';
  return second > 12 && first <= 12 ? 'month-first' : null;
}

type Parts =
  | { readonly year: number; readonly month: number; readonly day: number }
  | { readonly pair: readonly [number, number]; readonly ofYear: number };

function partsOf(raw: string | undefined): Parts | null {
  if (raw === undefined) return null;
  const text = raw
    .trim()
    .toLowerCase()
    .replace(/[t ]\d{1,2}:\d{2}.*$/, '');
  let found = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  // What ends in a year of these centuries has no month there, read the other way.
  const isYearLast = found !== null && Number(found[2]) > 12;
  if (isYearLast) return { pair: [Number(text.slice(0, 2)), Number(text.slice(2, 4))], ofYear: Number(text.slice(4)) };
  if (found) return { year: Number(found[1]), month: Number(found[2]), day: Number(found[3]) };
  found = /^(\d{4})(?:[-/. ](\d{1,2})(?:[-/. ](\d{1,2}))?)?$/.exec(text);
  if (found) return { year: Number(found[1]), month: Number(found[2] ?? 0), day: Number(found[3] ?? 0) };
  found = /^(\d{2})[-/. ](\d{1,2})[-/. ](\d{2})$/.exec(text);
  if (found && Number(found[1]) > 31)
    return { year: fullYear(found[1]!), month: Number(found[2]), day: Number(found[3]) };
  found = /^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})$/.exec(text);
  if (found) return { pair: [Number(found[1]), Number(found[2])], ofYear: fullYear(found[3]!) };
  found = /^(\d{1,2})[-/.](\d{4})$/.exec(text);
  if (found) return { year: Number(found[2]), month: Number(found[1]), day: 0 };
  return writtenParts(text);
}

/** 12 April 1980, 12-Apr-80, April 12th, 1980, Apr 1980. */
function writtenParts(text: string): Parts | null {
  const name = /\p{L}{3,}/u.exec(text.replace(/\d(?:st|nd|rd|th)\b/g, (digit) => digit[0]!));
  const month = name ? monthNames.get(name[0].slice(0, 3)) : undefined;
  if (month === undefined) return null;
  const numbers = text.match(/\d+/g) ?? [];
  if (numbers.length === 1) return numbers[0]!.length === 4 ? { year: Number(numbers[0]), month, day: 0 } : null;
  if (numbers.length !== 2) return null;
  const [first, second] = numbers as [string, string];
  return first.length === 4
    ? { year: Number(first), month, day: Number(second) }
    : { year: fullYear(second), month, day: Number(first) };
}

/** Two digits: a person is born up to 2026, so 27 is 1927 and 26 is 2026. Fixed, so that no answer depends on the day. */
function fullYear(text: string): number {
  const year = Number(text);
  if (text.length === 4) return year;
  return year > 26 ? 1900 + year : 2000 + year;
}

function dateOf(year: number, month: number, day: number): BirthDate | null {
  if (year < 1000 || year > 2200 || month > 12 || day > 31) return null;
  const dayNumber = Date.UTC(year, month === 0 ? 6 : month - 1, day === 0 ? 15 : day) / 86_400_000;
  return { year, month, day, dayNumber, text: String(year * 10_000 + month * 100 + day) };
}
