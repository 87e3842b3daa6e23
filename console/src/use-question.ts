import { useCallback, useEffect, useRef, useState } from 'react';
import { type AnyVariables, type TypedDocumentNode, useClient } from 'urql';
import { type Problem, problemOf } from './problem.js';

/** What a page knows of its question. An earlier answer stays in sight while it is asked again. */
export interface Asked<Data> {
  readonly data: Data | null;
  readonly problem: Problem | null;
  readonly isAsking: boolean;
  readonly ask: () => void;
}

/**
 * Asks the API whenever the variables change, and again on `ask`; only the latest answer counts. One question at a time:
 * the client would answer a second one with the first one’s answer, from before whatever it is asked again for.
 */
export function useQuestion<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  isWanted = true,
): Asked<Data> {
  const client = useClient();
  const [state, setState] = useState<Omit<Asked<Data>, 'ask'>>({ data: null, problem: null, isAsking: isWanted });
  const key = JSON.stringify(variables);
  const turn = useRef(0);
  const underWay = useRef({ isAsking: false, isAskedAgain: false });
  const ask = useCallback(async () => {
    if (underWay.current.isAsking) {
      underWay.current.isAskedAgain = true;
      return;
    }
    const mine = ++turn.current;
    const here = { isAsking: true, isAskedAgain: true };
    underWay.current = here;
    while (here.isAskedAgain) {
      here.isAskedAgain = false;
      setState((before) => ({ ...before, isAsking: true }));
      const { data, error } = await client.query(document, JSON.parse(key) as Variables).toPromise();
      if (mine !== turn.current) return;
      here.isAsking = here.isAskedAgain;
      setState((before) => ({
        data: data ?? (error ? before.data : null),
        problem: error ? problemOf(error) : null,
        isAsking: here.isAskedAgain,
      }));
    }
  }, [client, document, key]);
  useEffect(() => {
    if (!isWanted) return;
    void ask();
    return () => {
      turn.current++;
      underWay.current = { isAsking: false, isAskedAgain: false };
    };
  }, [ask, isWanted]);
  return { ...state, ask };
}
