import type { VariablesOf } from '../graphql.js';
import type { issueList } from './documents.js';

type Only = Omit<VariablesOf<typeof issueList>, 'queue'>;

/** One way to look at the list: what it asks for, and how much of it is open. */
export interface View {
  readonly key: string;
  readonly name: string;
  readonly only: Only;
  readonly empty: string;
  readonly count?: (total: {
    readonly open: number;
    readonly unassigned: number;
    readonly escalated: number;
    readonly late: number;
  }) => number;
}

const open: View = {
  key: 'open',
  name: 'Open',
  only: {},
  empty: 'Nothing is open',
  count: ({ open }) => open,
};

/** The first is shown when nothing is said. */
export const views: readonly View[] = [
  open,
  { key: 'late', name: 'Late', only: { isLate: true }, empty: 'No promise is late', count: ({ late }) => late },
  {
    key: 'handed-up',
    name: 'Handed up',
    only: { isEscalated: true },
    empty: 'Nothing is handed up',
    count: ({ escalated }) => escalated,
  },
  {
    key: 'nobodys',
    name: 'Nobody’s',
    only: { isAssigned: false },
    empty: 'Somebody works on each of them',
    count: ({ unassigned }) => unassigned,
  },
  { key: 'settled', name: 'Settled', only: { status: ['RESOLVED', 'CLOSED'] }, empty: 'Nothing was settled yet' },
];

/** The view of that key; the open ones when there is none. */
export function viewOf(key: string | null): View {
  return views.find((view) => view.key === key) ?? open;
}
