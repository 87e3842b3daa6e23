import { Coin } from '../parts/icon.js';
import { channelName, colourOf } from '../thread/lanes.js';
import { linePaths } from './line-paths.js';
import { type ChannelLine, deviationOf } from './usual.js';

const ticks = [0, 6, 12, 18, 24];

/** One line a channel against what is usual: that something is out of the ordinary is seen at any distance. */
export function ChannelLines({ lines, over }: { readonly lines: readonly ChannelLine[]; readonly over: number }) {
  return (
    <ul className="channel-lines">
      {lines.map((line) => {
        const { band, path, end } = linePaths(line, over);
        return (
          <li key={line.channel} style={{ color: colourOf(line.channel) }}>
            <span className="of">
              <Coin channel={line.channel} /> <span className="name">{channelName(line.channel)}</span>
            </span>
            <span className="plot" aria-hidden="true">
              <svg viewBox="0 0 240 44" preserveAspectRatio="none" aria-hidden="true">
                {ticks.map((hour) => (
                  <path key={hour} className="tick" d={`M${hour * 10} 0V44`} />
                ))}
                {band && <path className="usual" d={band} />}
                <path className="today" d={path} />
              </svg>
              <i style={{ left: `${(100 * end.x) / 240}%`, top: `${(100 * end.y) / 44}%` }} />
            </span>
            <b className="num">{line.total.toLocaleString()}</b>
            <span className="against">
              <Against line={line} />
            </span>
          </li>
        );
      })}
      <li className="clock" aria-hidden="true">
        <span className="plot">
          {ticks.map((hour) => (
            <span key={hour} style={{ left: `${(100 * hour) / 24}%` }}>
              {hour}:00
            </span>
          ))}
        </span>
      </li>
    </ul>
  );
}

/** The same as a table. */
export function ChannelTable({ lines }: { readonly lines: readonly ChannelLine[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th>Channel</th>
          <th className="ra">Today</th>
          <th className="ra">Usual by now</th>
          <th className="ra">Against it</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.channel}>
            <td>{channelName(line.channel)}</td>
            <td className="ra">{line.total.toLocaleString()}</td>
            <td className="ra">
              {line.usualTotal
                ? `${Math.round(line.usualTotal.least).toLocaleString()} to ${Math.round(line.usualTotal.most).toLocaleString()}`
                : 'not known'}
            </td>
            <td className="ra">
              <Against line={line} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Against({ line }: { readonly line: ChannelLine }) {
  const deviation = deviationOf(line.total, line.usualTotal);
  if (!deviation) return <span className="mute">{line.usualTotal ? 'usually none' : 'no usual yet'}</span>;
  if (!deviation.isOut) return <span className="mute">as usual</span>;
  const percent = Math.round(100 * deviation.part);
  return (
    <b>
      {percent > 0 ? '+' : '−'}
      {Math.abs(percent).toLocaleString()} % <span aria-hidden="true">{percent > 0 ? '▲' : '▼'}</span>
    </b>
  );
}
