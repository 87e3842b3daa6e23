import { durationText } from '../format.js';
import { type Channel, channelName, colourOf, laneOf, lanes } from '../thread/lanes.js';
import type { Variant } from './documents.js';

const stepWidth = 22;
const laneHeight = 3;
const left = 6;
const top = 5;

interface Props {
  readonly variants: readonly Variant[];
  readonly variantCount: number;
  readonly cases: number;
}

/** The ways that most journeys took, each as its line. */
export function TravelledLines({ variants, variantCount, cases }: Props) {
  return (
    <section className="box lines">
      <h2>Most travelled lines</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard. */}
      <section className="wide" aria-label="Lines" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th>Line</th>
              <th>Channels</th>
              <th className="ra">Share</th>
              <th className="ra">Journeys</th>
              <th className="ra">Median time</th>
            </tr>
          </thead>
          <tbody>
            {variants.map(({ steps, isCut, cases: times, throughput }) => (
              <tr key={steps.join(' ')}>
                <td>
                  <Line steps={steps as Channel[]} />
                </td>
                <td>
                  {steps.map((step) => channelName(step as Channel)).join(', ')}
                  {isCut && ' …'}
                </td>
                <td className="ra">{((100 * times) / cases).toFixed(0)} %</td>
                <td className="ra">{times.toLocaleString()}</td>
                <td className="ra">{throughput.median === null ? '–' : durationText(throughput.median)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {variantCount > variants.length && (
        <p className="mute foot">
          Shown: {variants.length} of {variantCount.toLocaleString()} lines.
        </p>
      )}
    </section>
  );
}

/** Up is closer to a person, as in the customer’s whole line. */
function Line({ steps }: { readonly steps: readonly Channel[] }) {
  const x = (index: number) => left + index * stepWidth;
  const y = (channel: Channel) => top + (lanes.length - Math.min(laneOf(channel), lanes.length)) * laneHeight;
  const half = stepWidth / 2;
  return (
    <svg
      className="tiny"
      width={left * 2 + (steps.length - 1) * stepWidth}
      height={top * 2 + lanes.length * laneHeight}
      aria-hidden="true"
    >
      {steps.slice(1).map((channel, index) => {
        const from = y(steps[index] as Channel);
        const up = y(channel) - from;
        return (
          <path
            // biome-ignore lint/suspicious/noArrayIndexKey: a line has nothing but its places.
            key={index}
            d={`M${x(index)} ${from}c${half} 0 ${half} ${up} ${stepWidth} ${up}`}
            stroke={colourOf(channel)}
          />
        );
      })}
      {steps.map((channel, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has nothing but its places.
        <circle key={index} cx={x(index)} cy={y(channel)} r="4" fill={colourOf(channel)} />
      ))}
    </svg>
  );
}
