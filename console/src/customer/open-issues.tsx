import { whenText, wordText } from '../format.js';
import { clockOf } from '../issues/clock.js';
import type { OpenIssue } from './documents.js';

/** What is open, with the time that is left of what was promised. */
export function OpenIssues({
  issues,
  count,
  now,
}: {
  readonly issues: readonly OpenIssue[];
  readonly count: number;
  readonly now: Date;
}) {
  return (
    <section className="sec">
      <h2>
        Open issues <span className="mute">{count || ''}</span>
      </h2>
      {count === 0 && <p className="mute">No open issues</p>}
      {issues.length > 0 && (
        <ul className="box">
          {issues.map((issue) => (
            <IssueRow key={issue.id} issue={issue} now={now} />
          ))}
        </ul>
      )}
      {count > issues.length && (
        <p className="mute">
          Shown: {issues.length} of {count}.
        </p>
      )}
    </section>
  );
}

function IssueRow({ issue, now }: { readonly issue: OpenIssue; readonly now: Date }) {
  const clock = clockOf(issue, now);
  const held = issue.status === 'OPEN' ? '' : `, ${wordText(issue.status)}`;
  return (
    <li className="issue">
      <b>{issue.subject}</b>
      <span className={`r ${clock ? (clock.isLate ? 'late' : 'left') : 'mute'}`}>
        {clock ? clock.text : 'nothing promised'}
      </span>
      <small>
        {wordText(issue.priority)}
        {held}
        {issue.assignee ? `, ${issue.assignee}` : issue.queue ? `, ${issue.queue}` : ''}
      </small>
      <small className="r">{clock ? clock.what : `since ${whenText(issue.openedAt, now)}`}</small>
      {clock && (
        <span className="sla">
          <svg aria-hidden="true" viewBox="0 0 100 4" preserveAspectRatio="none">
            <rect width={clock.share} height="4" className={clock.isLate ? 'late' : 'left'} />
          </svg>
        </span>
      )}
    </li>
  );
}
