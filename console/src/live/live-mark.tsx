import { clockText } from '../format.js';
import type { LiveState } from './connection.js';
import { useLiveState } from './live.js';

const words: Readonly<Record<Exclude<LiveState, 'idle'>, string>> = {
  connecting: 'Connecting',
  live: 'Live',
  reconnecting: 'Reconnecting',
  offline: 'Offline',
  refused: 'Not live',
};

/** Whether what is shown is as it is now: a full dot and a word, or a ring and since when it is not. */
export function LiveMark() {
  const { state, freshUntil } = useLiveState();
  if (state === 'idle') return null;
  return (
    <span className="live" data-state={state} role="status">
      {words[state]}
      {state !== 'live' && freshUntil && <span className="mute num"> since {clockText(freshUntil)}</span>}
    </span>
  );
}

/** Above the page while there is no connection: what is shown is as of then, and it will catch up by itself. */
export function LiveStrip() {
  const { state, freshUntil } = useLiveState();
  if (state !== 'offline' && state !== 'reconnecting') return null;
  return (
    <p className="strip offline" role="status">
      {state === 'offline' ? 'No connection.' : 'The connection broke and is being made again.'}{' '}
      {freshUntil && `You see how it was at ${clockText(freshUntil)}. `}
      What happens meanwhile is added when it is back.
    </p>
  );
}
