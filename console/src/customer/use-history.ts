import { useCallback, useEffect, useRef, useState } from 'react';
import { useClient } from 'urql';
import { type Problem, problemOf } from '../problem.js';
import type { Channel } from '../thread/lanes.js';
import { type Customer, historyPage, type Touchpoint } from './documents.js';
import { type Loaded, withNewestPage, withTold } from './merge-history.js';

const pageSize = 500;

export interface HistoryFilter {
  readonly channels: readonly Channel[] | null;
  readonly topic: string | null;
  readonly from: string | null;
}

/** What changes told of while the page was open. */
export interface Arrivals {
  readonly touchpoints: readonly Touchpoint[];
  /** Counts how often it became another history: profiles were joined or parted. */
  readonly turns: number;
}

export interface History extends Loaded<Touchpoint> {
  readonly problem: Problem | null;
  readonly isLoading: boolean;
  readonly more: () => void;
}

/**
 * The touchpoints that pass a filter, page by page as the list is scrolled, and those that arrive meanwhile; the first
 * unfiltered page is there already.
 */
export function useHistory(
  customer: Customer,
  asOf: string | null,
  filter: HistoryFilter,
  arrivals: Arrivals,
): History {
  const client = useClient();
  const isAll = !filter.channels && !filter.topic && !filter.from;
  const [loaded, setLoaded] = useState<Loaded<Touchpoint>>(() => firstPage(customer));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isLoading, setLoading] = useState(false);
  const turn = useRef(0);
  const key = JSON.stringify(filter);
  const shown = useRef({ key, turns: arrivals.turns });

  const load = useCallback(
    async (after: string | null) => {
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
      setLoaded((before) => {
        const known = new Set(after === null ? [] : before.touchpoints.map(({ id }) => id));
        return {
          touchpoints: [
            ...(after === null ? [] : before.touchpoints),
            ...page.nodes.filter(({ id }) => !known.has(id)),
          ],
          after: page.pageInfo.endCursor,
          hasMore: page.pageInfo.hasNextPage,
        };
      });
    },
    [client, customer.id, asOf, key],
  );

  useEffect(() => {
    if (!isAll) return;
    const isSame = shown.current.key === key && shown.current.turns === arrivals.turns;
    shown.current = { key, turns: arrivals.turns };
    if (!isSame) {
      turn.current++;
      setLoading(false);
    }
    setLoaded((before) => (isSame ? withNewestPage(before, firstPage(customer)) : firstPage(customer)));
  }, [isAll, key, customer, arrivals.turns]);

  // A history that became another one is asked for anew.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turns` says when.
  useEffect(() => {
    if (isAll) return;
    shown.current = { key, turns: arrivals.turns };
    void load(null);
  }, [isAll, load, arrivals.turns]);

  useEffect(() => {
    if (asOf !== null || arrivals.touchpoints.length === 0) return;
    const passing = arrivals.touchpoints.filter((touchpoint) => passes(touchpoint, JSON.parse(key) as HistoryFilter));
    setLoaded((before) => withTold(before, passing));
  }, [arrivals.touchpoints, asOf, key]);

  const more = () => {
    if (!isLoading && !problem && loaded.hasMore) void load(loaded.after);
  };
  return { ...loaded, problem, isLoading, more };
}

function firstPage(customer: Customer): Loaded<Touchpoint> {
  const { nodes, pageInfo } = customer.touchpoints;
  return { touchpoints: nodes, after: pageInfo.endCursor, hasMore: pageInfo.hasNextPage };
}

function passes({ channel, topic, occurredAt }: Touchpoint, filter: HistoryFilter): boolean {
  return (
    (!filter.channels || filter.channels.includes(channel)) &&
    (!filter.topic || topic === filter.topic) &&
    (!filter.from || Date.parse(occurredAt) >= Date.parse(filter.from))
  );
}
