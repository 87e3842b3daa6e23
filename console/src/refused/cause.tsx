import { useState } from 'react';
import { Button } from 'react-aria-components';
import { countText, whenText, wordText } from '../format.js';
import { Failed, Waiting } from '../parts/states.js';
import { useAct } from '../use-act.js';
import { useQuestion } from '../use-question.js';
import { discard, type Item, refusedItems, replay, type Total } from './documents.js';

interface Props {
  readonly total: Total;
  readonly settled: (stored: number, left: number) => void;
}

/** What has one cause: one of the items to look at and mend; then that one, or all. */
export function Cause({ total, settled }: Props) {
  const { source, reason } = total;
  const { data, problem, ask } = useQuestion(refusedItems, { source, reason });
  const [place, setPlace] = useState(0);
  const items = data?.deadLetters.nodes ?? [];
  const item = items[Math.min(place, items.length - 1)];
  if (problem) return <Failed problem={problem} retry={ask} />;
  if (!item) return <Waiting what="The items" />;
  const done = (stored: number, left: number) => {
    ask();
    settled(stored, left);
  };
  return (
    <section className="box cause" aria-label={wordText(reason)}>
      <header>
        <p>
          <b>{item.message ?? wordText(reason)}</b>
          <small className="mute">
            {item.field && `at ${item.field}, `}came {whenText(item.receivedAt, new Date())}
            {item.attempts > 0 && `, tried ${countText(item.attempts, 'time')}`}
          </small>
        </p>
        <span className="sp" />
        {items.length > 1 && (
          <label>
            Item{' '}
            <select value={place} onChange={(event) => setPlace(Number(event.target.value))}>
              {items.map((one, index) => (
                <option key={one.id} value={index}>
                  {index + 1} of {total.count}
                </option>
              ))}
            </select>
          </label>
        )}
      </header>
      <Mend key={item.id} item={item} total={total} done={done} />
    </section>
  );
}

function Mend({ item, total, done }: { readonly item: Item; readonly total: Total; readonly done: Props['settled'] }) {
  const raw = pretty(item.mended ?? item.raw ?? '');
  const [text, setText] = useState(raw);
  const [patch, setPatch] = useState('');
  const [why, setWhy] = useState('');
  const [wrong, setWrong] = useState('');
  const replaying = useAct(replay);
  const discarding = useAct(discard);
  const failed = replaying.problem ?? discarding.problem;

  const run = async (input: Parameters<typeof replaying.run>[0]['input']) => {
    const answer = (await replaying.run({ input }))?.replayDeadLetters;
    if (!answer) return;
    const refused = answer.results.filter(({ outcome }) => outcome === 'REFUSED');
    setWrong(refused[0]?.error?.message ?? '');
    done(answer.results.length - refused.length, refused.length);
  };
  const replayOne = () => run({ ids: [item.id], ...(text === raw ? {} : { mend: { raw: text } }) });
  const replayAll = async () => {
    const mend = patchOf(patch);
    if (mend === undefined) setWrong('The patch is not JSON.');
    else
      await run({ filter: { source: total.source, reason: total.reason }, ...(mend ? { mend: { patch: mend } } : {}) });
  };
  const drop = async () => {
    if (await discarding.run({ input: { ids: [item.id], reason: why } })) done(1, 0);
  };

  return (
    <>
      {failed && <Failed problem={failed} retry={() => void replayOne()} />}
      <label className="pane">
        <span>The item, as it came. What you change is what is replayed.</span>
        <textarea
          className="input code"
          rows={14}
          spellCheck={false}
          value={item.raw === null ? 'Hidden: your key sees personal data masked.' : text}
          readOnly={item.raw === null}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      {wrong && (
        <p className="refusal" role="alert">
          Still refused: {wrong}
        </p>
      )}
      <div className="acts">
        <Button className="btn prime" onPress={() => void replayOne()} isDisabled={replaying.isRunning}>
          {text === raw ? 'Replay this one' : 'Replay this one, mended'}
        </Button>
        <span className="sp" />
        <label className="inline">
          Why it may go
          <input className="input" value={why} maxLength={200} onChange={(event) => setWhy(event.target.value)} />
        </label>
        <Button className="btn" onPress={() => void drop()} isDisabled={discarding.isRunning || why.trim() === ''}>
          Discard
        </Button>
      </div>
      {total.count > 1 && (
        <details className="all">
          <summary>All {total.count.toLocaleString()} of this cause</summary>
          <label className="pane">
            <span>A JSON Patch that mends each of them; nothing to replay them as they are</span>
            <textarea
              className="input code"
              rows={4}
              spellCheck={false}
              placeholder='[{ "op": "add", "path": "/event", "value": "Order placed" }]'
              value={patch}
              onChange={(event) => setPatch(event.target.value)}
            />
          </label>
          <Button className="btn" onPress={() => void replayAll()} isDisabled={replaying.isRunning}>
            Replay all
          </Button>
        </details>
      )}
    </>
  );
}

function pretty(raw: string): string {
  try {
    return JSON.stringify(JSON.parse(raw), null, 2);
  } catch {
    return raw;
  }
}

/** Null when there is none, undefined when it cannot be read. */
function patchOf(text: string): unknown {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
