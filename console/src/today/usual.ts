import { type Channel, lanes } from '../thread/lanes.js';
import type { Hour } from './documents.js';

export const hoursOfDay = 24;

/** What was usual: the least and the most of the days before; null where no day before tells. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/** Today’s line of one channel beside its usual. */
export interface ChannelLine {
  readonly channel: Channel;
  /** Touchpoints of each hour. */
  readonly hours: readonly number[];
  readonly usual: readonly Range[] | null;
  readonly total: number;
  /** Touchpoints until this time of the day on the days before. */
  readonly usualTotal: Range | null;
}

/** From alone to together, and what is on no lane of its own last; those that never came to anything are left out. */
const order: readonly Channel[] = [...[...lanes].reverse(), 'OTHER'];

/**
 * @param days the same weekday of earlier weeks; one on which nothing at all came in tells nothing
 * @param over how many hours of today are over
 */
export function channelLines(
  today: readonly Hour[],
  days: readonly (readonly Hour[])[],
  over: number,
): readonly ChannelLine[] {
  const telling = days.filter((day) => day.length > 0);
  return order.flatMap((channel) => {
    const of = (day: readonly Hour[]) => hoursOf(day.filter(({ key }) => key === channel));
    const hours = of(today);
    const before = telling.map(of);
    const isKnown = [hours, ...before].some((day) => day.some((count) => count > 0));
    if (!isKnown) return [];
    return {
      channel,
      hours,
      usual: before.length === 0 ? null : hours.map((_, hour) => rangeOf(before.map((day) => day[hour] ?? 0)) as Range),
      total: sum(hours),
      usualTotal: rangeOf(before.map((day) => until(day, over))),
    };
  });
}

/** A figure of today, and what was usual of it until this time of the day. */
export interface Figure {
  readonly value: number | null;
  readonly usual: Range | null;
}

export interface Figures {
  readonly contacts: Figure;
  readonly wait: Figure;
  readonly abandonment: Figure;
  readonly mood: Figure;
}

export function figuresOf(today: readonly Hour[], days: readonly (readonly Hour[])[], over: number): Figures {
  const before = days.filter((day) => day.length > 0).map((day) => day.filter((hour) => hourOf(hour) < over));
  const figure = (of: (day: readonly Hour[]) => number | null): Figure => ({
    value: of(today),
    usual: rangeOf(before.map(of).filter((value) => value !== null)),
  });
  return {
    contacts: {
      value: sum(today.map(({ contacts }) => contacts)),
      usual: rangeOf(
        days
          .filter((day) => day.length > 0)
          .map((day) =>
            Math.round(
              until(
                hoursOf(day, ({ contacts }) => contacts),
                over,
              ),
            ),
          ),
      ),
    },
    wait: figure((day) => meanOf(day.map(({ wait }) => [wait.average, wait.count]))),
    abandonment: figure((day) => {
      const of = sum(day.map(({ abandonment }) => abandonment.of));
      return of === 0 ? null : sum(day.map(({ abandonment }) => abandonment.count)) / of;
    }),
    mood: figure((day) => meanOf(day.map(({ sentiment }) => [sentiment.mean, sentiment.count]))),
  };
}

/** How far a figure is from its usual: outside of it, and by which part of its middle. */
export function deviationOf(
  value: number,
  usual: Range | null,
): { readonly part: number; readonly isOut: boolean } | null {
  if (!usual || usual.most === 0) return null;
  const middle = (usual.least + usual.most) / 2;
  return { part: value / middle - 1, isOut: value < usual.least || value > usual.most };
}

/** A topic that more comes in about than before. */
export interface Growing {
  readonly topic: string;
  readonly contacts: number;
  /** How many times the mean of a day before; null where nobody asked about it then. */
  readonly times: number | null;
}

interface OfTopic {
  readonly key: string | null;
  readonly isRest: boolean;
  readonly contacts: number;
}

const growingFrom = { contacts: 3, times: 1.5 };

/** Topics of the last day that grew, the most first. */
export function growingTopics(
  lastDay: readonly OfTopic[],
  before: readonly OfTopic[],
  days: number,
): readonly Growing[] {
  const known = new Map(before.map(({ key, contacts }) => [key, contacts / days]));
  return lastDay
    .flatMap(({ key, isRest, contacts }) => {
      if (key === null || isRest || contacts < growingFrom.contacts) return [];
      const usual = known.get(key) ?? 0;
      return { topic: key, contacts, times: usual === 0 ? null : contacts / usual };
    })
    .filter(({ times }) => times === null || times >= growingFrom.times)
    .sort(
      (a, b) =>
        (b.times ?? Number.POSITIVE_INFINITY) - (a.times ?? Number.POSITIVE_INFINITY) || b.contacts - a.contacts,
    );
}

function hourOf({ bucketAt }: Hour): number {
  return new Date(bucketAt ?? 0).getHours();
}

function hoursOf(
  day: readonly Hour[],
  of: (hour: Hour) => number = ({ touchpoints }) => touchpoints,
): readonly number[] {
  const hours = new Array<number>(hoursOfDay).fill(0);
  for (const hour of day) hours[hourOf(hour)] = (hours[hourOf(hour)] ?? 0) + of(hour);
  return hours;
}

/** What had come in by a time of the day; of an hour that was not over, its share. */
function until(hours: readonly number[], over: number): number {
  return sum(hours.map((count, hour) => count * Math.min(1, Math.max(0, over - hour))));
}

function rangeOf(values: readonly number[]): Range | null {
  return values.length === 0 ? null : { least: Math.min(...values), most: Math.max(...values) };
}

function meanOf(parts: readonly (readonly [number | null, number])[]): number | null {
  const count = sum(parts.map(([, of]) => of));
  return count === 0 ? null : sum(parts.map(([mean, of]) => (mean ?? 0) * of)) / count;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0);
}
