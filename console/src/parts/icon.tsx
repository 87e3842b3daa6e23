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
  WEB: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M2 8h12M8 2c2 1.8 2.6 3.8 2.6 6S10 12.2 8 14C6 12.2 5.4 10.2 5.4 8S6 3.8 8 2" />
    </>
  ),
  APP: (
    <>
      <rect x="4.5" y="1.5" width="7" height="13" rx="1.8" />
      <path d="M7.2 12.3h1.6" />
    </>
  ),
  EMAIL: (
    <>
      <rect x="1.8" y="3.3" width="12.4" height="9.4" rx="1.4" />
      <path d="m2.2 4.5 5.8 4.3 5.8-4.3" />
    </>
  ),
  SMS: (
    <>
      <path d="M3.2 2.8h9.6a1.2 1.2 0 0 1 1.2 1.2v6a1.2 1.2 0 0 1-1.2 1.2H7l-3 2.5v-2.5h-.8A1.2 1.2 0 0 1 2 10V4a1.2 1.2 0 0 1 1.2-1.2z" />
      <path d="M5.3 7h.01M8 7h.01M10.7 7h.01" strokeWidth="2" />
    </>
  ),
  SOCIAL: (
    <>
      <circle cx="4" cy="8" r="2" />
      <circle cx="11.8" cy="3.8" r="2" />
      <circle cx="11.8" cy="12.2" r="2" />
      <path d="m5.8 7 4.2-2.2M5.8 9l4.2 2.2" />
    </>
  ),
  CHAT: (
    <>
      <path d="M2 3.2h7.5v5H5L2.8 10V8.2H2z" />
      <path d="M11.5 6H14v5h-.8v1.9L11 11H7v-.8" />
    </>
  ),
  CALL: (
    <path d="M5.6 2.2 3.3 3c-1 .4-1.3 1.3-1 2.4 1 3.7 4.6 7.3 8.3 8.3 1.1.3 2 0 2.4-1l.8-2.3-3-1.7-1.4 1.4C7.8 9.4 6.6 8.2 5.9 6.6l1.4-1.4z" />
  ),
  STORE: (
    <path d="M2.5 6.5V14h11V6.5M1.8 6 3.2 2.3h9.6L14.2 6c0 1.3-1.9 1.9-3.1.6C10.1 7.9 8.9 7.9 8 6.6c-.9 1.3-2.1 1.3-3.1 0C3.7 7.9 1.8 7.3 1.8 6zM6.3 14v-4h3.4v4" />
  ),
  OTHER: <circle cx="8" cy="8" r="2.5" />,
} as const;

export type IconName = keyof typeof shapes;

/** A picture beside a word, never instead of one: nothing is read out for it. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="i" viewBox="0 0 16 16" aria-hidden="true">
      {shapes[name]}
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
