import '../styles/journeys.css';
import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { Empty, Failed, Waiting } from '../parts/states.js';
import { useQuestion } from '../use-question.js';
import { useTitle } from '../use-title.js';
import { BlueprintFlow } from './blueprint-flow.js';
import { blueprintList } from './documents.js';
import { JourneyList } from './journey-list.js';

const dayMs = 86_400_000;
const spans = [7, 30, 90, 365];

/** Kinds of journey: how they flow through the channels, and the journeys one by one. */
export default function JourneysPage() {
  useTitle('Journeys');
  const [parameters, setParameters] = useSearchParams();
  const { data, problem, isAsking, ask } = useQuestion(blueprintList, {});
  const blueprints = data?.blueprints ?? [];
  const blueprint = blueprints.find(({ key }) => key === parameters.get('blueprint')) ?? blueprints[0];
  const isList = parameters.get('as') === 'list';
  const days = spans.find((span) => String(span) === parameters.get('days')) ?? 30;
  // One moment for as long as the span stands, so that the question stays the same.
  const span = useMemo(() => {
    const to = new Date();
    return { from: new Date(to.getTime() - days * dayMs).toISOString(), to: to.toISOString() };
  }, [days]);
  const set = (name: string, value: string) =>
    setParameters((before) => {
      const next = new URLSearchParams(before);
      next.set(name, value);
      return next;
    });
  if (problem) return <Failed problem={problem} retry={ask} />;
  if (isAsking && !data) return <Waiting what="The page" />;
  if (!blueprint) {
    return (
      <Empty title="No kind of journey yet">
        <p>A blueprint says which steps a journey has, and how touchpoints move it. The API makes one.</p>
      </Empty>
    );
  }
  return (
    <>
      <div className="ttl">
        <h1>{blueprint.name}</h1>
        <span className="mute">{blueprint.goal}</span>
      </div>
      <div className="filters">
        <fieldset className="seg">
          <legend className="sr">Show as</legend>
          <button type="button" aria-pressed={!isList} onClick={() => set('as', 'flow')}>
            Flow
          </button>
          <button type="button" aria-pressed={isList} onClick={() => set('as', 'list')}>
            List
          </button>
        </fieldset>
        <label>
          <span className="mute">Kind</span>
          <select value={blueprint.key} onChange={(event) => set('blueprint', event.target.value)}>
            {blueprints.map(({ key, name }) => (
              <option key={key} value={key}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {!isList && (
          <label>
            <span className="mute">Last</span>
            <select value={days} onChange={(event) => set('days', event.target.value)}>
              {spans.map((one) => (
                <option key={one} value={one}>
                  {one} days
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {isList ? (
        <JourneyList blueprint={blueprint.key} />
      ) : (
        <BlueprintFlow key={blueprint.key} blueprint={blueprint.key} from={span.from} to={span.to} />
      )}
    </>
  );
}
