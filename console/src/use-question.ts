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

/** Asks the API whenever the variables change, and again on `ask`; only the latest answer counts. */
export function useQuestion<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  isWanted = true,
): Asked<Data> {
  const client = useClient();
  const [state, setState] = useState<Omit<Asked<Data>, 'ask'>>({ data: null, problem: null, isAsking: isWanted });
  const key = JSON.stringify(variables);
  const turn = useRef(0);
  const ask = useCallback(() => {
    const mine = ++turn.current;
    setState((before) => ({ ...before, isAsking: true }));
    client
      .query(document, JSON.parse(key) as Variables)
      .toPromise()
      .then(({ data, error }) => {
        if (mine !== turn.current) return;
        setState((before) => ({
          data: data ?? (error ? before.data : null),
          problem: error ? problemOf(error) : null,
          isAsking: false,
        }));
      });
  }, [client, document, key]);
  useEffect(() => {
    if (!isWanted) return;
    ask();
    return () => {
      turn.current++;
    };
  }, [ask, isWanted]);
  return { ...state, ask };
}
