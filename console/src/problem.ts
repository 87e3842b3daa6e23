import type { CombinedError } from 'urql';

/** Something that did not work, in words for whoever looks at it. */
export interface Problem {
  readonly kind: 'offline' | 'signed-out' | 'refused';
  readonly sentence: string;
  readonly code: string;
}

/** What an error of the API means for a page. */
export function problemOf(error: CombinedError): Problem {
  if (error.networkError && !error.response?.status) {
    return { kind: 'offline', sentence: 'The service cannot be reached.', code: 'OFFLINE' };
  }
  const first = error.graphQLErrors[0];
  const code = String(first?.extensions['reason'] ?? first?.extensions['code'] ?? error.response?.status ?? 'UNKNOWN');
  if (first?.extensions['code'] === 'UNAUTHENTICATED' || error.response?.status === 401) {
    return { kind: 'signed-out', sentence: 'Your key is not accepted any more.', code };
  }
  return { kind: 'refused', sentence: first?.message ?? 'The service did not answer as it should.', code };
}
