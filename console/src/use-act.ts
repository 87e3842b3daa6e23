import { useState } from 'react';
import { type AnyVariables, type TypedDocumentNode, useClient } from 'urql';
import { type Problem, problemOf } from './problem.js';

/** An act of the API: what it answered, or null when it was refused, which `problem` then tells. */
export interface Act<Data, Variables> {
  readonly run: (variables: Variables) => Promise<Data | null>;
  readonly problem: Problem | null;
  readonly isRunning: boolean;
  readonly clear: () => void;
}

export function useAct<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
): Act<Data, Variables> {
  const client = useClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isRunning, setRunning] = useState(false);
  const run = async (variables: Variables) => {
    setRunning(true);
    const { data, error } = await client.mutation(document, variables).toPromise();
    setRunning(false);
    setProblem(error ? problemOf(error) : null);
    return error ? null : (data ?? null);
  };
  return { run, problem, isRunning, clear: () => setProblem(null) };
}
