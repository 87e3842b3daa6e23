import '../styles/today.css';
import { useEffect, useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import { titleText, wholeText } from '../format.js';
import { useKeys } from '../keys.js';
import { useLive } from '../live/live.js';
import { useRefresh } from '../live/use-refresh.js';
import { SeverityMark } from '../parts/icon.js';
import { Key } from '../parts/key.js';
import { Failed, Waiting } from '../parts/states.js';
import { useQuestion } from '../use-question.js';
import { useTitle } from '../use-title.js';
import { ChannelLines, ChannelTable } from './channel-lines.js';
import { daysBefore, hoursOver, wholeDay } from './day.js';
import { promises, todayFigures, usualFigures, workspaceChanges } from './documents.js';
import { FigureStrip } from './figures.js';
import { DueNext, GrowingTopics, Queues } from './side.js';
import { channelLines, figuresOf, type Growing, growingTopics } from './usual.js';

const weekdays = new Intl.DateTimeFormat(undefined, { weekday: 'long' });
const minuteMs = 60_000;
/** Figures of a whole workspace are not counted anew for each of its touchpoints. */
const gatherMs = 1_000;
const warnsFrom = { contacts: 10, times: 3 };

/** What comes in today against what is usual, what grows, where it waits, and what is due: live. */
export default function TodayPage() {
  useTitle('Today');
  const now = useMinute();
  const day = wholeDay(now).from;
  const spans = useMemo(() => spansOf(new Date(day)), [day]);
  // Asked again when a minute is over and whenever something changed; the usual once a day.
  const lastDay = useMemo(() => ({ lastDay: daysBefore(now, 1, 0), weekBefore: daysBefore(now, 7, 1) }), [now]);
  const today = useQuestion(todayFigures, { today: wholeDay(now), ...lastDay });
  const usual = useQuestion(usualFigures, spans);
  const issues = useQuestion(promises, {});
  const refreshFigures = useRefresh(today.ask, gatherMs);
  const refreshIssues = useRefresh(issues.ask, gatherMs);
  useLive(
    workspaceChanges,
    {},
    {
      begun: refreshFigures,
      changed: ({ kind }) => {
        if (kind === 'ISSUE_CHANGED') refreshIssues();
        else refreshFigures();
      },
    },
  );
  const [isTable, setTable] = useState(false);
  useKeys({ v: () => setTable((before) => !before) });

  const problem = today.problem ?? usual.problem;
  const { data } = today;
  const over = hoursOver(now);
  const days = usual.data ? [usual.data.one, usual.data.two, usual.data.three, usual.data.four] : [];
  const before = days.map(({ service }) => service);
  const topics = data ? growingTopics(data.lastDay.topics, data.weekBefore.topics, 7) : [];
  const lines = data ? channelLines(data.today.service, before, over) : [];
  const totals = issues.data?.openIssueTotals;
  return (
    <>
      <div className="ttl">
        <h1>Today</h1>
        <span className="mute num">{wholeText(now)}</span>
      </div>
      {problem && <Failed problem={problem} retry={problem === usual.problem ? usual.ask : today.ask} />}
      {issues.problem && <Failed problem={issues.problem} retry={issues.ask} />}
      {!data && today.isAsking && <Waiting what="Today" />}
      {data && (
        <>
          <Warning topic={topics.find(isWarning)} />
          <FigureStrip
            figures={figuresOf(data.today.service, before, over)}
            promises={totals ? totals.reduce(added, { open: 0, unassigned: 0, late: 0 }) : null}
          />
        </>
      )}
      <div className="two">
        {data && (
          <section className="box lines-box" aria-label="Touchpoints today, by channel">
            <div className="hd">
              <h2>Touchpoints today, by channel</h2>
              <span className="mute">
                grey: usual range of the last four {weekdays.format(now)}s. Each on its own scale
              </span>
              <span className="sp" />
              <Button className="btn quiet" aria-pressed={isTable} onPress={() => setTable(!isTable)}>
                {isTable ? 'As lines' : 'As a table'} <Key name="V" />
              </Button>
            </div>
            {lines.length === 0 && <p className="nothing mute">Nothing came in yet.</p>}
            {lines.length > 0 && (isTable ? <ChannelTable lines={lines} /> : <ChannelLines {...{ lines, over }} />)}
          </section>
        )}
        <aside className="side" aria-label="What needs somebody">
          {data && <GrowingTopics topics={topics} />}
          {data && <Queues queues={data.lastDay.queues} />}
          {issues.data && <DueNext issues={[...issues.data.late.nodes, ...issues.data.open.nodes]} now={now} />}
        </aside>
      </div>
    </>
  );
}

function isWarning({ contacts, times }: Growing): boolean {
  return contacts >= warnsFrom.contacts && (times === null || times >= warnsFrom.times);
}

/** Only there when there is one. */
function Warning({ topic }: { readonly topic: Growing | undefined }) {
  if (!topic) return null;
  return (
    <section className="warnstrip" aria-label="Early warning">
      <SeverityMark severity="crit" />
      <div>
        <h2>“{titleText(topic.topic)}” grows</h2>
        <p>
          {topic.contacts.toLocaleString()} contacts in 24 hours,{' '}
          {topic.times === null
            ? 'and none in the week before.'
            : `${Math.round(topic.times).toLocaleString()} times the usual of the week before.`}
        </p>
      </div>
    </section>
  );
}

function spansOf(day: Date) {
  return { one: wholeDay(day, 1), two: wholeDay(day, 2), three: wholeDay(day, 3), four: wholeDay(day, 4) };
}

interface Totals {
  readonly open: number;
  readonly unassigned: number;
  readonly late: number;
}

function added(all: Totals, one: Totals): Totals {
  return { open: all.open + one.open, unassigned: all.unassigned + one.unassigned, late: all.late + one.late };
}

/** Now, as of the last whole minute. */
function useMinute(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), minuteMs);
    return () => clearInterval(timer);
  }, []);
  return now;
}
