import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { countText } from '../format.js';
import { useQuestion } from '../use-question.js';
import { ruleChangePreview, rulePreview, sampleCustomers } from './documents.js';

const settleMs = 400;

/** Who would match the rule as it stands, before it is saved: how many, who joins and leaves, and some of them. */
export function LiveCount({ segmentKey, rule }: { readonly segmentKey: string | null; readonly rule: unknown }) {
  const settled = useSettled(JSON.stringify(rule));
  const fresh = useQuestion(rulePreview, { rule: JSON.parse(settled) as unknown }, segmentKey === null);
  const changed = useQuestion(
    ruleChangePreview,
    { key: segmentKey ?? '', rule: JSON.parse(settled) as unknown },
    segmentKey !== null,
  );
  const { problem } = segmentKey === null ? fresh : changed;
  const change = changed.data?.previewSegmentChange;
  const preview = change ?? fresh.data?.previewSegment;
  const ids = preview?.sampleIds ?? [];
  const sample = useQuestion(sampleCustomers, { ids }, ids.length > 0);
  return (
    <div className="count-box">
      <div role="status">
        {problem ? (
          <p className="refusal">{problem.sentence}</p>
        ) : (
          preview && (
            <>
              <p className="big">{preview.members.toLocaleString()}</p>
              <p className="mute">
                {preview.members === 1 ? 'customer matches' : 'customers match'}
                {!preview.isComplete && `, of the ${preview.customers.toLocaleString()} that there was time to look at`}
              </p>
              {change && (
                <p>
                  {change.entering + change.leaving === 0
                    ? 'Nobody would join or leave.'
                    : `Would join ${change.entering.toLocaleString()}, would leave ${change.leaving.toLocaleString()}.`}
                </p>
              )}
            </>
          )
        )}
      </div>
      {!problem && ids.length > 0 && (
        <>
          <h2>{countText(ids.length, 'of them', 'of them')}</h2>
          <ul>
            {(sample.data?.nodes ?? []).map(
              (customer) =>
                customer &&
                'id' in customer && (
                  <li key={customer.id}>
                    <Link href={`/customers/${customer.id}`}>
                      {customer.displayName ?? customer.identifiers[0]?.value ?? customer.id}
                    </Link>
                  </li>
                ),
            )}
          </ul>
        </>
      )}
    </div>
  );
}

/** A value that has not changed for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), settleMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
