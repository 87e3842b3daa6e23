import { createContext, type ReactNode, useContext, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { stringifyDocument, type TypedDocumentNode } from 'urql';
import { currentKey } from '../session.js';
import { LiveConnection, type LiveState, type Told } from './connection.js';

const LiveContext = createContext<LiveConnection | null>(null);

/** Gives all below it one socket with the rights of whoever is signed in. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const [connection, setConnection] = useState<LiveConnection | null>(null);
  useEffect(() => {
    const made = new LiveConnection(`${location.origin.replace(/^http/, 'ws')}/graphql`, currentKey);
    setConnection(made);
    return () => made.end();
  }, []);
  return <LiveContext value={connection}>{children}</LiveContext>;
}

const noListener = () => () => undefined;

/** How fresh what is shown is, and since when it is no longer. */
export function useLiveState(): { readonly state: LiveState; readonly freshUntil: Date | null } {
  const connection = useContext(LiveContext);
  const state = useSyncExternalStore(connection?.onState ?? noListener, () => connection?.state ?? 'idle');
  return { state, freshUntil: connection?.freshUntil ?? null };
}

export interface Following<Change> {
  /** It has begun, or begins anew: what is asked for now misses nothing of what comes. */
  readonly begun: () => void;
  readonly changed: (change: Change) => void;
}

/** Follows a subscription with one field while the part is on the page, from the last cursor after each break. */
export function useLive<Field extends string, Change extends Told, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Record<Field, Change>, Variables>,
  variables: Omit<Variables, 'after'>,
  following: Following<Change>,
  isWanted = true,
): void {
  const connection = useContext(LiveContext);
  const latest = useRef(following);
  latest.current = following;
  const key = JSON.stringify(variables);
  useEffect(() => {
    if (!connection || !isWanted) return;
    return connection.follow<Change>(stringifyDocument(document), JSON.parse(key), {
      begun: () => latest.current.begun(),
      changed: (change) => latest.current.changed(change),
    });
  }, [connection, document, key, isWanted]);
}
