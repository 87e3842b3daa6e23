import { useState } from 'react';
import { Button } from 'react-aria-components';
import { whenText, wordText } from '../format.js';
import { undoMerge } from '../identity/documents.js';
import { WhyLinked } from '../identity/why-linked.js';
import { Icon } from '../parts/icon.js';
import { Failed } from '../parts/states.js';
import { useAct } from '../use-act.js';
import type { Customer } from './documents.js';

/** Which records became part of her: why, and the way back. */
export function Merges({
  merges,
  now,
  isPast,
  changed,
}: {
  readonly merges: Customer['mergeHistory']['nodes'];
  readonly now: Date;
  readonly isPast: boolean;
  readonly changed: () => void;
}) {
  const undo = useAct(undoMerge);
  const [asked, setAsked] = useState<string | null>(null);
  const takeBack = async (mergeId: string) => {
    if (await undo.run({ input: { mergeId } })) changed();
  };
  return (
    <>
      {undo.problem && <Failed problem={undo.problem} retry={undo.clear} />}
      <ul className="box merges">
        {merges.map((merge) => (
          <li key={merge.id}>
            <span>
              <b>{wordText(merge.rule)}</b>{' '}
              <span className="mute">
                {whenText(merge.mergedAt, now)}
                {merge.undoneAt && ', taken back'}
              </span>
            </span>
            {!merge.undoneAt && (
              <span className="row">
                <Button
                  className="btn quiet"
                  aria-expanded={asked === merge.id}
                  onPress={() => setAsked(asked === merge.id ? null : merge.id)}
                >
                  Why
                </Button>
                {!isPast && (
                  <Button className="btn quiet" onPress={() => void takeBack(merge.id)} isDisabled={undo.isRunning}>
                    <Icon name="undo" /> Undo
                  </Button>
                )}
              </span>
            )}
            {asked === merge.id && <WhyLinked a={merge.survivorId} b={merge.absorbedId} />}
          </li>
        ))}
      </ul>
    </>
  );
}
