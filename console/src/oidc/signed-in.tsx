import { useEffect, useRef, useState } from 'react';
import { Logo } from '../parts/logo.js';
import { signIn } from '../session.js';
import { endSignIn } from './code-flow.js';

/** Whoever comes back from the issuer: is signed in, or told why not. */
export default function SignedIn() {
  const [problem, setProblem] = useState('');
  const isBegun = useRef(false);
  useEffect(() => {
    // A code works once.
    if (isBegun.current) return;
    isBegun.current = true;
    endSignIn()
      .then(({ token, returnTo }) => {
        history.replaceState(null, '', returnTo);
        signIn(token);
      })
      .catch((error: Error) => setProblem(error.message));
  }, []);
  return (
    <main className="sign-in">
      <Logo />
      <h1>Throughline</h1>
      {problem ? (
        <>
          <p className="refusal" role="alert">
            You are not signed in. {problem}
          </p>
          <a className="btn" href="/console/">
            Begin again
          </a>
        </>
      ) : (
        <p role="status">Signing you in.</p>
      )}
    </main>
  );
}
