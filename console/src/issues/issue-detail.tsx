import { Link } from 'wouter';
import { titleText, whenText, wholeText, wordText } from '../format.js';
import { Coin } from '../parts/icon.js';
import { Empty, Failed, Waiting } from '../parts/states.js';
import { useQuestion } from '../use-question.js';
import { clockOf } from './clock.js';
import { Comments } from './comments.js';
import { type Issue, issuePage } from './documents.js';
import { IssueActs } from './issue-acts.js';

interface Props {
  readonly id: string;
  /** Something was done: lists that show the issue ask again. */
  readonly changed: () => void;
}

/** One issue: what it is and how long there is, what can be done, what was said and done. */
export function IssueDetail({ id, changed }: Props) {
  const { data, problem, isAsking, ask } = useQuestion(issuePage, { id });
  const issue = data?.issue;
  if (problem) return <Failed problem={problem} retry={ask} />;
  if (isAsking && !data) return <Waiting what="The issue" />;
  if (!issue) return <Empty title="There is no such issue" />;
  const acted = () => {
    ask();
    changed();
  };
  return (
    <article className="box issue-page" aria-labelledby="issue-subject">
      <Head issue={issue} />
      <IssueActs key={issue.version} issue={issue} acted={acted} />
      <Comments issue={issue} acted={acted} />
      <Touched issue={issue} />
      <Related issue={issue} />
      <History issue={issue} />
    </article>
  );
}

function Head({ issue }: { readonly issue: Issue }) {
  const now = new Date();
  const clock = issue.isOpen ? clockOf(issue, now) : null;
  return (
    <header>
      <h2 id="issue-subject">{issue.subject}</h2>
      <p>
        <Link href={`/customers/${issue.customer.id}`}>{issue.customer.displayName ?? 'Unnamed customer'}</Link>
        <span className="mute">
          {' '}
          · {titleText(issue.status)} · opened {whenText(issue.openedAt, now)}
          {issue.topic && ` · ${wordText(issue.topic)}`}
          {issue.reopenCount > 0 && ` · opened again ${issue.reopenCount} ×`}
        </span>
      </p>
      {clock && (
        <p className={clock.isLate ? 'late' : 'left'}>
          {clock.text} <span className="mute">({clock.what})</span>
        </p>
      )}
      {issue.escalationReason && <p className="pill warn">Handed up: {issue.escalationReason}</p>}
      {issue.description && <p className="told-text">{issue.description}</p>}
      {issue.resolution && (
        <p className="told-text">
          <b>Settled {issue.resolvedAt && whenText(issue.resolvedAt, now)}:</b> {issue.resolution}
        </p>
      )}
    </header>
  );
}

/** What was said and done about it, in any channel. */
function Touched({ issue }: { readonly issue: Issue }) {
  const now = new Date();
  const { nodes, pageInfo } = issue.touchpoints;
  return (
    <section>
      <h3>Touchpoints</h3>
      {nodes.length === 0 && <p className="mute">None refers to it</p>}
      <ol className="touched">
        {nodes.map((one) => (
          <li key={one.id}>
            <Coin channel={one.channel} isHollow={one.direction === 'OUTBOUND'} />
            <span>{one.subject ?? one.summary ?? wordText(one.kind)}</span>
            <time className="mute" dateTime={one.occurredAt}>
              {whenText(one.occurredAt, now)}
            </time>
          </li>
        ))}
      </ol>
      {pageInfo.hasNextPage && <p className="mute">Shown: the newest 20.</p>}
    </section>
  );
}

/** Other issues and other systems. */
function Related({ issue }: { readonly issue: Issue }) {
  const { links, tickets, possibleDuplicates } = issue;
  if (links.length + tickets.length + possibleDuplicates.length === 0) return null;
  const to = (id: string) => `/issues?issue=${encodeURIComponent(id)}`;
  return (
    <section>
      <h3>Belongs together with</h3>
      <ul className="related">
        {links.map(({ relation, issue: other }) => (
          <li key={`${relation} ${other.id}`}>
            <span className="mute">{wordText(relation)}</span> <Link href={to(other.id)}>{other.subject}</Link>
            {!other.isOpen && <span className="mute"> (settled)</span>}
          </li>
        ))}
        {possibleDuplicates.map((other) => (
          <li key={other.id}>
            <span className="mute">perhaps the same</span> <Link href={to(other.id)}>{other.subject}</Link>
          </li>
        ))}
        {tickets.map(({ system, externalId, url }) => (
          <li key={`${system} ${externalId}`}>
            <span className="mute">{system}</span>{' '}
            {url ? (
              <a href={url} rel="noreferrer" target="_blank">
                {externalId}
              </a>
            ) : (
              externalId
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What it was at each of its versions. */
function History({ issue }: { readonly issue: Issue }) {
  return (
    <details>
      <summary>History</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard. */}
      <section className="wide" aria-label="Versions" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th>When</th>
              <th>Status</th>
              <th>Priority</th>
              <th>Who works on it</th>
              <th>By</th>
            </tr>
          </thead>
          <tbody>
            {issue.history.map((version) => (
              <tr key={version.version}>
                <td>{wholeText(version.changedAt)}</td>
                <td>{titleText(version.status)}</td>
                <td>{titleText(version.priority)}</td>
                <td>{[version.assignee, version.queue].filter(Boolean).join(', ') || 'nobody'}</td>
                <td className="mute">{version.actor}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
