import '../styles/segments.css';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { countText } from '../format.js';
import { Failed, Waiting } from '../parts/states.js';
import { useQuestion } from '../use-question.js';
import { useTitle } from '../use-title.js';
import { segmentList } from './documents.js';
import { SegmentEditor } from './segment-editor.js';

/** Rules and who matches them. */
export default function SegmentsPage() {
  useTitle('Segments');
  const { data, problem, isAsking, ask } = useQuestion(segmentList, {});
  const [chosen, setChosen] = useState<string | null>(null);
  const [told, setTold] = useState('');
  const segments = data?.segments ?? [];
  const isNew = chosen === '';
  const segment = isNew ? null : (segments.find(({ key }) => key === chosen) ?? segments[0] ?? null);
  const saved = (key: string) => {
    setTold('Saved. Membership follows within moments.');
    setChosen(key);
    ask();
  };
  return (
    <>
      <div className="ttl">
        <h1>Segments</h1>
        <span className="mute">{data && countText(segments.length, 'segment')}</span>
        <span className="sp" />
        <Button className="btn" onPress={() => setChosen('')}>
          New segment
        </Button>
      </div>
      <p role="status" className="told">
        {told}
      </p>
      {problem && <Failed problem={problem} retry={ask} />}
      {isAsking && !data && <Waiting what="The list" />}
      {data && (
        <div className="idg">
          <nav aria-label="Segments">
            {segments.length === 0 && <p className="mute">No segment yet</p>}
            <ul className="box q">
              {segments.map((one) => (
                <li key={one.key} className={one === segment ? 'sel' : ''}>
                  <button type="button" aria-current={one === segment || undefined} onClick={() => setChosen(one.key)}>
                    <b>{one.name}</b>
                    <span className="score">{one.memberCount.toLocaleString()}</span>
                    <small>{one.entitlements.join(', ') || 'nothing granted'}</small>
                  </button>
                </li>
              ))}
            </ul>
          </nav>
          <SegmentEditor key={segment ? `${segment.key} ${segment.version}` : 'new'} segment={segment} saved={saved} />
        </div>
      )}
    </>
  );
}
