import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { countText, dayOf, dayText, wholeText } from '../format.js';
import { useKeys } from '../keys.js';
import { channelName, colourOf, laneOf, lanes } from '../thread/lanes.js';
import { timelineRows } from '../thread/rows.js';
import type { Touchpoint } from './documents.js';

const knotsMax = 40;
const top = 10;
const laneHeight = 14;
const left = 90;
const right = 20;
const width = 1_200;
const settleMs = 250;

interface Props {
  readonly touchpoints: readonly Touchpoint[];
  readonly total: { readonly totalTouchpoints: number; readonly oldestTouchpointAt: string | null };
  readonly asOf: string | null;
  readonly setAsOf: (asOf: string | null) => void;
}

/** The whole line at a glance, oldest left: up is closer to a person. Its handle goes back in time. */
export function Across({ touchpoints, total, asOf, setAsOf }: Props) {
  const id = useId();
  const handle = useRef<HTMLInputElement>(null);
  const knots = useMemo(
    () =>
      timelineRows(touchpoints, new Set(), () => false)
        .filter((row) => row.kind === 'touchpoint')
        .slice(0, knotsMax)
        .reverse(),
    [touchpoints],
  );
  const [place, setPlace] = useState(knots.length);
  useEffect(() => {
    if (asOf === null) setPlace(knots.length);
  }, [asOf, knots.length]);
  // Not a question for each pixel of the way.
  useEffect(() => {
    const timer = setTimeout(() => {
      const knot = knots[place - 1];
      if (place >= knots.length) setAsOf(null);
      else if (knot) setAsOf(momentAfter(knots.slice(0, place).flatMap(({ touchpoints }) => touchpoints)));
    }, settleMs);
    return () => clearTimeout(timer);
  }, [place, knots, setAsOf]);
  useKeys({ t: () => handle.current?.focus() });
  if (knots.length < 2) return null;
  const step = (width - left - right) / (knots.length - 1);
  const x = (index: number) => left + index * step;
  const y = (lane: number) => top + (lanes.length - Math.min(lane, lanes.length)) * laneHeight;
  const now = new Date();
  const height = top + (lanes.length + 1) * laneHeight + 24;
  const valueText =
    place >= knots.length
      ? 'Now'
      : wholeText(momentAfter(knots.slice(0, place).flatMap(({ touchpoints }) => touchpoints)));
  return (
    <section className="across" aria-label="The whole line">
      <div className="hd">
        <h2>{countText(total.totalTouchpoints, 'touchpoint')}</h2>
        <p className="mute">Higher is closer to a person. Dotted: she had to start over.</p>
      </div>
      <div className="across-box">
        <svg className="th" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          <rect
            x={x(0) - 10}
            y={top}
            width={Math.max(0, x(place - 1) - x(0) + 20)}
            height={laneHeight * 9 - 6}
            className="seen"
          />
          {lanes.map((channel, lane) => (
            <g key={channel}>
              <text x={left - 24} y={y(lane) + 4} textAnchor="end" className="tx3">
                {channelName(channel)}
              </text>
              <path d={`M${left - 14} ${y(lane)}H${width}`} className="lane" />
            </g>
          ))}
          {knots.slice(1).map((knot, index) => {
            const before = knots[index];
            if (!before) return null;
            const [x1, x2, y1, y2] = [x(index), x(index + 1), y(laneOf(before.channel)), y(laneOf(knot.channel))];
            const isLater = index + 2 > place;
            return (
              <g key={knot.key} opacity={isLater ? 0.35 : 1}>
                <linearGradient
                  id={`${id}${index}`}
                  gradientUnits="userSpaceOnUse"
                  x1={x1}
                  y1={y1}
                  x2={x2}
                  y2={y2 + 0.01}
                >
                  <stop offset=".22" stopColor={colourOf(before.channel)} />
                  <stop offset=".78" stopColor={colourOf(knot.channel)} />
                </linearGradient>
                <path
                  d={`M${x1} ${y1}C${x1 + step * 0.5} ${y1} ${x2 - step * 0.5} ${y2} ${x2} ${y2}`}
                  stroke={`url(#${id}${index})`}
                  className={`stroke ${knot.course}`}
                />
              </g>
            );
          })}
          {knots.map((knot, index) => (
            <circle
              key={knot.key}
              cx={x(index)}
              cy={y(laneOf(knot.channel))}
              r="5.5"
              fill={colourOf(knot.channel)}
              className="dot-knot"
              opacity={index + 1 > place ? 0.35 : 1}
            />
          ))}
          {ticksOf(knots, step).map((index) => (
            <text key={index} x={x(index)} y={height - 6} textAnchor="middle" className="tx3">
              {tickText(new Date(knots[index]?.touchpoints[0]?.occurredAt ?? 0), now)}
            </text>
          ))}
        </svg>
        <input
          ref={handle}
          type="range"
          className="travel"
          aria-label="Go back in time"
          aria-valuetext={valueText}
          min={1}
          max={knots.length}
          value={place}
          onChange={(event) => setPlace(event.target.valueAsNumber)}
        />
      </div>
    </section>
  );
}

/** Just after the last of these was known: what is read as of then shows them all. */
function momentAfter(touchpoints: readonly Touchpoint[]): string {
  const latest = Math.max(
    ...touchpoints.map(({ occurredAt, recordedAt }) => Math.max(Date.parse(occurredAt), Date.parse(recordedAt))),
  );
  return new Date(latest + 1).toISOString();
}

/** Where a day begins, as far as there is room for its name. */
function ticksOf(knots: readonly { readonly touchpoints: readonly Touchpoint[] }[], step: number): readonly number[] {
  const ticks: number[] = [];
  let day = Number.NaN;
  knots.forEach((knot, index) => {
    const here = dayOf(new Date(knot.touchpoints[0]?.occurredAt ?? 0));
    const last = ticks[ticks.length - 1];
    if (here !== day && (last === undefined || (index - last) * step > 84)) ticks.push(index);
    day = here;
  });
  return ticks;
}

function tickText(at: Date, now: Date): string {
  const { name, date } = dayText(at, now);
  return name === 'Today' || name === 'Yesterday' ? name : date || name;
}
