import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useKeys } from '../keys.js';
import { Failed } from '../parts/states.js';
import { type Channel, lanes } from '../thread/lanes.js';
import { heights, type Row, timelineRows } from '../thread/rows.js';
import { type Gap, type Knot, laneLeft, laneWidth } from '../thread/slice.js';
import { describe } from './describe.js';
import type { Customer, Touchpoint } from './documents.js';
import { TimelineBar } from './timeline-bar.js';
import { DayHeading, Message, TouchpointItem } from './timeline-row.js';
import { type Arrivals, useHistory } from './use-history.js';
import { useWaiting } from './use-waiting.js';

const hasDetail = (run: readonly Touchpoint[]) => describe(run).detail !== '';
const rowsAhead = 12;
const moreBefore = 40;

interface Props {
  readonly customer: Customer;
  readonly asOf: string | null;
  readonly arrivals: Arrivals;
}

/** The history of all channels in one list, newest on top, with the thread through the channels’ lanes. */
export function Timeline({ customer, asOf, arrivals }: Props) {
  const [hidden, setHidden] = useState<ReadonlySet<Channel>>(new Set());
  const [topic, setTopic] = useState<string | null>(null);
  const [from, setFrom] = useState<string | null>(null);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [selectedKey, setSelectedKey] = useState<string | null>(null);
  const [isTopInView, setTopInView] = useState(true);
  const channels = hidden.size === 0 ? null : ([...lanes, 'OTHER'] as const).filter((channel) => !hidden.has(channel));
  const filter = { channels, topic, from };
  const history = useHistory(customer, asOf, filter, arrivals);
  const { shown, waiting } = useWaiting(
    history.touchpoints,
    isTopInView,
    `${arrivals.turns} ${JSON.stringify(filter)}`,
  );
  const rows = useMemo(() => timelineRows(shown, opened, hasDetail), [shown, opened]);
  const topics = useMemo(() => topicsOf(customer, shown), [customer, shown]);
  const selected = selectedKey === null ? -1 : rows.findIndex(({ key }) => key === selectedKey);
  const list = useRef<HTMLOListElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  useLayoutEffect(() => {
    const place = () => setScrollMargin((list.current?.getBoundingClientRect().top ?? 0) + scrollY);
    place();
    addEventListener('resize', place);
    return () => removeEventListener('resize', place);
  });
  useEffect(() => {
    const look = () => setTopInView((list.current?.getBoundingClientRect().top ?? 0) > -heights.day);
    addEventListener('scroll', look, { passive: true });
    return () => removeEventListener('scroll', look);
  }, []);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (index) => rows[index]?.height ?? 0,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: rowsAhead,
    scrollMargin,
  });
  // Heights are known from the rows; other rows are other heights.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list does not know its rows.
  useLayoutEffect(() => virtual.measure(), [virtual, rows]);
  const items = virtual.getVirtualItems();
  const last = items[items.length - 1]?.index ?? 0;
  const { more } = history;
  useEffect(() => {
    if (last > rows.length - moreBefore) more();
  });

  const toggle = (channel: Channel) =>
    setHidden((before) => {
      const after = new Set(before);
      if (!after.delete(channel)) after.add(channel);
      return after.size > lanes.length ? new Set() : after;
    });
  const unfold = (key: string) =>
    setOpened((before) => {
      const after = new Set(before);
      if (!after.delete(key)) after.add(key);
      return after;
    });
  const move = (step: 1 | -1) => {
    let next = selected + step;
    while (rows[next] && rows[next]?.kind !== 'touchpoint') next += step;
    const row = rows[next];
    if (!row) return;
    setSelectedKey(row.key);
    virtual.scrollToIndex(next, { align: 'auto' });
  };
  const open = () => {
    const row = rows[selected];
    if (row?.kind === 'touchpoint' && row.touchpoints.length > 1) unfold(row.key);
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: open,
    ' ': open,
    ...Object.fromEntries(lanes.map((channel, index) => [String(index + 1), () => toggle(channel)])),
  });

  return (
    <section className="tl" aria-label="Timeline">
      <TimelineBar
        {...{ hidden, toggle, topic, setTopic, from, setFrom }}
        topics={topics}
        now={new Date(customer.asOf)}
      />
      <NewOnTop count={waiting} show={() => list.current?.parentElement?.scrollIntoView()} />
      {history.problem && <Failed problem={history.problem} retry={history.more} />}
      {rows.length === 0 && !history.isLoading && (
        <p className="nothing mute">
          {hidden.size > 0 || topic || from ? 'Nothing passes this filter.' : 'No touchpoint yet.'}
        </p>
      )}
      <ol className="list" ref={list} style={{ height: virtual.getTotalSize() }}>
        <LaneLines height={virtual.getTotalSize()} />
        {items.map((item) => {
          const row = rows[item.index] as Row<Touchpoint>;
          return (
            <li
              key={item.key}
              aria-setsize={history.hasMore ? -1 : rows.length}
              aria-posinset={item.index + 1}
              className="place"
              style={{ height: row.height, transform: `translateY(${item.start - scrollMargin}px)` }}
            >
              {row.kind === 'day' && (
                <DayHeading
                  row={row}
                  rows={rows as readonly (Knot | Gap)[]}
                  index={item.index}
                  now={new Date(customer.asOf)}
                  courseOf={courseOf}
                />
              )}
              {row.kind === 'message' && (
                <Message row={row} rows={rows as readonly (Knot | Gap)[]} index={item.index} courseOf={courseOf} />
              )}
              {row.kind === 'touchpoint' && (
                <TouchpointItem
                  row={row}
                  rows={rows as readonly (Knot | Gap)[]}
                  index={item.index}
                  courseOf={courseOf}
                  isSelected={item.index === selected}
                  unfold={() => unfold(row.key)}
                />
              )}
            </li>
          );
        })}
      </ol>
      {history.isLoading && <p className="nothing mute">Older touchpoints are on their way.</p>}
    </section>
  );

  function courseOf(index: number) {
    const row = rows[index];
    return row?.kind === 'touchpoint' ? row.course : 'loose';
  }
}

/** What arrived above what is being read: it waits for whoever reads. */
function NewOnTop({ count, show }: { readonly count: number; readonly show: () => void }) {
  return (
    <div className="new-on-top" role="status">
      {count > 0 && (
        <button type="button" className="btn prime" onClick={show}>
          {count.toLocaleString()} new
        </button>
      )}
    </div>
  );
}

function LaneLines({ height }: { readonly height: number }) {
  return (
    <li className="lines" aria-hidden="true">
      <svg aria-hidden="true" width={laneLeft + lanes.length * laneWidth} height={height}>
        {lanes.map((channel, lane) => (
          <path key={channel} className="lane" d={`M${laneLeft + lane * laneWidth} 0V${height}`} />
        ))}
      </svg>
    </li>
  );
}

/** What there is to choose from: topics of what was loaded and of what is open. */
function topicsOf(customer: Customer, touchpoints: readonly Touchpoint[]): readonly string[] {
  const topics = [...customer.touchpoints.nodes, ...touchpoints, ...customer.issues.nodes].flatMap(
    ({ topic }) => topic ?? [],
  );
  return [...new Set(topics)].sort();
}
