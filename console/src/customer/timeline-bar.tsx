import { Icon } from '../parts/icon.js';
import { type Channel, channelName, lanes } from '../thread/lanes.js';

const dayMs = 86_400_000;
const spans: readonly (readonly [string, number])[] = [
  ['24 hours', 1],
  ['7 days', 7],
  ['30 days', 30],
  ['90 days', 90],
];

interface Props {
  readonly hidden: ReadonlySet<Channel>;
  readonly toggle: (channel: Channel) => void;
  readonly topics: readonly string[];
  readonly topic: string | null;
  readonly setTopic: (topic: string | null) => void;
  readonly from: string | null;
  readonly setFrom: (from: string | null) => void;
  readonly now: Date;
}

/** Which channels, what about, since when. */
export function TimelineBar({ hidden, toggle, topics, topic, setTopic, from, setFrom, now }: Props) {
  return (
    <div className="bar">
      <fieldset className="lanes">
        <legend className="sr">Channels shown</legend>
        {lanes.map((channel, index) => (
          <button
            key={channel}
            type="button"
            className={`ch-${channel.toLowerCase()}`}
            aria-pressed={!hidden.has(channel)}
            aria-label={channelName(channel)}
            title={`${channelName(channel)} (${index + 1})`}
            onClick={() => toggle(channel)}
          >
            <Icon name={channel} />
          </button>
        ))}
      </fieldset>
      <span className="sp" />
      <label>
        <span className="mute">Topic</span>
        <select value={topic ?? ''} onChange={(event) => setTopic(event.target.value || null)}>
          <option value="">any</option>
          {topics.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
      <label>
        <span className="mute">Since</span>
        <select
          value={from === null ? '' : spans.findIndex(([, days]) => startOf(now, days) === from)}
          onChange={(event) => {
            const span = event.target.value === '' ? undefined : spans[Number(event.target.value)];
            setFrom(span ? startOf(now, span[1]) : null);
          }}
        >
          <option value="">ever</option>
          {spans.map(([name], index) => (
            <option key={name} value={index}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function startOf(now: Date, days: number): string {
  return new Date(now.getTime() - days * dayMs).toISOString();
}
