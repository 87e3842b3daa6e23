import { useEffect, useState } from 'react';

const place = 'throughline.theme';

export type Theme = 'light' | 'dark' | 'system';
const order: readonly Theme[] = ['system', 'light', 'dark'];

const dark = matchMedia('(prefers-color-scheme: dark)');

function chosen(): Theme {
  return order.find((theme) => theme === localStorage.getItem(place)) ?? 'system';
}

/** Puts the chosen theme, or the system’s, on the page. */
export function applyTheme(): void {
  const theme = chosen();
  document.documentElement.dataset['theme'] = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
}

/** The chosen theme, and the act that goes on to the next one. */
export function useTheme(): readonly [Theme, () => void] {
  const [theme, setTheme] = useState(chosen);
  useEffect(() => {
    dark.addEventListener('change', applyTheme);
    return () => dark.removeEventListener('change', applyTheme);
  }, []);
  const next = () => {
    const following = order[(order.indexOf(theme) + 1) % order.length] as Theme;
    localStorage.setItem(place, following);
    setTheme(following);
    applyTheme();
  };
  return [theme, next];
}
