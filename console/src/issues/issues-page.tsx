import '../styles/issues.css';
import { useSearchParams } from 'wouter';
import { countText, whenText, wordText } from '../format.js';
import { useKeys } from '../keys.js';
import { Key } from '../parts/key.js';
import { Empty, Failed, Waiting } from '../parts/states.js';
import { useQuestion } from '../use-question.js';
import { useTitle } from '../use-title.js';
import { clockOf } from './clock.js';
import { issueList, type ListedIssue } from './documents.js';
import { IssueDetail } from './issue-detail.js';
import { type View, viewOf, views } from './views.js';

/** All that is open, by what it needs: the list, and the one that is looked at. Both stand in the address. */
export default function IssuesPage() {
  useTitle('Issues');
  const [parameters, setParameters] = useSearchParams();
  const view = viewOf(parameters.get('show'));
  const queue = parameters.get('queue');
  const { data, problem, isAsking, ask } = useQuestion(issueList, { ...view.only, queue });
  const issues = data?.issues.nodes ?? [];
  const totals = (data?.openIssueTotals ?? []).filter((total) => queue === null || total.queue === queue);
  const chosen = parameters.get('issue') ?? issues[0]?.id ?? null;
  const at = issues.findIndex(({ id }) => id === chosen);
  const set = (name: string, value: string | null) =>
    setParameters((before) => {
      const next = new URLSearchParams(before);
      if (name !== 'issue') next.delete('issue');
      if (value === null) next.delete(name);
      else next.set(name, value);
      return next;
    });
  const walk = (step: number) => {
    const next = issues[Math.min(Math.max(at + step, 0), issues.length - 1)];
    if (next) set('issue', next.id);
  };
  /** What was worked on stays in sight, though its list may show it no longer. */
  const changed = () => {
    set('issue', chosen);
    ask();
  };
  useKeys({ j: () => walk(1), k: () => walk(-1) });
  return (
    <>
      <div className="ttl">
        <h1>Issues</h1>
        <span className="mute">what is wrong for somebody, until it is settled</span>
        <span className="sp" />
        <span className="mute hide">
          <Key name="J" /> <Key name="K" /> next, previous
        </span>
      </div>
      <div className="filters">
        <fieldset className="seg" aria-label="Show">
          {views.map((one) => (
            <button
              key={one.key}
              type="button"
              aria-pressed={one.key === view.key}
              onClick={() => set('show', one.key === 'open' ? null : one.key)}
            >
              {one.name} {data && one.count && countOf(one, totals)}
            </button>
          ))}
        </fieldset>
        <label>
          <span className="mute">Queue</span>
          <select value={queue ?? ''} onChange={(event) => set('queue', event.target.value || null)}>
            <option value="">any</option>
            {(data?.openIssueTotals ?? []).map(
              (total) => total.queue && <option key={total.queue}>{total.queue}</option>,
            )}
          </select>
        </label>
      </div>
      {problem && <Failed problem={problem} retry={ask} />}
      {isAsking && !data && <Waiting what="The list" />}
      {data && issues.length === 0 && !parameters.get('issue') && (
        <Empty title={view.empty}>
          <p>Issues are opened by whoever serves a customer, by touchpoints that refer to them, and by connectors.</p>
        </Empty>
      )}
      {data && chosen && (
        <div className="idg">
          <nav aria-label="Issues">
            <ol className="box q">
              {issues.map((issue) => (
                <Row
                  key={issue.id}
                  issue={issue}
                  isChosen={issue.id === chosen}
                  choose={() => set('issue', issue.id)}
                />
              ))}
            </ol>
            <p className="mute foot">
              {countText(issues.length, 'issue')} shown, the newest first
              {data.issues.pageInfo.hasNextPage && '. There are more: a queue narrows them'}.
            </p>
          </nav>
          <IssueDetail key={chosen} id={chosen} changed={changed} />
        </div>
      )}
    </>
  );
}

function countOf(view: View, totals: readonly Parameters<NonNullable<View['count']>>[0][]): string {
  return totals.reduce((sum, total) => sum + (view.count?.(total) ?? 0), 0).toLocaleString();
}

interface RowProps {
  readonly issue: ListedIssue;
  readonly isChosen: boolean;
  readonly choose: () => void;
}

function Row({ issue, isChosen, choose }: RowProps) {
  const now = new Date();
  const clock = issue.resolvedAt ? null : clockOf(issue, now);
  return (
    <li className={isChosen ? 'sel' : ''}>
      <button type="button" aria-current={isChosen || undefined} onClick={choose}>
        <b>{issue.subject}</b>
        <span className={clock?.isLate ? 'late' : 'mute'}>{clock ? clock.text : whenText(issue.openedAt, now)}</span>
        <small>
          {issue.customer.displayName ?? 'unnamed'}, {wordText(issue.priority)}
          {issue.status === 'OPEN' ? '' : `, ${wordText(issue.status)}`}
        </small>
      </button>
    </li>
  );
}
