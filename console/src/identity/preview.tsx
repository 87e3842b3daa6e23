import { titleText, wordText } from '../format.js';
import { SeverityMark } from '../parts/icon.js';
import { Failed, Waiting } from '../parts/states.js';
import { useQuestion } from '../use-question.js';
import { mergePreview } from './documents.js';

/** What a merge would change, before it is done: gained, lost, and where the two disagree. */
export function Preview({ survivorId, otherId }: { readonly survivorId: string; readonly otherId: string }) {
  const { data, problem, ask } = useQuestion(mergePreview, { survivorId, otherId });
  if (problem) return <Failed problem={problem} retry={ask} />;
  const preview = data?.previewMerge;
  if (!preview) return <Waiting what="What would change" />;
  const joining = preview.identifiers.filter(({ side }) => side === 'OTHER');
  const hindrances = [
    ...preview.prohibitions.map(
      (one) => `Somebody decided that they are two people${one.reason ? `: ${one.reason}` : ''}.`,
    ),
    ...preview.brokenLimits.map(
      ({ type, count, limit, isUnique }) =>
        `${titleText(type)}: ${count}, where ${isUnique ? 'a customer has only one' : `at most ${limit} are allowed`}.`,
    ),
  ];
  return (
    <>
      {hindrances.map((sentence) => (
        <p key={sentence} className={`hindrance sev ${preview.isAllowed ? 'warn' : 'crit'}`}>
          <SeverityMark severity={preview.isAllowed ? 'warn' : 'crit'} /> {sentence}
        </p>
      ))}
      <div className="three">
        <div>
          <h3>She would gain</h3>
          <ul>
            {joining.map(({ type, value }) => (
              <li key={`${type} ${value}`}>
                <span className="p">+</span> {wordText(type)} {value}
              </li>
            ))}
            {preview.segmentsGained.map(({ key, name }) => (
              <li key={key}>
                <span className="p">+</span> segment {name}
              </li>
            ))}
            {joining.length + preview.segmentsGained.length === 0 && <li className="mute">Nothing</li>}
          </ul>
        </div>
        <div>
          <h3>She would lose</h3>
          <ul>
            {preview.segmentsLost.map(({ key, name }) => (
              <li key={key}>
                <span className="m">−</span> segment {name}
              </li>
            ))}
            {preview.segmentsLost.length === 0 && <li className="mute">Nothing</li>}
          </ul>
          <h3>Open then</h3>
          <ul>
            {preview.openIssues.map(({ id, subject }) => (
              <li key={id}>{subject}</li>
            ))}
            {preview.openJourneys.map(({ id, blueprint, step }) => (
              <li key={id}>
                {blueprint.name}, at ‘{step.title}’
              </li>
            ))}
            {preview.openIssues.length + preview.openJourneys.length === 0 && <li className="mute">Nothing</li>}
          </ul>
        </div>
        <div>
          <h3>Where they disagree</h3>
          <ul>
            {preview.conflicts.map((conflict) => (
              <li key={conflict.key}>
                <span className="mute">{wordText(conflict.key)}</span>
                <span>
                  <Value value={conflict.survivorValue} wins={conflict.winner === 'SURVIVOR'} />,{' '}
                  <Value value={conflict.otherValue} wins={conflict.winner === 'OTHER'} />
                </span>
              </li>
            ))}
            {preview.conflicts.length === 0 && <li className="mute">In nothing</li>}
          </ul>
        </div>
      </div>
    </>
  );
}

/** One of two values; the one that would be shown is bold. */
function Value({ value, wins }: { readonly value: unknown; readonly wins: boolean }) {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return wins ? <b>{text} (counts)</b> : <span>{text}</span>;
}
