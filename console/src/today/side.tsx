import { Link } from 'wouter';
import { durationText, titleText } from '../format.js';
import { clockOf } from '../issues/clock.js';
import type { PromisedIssue, TodayFigures } from './documents.js';
import type { Growing } from './usual.js';

const topicsShown = 6;
const promisesShown = 6;

export function GrowingTopics({ topics }: { readonly topics: readonly Growing[] }) {
  return (
    <section className="sec">
      <h2>
        Growing topics <span className="mute">24 hours against a day of the week before</span>
      </h2>
      <div className="box">
        {topics.length === 0 ? (
          <p className="nothing mute">No topic grows.</p>
        ) : (
          <table>
            <thead className="sr">
              <tr>
                <th>Topic</th>
                <th>Contacts</th>
                <th>Against before</th>
              </tr>
            </thead>
            <tbody>
              {topics.slice(0, topicsShown).map(({ topic, contacts, times }) => (
                <tr key={topic}>
                  <td>{titleText(topic)}</td>
                  <td className="ra">{contacts.toLocaleString()}</td>
                  <td className="ra">
                    <b>{times === null ? 'new' : `×${times.toFixed(1)}`}</b>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );
}

export function Queues({ queues }: { readonly queues: TodayFigures['lastDay']['queues'] }) {
  const named = queues.filter(({ key, isRest }) => key !== null && !isRest);
  return (
    <section className="sec">
      <h2>
        Queues <span className="mute">last 24 hours</span>
      </h2>
      <div className="box">
        {named.length === 0 ? (
          <p className="nothing mute">No contact waited in a queue.</p>
        ) : (
          <table>
            <thead>
              <tr>
                <th>Queue</th>
                <th className="ra">Contacts</th>
                <th className="ra">Waited</th>
                <th className="ra">Gave up</th>
              </tr>
            </thead>
            <tbody>
              {named.map(({ key, contacts, wait, abandonment }) => (
                <tr key={key}>
                  <td>{key}</td>
                  <td className="ra">{contacts.toLocaleString()}</td>
                  <td className="ra">{wait.average === null ? 'not told' : durationText(wait.average)}</td>
                  <td className="ra">{abandonment.rate === null ? '–' : `${Math.round(100 * abandonment.rate)} %`}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );
}

/** What is late, and what runs out next. */
export function DueNext({ issues, now }: { readonly issues: readonly PromisedIssue[]; readonly now: Date }) {
  const due = issues
    .flatMap((issue) => {
      const clock = clockOf(issue, now);
      return clock ? { issue, clock, at: dueAt(issue) } : [];
    })
    .sort((a, b) => a.at - b.at)
    .slice(0, promisesShown);
  return (
    <section className="sec">
      <h2>Late, and due next</h2>
      <ul className="box">
        {due.length === 0 && <li className="nothing mute">Nothing was promised.</li>}
        {due.map(({ issue, clock }) => (
          <li key={issue.id} className="issue">
            <Link href={`/issues?issue=${issue.id}`}>
              <b>{issue.subject}</b>
            </Link>
            <span className={`r ${clock.isLate ? 'late' : 'left'}`}>{clock.text}</span>
            <small>{issue.customer.displayName ?? ''}</small>
            <small className="r">{clock.what}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}

function dueAt({ sla, firstResponseAt }: PromisedIssue): number {
  return Date.parse((firstResponseAt === null && sla?.firstResponseDueAt) || (sla?.resolutionDueAt ?? ''));
}
