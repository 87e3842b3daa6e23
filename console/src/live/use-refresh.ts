import { useCallback, useEffect, useRef } from 'react';

const shortlyMs = 120;

/** Asks again soon after what changed: once for many changes that come together. */
export function useRefresh(ask: () => void, gatherMs = shortlyMs): () => void {
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(
    () => () => {
      if (timer.current) clearTimeout(timer.current);
    },
    [],
  );
  return useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = null;
      latest.current();
    }, gatherMs);
  }, [gatherMs]);
}
