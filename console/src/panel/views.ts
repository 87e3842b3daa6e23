import { html, nothing, svg, type TemplateResult } from 'lit';
import { describe } from '../customer/describe.js';
import { clearFrom, stepTexts } from '../customer/wording.js';
import { clockText, countText, dayText, titleText } from '../format.js';
import { clockOf } from '../issues/clock.js';
import { channelIcons } from '../thread/channel-icons.js';
import { type Channel, channelName, lanes } from '../thread/lanes.js';
import { heights, type TouchpointRow, timelineRows } from '../thread/rows.js';
import { type Course, type Gap, type Knot, threadSlice } from '../thread/slice.js';
import type { PanelCustomer } from './documents.js';

/** What somebody wants to see in full; the host opens it where it likes. */
export interface Opened {
  readonly kind: 'customer' | 'issue' | 'touchpoint';
  readonly id: string;
}

export type Open = (opened: Opened) => void;

const signalsShown = 3;
const touchpointsShown = 7;
const laneLeft = 18;
const laneWidth = 17;
const marks = { CRITICAL: 'crit', WARNING: 'warn', INFO: 'info' } as const;
const words = { CRITICAL: 'Critical: ', WARNING: 'Mind: ', INFO: 'Note: ' } as const;

export function headView(customer: PanelCustomer, name: string): TemplateResult {
  const isVerified = customer.identifiers.some(({ verification }) => verification === 'VERIFIED');
  return html`<div class="p">
    <h2 class="name">${name}</h2>
    <div class="ids">
      <span class=${isVerified ? 'pill good' : 'pill'}>${isVerified ? '✓ Verified' : 'Not verified'}</span>
      ${customer.metrics.attitude ? html`<span class="pill">${titleText(customer.metrics.attitude)}</span>` : nothing}
      ${customer.segments.slice(0, 2).map(({ segment }) => html`<span class="pill">${segment.name}</span>`)}
    </div>
  </div>`;
}

export function reasonView(customer: PanelCustomer): TemplateResult | typeof nothing {
  const [reason] = customer.likelyReasons;
  const [step] = customer.nextSteps;
  const isClear = reason !== undefined && reason.confidence >= clearFrom;
  if (!isClear && !step) return nothing;
  return html`<div class="p">
    ${
      isClear
        ? html`<h3>Would probably call about, ${Math.round(100 * reason.confidence)} % sure</h3>
          <p class="reason">${titleText(reason.topic)}</p>
          <p class="small">${reason.message}</p>`
        : nothing
    }
    ${step ? html`<div class="next"><p>${stepTexts[step.kind]}</p><p class="small">${step.because}</p></div>` : nothing}
  </div>`;
}

export function signalsView({ signals }: PanelCustomer): TemplateResult | typeof nothing {
  if (signals.length === 0) return nothing;
  return html`<div class="p">
    <h3>Know before you answer</h3>
    <ul class="sigs">
      ${signals.slice(0, signalsShown).map(
        ({ severity, message }) =>
          html`<li class="sev ${marks[severity]}">
            ${severityMark(marks[severity])}<span><span class="sr">${words[severity]}</span>${message}</span>
          </li>`,
      )}
    </ul>
    ${signals.length > signalsShown ? html`<p class="small">Shown: the ${signalsShown} gravest of ${signals.length}.</p>` : nothing}
  </div>`;
}

export function issuesView(customer: PanelCustomer, now: Date, open: Open): TemplateResult {
  const { nodes } = customer.issues;
  return html`<div class="p">
    <h3>Open issues ${customer.openIssueCount || ''}</h3>
    ${nodes.length === 0 ? html`<p class="small">No open issues</p>` : nothing}
    <ul class="issues">
      ${nodes.map((issue) => {
        const clock = clockOf(issue, now);
        return html`<li>
          <button type="button" @click=${() => open({ kind: 'issue', id: issue.id })}>${issue.subject}</button>
          <span class=${clock?.isLate ? 'late' : 'small'}>${clock?.text ?? 'nothing promised'}</span>
        </li>`;
      })}
    </ul>
  </div>`;
}

/**
 * The last touchpoints, with only the lanes that are in use. Styles are set as a property: a strict policy of the host
 * forbids the attribute.
 */
