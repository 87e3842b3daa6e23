import { useState } from 'react';
import { Button } from 'react-aria-components';
import { whenText } from '../format.js';
import { Failed } from '../parts/states.js';
import { useAct } from '../use-act.js';
import { commentIssue, type Issue } from './documents.js';

interface Props {
  readonly issue: Issue;
  readonly acted: () => void;
}

/** What was said about it among ourselves, and what the customer reads too. */
export function Comments({ issue, acted }: Props) {
  const commenting = useAct(commentIssue);
  const [body, setBody] = useState('');
  const [isPublic, setPublic] = useState(false);
  const now = new Date();
  const { nodes, pageInfo } = issue.comments;
  const say = async () => {
    if (!(await commenting.run({ input: { issueId: issue.id, body, isPublic } }))) return;
    setBody('');
    acted();
  };
  return (
    <section>
      <h3>Comments</h3>
      {commenting.problem && <Failed problem={commenting.problem} retry={() => void say()} />}
      <form
        className="say"
        onSubmit={(event) => {
          event.preventDefault();
          void say();
        }}
      >
        <textarea
          className="input"
          rows={2}
          aria-label="Comment"
          placeholder={isPublic ? 'The customer reads this' : 'For ourselves'}
          maxLength={10_000}
          value={body}
          onChange={(event) => setBody(event.target.value)}
        />
        <label>
          <input type="checkbox" checked={isPublic} onChange={(event) => setPublic(event.target.checked)} /> The
          customer may read it
        </label>
        <Button type="submit" className="btn" isDisabled={commenting.isRunning || body.trim() === ''}>
          Comment
        </Button>
      </form>
      <ol className="comments">
        {nodes.map((comment) => (
          <li key={`${comment.createdAt} ${comment.actor}`}>
            <p className="told-text">{comment.body}</p>
            <small className="mute">
              {comment.actor}, {whenText(comment.createdAt, now)}
              {comment.isPublic && ', the customer reads it'}
            </small>
          </li>
        ))}
      </ol>
      {pageInfo.hasNextPage && <p className="mute">Shown: the newest 50.</p>}
    </section>
  );
}
