import { countText, durationText, titleText } from '../format.js';
import { Icon } from '../parts/icon.js';
import { BriefButton } from './brief-button.js';
import type { Customer } from './documents.js';
import { Signals } from './signals.js';
import { clearFrom, stepTexts } from './wording.js';

/** Who she is, how far to trust that, and what to know before answering: without scrolling, hovering or opening. */
export function Answer({ customer, name }: { readonly customer: Customer; readonly name: string }) {
  const verified = customer.identifiers.filter((identifier) => identifier.verification === 'VERIFIED');
  const entitlements = new Set(customer.segments.flatMap(({ segment }) => segment.entitlements));
  return (
    <section className="answer" aria-label={name}>
      <div className="who">
        <div className="name-row">
          <h1>{name}</h1>
          <BriefButton customerId={customer.id} />
        </div>
        <div className="ids">
          {verified.length > 0 ? (
            <span className="pill good">
              <Icon name="check" /> Verified: {[...new Set(verified.map(({ type }) => type))].slice(0, 2).join(', ')}
            </span>
          ) : (
            <span className="pill">Not verified: who she is was only said</span>
          )}
          {customer.metrics.attitude && <span className="pill">{titleText(customer.metrics.attitude)}</span>}
          {customer.segments.slice(0, 3).map(({ segment }) => (
            <span key={segment.key} className="pill">
              <Icon name="star" /> {segment.name}
            </span>
          ))}
          {customer.mergedIds.length > 0 && (
            <span className="pill">{countText(customer.mergedIds.length + 1, 'record')} in one</span>
          )}
        </div>
        {entitlements.size > 0 && (
          <div className="why">
            <h2 className="k">She is entitled to</h2>
            <ul className="because">
              {[...entitlements].map((entitlement) => (
                <li key={entitlement}>
                  <Icon name="check" /> {entitlement}
                </li>
              ))}
            </ul>
          </div>
        )}
        <LikelyReason customer={customer} />
        <NextStep step={customer.nextSteps[0]} />
      </div>
      <Signals signals={customer.signals} now={new Date(customer.asOf)} />
    </section>
  );
}

/** What she likely comes about, how sure that is, and what it rests on; where that is not clear, what is open. */
function LikelyReason({ customer }: { readonly customer: Customer }) {
  const [reason] = customer.likelyReasons;
  if (!reason || reason.confidence < clearFrom) return <OpenMatter customer={customer} />;
  return (
    <div className="why">
      <h2 className="k">Would probably call about</h2>
      <p className="reason">{titleText(reason.topic)}</p>
      <ul className="because">
        <li>
          <Icon name="issues" /> {reason.message} {Math.round(100 * reason.confidence)} % sure.
        </li>
      </ul>
    </div>
  );
}

/** The gravest of what is open. */
function OpenMatter({ customer }: { readonly customer: Customer }) {
  const issue = [...customer.issues.nodes].sort((a, b) => rank(a.priority) - rank(b.priority))[0];
  if (!issue) return null;
  const waitedSeconds = (Date.parse(customer.asOf) - Date.parse(issue.openedAt)) / 1_000;
  return (
    <div className="why">
      <h2 className="k">Her gravest open issue</h2>
      <p className="reason">{issue.subject}</p>
      <ul className="because">
        <li>
          <Icon name="issues" /> {issue.priority.toLowerCase()}, open for {durationText(waitedSeconds)}
        </li>
      </ul>
    </div>
  );
}

const priorities = ['URGENT', 'HIGH', 'NORMAL', 'LOW'];
const rank = (priority: string) => priorities.indexOf(priority);

function NextStep({ step }: { readonly step: Customer['nextSteps'][number] | undefined }) {
  if (!step) return null;
  return (
    <div className="why">
      <h2 className="k">Do next</h2>
      <p className="step">{stepTexts[step.kind]}</p>
      <ul className="because">
        <li>
          <Icon name="check" /> {step.because}
        </li>
      </ul>
    </div>
  );
}
