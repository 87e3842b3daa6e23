import { type Channel, colourOf, laneOf } from './lanes.js';

/**
 * How the thread comes from the older touchpoint to a row: what was known came along, or she started over. `loose` is
 * neither: nothing tells that both are about one matter.
 */
export type Course = 'carried' | 'started-over' | 'loose';

/** A row of the timeline, as far as its thread is concerned. */
export interface Knot {
  readonly channel: Channel;
  readonly height: number;
  /** From the top of its row. */
  readonly knotY: number;
}

/** A row without a knot, such as a day's heading: the thread passes through. */
export interface Gap {
  readonly height: number;
}

/** One stroke of the slice that a row draws. */
export interface Stroke {
  readonly d: string;
  readonly from: string;
  readonly to: string;
  /** Where the gradient starts and ends, so that the pieces of neighbouring rows meet in one colour. */
  readonly y1: number;
  readonly y2: number;
  readonly course: Course;
}

export const laneWidth = 24;
export const laneLeft = 31;

export const laneX = (channel: Channel): number => laneLeft + laneOf(channel) * laneWidth;

/** Where a channel’s lane runs. */
export type Place = (channel: Channel) => number;

/**
 * The part of a line between two knots that lies in one row: the whole curve, moved so that the row cuts out its piece.
 * @param above height between the later (upper) knot and the top of this row; negative when the knot is in it
 * @param length height between the two knots
 */
export function strokeBetween(
  upper: Channel,
  lower: Channel,
  above: number,
  length: number,
  course: Course,
  x: Place = laneX,
): Stroke {
  const [x1, x2] = [x(upper), x(lower)];
  const [y1, y2] = [-above, length - above];
  const bend = Math.round(length * 0.52);
  const d = x1 === x2 ? `M${x1} ${y1}V${y2}` : `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`;
  return { d, from: colourOf(upper), to: colourOf(lower), y1, y2, course };
}

/**
 * The strokes of one row of the timeline, newest on top. A row knows nothing but its place between the knots, so that a
 * list of any length draws only what is in view.
 * @param rows the timeline's rows; one without a channel has no knot
 * @param courseOf how the thread came to the row with this index from the older one below it
 */
export function threadSlice(
  rows: readonly (Knot | Gap)[],
  index: number,
  courseOf: (index: number) => Course,
  x: Place = laneX,
): readonly Stroke[] {
  const row = rows[index] as Knot | Gap;
  const strokes: Stroke[] = [];
  if ('channel' in row) {
    const upper = neighbour(rows, index, -1);
    if (upper) {
      const above = upper.distance + upper.below;
      strokes.push(strokeBetween(upper.knot.channel, row.channel, above, above + row.knotY, courseOf(upper.index), x));
    }
    const lower = neighbour(rows, index, 1);
    if (lower) {
      const length = row.height - row.knotY + lower.distance + lower.knot.knotY;
      strokes.push(strokeBetween(row.channel, lower.knot.channel, -row.knotY, length, courseOf(index), x));
    }
    return strokes;
  }
  const upper = neighbour(rows, index, -1);
  const lower = neighbour(rows, index, 1);
  if (upper && lower) {
    const above = upper.distance + upper.below;
    const length = above + row.height + lower.distance + lower.knot.knotY;
    strokes.push(strokeBetween(upper.knot.channel, lower.knot.channel, above, length, courseOf(upper.index), x));
  }
  return strokes;
}

/** The next row with a knot in a direction, and the height of the rows without one between. */
function neighbour(rows: readonly (Knot | Gap)[], index: number, step: 1 | -1) {
  let distance = 0;
  for (let at = index + step; at >= 0 && at < rows.length; at += step) {
    const row = rows[at] as Knot | Gap;
    if ('channel' in row) return { knot: row, index: at, distance, below: row.height - row.knotY };
    distance += row.height;
  }
  return null;
}
