import { css, unsafeCSS } from 'lit';
import tokens from '../styles/tokens.css?inline';

/** The console’s tokens, for a shadow root; as style sheets that need no permission of the host’s policy. */
const ownTokens = unsafeCSS(
  tokens.replaceAll(/:root\[data-theme="?dark"?\]/g, ':host([data-look="dark"])').replaceAll(':root', ':host'),
);

const channels = unsafeCSS(
  ['web', 'app', 'email', 'sms', 'social', 'chat', 'call', 'store', 'other']
    .map((channel) => `.ch-${channel}{--c:var(--${channel})}`)
    .join(''),
);

export const styles = [
  ownTokens,
  channels,
  css`
    :host {
      display: block;
      min-width: 280px;
      background: var(--surface);
      color: var(--ink);
      font: var(--t-body);
      overflow-wrap: anywhere;
      container-type: inline-size;
    }
    * {
      box-sizing: border-box;
    }
    h2,
    h3,
    p,
    ul,
    ol {
      margin: 0;
      padding: 0;
      list-style: none;
    }
    .sr {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    .i {
      width: 12px;
      height: 12px;
      fill: none;
      stroke: currentColor;
      stroke-width: 1.7;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
    .bar {
      display: flex;
      align-items: center;
      gap: 8px;
      padding: 8px 16px;
      border-bottom: 1px solid var(--line);
      font: 500 14px/1.3 var(--font);
    }
    .bar .live::before {
      content: '';
      display: inline-block;
      width: 8px;
      height: 8px;
      margin-right: 7px;
      border-radius: 50%;
      border: 2px solid var(--ink-3);
    }
    .bar .live[data-state='live']::before {
      border-color: var(--good);
      background: var(--good);
    }
    .sp {
      flex: 1;
    }
    .p {
      padding: 14px 16px;
    }
    .p + .p {
      border-top: 1px solid var(--line);
    }
    .name {
      font: 600 27px/1.12 var(--font);
    }
    h3 {
      font: 500 13.5px/1.3 var(--font);
      color: var(--ink-3);
      margin-bottom: 7px;
    }
    .reason {
      font: 600 21px/1.22 var(--font);
    }
    .small {
      font: var(--t-small);
      color: var(--ink-3);
    }
    .late {
      font: 600 13.5px/1.4 var(--font);
      color: var(--crit);
    }
    .next {
      margin-top: 12px;
      padding: 10px 14px;
      border: 1px solid var(--line);
      border-radius: var(--r);
      background: var(--bg);
      font-weight: 500;
    }
    .ids {
      display: flex;
      flex-wrap: wrap;
      gap: 6px;
      margin-top: 9px;
    }
    .pill {
      padding: 4px 10px;
      border-radius: 13px;
      border: 1px solid var(--line);
      font: 500 13.5px/1.2 var(--font);
    }
    .pill.good {
      border-color: transparent;
      background: var(--good-bg);
      color: var(--good);
    }
    .sigs,
    .issues {
      display: grid;
      gap: 11px;
    }
    .sev {
      display: grid;
      grid-template-columns: 22px 1fr;
      gap: 10px;
      font: 500 15.5px/1.35 var(--font);
    }
    .sev.crit {
      --look: var(--crit);
    }
    .sev.warn {
      --look: var(--warn);
    }
    .mark {
      width: 22px;
      height: 22px;
      color: var(--look, var(--ink-3));
      fill: none;
      stroke: currentColor;
      stroke-width: 1.8;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
    .mark .on {
      stroke: var(--surface);
    }
    .issues li,
    .hd {
      display: flex;
      gap: 12px;
      align-items: baseline;
      justify-content: space-between;
    }
    button {
      border: 0;
      background: none;
      padding: 0;
      min-height: 24px;
      cursor: pointer;
      text-align: left;
      font: 600 15px/1.35 var(--font);
      color: var(--ink);
    }
    :focus-visible {
      outline: 2px solid var(--focus);
      outline-offset: 2px;
    }
    button:hover,
    .link {
      text-decoration: underline;
    }
    .btn {
      height: 36px;
      padding: 0 12px;
      border: 1px solid var(--line-2);
      border-radius: var(--r-s);
    }
    .link {
      font: var(--t-small);
    }
    .list li {
      position: relative;
    }
    .th {
      position: absolute;
      left: 0;
      top: 0;
      overflow: hidden;
    }
    .stroke {
      fill: none;
      stroke-width: 4;
      stroke-linecap: round;
    }
    .stroke.loose {
      stroke-width: 2;
      opacity: 0.55;
    }
    .stroke.started-over {
      stroke-dasharray: 0.1 8;
    }
    .knot {
      position: absolute;
      top: 11px;
      display: grid;
      place-items: center;
      width: 20px;
      height: 20px;
      border-radius: 50%;
      background: var(--c);
      color: var(--on-channel);
      box-shadow: 0 0 0 3px var(--surface);
    }
    .pulse {
      outline: 2px solid var(--c);
      outline-offset: 3px;
    }
    .row {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto;
      gap: 0 8px;
      align-items: baseline;
      padding-top: 9px;
    }
    .row button,
    .row p {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .row p {
      grid-column: 1 / -1;
    }
    .state {
      padding: 24px 16px;
      display: grid;
      gap: 10px;
      justify-items: start;
    }
    @media (forced-colors: active) {
      .knot {
        border: 2px solid CanvasText;
      }
      .stroke {
        stroke: CanvasText;
      }
    }
  `,
];
