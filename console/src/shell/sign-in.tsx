import { useEffect, useState } from 'react';
import { Button, Form, Input, Label, TextField } from 'react-aria-components';
import { makeClient } from '../client.js';
import { graphql } from '../graphql.js';
import { type SignInSettings, signInSettings } from '../oidc/settings.js';
import { Logo } from '../parts/logo.js';
import { problemOf } from '../problem.js';
import { signIn } from '../session.js';

const anyQuestion = graphql(`
  query SignIn {
    customers(first: 1) { nodes { id } }
  }
`);

/** Leads to where people sign in, or asks for a key and tries it before it lets anybody in. */
export function SignIn() {
  const [key, setKey] = useState('');
  const [refusal, setRefusal] = useState('');
  const [isTrying, setTrying] = useState(false);
  const [settings, setSettings] = useState<SignInSettings | null>(null);
  useEffect(() => {
    void signInSettings().then(setSettings);
  }, []);
  const leave = async (to: SignInSettings) => {
    setTrying(true);
    try {
      const { beginSignIn } = await import('../oidc/code-flow.js');
      await beginSignIn(to);
    } catch {
      setTrying(false);
      setRefusal(`${new URL(to.issuer).host} cannot be reached.`);
    }
  };
  const enter = async () => {
    setTrying(true);
    const { error } = await makeClient(key.trim()).query(anyQuestion, {}).toPromise();
    setTrying(false);
    const problem = error ? problemOf(error) : null;
    if (problem?.kind === 'signed-out') setRefusal('This key is not known, or it has been revoked.');
    else if (problem) setRefusal(problem.sentence);
    else signIn(key.trim());
  };
  return (
    <main className="sign-in">
      <Logo />
      <h1>Throughline</h1>
      {settings && (
        <Button className="btn prime" isDisabled={isTrying} onPress={() => void leave(settings)}>
          Sign in at {new URL(settings.issuer).host}
        </Button>
      )}
      <Form
        className="box"
        onSubmit={(event) => {
          event.preventDefault();
          void enter();
        }}
      >
        <TextField
          value={key}
          onChange={setKey}
          isRequired
          type="password"
          autoComplete="off"
          autoFocus={settings === null}
        >
          <Label>Your key</Label>
          <Input className="input" spellCheck="false" />
        </TextField>
        <p className="mute">It stays in this tab and is forgotten when you close it.</p>
        {refusal && (
          <p className="refusal" role="alert">
            {refusal}
          </p>
        )}
        <Button type="submit" className={settings ? 'btn' : 'btn prime'} isDisabled={isTrying}>
          Sign in
        </Button>
      </Form>
    </main>
  );
}
