import { useState } from 'react';
import { Button } from 'react-aria-components';
import { titleText } from '../format.js';
import { Failed } from '../parts/states.js';
import { useAct } from '../use-act.js';
import { type Issue, resolveIssue, updateIssue } from './documents.js';

const openStatuses = ['OPEN', 'PENDING', 'ON_HOLD'] as const;
const priorities = ['LOW', 'NORMAL', 'HIGH', 'URGENT'] as const;

interface Props {
  readonly issue: Issue;
  readonly acted: () => void;
}

/**
 * What can be done with an issue. Each act names the version that was looked at: when somebody was faster it is refused,
 * and the issue is shown as it is now.
 */
export function IssueActs({ issue, acted }: Props) {
  const updating = useAct(updateIssue);
  const resolving = useAct(resolveIssue);
  const [assignee, setAssignee] = useState(issue.assignee ?? '');
  const [queue, setQueue] = useState(issue.queue ?? '');
  const [reason, setReason] = useState('');
  const [resolution, setResolution] = useState('');
  const failed = updating.problem ?? resolving.problem;
  const isBusy = updating.isRunning || resolving.isRunning;
  const update = async (change: object) => {
    if (await updating.run({ input: { id: issue.id, version: issue.version, ...change } })) acted();
  };
  const settle = async () => {
    if (await resolving.run({ input: { id: issue.id, resolution } })) acted();
  };
  return (
    <section className="issue-acts" aria-label="What to do">
      {failed && <Failed problem={failed} retry={acted} />}
      {!issue.isOpen && (
        <Button className="btn" isDisabled={isBusy} onPress={() => void update({ status: 'OPEN' })}>
          Open again
        </Button>
      )}
      {issue.isOpen && (
        <>
          <label>
            <span>Status</span>
            <select
              value={issue.status}
              disabled={isBusy}
              onChange={(event) => void update({ status: event.target.value })}
            >
              {openStatuses.map((status) => (
                <option key={status} value={status}>
                  {titleText(status)}
                </option>
              ))}
            </select>
          </label>
          <label>
            <span>Priority</span>
            <select
              value={issue.priority}
              disabled={isBusy}
              onChange={(event) => void update({ priority: event.target.value })}
            >
              {priorities.map((priority) => (
                <option key={priority} value={priority}>
                  {titleText(priority)}
                </option>
              ))}
            </select>
          </label>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void update({ assignee: assignee.trim() || null, queue: queue.trim() || null });
            }}
          >
            <label>
              <span>Who works on it</span>
              <input
                className="input"
                value={assignee}
                maxLength={200}
                onChange={(event) => setAssignee(event.target.value)}
              />
            </label>
            <label>
              <span>Queue</span>
              <input
                className="input"
                value={queue}
                maxLength={200}
                onChange={(event) => setQueue(event.target.value)}
              />
            </label>
            <Button type="submit" className="btn" isDisabled={isBusy}>
              Assign
            </Button>
          </form>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void update({ escalationReason: issue.escalatedAt ? null : reason });
            }}
          >
            {!issue.escalatedAt && (
              <label>
                <span>Why somebody else should see it</span>
                <input
                  className="input"
                  value={reason}
                  maxLength={500}
                  onChange={(event) => setReason(event.target.value)}
                />
              </label>
            )}
            <Button type="submit" className="btn" isDisabled={isBusy || (!issue.escalatedAt && reason.trim() === '')}>
              {issue.escalatedAt ? 'Take back the handing up' : 'Hand up'}
            </Button>
          </form>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void settle();
            }}
          >
            <label>
              <span>How it was settled</span>
              <input
                className="input"
                value={resolution}
                maxLength={2_000}
                onChange={(event) => setResolution(event.target.value)}
              />
            </label>
            <Button type="submit" className="btn prime" isDisabled={isBusy || resolution.trim() === ''}>
              Resolve
            </Button>
          </form>
        </>
      )}
    </section>
  );
}
