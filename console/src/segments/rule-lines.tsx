import { Button } from 'react-aria-components';
import { Icon } from '../parts/icon.js';
import { channelName, lanes } from '../thread/lanes.js';
import { type Condition, type Draft, newConditions } from './rule.js';

const directions = { INBOUND: 'from her', OUTBOUND: 'to her' } as const;
const kinds: readonly (readonly [Condition['kind'], string])[] = [
  ['touchpoints', 'Behaviour'],
  ['trait', 'Trait'],
  ['openIssues', 'Open issues'],
];

interface Props {
  readonly draft: Draft;
  readonly change: (draft: Draft) => void;
}

/** A rule as sentences with gaps. */
export function RuleLines({ draft, change }: Props) {
  const { conditions } = draft;
  const set = (index: number, condition: Condition) =>
    change({ ...draft, conditions: conditions.map((one, at) => (at === index ? condition : one)) });
  const drop = (index: number) => change({ ...draft, conditions: conditions.filter((_, at) => at !== index) });
  const add = (kind: Condition['kind']) => change({ ...draft, conditions: [...conditions, newConditions[kind]] });
  return (
    <fieldset className="rule">
      <legend>A customer belongs to it who has</legend>
      {conditions.length > 1 && (
        <label className="inline">
          <select
            value={draft.join}
            onChange={(event) => change({ ...draft, join: event.target.value as Draft['join'] })}
          >
            <option value="all">all of</option>
            <option value="any">at least one of</option>
          </select>
          <span className="sr">How the conditions are joined</span>
        </label>
      )}
      <ol>
        {conditions.map((condition, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have nothing but their place.
          <li key={index}>
            <Line condition={condition} set={(next) => set(index, next)} />
            {conditions.length > 1 && (
              <Button className="btn quiet" onPress={() => drop(index)} aria-label={`Remove condition ${index + 1}`}>
                <Icon name="cross" />
              </Button>
            )}
          </li>
        ))}
      </ol>
      <div className="row">
        {kinds.map(([kind, name]) => (
          <Button key={kind} className="btn" onPress={() => add(kind)}>
            <Icon name="plus" /> {name}
          </Button>
        ))}
      </div>
    </fieldset>
  );
}

function Line({ condition, set }: { readonly condition: Condition; readonly set: (next: Condition) => void }) {
  switch (condition.kind) {
    case 'trait':
      return (
        <span className="line">
          trait
          <Word label="Trait" value={condition.trait} set={(trait) => set({ ...condition, trait })} />
          that is
          <Word label="Value" value={condition.is} set={(is) => set({ ...condition, is })} />
        </span>
      );
    case 'touchpoints':
      return (
        <span className="line">
          at least
          <Count label="How many" value={condition.atLeast} set={(atLeast) => set({ ...condition, atLeast })} />
          touchpoints
          <select
            aria-label="Direction"
            value={condition.direction}
            onChange={(event) => set({ ...condition, direction: event.target.value })}
          >
            <option value="">in any direction</option>
            {Object.entries(directions).map(([direction, words]) => (
              <option key={direction} value={direction}>
                {words}
              </option>
            ))}
          </select>
          <select
            aria-label="Channel"
            value={condition.channel}
            onChange={(event) => set({ ...condition, channel: event.target.value })}
          >
            <option value="">on any channel</option>
            {lanes.map((channel) => (
              <option key={channel} value={channel}>
                on {channelName(channel)}
              </option>
            ))}
          </select>
          about
          <Word label="Topic" hint="anything" value={condition.topic} set={(topic) => set({ ...condition, topic })} />
          in
          <Count label="Days" value={condition.days} set={(days) => set({ ...condition, days })} />
          days
        </span>
      );
    case 'openIssues':
      return (
        <span className="line">
          at least
          <Count label="How many" value={condition.atLeast} set={(atLeast) => set({ ...condition, atLeast })} />
          open issues about
          <Word label="Topic" hint="anything" value={condition.topic} set={(topic) => set({ ...condition, topic })} />
        </span>
      );
  }
}

interface WordProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly set: (value: string) => void;
}

function Word({ label, hint, value, set }: WordProps) {
  return (
    <input
      className="input word"
      aria-label={label}
      placeholder={hint}
      maxLength={200}
      value={value}
      onChange={(event) => set(event.target.value)}
    />
  );
}

function Count({
  label,
  value,
  set,
}: {
  readonly label: string;
  readonly value: number;
  readonly set: (value: number) => void;
}) {
  return (
    <input
      className="input count"
      type="number"
      aria-label={label}
      min={1}
      max={1_000}
      value={value}
      onChange={(event) => set(event.target.valueAsNumber || 1)}
    />
  );
}
