import { useState } from 'react';
import { Button, Form } from 'react-aria-components';
import { Failed } from '../parts/states.js';
import { useAct } from '../use-act.js';
import { createSegment, type Segment, updateSegment } from './documents.js';
import { LiveCount } from './live-count.js';
import { draftOf, newConditions, ruleOf } from './rule.js';
import { RuleLines } from './rule-lines.js';

interface Props {
  /** Null for a new one. */
  readonly segment: Segment | null;
  readonly saved: (key: string) => void;
}

const firstDraft = { join: 'all', conditions: [newConditions.touchpoints] } as const;

/** The rule as sentences, or as data where it says more than the sentences can; who would match it, beside it. */
export function SegmentEditor({ segment, saved }: Props) {
  const [draft, setDraft] = useState(() => (segment ? draftOf(segment.rule) : firstDraft));
  const [text, setText] = useState(() => JSON.stringify(segment?.rule, null, 2));
  const [name, setName] = useState(segment?.name ?? '');
  const [key, setKey] = useState(segment?.key ?? '');
  const [entitlements, setEntitlements] = useState(segment?.entitlements.join(', ') ?? '');
  const create = useAct(createSegment);
  const update = useAct(updateSegment);
  const rule = draft ? ruleOf(draft) : parsed(text);
  const failed = create.problem ?? update.problem;
  const save = async () => {
    const granted = entitlements
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== '');
    const common = { key, name, rule, entitlements: granted };
    const isSaved = segment
      ? await update.run({ input: { ...common, version: segment.version } })
      : await create.run({ input: common });
    if (isSaved) saved(key);
  };
  return (
    <section className="box editor" aria-label={segment?.name ?? 'New segment'}>
      <Form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {failed && <Failed problem={failed} retry={() => void save()} />}
        <div className="names">
          <label>
            Name
            <input
              className="input"
              required
              maxLength={200}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </label>
          <label>
            Key
            <input
              className="input"
              required
              maxLength={64}
              readOnly={segment !== null}
              value={key}
              onChange={(event) => setKey(event.target.value)}
            />
          </label>
          <label>
            Entitlements, with commas
            <input className="input" value={entitlements} onChange={(event) => setEntitlements(event.target.value)} />
          </label>
        </div>
        {draft ? (
          <RuleLines draft={draft} change={setDraft} />
        ) : (
          <label className="pane">
            <span>The rule, as data: it says more than the builder has lines for</span>
            <textarea
              className="input code"
              rows={14}
              spellCheck={false}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </label>
        )}
        <div className="acts">
          <Button
            type="submit"
            className="btn prime"
            isDisabled={rule === undefined || create.isRunning || update.isRunning}
          >
            Save
          </Button>
          {rule === undefined && <p className="refusal">The rule is not JSON.</p>}
        </div>
      </Form>
      {rule !== undefined && <LiveCount segmentKey={segment?.key ?? null} rule={rule} />}
    </section>
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
