import { useEffect, useRef } from 'react';

/** What each key does while the part is on the page. Single letters wait while somebody writes. */
export type KeyActs = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const fields = 'input, textarea, select, [contenteditable], [role="listbox"], [role="menu"], [role="dialog"]';
const controls = 'button, a, summary, [role="slider"]';

/** Binds keys by their name (`m`, `Enter`, `ArrowDown`), or by two in a row (`g c`). */
export function useKeys(acts: KeyActs): void {
  const latest = useRef(acts);
  latest.current = acts;
  useEffect(() => {
    let before = '';
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target as Element | null;
      if (target?.closest(fields) && event.key !== 'Escape') return;
      // Enter and Space belong to what has the focus.
      if ((event.key === 'Enter' || event.key === ' ') && target?.closest(controls)) return;
      const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const act = latest.current[`${before} ${name}`] ?? (before === 'g' ? undefined : latest.current[name]);
      before = name;
      if (!act) return;
      event.preventDefault();
      act(event);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}
