import { countText, durationText, titleText, whenText, wordText } from '../format.js';
import type { Customer } from './documents.js';
import { JourneyBox } from './journey-box.js';
import { Merges } from './merges.js';
import { OpenIssues } from './open-issues.js';

/** What a call needs after who and why, in that order. */
export function Side({
  customer,
  isPast,
  changed,
}: {
  readonly customer: Customer;
  readonly isPast: boolean;
  readonly changed: () => void;
}) {
  const now = new Date(customer.asOf);
  const { coverage, metrics } = customer;
  const merges = customer.mergeHistory.nodes.filter((merge) => merge.undoneAt === null);
  return (
    <aside className="side" aria-label="About her">
      <OpenIssues issues={customer.issues.nodes} count={customer.openIssueCount} now={now} />
      {customer.journeys.nodes.map((journey) => (
        <JourneyBox key={journey.id} journey={journey} now={now} />
      ))}
      <section className="sec">
        <h2>
          Identity <span className="mute">{merges.length > 0 ? countText(merges.length, 'merge') : ''}</span>
        </h2>
        <dl className="box facts">
          {customer.identifiers.map((identifier) => (
            <div key={`${identifier.type} ${identifier.value}`}>
              <dt>{titleText(identifier.type)}</dt>
              <dd>
                {identifier.value} {identifier.verification === 'VERIFIED' && <span className="good">verified</span>}
                {identifier.shared && <span className="mute"> shared</span>}
                {identifier.quarantined && <span className="mute"> set apart</span>}
              </dd>
            </div>
          ))}
        </dl>
        {customer.mergeHistory.nodes.length > 0 && (
          <Merges merges={customer.mergeHistory.nodes} {...{ now, isPast, changed }} />
        )}
      </section>
      {customer.segments.length > 0 && (
        <section className="sec">
          <h2>Segments</h2>
          <ul className="box ent">
            {customer.segments.map(({ segment, since, reason }) => (
              <li key={segment.key}>
                <b>{segment.name}</b> <span className="mute">since {whenText(since, now)}</span>
                {reason.map(({ text }) => (
                  <small key={text}>{text}</small>
                ))}
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="sec">
        <h2>Last 30 days {metrics.isPartial && <span className="mute">of the newest 200 touchpoints</span>}</h2>
        <dl className="box facts">
          <div>
            <dt>Contacts</dt>
            <dd>
              {metrics.contacts30d}, {metrics.contacts7d} of them in 7 days
            </dd>
          </div>
          <div>
            <dt>Channels</dt>
            <dd>
              {metrics.channelsUsed30d}, changed {countText(metrics.channelSwitches30d, 'time')}
            </dd>
          </div>
          <div>
            <dt>Waited</dt>
            <dd>
              {metrics.averageWaitSeconds30d === null
                ? 'not told'
                : `${durationText(metrics.averageWaitSeconds30d)} on average`}
            </dd>
          </div>
          <div>
            <dt>Effort</dt>
            <dd>{metrics.effortScore30d} of 100</dd>
          </div>
        </dl>
      </section>
      <p className="mute cover">
        {countText(coverage.totalTouchpoints, 'touchpoint')} in all. Sources: {coverage.sources.join(', ') || 'none'}.{' '}
        {coverage.redactedFields.length > 0 &&
          `Not shown: ${coverage.redactedFields.map(({ field, reason }) => `${field} (${wordText(reason)})`).join(', ')}.`}
      </p>
    </aside>
  );
}
