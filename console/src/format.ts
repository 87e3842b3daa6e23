/** The words that numbers and times become: in the reader's language and zone. */

const dayMs = 86_400_000;

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const weekdayAndDate = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' });
const dateOfYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long' });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Midnight of a moment's day, where the reader is. */
export function dayOf(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}

/** Whole days between two moments' days. */
export function daysBetween(earlier: Date, later: Date): number {
  return Math.round((dayOf(later) - dayOf(earlier)) / dayMs);
}

export function clockText(at: string | Date): string {
  return clock.format(new Date(at));
}

export function wholeText(at: string | Date): string {
  return whole.format(new Date(at));
}

/** Today, Yesterday, the weekday within six days; the date in any case. */
export function dayText(at: Date, now: Date): { readonly name: string; readonly date: string } {
  const days = daysBetween(at, now);
  const date = at.getFullYear() === now.getFullYear() ? weekdayAndDate.format(at) : dateOfYear.format(at);
  if (days === 0) return { name: 'Today', date };
  if (days === 1) return { name: 'Yesterday', date };
  return days > 1 && days < 7 ? { name: weekday.format(at), date } : { name: date, date: '' };
}

/** Clock today, weekday and clock within six days, the date before. */
export function whenText(value: string, now: Date): string {
  const at = new Date(value);
  const { name, date } = dayText(at, now);
  if (name === 'Today') return clock.format(at);
  return date === '' ? name : `${name} ${clock.format(at)}`;
}

const units: readonly (readonly [string, number])[] = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
];

/** The two largest units: `2 h 28 min`. */
export function durationText(seconds: number): string {
  let rest = Math.round(Math.abs(seconds));
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
    if (parts.length === 2 || (parts.length === 1 && count === 0)) break;
  }
  return parts.join(' ') || '0 s';
}

/** A word of the API for people: `IN_PROGRESS` becomes `in progress`, `refund_status` becomes `refund status`. */
export function wordText(word: string): string {
  return word.replace(/[_-]+/g, ' ').toLowerCase();
}

/** The same with its first letter large. */
export function titleText(word: string): string {
  const words = wordText(word);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`;
}
