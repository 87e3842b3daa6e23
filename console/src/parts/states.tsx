import { type ReactNode, useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Problem } from '../problem.js';
import { signOut } from '../session.js';
import { SeverityMark } from './icon.js';

/** Bars where the text will be; nothing for the first moments, so that what is fast does not flicker. */
export function Waiting({ what }: { readonly what: string }) {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 200);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" className="waiting">
      <span className="sr">{isSlow ? `${what} is on its way.` : ''}</span>
      {isSlow && (
        <div className="box bars" aria-hidden="true">
          <i /> <i /> <i /> <i /> <i /> <i />
        </div>
      )}
    </div>
  );
}

/** The part that failed, and nothing else: what happened, its code, and what to do. */
export function Failed({ problem, retry }: { readonly problem: Problem; readonly retry: () => void }) {
  return (
    <div className="box failed" role="alert">
      <SeverityMark severity="warn" />
      <p>
        {problem.sentence}
        <small>{problem.code}</small>
      </p>
      {problem.kind === 'signed-out' ? (
        <Button className="btn" onPress={signOut}>
          Sign in again
        </Button>
      ) : (
        <Button className="btn" onPress={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** Nothing is there: what that means, and what can be done. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}
