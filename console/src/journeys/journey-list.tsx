import { Link, useSearchParams } from 'wouter';
import { durationText, titleText, whenText } from '../format.js';
import type { VariablesOf } from '../graphql.js';
import { Empty, Failed, Waiting } from '../parts/states.js';
import { useQuestion } from '../use-question.js';
import { journeyList, type ListedJourney } from './documents.js';

interface View {
  readonly key: string;
  readonly name: string;
  readonly only: VariablesOf<typeof journeyList>;
}

const open: View = { key: 'open', name: 'Open', only: { status: ['ACTIVE', 'PAUSED'] } };

/** The first is shown when nothing is said. */
const views: readonly View[] = [
  open,
  { key: 'stuck', name: 'Stuck', only: { ...open.only, isStuck: true } },
  { key: 'overdue', name: 'Overdue', only: { ...open.only, isOverdue: true } },
  { key: 'all', name: 'All', only: {} },
];

/** The journeys one by one; on demand those that need somebody. */
export function JourneyList({ blueprint }: { readonly blueprint: string }) {
  const [parameters, setParameters] = useSearchParams();
  const view = views.find(({ key }) => key === parameters.get('show')) ?? open;
  const { data, problem, isAsking, ask } = useQuestion(journeyList, { blueprint, ...view.only });
  const show = (key: string) =>
    setParameters((before) => {
      const next = new URLSearchParams(before);
      next.set('show', key);
      return next;
    });
  const journeys = data?.journeys.nodes ?? [];
  return (
    <>
      <fieldset className="seg filters">
        <legend className="sr">Show</legend>
        {views.map((one) => (
          <button key={one.key} type="button" aria-pressed={one === view} onClick={() => show(one.key)}>
            {one.name}
          </button>
        ))}
      </fieldset>
      {problem && <Failed problem={problem} retry={ask} />}
      {isAsking && !data && <Waiting what="The list" />}
      {data && journeys.length === 0 && <Empty title="There is no such journey" />}
      {journeys.length > 0 && (
        <div className="box">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard. */}
          <section className="wide" aria-label="Journeys" tabIndex={0}>
            <table>
              <thead>
                <tr>
                  <th>Customer</th>
                  <th>Stands at</th>
                  <th>For</th>
                  <th>Whose turn</th>
                  <th>Began</th>
                </tr>
              </thead>
              <tbody>
                {journeys.map((journey) => (
                  <Row key={journey.id} journey={journey} />
                ))}
              </tbody>
            </table>
          </section>
        </div>
      )}
      {data?.journeys.pageInfo.hasNextPage && <p className="mute foot">Shown: the newest 100.</p>}
    </>
  );
}

function Row({ journey }: { readonly journey: ListedJourney }) {
  const now = new Date();
  const isOpen = journey.status === 'ACTIVE' || journey.status === 'PAUSED';
  return (
    <tr>
      <td>
        <Link href={`/customers/${journey.customer.id}`}>{journey.customer.displayName ?? 'Unnamed'}</Link>
      </td>
      <td>
        {journey.step.title} {isOpen && journey.isStuck && <span className="pill crit">Stuck</span>}
        {isOpen && !journey.isStuck && journey.isOverdue && <span className="pill warn">Overdue</span>}
        {journey.status !== 'ACTIVE' && <span className="pill">{titleText(journey.status)}</span>}
      </td>
      <td>{isOpen ? durationText((now.getTime() - Date.parse(journey.stepSince)) / 1_000) : 'ended'}</td>
      <td>{journey.turn?.name ?? ''}</td>
      <td>{whenText(journey.startedAt, now)}</td>
    </tr>
  );
}
