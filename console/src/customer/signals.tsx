import { whenText } from '../format.js';
import { SeverityMark } from '../parts/icon.js';
import type { Customer } from './documents.js';

const shownMax = 5;
const looks = { CRITICAL: 'crit', WARNING: 'warn', INFO: 'info' } as const;
const words = { CRITICAL: 'Critical: ', WARNING: 'Mind: ', INFO: 'Note: ' } as const;

/** What to know before answering, the gravest first. */
export function Signals({ signals, now }: { readonly signals: Customer['signals']; readonly now: Date }) {
  const shown = signals.slice(0, shownMax);
  return (
    <div className="sigs">
      <h2>Know before you answer</h2>
      {signals.length === 0 && <p className="mute">Nothing out of the ordinary.</p>}
      <ul>
        {shown.map((signal) => (
          <li key={`${signal.kind} ${signal.since} ${signal.message}`} className={`sev ${looks[signal.severity]}`}>
            <SeverityMark severity={looks[signal.severity]} />
            <span>
              <span className="sr">{words[signal.severity]}</span>
              {signal.message}
              <small>since {whenText(signal.since, now)}</small>
            </span>
          </li>
        ))}
      </ul>
      {signals.length > shownMax && (
        <p className="mute">
          Shown: the {shownMax} gravest of {signals.length}.
        </p>
      )}
    </div>
  );
}
