import { type CSSProperties, useId } from 'react';
import { clockText, countText, dayText, durationText, wholeText } from '../format.js';
import { Coin, Icon } from '../parts/icon.js';
import { channelName } from '../thread/lanes.js';
import type { DayRow, MessageRow, TouchpointRow } from '../thread/rows.js';
import { type Course, type Gap, type Knot, laneLeft, laneWidth, laneX, threadSlice } from '../thread/slice.js';
import { describe, latenessText } from './describe.js';
import type { Touchpoint } from './documents.js';

interface Place {
  readonly rows: readonly (Knot | Gap)[];
  readonly index: number;
  readonly courseOf: (index: number) => Course;
}

/** The piece of the thread that lies in a row. */
function Thread({ rows, index, courseOf }: Place) {
  const id = useId();
  const height = rows[index]?.height ?? 0;
  return (
    <svg className="th" width={laneLeft + laneWidth * 9} height={height} aria-hidden="true">
      {threadSlice(rows, index, courseOf).map((stroke, at) => (
        <g key={stroke.d}>
          <linearGradient id={`${id}${at}`} gradientUnits="userSpaceOnUse" x1="0" x2="0" y1={stroke.y1} y2={stroke.y2}>
            <stop offset=".22" stopColor={stroke.from} />
            <stop offset=".78" stopColor={stroke.to} />
          </linearGradient>
          <path d={stroke.d} stroke={`url(#${id}${at})`} className={`stroke ${stroke.course}`} />
        </g>
      ))}
    </svg>
  );
}

export function DayHeading({ row, now, ...place }: Place & { readonly row: DayRow; readonly now: Date }) {
  const { name, date } = dayText(row.at, now);
  return (
    <>
      <Thread {...place} />
      <h3 className="day">
        {name} <span className="mute num">{date}</span>
        <span className="sp" />
        {row.quietDays > 0 && <span className="mute">{countText(row.quietDays, 'quiet day')}</span>}
      </h3>
    </>
  );
}

export function Message({ row, ...place }: Place & { readonly row: MessageRow<Touchpoint> }) {
  const { touchpoint } = row;
  return (
    <>
      <Thread {...place} />
      <p className="msg">
        <time dateTime={touchpoint.occurredAt}>{clockText(touchpoint.occurredAt)}</time>
        <span className="mute">{touchpoint.direction === 'INBOUND' ? 'She' : 'We'}</span>
        <span className="said">{touchpoint.summary ?? touchpoint.subject ?? describe([touchpoint]).title}</span>
      </p>
    </>
  );
}

interface ItemProps extends Place {
  readonly row: TouchpointRow<Touchpoint>;
  readonly isSelected: boolean;
  readonly unfold: () => void;
}

export function TouchpointItem({ row, isSelected, unfold, ...place }: ItemProps) {
  const [newest] = row.touchpoints;
  if (!newest) return null;
  const { title, detail, marks } = describe(row.touchpoints);
  const lateness = latenessText(newest);
  const isRun = row.touchpoints.length > 1;
  const isHollow = row.touchpoints.every(({ direction }) => direction === 'OUTBOUND');
  return (
    <>
      <Thread {...place} />
      <span
        className={`at${isRun ? ' stack' : ''}${newest.status === 'ACTIVE' ? ' pulse' : ''} ch-${row.channel.toLowerCase()}`}
        style={{ '--x': `${laneX(row.channel) - 12}px` } as CSSProperties}
      >
        <Coin channel={row.channel} isHollow={isHollow} />
      </span>
      <article className={`tp${isSelected ? ' sel' : ''}`} aria-current={isSelected || undefined}>
        <div className="hd">
          <time dateTime={newest.occurredAt} title={wholeText(newest.occurredAt)}>
            {clockText(newest.occurredAt)}
          </time>
          {lateness && (
            <span className="came-late" title={lateness}>
              <Icon name="clock" />
              <span className="sr">{lateness}. </span>
            </span>
          )}
          <span className="sr">{channelName(row.channel)}: </span>
          {isRun ? (
            <button type="button" className="title" aria-expanded={row.isOpen} onClick={unfold}>
              <b>{title}</b> <span className="mute num">×{row.touchpoints.length}</span>
            </button>
          ) : (
            <b>{title}</b>
          )}
          <span className="meta">
            {marks.map((mark) => (
              <span key={mark.text} className={mark.kind}>
                {mark.text}
              </span>
            ))}
            {newest.durationSeconds !== null && <span>{durationText(newest.durationSeconds)}</span>}
          </span>
        </div>
        {detail && <p className="sub">{detail}</p>}
      </article>
    </>
  );
}
