import { durationText, titleText } from '../format.js';
import { colourOf } from '../thread/lanes.js';
import type { Journey } from './documents.js';

const stepWidth = 62;
const left = 31;

/** A journey as the steps that she took, each in the colour of the channel that took it, and what is next. */
export function JourneyBox({ journey, now }: { readonly journey: Journey; readonly now: Date }) {
  const { blueprint, step } = journey;
  const steps = blueprint.steps;
  const at = steps.findIndex(({ key }) => key === step.key);
  const channels = new Map(journey.history.map((version) => [version.step, version.cause.channel]));
  const colour = (key: string) => {
    const channel = channels.get(key);
    return channel ? colourOf(channel) : 'var(--ink-3)';
  };
  const isActive = journey.status === 'ACTIVE' || journey.status === 'PAUSED';
  const stands = durationText((now.getTime() - Date.parse(journey.stepSince)) / 1_000);
  return (
    <section className="sec">
      <h2>
        {blueprint.name} <span className="mute">{titleText(journey.status)}</span>
      </h2>
      <div className="box jr">
        <svg
          viewBox={`0 0 ${steps.length * stepWidth} 54`}
          role="img"
          aria-label={`Step ${at + 1} of ${steps.length}: ${step.title}`}
        >
          {steps.slice(1).map((following, index) => {
            const x = left + index * stepWidth;
            const isDone = index + 1 <= at;
            return (
              <path
                key={following.key}
                d={`M${x} 22H${x + stepWidth}`}
                stroke={isDone ? colour(following.key) : 'var(--line)'}
                strokeWidth={isDone ? 4 : 3}
              />
            );
          })}
          {steps.map((one, index) => {
            const x = left + index * stepWidth;
            const isDone = index < at || (index === at && !isActive);
            const isHere = index === at && isActive;
            return (
              <g key={one.key}>
                <circle
                  cx={x}
                  cy="22"
                  r={index <= at ? 8 : 6}
                  fill={isDone ? colour(one.key) : 'var(--surface)'}
                  stroke={isHere ? 'var(--ink)' : isDone ? 'none' : 'var(--line-2)'}
                  strokeWidth={isHere ? 3 : 2}
                />
                {isDone && <path d={`m${x - 3.2} 22.2 2.2 2.3 4.2-4.5`} className="tick" />}
                {isHere && <circle cx={x} cy="22" r="2.5" fill="var(--ink)" />}
              </g>
            );
          })}
        </svg>
        <p>
          {isActive ? (
            <>
              <b className={journey.isStuck || journey.isOverdue ? 'late' : ''}>
                {journey.isStuck ? 'Stuck' : journey.isOverdue ? 'Overdue' : 'Stands'} at ‘{step.title}’
              </b>{' '}
              for {stands}.
            </>
          ) : (
            <>Ended at ‘{step.title}’.</>
          )}
          {journey.turn && ` It is the turn of ${journey.turn.name}.`}
          <small>{blueprint.goal}</small>
        </p>
      </div>
    </section>
  );
}