export function timelineView(customer: PanelCustomer, now: Date, open: Open): TemplateResult {
  const rows = timelineRows(customer.touchpoints.nodes, new Set(), () => true)
    .filter((row) => row.kind === 'touchpoint')
    .slice(0, touchpointsShown);
  const used = [...lanes, 'OTHER' as const].filter((lane) => rows.some(({ channel }) => channel === lane));
  const x = (channel: Channel) => laneLeft + used.indexOf(channel) * laneWidth;
  const width = laneLeft + used.length * laneWidth;
  const total = customer.coverage.totalTouchpoints;
  return html`<div class="p">
    <div class="hd">
      <h3>Last touchpoints</h3>
      <button type="button" class="link" @click=${() => open({ kind: 'customer', id: customer.id })}>
        All ${total.toLocaleString()}
      </button>
    </div>
    ${rows.length === 0 ? html`<p class="small">No touchpoint yet.</p>` : nothing}
    <ol class="list">
      ${rows.map(
        (row, index) =>
          html`<li .style=${`height:${heights.two}px;padding-left:${width}px`}>
            ${threadView(rows, index, x, width)}${rowView(row, x(row.channel), now, open)}
          </li>`,
      )}
    </ol>
  </div>`;
}

function threadView(
  rows: readonly TouchpointRow<PanelCustomer['touchpoints']['nodes'][number]>[],
  index: number,
  x: (channel: Channel) => number,
  width: number,
): TemplateResult {
  const courseOf = (at: number): Course => rows[at]?.course ?? 'loose';
  const strokes = threadSlice(rows as readonly (Knot | Gap)[], index, courseOf, x);
  return html`<svg class="th" width=${width} height=${heights.two} aria-hidden="true">
    ${strokes.map((stroke, at) => {
      const id = `s${index}-${at}`;
      return svg`<linearGradient id=${id} gradientUnits="userSpaceOnUse" x1="0" x2="0" y1=${stroke.y1} y2=${stroke.y2}>
        <stop offset=".22" stop-color=${stroke.from} /><stop offset=".78" stop-color=${stroke.to} />
      </linearGradient><path class="stroke ${stroke.course}" d=${stroke.d} stroke="url(#${id})" />`;
    })}
  </svg>`;
}

function rowView(
  row: TouchpointRow<PanelCustomer['touchpoints']['nodes'][number]>,
  x: number,
  now: Date,
  open: Open,
): TemplateResult | typeof nothing {
  const [newest] = row.touchpoints;
  if (!newest) return nothing;
  const { title, detail } = describe(row.touchpoints);
  const isNow = newest.status === 'ACTIVE';
  const many = row.touchpoints.length > 1 ? ` ×${row.touchpoints.length}` : '';
  return html`<span class="knot ch-${row.channel.toLowerCase()}${isNow ? ' pulse' : ''}" .style=${`left:${x - 10}px`}>
      ${icon(row.channel)}
    </span>
    <div class="row">
      <button type="button" @click=${() => open({ kind: 'touchpoint', id: newest.id })}>
        <span class="sr">${channelName(row.channel)}: </span>${title}${many}
      </button>
      <time class="small" datetime=${newest.occurredAt}>${isNow ? 'now' : shortTime(newest.occurredAt, now)}</time>
      <p class="small">${detail}</p>
    </div>`;
}

/** The clock today, the day before. */
function shortTime(value: string, now: Date): string {
  const { name } = dayText(new Date(value), now);
  return name === 'Today' ? clockText(value) : name;
}

export function footView(customer: PanelCustomer): TemplateResult | typeof nothing {
  const hidden = customer.coverage.redactedFields;
  if (hidden.length === 0) return nothing;
  return html`<p class="p small">${countText(hidden.length, 'field')} not shown to you: ${hidden.map(({ field }) => field).join(', ')}.</p>`;
}

function icon(channel: Channel): TemplateResult {
  return html`<svg class="i" viewBox="0 0 16 16" aria-hidden="true"><path d=${channelIcons[channel]} /></svg>`;
}

function severityMark(look: 'crit' | 'warn' | 'info'): TemplateResult {
  return html`<svg class="mark" viewBox="0 0 22 22" aria-hidden="true">
    ${
      look === 'crit'
        ? svg`<path d="M11 2.5 20.5 19h-19z" fill="currentColor" /><path class="on" d="M11 8.5v5M11 16v.01" />`
        : look === 'warn'
          ? svg`<path d="M11 2 20 11l-9 9-9-9zM11 7v5M11 15v.01" />`
          : svg`<path d="M19.5 11a8.5 8.5 0 1 1-17 0a8.5 8.5 0 0 1 17 0zM11 10v5M11 7v.01" />`
    }
  </svg>`;
}
