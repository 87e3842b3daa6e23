import { channelIcons } from '../thread/channel-icons.js';
import type { Channel } from '../thread/lanes.js';

/** Drawn for 13 to 19 pixels on a field of 16. */
const shapes = {
  customers: (
    <>
      <circle cx="6" cy="5.5" r="2.6" />
      <path d="M1.5 13.5c.3-2.7 2-4.2 4.5-4.2s4.2 1.5 4.5 4.2M10.8 3.2a2.6 2.6 0 0 1 0 4.6M12 9.7c1.5.6 2.3 1.9 2.5 3.8" />
    </>
  ),
  identity: <path d="M2.5 2.5c0 4.5 5.5 4 5.5 8v3M13.5 2.5c0 4.5-5.5 4-5.5 8" />,
  issues: <path d="M8 1.8 14.5 13.5h-13zM8 6v3.5M8 11.5v.01" />,
  journeys: <path d="M1.5 8h13M10.5 4.5 14.5 8l-4 3.5M1.5 4c3 0 4 4 6 4M1.5 12c3 0 4-4 6-4" />,
  segments: (
    <>
      <path d="M8 2v6h6M8 8l-4.2 4.2" />
      <circle cx="8" cy="8" r="6" />
    </>
  ),
  refused: <path d="M2 9.5 4 3h8l2 6.5V13H2zM2 9.5h3.5L6.5 11h3l1-1.5H14" />,
  today: <path d="M1.5 9h3l2-5.5 3 9 2-3.5h3" />,
  search: (
    <>
      <circle cx="7" cy="7" r="4.5" />
      <path d="m10.5 10.5 3.5 3.5" />
    </>
  ),
  copy: (
    <>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.3" />
      <path d="M3.5 10.5h-1v-8h8v1" />
    </>
  ),
  plus: <path d="M8 3v10M3 8h10" />,
  check: <path d="m3 8.5 3.2 3.2L13 4.8" />,
  cross: <path d="m4 4 8 8M12 4l-8 8" />,
  clock: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M8 4.5V8l2.5 1.5" />
    </>
  ),
  down: <path d="m3.5 6 4.5 4.5L12.5 6" />,
  undo: <path d="M3 6h6.5a3.5 3.5 0 0 1 0 7H6M5.5 3 2.5 6l3 3" />,
  lock: (
    <>
      <rect x="3.5" y="7" width="9" height="6.5" rx="1.2" />
      <path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2" />
    </>
  ),
  star: <path d="m8 2 1.8 3.8 4.2.5-3.1 2.9.8 4.1L8 11.3l-3.7 2 .8-4.1L2 6.3l4.2-.5z" />,
} as const;

export type IconName = keyof typeof shapes | Channel;

/** A picture beside a word, never instead of one: nothing is read out for it. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="i" viewBox="0 0 16 16" aria-hidden="true">
      {name in channelIcons ? <path d={channelIcons[name as Channel]} /> : shapes[name as keyof typeof shapes]}
    </svg>
  );
}

/** A channel's coin: colour and icon together. */
export function Coin({ channel, isHollow = false }: { readonly channel: Channel; readonly isHollow?: boolean }) {
  return (
    <span className={`knot ch-${channel.toLowerCase()}${isHollow ? ' hollow' : ''}`}>
      <Icon name={channel} />
    </span>
  );
}

/** How much something matters, by its shape as well as its colour. */
export function SeverityMark({ severity }: { readonly severity: 'crit' | 'warn' | 'info' }) {
  return (
    <svg className={`mark ${severity}`} viewBox="0 0 22 22" aria-hidden="true">
      {severity === 'crit' && (
        <>
          <path d="M11 2.5 20.5 19h-19z" fill="currentColor" />
          <path className="on" d="M11 8.5v5M11 16v.01" />
        </>
      )}
      {severity === 'warn' && <path d="M11 2 20 11l-9 9-9-9zM11 7v5M11 15v.01" />}
      {severity === 'info' && (
        <>
          <circle cx="11" cy="11" r="8.5" />
          <path d="M11 10v5M11 7v.01" />
        </>
      )}
    </svg>
  );
}
