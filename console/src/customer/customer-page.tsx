import '../styles/customer.css';
import '../styles/timeline.css';
import { useCallback, useState } from 'react';
import { Button } from 'react-aria-components';
import { wholeText } from '../format.js';
import { useKeys } from '../keys.js';
import { useLive } from '../live/live.js';
import { useRefresh } from '../live/use-refresh.js';
import { Key } from '../parts/key.js';
import { Empty, Failed, Waiting } from '../parts/states.js';
import { useQuestion } from '../use-question.js';
import { useTitle } from '../use-title.js';
import { Across } from './across.js';
import { Answer } from './answer.js';
import { customerChanges, customerPage } from './documents.js';
import { Side } from './side.js';
import { Timeline } from './timeline.js';
import type { Arrivals } from './use-history.js';

const firstTouchpoints = 100;
const arrivalsKept = 500;

/** A customer, now and as it changes, or as she was known at an earlier time. */
export default function CustomerPage({ id }: { readonly id: string }) {
  const [asOf, setAsOf] = useState<string | null>(null);
  const now = useQuestion(customerPage, { id, first: firstTouchpoints });
  const past = useQuestion(customerPage, { id, first: firstTouchpoints, asOf }, asOf !== null);
  const [arrivals, setArrivals] = useState<Arrivals>({ touchpoints: [], turns: 0 });
  const refresh = useRefresh(now.ask);
  useLive(
    customerChanges,
    { id },
    {
      begun: now.ask,
      changed: ({ kind, touchpoint }) => {
        refresh();
        if (kind === 'IDENTITY_CHANGED') setArrivals(({ turns }) => ({ touchpoints: [], turns: turns + 1 }));
        else if (touchpoint) {
          setArrivals(({ touchpoints, turns }) => ({
            touchpoints: [...touchpoints, touchpoint].slice(-arrivalsKept),
            turns,
          }));
        }
      },
    },
  );
  const backToNow = useCallback(() => setAsOf(null), []);
  useKeys({ Escape: backToNow });
  const asked = asOf === null ? now : past;
  const customer = asked.data?.customer ?? (asOf === null ? null : now.data?.customer);
  const name = customer?.displayName ?? customer?.identifiers[0]?.value ?? id;
  useTitle(customer ? name : 'Customer');
  if (!customer) {
    if (asked.problem) return <Failed problem={asked.problem} retry={asked.ask} />;
    if (asked.isAsking) return <Waiting what="The customer" />;
    return (
      <Empty title="Nobody is known by this id">
        <p>{id} was never given out, or it belongs to another workspace.</p>
      </Empty>
    );
  }
  return (
    <>
      {asked.problem && <Failed problem={asked.problem} retry={asked.ask} />}
      {asOf !== null && (
        <div className="strip past" role="status">
          <span>
            As it was known on <b>{wholeText(asOf)}</b>.{' '}
            {past.data && !past.data.customer ? 'She was not known yet.' : 'Nothing later is counted.'}
          </span>
          <span className="sp" />
          <Button className="btn" onPress={backToNow}>
            Back to now <Key name="Esc" />
          </Button>
        </div>
      )}
      <Answer customer={customer} name={name} />
      <Across
        touchpoints={now.data?.customer?.touchpoints.nodes ?? []}
        total={customer.coverage}
        asOf={asOf}
        setAsOf={setAsOf}
      />
      <div className="cols">
        <Timeline key={asOf ?? 'now'} {...{ customer, asOf, arrivals }} />
        <Side customer={customer} isPast={asOf !== null} changed={now.ask} />
      </div>
    </>
  );
}
