import { journeyStatuses } from '../../src/journeys/journey-state.js';
import { channels, directions } from '../../src/touchpoints/vocabulary.js';
import type { JourneyRow, TouchpointRow } from './history-data.js';

/** A journey as a time knew it: its latest version by then, and which one that was. */
export type KnownJourney = Pick<JourneyRow, 'id'> & JourneyRow['versions'][number] & { readonly version: number };

interface Line {
  readonly kind: string;
  readonly rank: number;
  readonly place: number;
  readonly at: number;
  readonly id: string;
  readonly text: string;
  readonly touchpointIds: readonly string[];
}

const minuteOf = (text: string) => new Date(Date.parse(text)).toISOString().slice(0, 16).replace('T', ' ');

/** All that can be said of a touchpoint: two lines. */
function linesOf(one: TouchpointRow): Line[] {
  const head = `${minuteOf(one.occurredAt)} ${channels[one.channel]}`;
  const way = String(directions[one.direction]).toLowerCase();
  const waited = one.waitSeconds ? `; waited ${Math.floor(one.waitSeconds / 6 + 0.5) / 10} min` : '';
  const tried = `${head} ${way} ${one.kind}${one.topic === null ? '' : ` about ${one.topic}`}${waited}.`;
  const words = one.summary ?? one.subject;
  const common = { at: Date.parse(one.occurredAt), id: one.id, touchpointIds: [`tp_${one.id}`] };
  const lines = [{ ...common, kind: 'TRIED', rank: 3, place: 2, text: tried }];
  if (words !== null) lines.push({ ...common, kind: 'SAID', rank: 2, place: 3, text: `${head}, ${way}: “${words}”` });
  return lines;
}

function linesOfJourney(one: KnownJourney, now: number, isAsOf: boolean): Line[] {
  const name = 'Return an order';
  const isOverdue = one.status === 0 && Date.parse(one.stepSince) + 86_400_000 <= now;
  const isStuck = !isAsOf && one.status === 0 && one.version === 2;
  const next = { ask: '‘send’', send: '‘done’' }[one.step] ?? 'nothing';
  const common = { at: Date.parse(one.startedAt), id: one.id, touchpointIds: [] };
  const goal = {
    ...common,
    kind: 'GOAL',
    rank: 0,
    place: 0,
    text:
      `${name} (The money is back.): ${journeyStatuses[one.status]} on ‘${one.step}’ since ${minuteOf(one.stepSince)}` +
      `${isOverdue ? ', overdue' : ''}${isStuck ? ', stuck' : ''}.`,
  };
  if (one.status >= 2) return [goal];
  const turn = one.version === 2 ? ' With queue returns.' : '';
  const text = `${name}: next ${next}.${turn}${one.status === 1 ? ' It rests.' : ''}`;
  return [goal, { ...common, kind: 'NEXT', rank: 1, place: 4, text }];
}

/** What the steps were told. */
function answersOf({ id, stepSince, state }: KnownJourney): Line[] {
  return Object.entries(state).map(([step, told]) => ({
    kind: 'SAID',
    rank: 2,
    place: 1,
    at: Date.parse(stepSince),
    id,
    text: `‘${step}’: ${Object.entries(told as object)
      .map(([key, value]) => `${key} = ${value}`)
      .join(', ')}`,
    touchpointIds: [],
  }));
}

const inOrder = (a: Line, b: Line) => b.at - a.at || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);

/** What the newest twelve did and said comes before what is older. */
function ranked(lines: readonly Line[]): Line[] {
  return ['TRIED', 'SAID'].flatMap((kind) =>
    lines
      .filter((one) => one.kind === kind)
      .sort(inOrder)
      .map((one, n) => (n < 12 ? one : { ...one, rank: one.rank + 2 })),
  );
}

/** As many of the lines as fit, what matters most first; then in the order in which they are read. */
function fitted(lines: readonly Line[], size: number) {
  let used = 0;
  const kept = lines
    .map((one) => ({ ...one, text: one.text.replace(/[\r\n\t]/g, ' ') }))
    .sort((a, b) => a.rank - b.rank || inOrder(a, b) || a.place - b.place)
    .filter((one) => {
      used += [...one.text].length + 1;
      return used <= size;
    })
    .sort((a, b) => a.place - b.place || inOrder(a, b));
  return {
    text: kept.map((one) => one.text).join('\n'),
    isComplete: kept.length === lines.length,
    lines: kept.map(({ kind, text, touchpointIds }) => ({ kind, text, touchpointIds })),
  };
}

export interface BriefQuestion {
  readonly size: number;
  /** The asked time, or now. */
  readonly now: number;
  readonly isAsOf: boolean;
}

/** What a brief of a journey must come to: all its touchpoints, however old. */
export function briefOfJourney(
  journey: KnownJourney,
  touchpoints: readonly TouchpointRow[],
  { size, now, isAsOf }: BriefQuestion,
) {
  const own = touchpoints.filter((one) => one.journeyId === journey.id);
  return fitted(
    [...linesOfJourney(journey, now, isAsOf), ...answersOf(journey), ...ranked(own.flatMap(linesOf))],
    size,
  );
}

/** What a brief of a customer must come to; touchpoints newest first. */
export function briefOfCustomer(
  journeys: readonly KnownJourney[],
  touchpoints: readonly TouchpointRow[],
  { size, now, isAsOf }: BriefQuestion,
) {
  const open = journeys.filter((one) => one.status < 2);
  const latest = touchpoints.slice(0, Math.floor(size / 32) + 1);
  const old = touchpoints
    .slice(latest.length)
    .filter((one) => open.some(({ id }) => id === one.journeyId))
    .flatMap(linesOf)
    .filter((one) => one.kind === 'SAID');
  return fitted(
    [...open.flatMap((one) => linesOfJourney(one, now, isAsOf)), ...ranked([...latest.flatMap(linesOf), ...old])],
    size,
  );
}
