import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { countText, whenText, wordText } from '../format.js';
import { Coin, Icon } from '../parts/icon.js';
import type { Person } from './documents.js';
import { nameOf } from './name.js';

const identifiersMax = 5;

/** Two people side by side, and the verdict between them. */
export function Pair({ a, b, children }: { readonly a: Person; readonly b: Person; readonly children: ReactNode }) {
  return (
    <div className="pair">
      <Profile person={a} />
      <div className="mid">{children}</div>
      <Profile person={b} />
    </div>
  );
}

function Profile({ person }: { readonly person: Person }) {
  const now = new Date();
  const channels = [...new Set(person.touchpoints.nodes.map(({ channel }) => channel))];
  const isVerified = person.identifiers.some(({ verification }) => verification === 'VERIFIED');
  return (
    <div className="prof">
      <h2>
        <Link href={`/customers/${person.id}`}>{nameOf(person)}</Link>
      </h2>
      <p className="pills">
        <span className={`pill ${isVerified ? 'good' : ''}`}>
          {isVerified && <Icon name="check" />} {isVerified ? 'Verified' : 'Claimed only'}
        </span>
        {person.segments.slice(0, 2).map(({ segment }) => (
          <span key={segment.key} className="pill">
            {segment.name}
          </span>
        ))}
      </p>
      <dl className="facts">
        <div>
          <dt>Since</dt>
          <dd>{whenText(person.createdAt, now)}</dd>
        </div>
        <div>
          <dt>Seen in</dt>
          <dd className="row">
            {channels.map((channel) => (
              <Coin key={channel} channel={channel} />
            ))}
            {channels.length === 0 && 'no channel'}
          </dd>
        </div>
        <div>
          <dt>History</dt>
          <dd>
            {countText(person.coverage.totalTouchpoints, 'touchpoint')},{' '}
            {countText(person.openIssueCount, 'open issue')}
          </dd>
        </div>
        {person.identifiers.slice(0, identifiersMax).map(({ type, value }) => (
          <div key={`${type} ${value}`}>
            <dt>{wordText(type)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {person.identifiers.length > identifiersMax && (
        <small className="mute">and {person.identifiers.length - identifiersMax} more identifiers</small>
      )}
    </div>
  );
}
