import type { IconName } from '../parts/icon.js';

/** The pages of the rail, each with the letter that follows `G`. */
export const pages: readonly {
  readonly path: string;
  readonly name: string;
  readonly icon: IconName;
  readonly letter: string;
}[] = [
  { path: '/', name: 'Customers', icon: 'customers', letter: 'c' },
  { path: '/identity', name: 'Identity', icon: 'identity', letter: 'i' },
  { path: '/issues', name: 'Issues', icon: 'issues', letter: 's' },
  { path: '/journeys', name: 'Journeys', icon: 'journeys', letter: 'j' },
  { path: '/segments', name: 'Segments', icon: 'segments', letter: 'g' },
  { path: '/refused', name: 'Refused', icon: 'refused', letter: 'r' },
  { path: '/today', name: 'Today', icon: 'today', letter: 't' },
];
