import { type ChannelLine, hoursOfDay } from './usual.js';

const width = 240;
const height = 44;
const edge = 4;

/** The paths of a channel’s line: its own scale, hours from left to right, and where it ends now. */
export function linePaths(line: ChannelLine, over: number) {
  const most = Math.max(1, ...line.hours, ...(line.usual ?? []).map((range) => range.most));
  const x = (hour: number) => (width * hour) / hoursOfDay;
  const y = (count: number) => height - edge - ((height - 2 * edge) * count) / most;
  // An hour’s count stands in its midst; of the hour that is not over, at now, as if it went on like that.
  const current = Math.min(hoursOfDay - 1, Math.floor(over));
  const points = line.hours.slice(0, current).map((count, hour) => ({ x: x(hour + 0.5), y: y(count) }));
  const part = over - current;
  const now = line.hours[current] ?? 0;
  const end = {
    x: x(over),
    y: y(part < 0.25 ? Math.max(now, line.hours[current - 1] ?? 0) : Math.min(most, now / part)),
  };
  const usual = line.usual;
  const band =
    usual &&
    `M${usual.map((range, hour) => `${round(x(hour + 0.5))} ${round(y(range.most))}`).join('L')}L${[...usual.entries()]
      .reverse()
      .map(([hour, range]) => `${round(x(hour + 0.5))} ${round(Math.min(height, y(range.least) + 1))}`)
      .join('L')}Z`;
  const start = { x: 0, y: points[0]?.y ?? end.y };
  const path = `M${[start, ...points, end].map((point) => `${round(point.x)} ${round(point.y)}`).join('L')}`;
  return { band, path, end };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
