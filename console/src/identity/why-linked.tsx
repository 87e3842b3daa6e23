import { countText, whenText, wordText } from '../format.js';
import { Coin } from '../parts/icon.js';
import { Failed, Waiting } from '../parts/states.js';
import { useQuestion } from '../use-question.js';
import { whyLinked } from './documents.js';

/** The chain of evidence between two records of one person, link by link. */
export function WhyLinked({ a, b }: { readonly a: string; readonly b: string }) {
  const { data, problem, isAsking, ask } = useQuestion(whyLinked, { a, b });
  const now = new Date();
  if (problem) return <Failed problem={problem} retry={ask} />;
  if (isAsking && !data) return <Waiting what="The evidence" />;
  const steps = data?.whyLinked?.steps ?? [];
  if (steps.length === 0) return <p className="nothing mute">Nothing links these two any more.</p>;
  return (
    <ol className="chain">
      {steps.map((step) => (
        <li key={`${step.fromId} ${step.toId}`}>
          <Coin channel={step.touchpoint?.channel ?? 'OTHER'} />
          <span>
            <b>{known(step.fromIdentifiers)}</b> is <b>{known(step.toIdentifiers)}</b>
            <small className="mute">
              {step.touchpoint
                ? `One touchpoint from ${step.touchpoint.source} named both`
                : step.actor
                  ? `Decided by ${step.actor}`
                  : wordText(step.rule)}
              , {whenText(step.linkedAt, now)}
              {step.evidenceCount > 1 && `; ${countText(step.evidenceCount, 'piece')} of evidence`}
              {step.reason && `. “${step.reason}”`}
            </small>
          </span>
        </li>
      ))}
    </ol>
  );
}

function known(identifiers: readonly { readonly type: string; readonly value: string }[]): string {
  return (
    identifiers
      .slice(0, 2)
      .map(({ value }) => value)
      .join(', ') || 'a record without identifiers'
  );
}
