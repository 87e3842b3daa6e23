import { stringifyDocument, type TypedDocumentNode } from '@urql/core';

/** Why the panel shows nothing new, in words for whoever looks at it. */
export interface PanelProblem {
  readonly code: string;
  readonly sentence: string;
}

export type Answered<Data> = { readonly data: Data } | { readonly problem: PanelProblem };

interface GraphqlAnswer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[];
}

/** Asks the API as anybody may. Where some of it may not be seen and the rest came, the rest is the answer. */
export async function ask<Data, Variables>(
  service: string,
  token: string,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  signal: AbortSignal,
): Promise<Answered<Data>> {
  let status = 0;
  try {
    const response = await fetch(`${service}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: stringifyDocument(document), variables }),
      credentials: 'omit',
      signal,
    });
    status = response.status;
    const { data, errors }: GraphqlAnswer<Data> = await response.json();
    const [error] = errors ?? [];
    if (data && !(error && Object.values(data).every((value) => value === null))) return { data };
    return { problem: problemOf(status, error) };
  } catch (error) {
    if (signal.aborted) throw error;
    const sentence = status === 0 ? 'The service cannot be reached.' : 'The service did not answer as it should.';
    return { problem: { code: status === 0 ? 'OFFLINE' : String(status), sentence } };
  }
}

function problemOf(
  status: number,
  error: NonNullable<GraphqlAnswer<never>['errors']>[number] | undefined,
): PanelProblem {
  const code = error?.extensions?.['code'];
  if (status === 401 || code === 'UNAUTHENTICATED') {
    return { code: 'UNAUTHENTICATED', sentence: 'Signed out: the token is not accepted any more.' };
  }
  const reason = error?.extensions?.['reason'] ?? code ?? status;
  return { code: String(reason), sentence: error?.message ?? 'The service did not answer as it should.' };
}
