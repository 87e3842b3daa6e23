import { useState } from 'react';
import { Button } from 'react-aria-components';
import { Link } from 'wouter';
import { useKeys } from '../keys.js';
import { Icon } from '../parts/icon.js';
import { Key } from '../parts/key.js';
import { Empty, Failed, Waiting } from '../parts/states.js';
import { useAct } from '../use-act.js';
import { useQuestion } from '../use-question.js';
import { mergeCustomers, twoPeople, undoMerge } from './documents.js';
import { nameOf } from './name.js';
import { Pair } from './pair.js';
import { Preview } from './preview.js';
import { WhyLinked } from './why-linked.js';

/** Two people that somebody picked: merge them, or see why they are one already. */
export function Chosen({ a, b }: { readonly a: string; readonly b: string }) {
  const { data, problem, isAsking, ask } = useQuestion(twoPeople, { a, b });
  const [mergeId, setMergeId] = useState<string | null>(null);
  const merge = useAct(mergeCustomers);
  const undo = useAct(undoMerge);
  const isOne = Boolean(data?.a && data.a.id === data.b?.id);
  const join = async () => {
    const answer = await merge.run({ input: { survivorId: a, otherId: b } });
    if (!answer) return;
    setMergeId(answer.mergeCustomers.merge?.id ?? null);
    ask();
  };
  const part = async () => {
    if (!mergeId || !(await undo.run({ input: { mergeId } }))) return;
    setMergeId(null);
    ask();
  };
  useKeys({ m: () => !isOne && void join(), u: () => void part() });
  const failed = merge.problem ?? undo.problem;
  if (problem) return <Failed problem={problem} retry={ask} />;
  if (!data) return isAsking ? <Waiting what="Both people" /> : null;
  if (!data.a || !data.b) return <Empty title="One of the two is not known" />;
  return (
    <>
      <div className="ttl">
        <h1>{isOne ? 'They are one person' : 'Are these one person?'}</h1>
        <span className="sp" />
        <Link className="btn quiet" href="/identity">
          To the queue
        </Link>
      </div>
      {failed && <Failed problem={failed} retry={ask} />}
      <section className="box one-pair" aria-label={isOne ? nameOf(data.a) : `${nameOf(data.a)} and ${nameOf(data.b)}`}>
        {isOne ? (
          <WhyLinked a={a} b={b} />
        ) : (
          <>
            <Pair a={data.a} b={data.b}>
              <span className="mute">picked by hand</span>
            </Pair>
            <Preview survivorId={a} otherId={b} />
          </>
        )}
        <div className="acts">
          {!isOne && (
            <Button className="btn prime" onPress={() => void join()} isDisabled={merge.isRunning}>
              Merge <Key name="M" />
            </Button>
          )}
          {isOne && mergeId && (
            <Button className="btn" onPress={() => void part()} isDisabled={undo.isRunning}>
              <Icon name="undo" /> Undo <Key name="U" />
            </Button>
          )}
          {isOne && (
            <Link className="btn" href={`/customers/${data.a.id}`}>
              Open {nameOf(data.a)}
            </Link>
          )}
        </div>
      </section>
    </>
  );
}
