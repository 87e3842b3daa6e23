import { useCallback, useEffect, useRef, useState } from 'react';
import { useClient } from 'urql';
import { type Problem, problemOf } from '../problem.js';
import type { Channel } from '../thread/lanes.js';
import { type Customer, historyPage, type Touchpoint } from './documents.js';

const pageSize = 200;

export interface HistoryFilter {
  readonly channels: readonly Channel[] | null;
  readonly topic: string | null;
  readonly from: string | null;
}

interface Loaded {
  readonly touchpoints: readonly Touchpoint[];
  readonly after: string | null;
  readonly hasMore: boolean;
}

export interface History extends Loaded {
  readonly problem: Problem | null;
  readonly isLoading: boolean;
  readonly more: () => void;
}

/** The touchpoints that pass a filter, page by page as the list is scrolled; the first unfiltered page is there already. */
export function useHistory(customer: Customer, asOf: string | null, filter: HistoryFilter): History {
  const client = useClient();
  const isAll = !filter.channels && !filter.topic && !filter.from;
  const [loaded, setLoaded] = useState<Loaded>(() => firstPage(customer));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isLoading, setLoading] = useState(false);
  const turn = useRef(0);
  const key = JSON.stringify(filter);

  const load = useCallback(
    async (after: string | null, before: readonly Touchpoint[]) => {
      const mine = ++turn.current;
      setLoading(true);
      const { channels, topic, from } = JSON.parse(key) as HistoryFilter;
      const { data, error } = await client
        .query(historyPage, {
          id: customer.id,
          asOf,
          first: pageSize,
          after,
          channels: channels ? [...channels] : null,
          topic,
          from,
        })
        .toPromise();
      if (mine !== turn.current) return;
      setLoading(false);
      setProblem(error ? problemOf(error) : null);
      const page = data?.customer?.touchpoints;
      if (!page) return;
      setLoaded({
        touchpoints: [...before, ...page.nodes],
        after: page.pageInfo.endCursor,
        hasMore: page.pageInfo.hasNextPage,
      });
    },
    [client, customer.id, asOf, key],
  );

  useEffect(() => {
    turn.current++;
    if (isAll) setLoaded(firstPage(customer));
    else void load(null, []);
  }, [isAll, load, customer]);

  const more = () => {
    if (!isLoading && !problem && loaded.hasMore) void load(loaded.after, loaded.touchpoints);
  };
  return { ...loaded, problem, isLoading, more };
}

function firstPage(customer: Customer): Loaded {
  const { nodes, pageInfo } = customer.touchpoints;
  return { touchpoints: nodes, after: pageInfo.endCursor, hasMore: pageInfo.hasNextPage };
}
