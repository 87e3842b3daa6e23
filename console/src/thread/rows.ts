import { dayOf, daysBetween } from '../format.js';
import type { Channel } from './lanes.js';
import type { Course } from './slice.js';

/** What the timeline needs to know of a touchpoint to place it. */
export interface Placed {
  readonly id: string;
  readonly occurredAt: string;
  readonly channel: Channel;
  readonly direction: string;
  readonly kind: string;
  readonly subject: string | null;
  readonly topic: string | null;
  readonly summary: string | null;
  readonly journeyId: string | null;
  readonly continuity: { readonly kind: string } | null;
  readonly conversation: { readonly id: string } | null;
}

/** A day's heading, with the days before it on which nothing happened. */
export interface DayRow {
  readonly kind: 'day';
  readonly key: string;
  readonly height: number;
  readonly at: Date;
  /** Days without a touchpoint between this day and the next older one that is loaded. */
  readonly quietDays: number;
}

/** A touchpoint, or several that are one contact. */
export interface TouchpointRow<T extends Placed> {
  readonly kind: 'touchpoint';
  readonly key: string;
  readonly height: number;
  readonly knotY: number;
  readonly channel: Channel;
  /** Newest first. */
  readonly touchpoints: readonly T[];
  readonly isOpen: boolean;
  readonly course: Course;
}

/** One message of an opened conversation. */
export interface MessageRow<T extends Placed> {
  readonly kind: 'message';
  readonly key: string;
  readonly height: number;
  readonly touchpoint: T;
}

export type Row<T extends Placed> = DayRow | TouchpointRow<T> | MessageRow<T>;

/** Heights come from data, never from measurement: what is being read must not move. */
export const heights = { day: 34, one: 42, two: 60, message: 28 } as const;
const knotY = 21;
const runGapMs = 30 * 60_000;

/**
 * The timeline's rows out of touchpoints, newest first.
 * @param opened keys of the rows that show their messages
 * @param hasDetail whether there is something to say below a run’s title
 */
export function timelineRows<T extends Placed>(
  touchpoints: readonly T[],
  opened: ReadonlySet<string>,
  hasDetail: (run: readonly T[]) => boolean,
): Row<T>[] {
  const runs = runsOf(touchpoints);
  const rows: Row<T>[] = [];
  let day = Number.NaN;
  runs.forEach((run, index) => {
    const newest = run[0] as T;
    const at = new Date(newest.occurredAt);
    if (dayOf(at) !== day) {
      day = dayOf(at);
      rows.push({ kind: 'day', key: `day-${day}`, height: heights.day, at, quietDays: quietBefore(runs, index, at) });
    }
    // The oldest names the run: newer ones join at the top, and an opened run stays open.
    const key = (run[run.length - 1] as T).id;
    const isOpen = run.length > 1 && opened.has(key);
    rows.push({
      kind: 'touchpoint',
      key,
      height: hasDetail(run) ? heights.two : heights.one,
      knotY,
      channel: newest.channel,
      touchpoints: run,
      isOpen,
      course: courseInto(run, runs[index + 1]),
    });
    if (isOpen) {
      for (const touchpoint of run) {
        rows.push({ kind: 'message', key: `in-${touchpoint.id}`, height: heights.message, touchpoint });
      }
    }
  });
  return rows;
}

/** Touchpoints that are one contact: of a conversation, or the same thing on a channel with little time between. */
function runsOf<T extends Placed>(touchpoints: readonly T[]): readonly (readonly T[])[] {
  const runs: T[][] = [];
  for (const touchpoint of touchpoints) {
    const last = runs[runs.length - 1];
    if (last && belongs(last[last.length - 1] as T, touchpoint)) last.push(touchpoint);
    else runs.push([touchpoint]);
  }
  return runs;
}

function belongs(newer: Placed, older: Placed): boolean {
  if (newer.channel !== older.channel || dayOf(new Date(newer.occurredAt)) !== dayOf(new Date(older.occurredAt))) {
    return false;
  }
  if (newer.conversation ?? older.conversation) return newer.conversation?.id === older.conversation?.id;
  const isSoon = Date.parse(newer.occurredAt) - Date.parse(older.occurredAt) < runGapMs;
  return isSoon && newer.kind === older.kind && newer.topic === older.topic && newer.direction === older.direction;
}

function quietBefore<T extends Placed>(runs: readonly (readonly T[])[], index: number, at: Date): number {
  for (let next = index + 1; next < runs.length; next++) {
    const days = daysBetween(new Date((runs[next] as readonly T[])[0]?.occurredAt ?? 0), at);
    if (days > 0) return days - 1;
  }
  return 0;
}

/** How she came to a run from the older one: what its first touchpoint says, or what both belong to. */
function courseInto(run: readonly Placed[], older: readonly Placed[] | undefined): Course {
  const first = run[run.length - 1] as Placed;
  const last = older?.[0];
  if (first.continuity) return first.continuity.kind === 'STARTED_OVER' ? 'started-over' : 'carried';
  if (!last) return 'loose';
  const isSame = (one: string | null | undefined, other: string | null | undefined) => one != null && one === other;
  return isSame(first.journeyId, last.journeyId) || isSame(first.conversation?.id, last.conversation?.id)
    ? 'carried'
    : 'loose';
}
