import { type Channel, channelName } from '../thread/lanes.js';
import type { Flow } from './flow-layout.js';
import { ordinal } from './ordinal.js';

/** The same figures for whoever reads rather than looks, and for a narrow window. */
export function FlowTable({ flows }: { readonly flows: readonly Flow[] }) {
  const sorted = [...flows].sort((a, b) => a.place - b.place || b.cases - a.cases);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
    <section className="wide" aria-label="The flow" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th>From</th>
            <th>To</th>
            <th className="ra">Journeys</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map(({ place, from, to, cases }) => (
            <tr key={`${place} ${from} ${to}`}>
              <td>
                {channelName(from as Channel)} <span className="mute">({ordinal(place)})</span>
              </td>
              <td>{to ? channelName(to as Channel) : 'no further'}</td>
              <td className="ra">{cases.toLocaleString()}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
