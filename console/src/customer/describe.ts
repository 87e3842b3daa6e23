import { countText, durationText, titleText, wordText } from '../format.js';
import { channelName } from '../thread/lanes.js';
import type { Touchpoint } from './documents.js';

/** Below or above these a figure is out of the ordinary. */
const unusual = { sentiment: -0.3, waitSeconds: 600, lateHours: 1 } as const;
const hourMs = 3_600_000;

export interface Mark {
  readonly kind: 'bad' | 'wrn' | '';
  readonly text: string;
}

/** A touchpoint, or several that are one contact, in words. */
export interface Description {
  readonly title: string;
  readonly detail: string;
  readonly marks: readonly Mark[];
}

const carriers: Readonly<Record<string, string>> = {
  BRIEF: 'the brief was read',
  CONVERSATION: 'the same conversation',
  HAND_OFF: 'handed over',
  JOURNEY: 'the same journey',
  RESUME_CODE: 'a resume code',
};

export function describe(touchpoints: readonly Touchpoint[]): Description {
  const newest = touchpoints[0] as Touchpoint;
  const first = touchpoints[touchpoints.length - 1] as Touchpoint;
  const kind = kindText(newest.kind);
  const subject = first.conversation?.subject ?? first.subject ?? newest.subject;
  const said = touchpoints.length === 1 ? newest.summary : null;
  const title = subject ?? (said ? `“${said}”` : newest.topic ? `${kind}: ${wordText(newest.topic)}` : kind);
  const parts = [
    title.startsWith(kind) ? '' : kind,
    subject && said ? `“${said}”` : '',
    newest.queue ? `queue ${newest.queue}` : '',
    newest.agentId ? `with ${newest.agentId}` : '',
    touchpoints.length > 1 ? countText(touchpoints.length, 'message or act', 'messages or acts') : '',
    continuityText(first),
  ];
  return { title, detail: parts.filter((part) => part !== '').join(' · '), marks: marksOf(newest) };
}

/** `call.abandoned` becomes ‘Call abandoned’. */
export function kindText(kind: string): string {
  return titleText(kind.replace(/[.:/]+/g, ' '));
}

function continuityText({ continuity }: Touchpoint): string {
  if (!continuity) return '';
  const from = channelName(continuity.fromChannel).toLowerCase();
  if (continuity.kind === 'STARTED_OVER') return `started over, after ${from}`;
  return `carried over from ${from}${continuity.by ? `: ${carriers[continuity.by]}` : ''}`;
}

function marksOf(touchpoint: Touchpoint): readonly Mark[] {
  const marks: Mark[] = [];
  const wait = touchpoint.waitSeconds;
  if (touchpoint.abandoned) marks.push({ kind: 'bad', text: `gave up${wait ? ` after ${durationText(wait)}` : ''}` });
  else if (wait) marks.push({ kind: wait >= unusual.waitSeconds ? 'bad' : '', text: `waited ${durationText(wait)}` });
  if (touchpoint.sentiment !== null && touchpoint.sentiment <= unusual.sentiment) {
    marks.push({ kind: 'bad', text: `sentiment ${touchpoint.sentiment.toFixed(1).replace('-', '−')}` });
  }
  if (touchpoint.status === 'FAILED') marks.push({ kind: 'wrn', text: 'failed' });
  if (touchpoint.status === 'ACTIVE') marks.push({ kind: '', text: 'now' });
  if (touchpoint.direction === 'OUTBOUND') marks.push({ kind: '', text: 'outbound' });
  if (touchpoint.direction === 'INTERNAL') marks.push({ kind: '', text: 'internal' });
  return marks;
}

/** That a touchpoint was told of long after it happened; empty when it was not. */
export function latenessText({ occurredAt, recordedAt }: Touchpoint): string {
  const lateMs = Date.parse(recordedAt) - Date.parse(occurredAt);
  return lateMs > unusual.lateHours * hourMs ? `came in ${durationText(lateMs / 1_000)} later` : '';
}
