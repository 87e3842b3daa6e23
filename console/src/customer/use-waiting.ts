import { useMemo, useRef } from 'react';

/**
 * Never moves what is being read: what arrives above it waits until the top of the list is in view. Older pages, below,
 * are shown at once.
 * @param list which list it is: another one has nothing waiting
 */
export function useWaiting<T extends { readonly id: string }>(
  touchpoints: readonly T[],
  isTopInView: boolean,
  list: string,
): { readonly shown: readonly T[]; readonly waiting: number } {
  const known = useRef<{ list: string; ids: ReadonlySet<string> }>({ list, ids: new Set() });
  return useMemo(() => {
    const before = known.current.list === list ? known.current.ids : new Set<string>();
    const lastKnown = isTopInView ? -1 : touchpoints.findLastIndex(({ id }) => before.has(id));
    const shown = touchpoints.filter(({ id }, index) => index > lastKnown || before.has(id));
    known.current = { list, ids: new Set(shown.map(({ id }) => id)) };
    return { shown, waiting: touchpoints.length - shown.length };
  }, [touchpoints, isTopInView, list]);
}
