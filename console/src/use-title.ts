import { useEffect } from 'react';

/** The page’s title, which screen readers say and tabs show. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Throughline`;
  }, [title]);
}
