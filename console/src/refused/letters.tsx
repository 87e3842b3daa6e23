import { useState } from 'react';
import { countText, whenText, wordText } from '../format.js';
import { Empty, Failed, Waiting } from '../parts/states.js';
import { useQuestion } from '../use-question.js';
import { Cause } from './cause.js';
import { refusedTotals, type Total } from './documents.js';

const keyOf = ({ source, reason, dialect }: Total) => `${dialect} ${source} ${reason}`;

/** Grouped by cause, not by time: what has one cause is mended at once. */
export function Letters() {
  const { data, problem, isAsking, ask } = useQuestion(refusedTotals, {});
  const [chosen, setChosen] = useState<string | null>(null);
  const [told, setTold] = useState('');
  const totals = data?.deadLetterTotals ?? [];
  const total = totals.find((one) => keyOf(one) === chosen) ?? totals[0];
  const now = new Date();
  if (problem) return <Failed problem={problem} retry={ask} />;
  if (isAsking && !data) return <Waiting what="The list" />;
  return (
    <>
      <p role="status" className="told">
        {told}
      </p>
      {!total && (
        <Empty title="Nothing was refused">
          <p>Items that cannot be stored wait here, with the reason, until somebody mends or discards them.</p>
        </Empty>
      )}
      {total && (
        <div className="idg">
          <nav aria-label="Causes">
            <ul className="box q">
              {totals.map((one) => (
                <li key={keyOf(one)} className={one === total ? 'sel' : ''}>
                  <button type="button" aria-current={one === total || undefined} onClick={() => setChosen(keyOf(one))}>
                    <b>{wordText(one.reason)}</b>
                    <span className="score">{one.count.toLocaleString()}</span>
                    <small>
                      {one.source}, by {one.dialect}; last {whenText(one.newestAt, now)}
                    </small>
                  </button>
                </li>
              ))}
            </ul>
          </nav>
          <Cause
            key={keyOf(total)}
            total={total}
            settled={(stored, left) => {
              setTold(`${countText(stored, 'item')} settled${left > 0 ? `, ${left} still refused` : ''}.`);
              ask();
            }}
          />
        </div>
      )}
    </>
  );
}
