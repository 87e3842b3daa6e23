import { useState } from 'react';
import { Button } from 'react-aria-components';
import { countText } from '../format.js';
import { useKeys } from '../keys.js';
import { Icon } from '../parts/icon.js';
import { Key } from '../parts/key.js';
import { Empty, Failed, Waiting } from '../parts/states.js';
import { useAct } from '../use-act.js';
import { useQuestion } from '../use-question.js';
import { ComparePicker } from './compare-picker.js';
import {
  confirmSuggestion,
  rejectSuggestion,
  reopenSuggestion,
  type Suggestion,
  suggestionQueue,
  undoMerge,
} from './documents.js';
import { Evidence } from './evidence.js';
import { nameOf } from './name.js';
import { Pair } from './pair.js';
import { Preview } from './preview.js';

/** The last act, so that it can be taken back. */
type Done = { readonly act: 'merged'; readonly mergeId: string } | { readonly act: 'rejected'; readonly id: string };

/** Never ‘100 %’: nothing of this is certain. */
const sureText = (score: number) => (score > 0.999 ? '> 99.9 %' : `${(score * 100).toFixed(1)} %`);

const bands = { STRONG: 'Strong', POSSIBLE: 'Possible' } as const;

/** Suggestions, one after the other, by keyboard: the verdict first, then what it rests on and what would change. */
export function Queue() {
  const { data, problem, isAsking, ask } = useQuestion(suggestionQueue, {});
  const [later, setLater] = useState<ReadonlySet<string>>(new Set());
  const [place, setPlace] = useState(0);
  const [done, setDone] = useState<Done | null>(null);
  const [told, setTold] = useState('');
  const confirm = useAct(confirmSuggestion);
  const reject = useAct(rejectSuggestion);
  const reopen = useAct(reopenSuggestion);
  const undo = useAct(undoMerge);
  const all = (data?.matchSuggestions.nodes ?? []).filter(({ id }) => !later.has(id));
  const at = Math.min(place, all.length - 1);
  const suggestion = all[at];
  const failed = confirm.problem ?? reject.problem ?? undo.problem ?? reopen.problem;

  const merge = async () => {
    if (!suggestion) return;
    const answer = await confirm.run({ input: { id: suggestion.id, survivorId: suggestion.customer.id } });
    const mergeId = answer?.confirmSuggestion.merge?.id;
    if (!answer) return;
    setTold(`${nameOf(suggestion.customer)} and ${nameOf(suggestion.other)} are one customer now.`);
    setDone(mergeId ? { act: 'merged', mergeId } : null);
    ask();
  };
  const refuse = async () => {
    if (!suggestion || !(await reject.run({ input: { id: suggestion.id } }))) return;
    setTold(`${nameOf(suggestion.customer)} and ${nameOf(suggestion.other)} stay two.`);
    setDone({ act: 'rejected', id: suggestion.id });
    ask();
  };
  const takeBack = async () => {
    if (!done) return;
    const answer =
      done.act === 'merged'
        ? await undo.run({ input: { mergeId: done.mergeId } })
        : await reopen.run({ input: { id: done.id } });
    if (!answer) return;
    setTold('The last act is taken back.');
    setDone(null);
    ask();
  };
  const postpone = () => suggestion && setLater((before) => new Set(before).add(suggestion.id));
  useKeys({
    j: () => setPlace(Math.min(at + 1, all.length - 1)),
    k: () => setPlace(Math.max(at - 1, 0)),
    m: () => void merge(),
    x: () => void refuse(),
    s: postpone,
    u: () => void takeBack(),
  });

  return (
    <>
      <div className="ttl">
        <h1>Are these one person?</h1>
        <span className="mute">
          {data && `${all.length}${data.matchSuggestions.pageInfo.hasNextPage ? ' and more' : ''} to review`}
        </span>
        <span className="sp" />
        <span className="mute hide">
          <Key name="J" /> <Key name="K" /> next, previous
        </span>
      </div>
      <p role="status" className="told">
        {told}{' '}
        {done && (
          <Button className="btn quiet" onPress={() => void takeBack()}>
            <Icon name="undo" /> Undo <Key name="U" />
          </Button>
        )}
      </p>
      {problem && <Failed problem={problem} retry={ask} />}
      {failed && <Failed problem={failed} retry={ask} />}
      {isAsking && !data && <Waiting what="The queue" />}
      {data && !suggestion && (
        <Empty title="Nobody is waiting to be compared">
          <p>Records that may be one person appear here as they change. Any two can be compared by hand.</p>
        </Empty>
      )}
      {suggestion && (
        <div className="idg">
          <QueueList suggestions={all} selected={at} select={setPlace} />
          <section
            className="box one-pair"
            aria-label={`${nameOf(suggestion.customer)} and ${nameOf(suggestion.other)}`}
          >
            <Pair a={suggestion.customer} b={suggestion.other}>
              <span className="bits">{sureText(suggestion.score)}</span>
              <span className="mute">sure</span>
              <span className={`pill ${suggestion.band === 'STRONG' ? 'good' : ''}`}>
                {suggestion.band === 'STRONG' && <Icon name="check" />} {bands[suggestion.band]}
              </span>
            </Pair>
            <Evidence suggestion={suggestion} />
            <Preview key={suggestion.id} survivorId={suggestion.customer.id} otherId={suggestion.other.id} />
            <div className="acts">
              <Button className="btn prime" onPress={() => void merge()} isDisabled={confirm.isRunning}>
                Merge <Key name="M" />
              </Button>
              <Button className="btn" onPress={() => void refuse()} isDisabled={reject.isRunning}>
                Not the same person <Key name="X" />
              </Button>
              <Button className="btn quiet" onPress={postpone}>
                Decide later <Key name="S" />
              </Button>
              <span className="sp" />
              <span className="mute row">
                <Icon name="undo" /> Undo gives both back exactly, at any time
              </span>
            </div>
          </section>
        </div>
      )}
      <ComparePicker />
    </>
  );
}

interface ListProps {
  readonly suggestions: readonly Suggestion[];
  readonly selected: number;
  readonly select: (place: number) => void;
}

function QueueList({ suggestions, selected, select }: ListProps) {
  return (
    <nav aria-label="To review">
      <p className="mute foot">
        {countText(suggestions.filter(({ band }) => band === 'STRONG').length, 'strong one')}, the strongest first
      </p>
      <ol className="box q">
        {suggestions.map((suggestion, index) => (
          <li key={suggestion.id} className={index === selected ? 'sel' : ''}>
            <button type="button" aria-current={index === selected || undefined} onClick={() => select(index)}>
              <b>{nameOf(suggestion.customer)}</b>
              <span className="score">{sureText(suggestion.score)}</span>
              <small>{nameOf(suggestion.other)}</small>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
