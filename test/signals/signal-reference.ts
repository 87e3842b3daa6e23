import type { SignalThresholds } from '../../src/signals/signal-thresholds.js';
import {
  afterSelfService,
  changesOf,
  day,
  type Facts,
  isContact,
  isHeld,
  minute,
  newestFirst,
  occasionsOf,
  type Told,
  windowOf,
} from './reference.js';

export interface SignalSeen {
  readonly kind: string;
  readonly severity: string;
  readonly message: string;
  readonly since: number;
  readonly touchpointIds: readonly string[];
  readonly issueId: string | null;
  readonly journeyId: string | null;
}

const outer = (prefix: string, id: string) => `${prefix}_${id.replaceAll('-', '')}`;
const cite = (touchpoints: readonly Told[]) =>
  [...touchpoints]
    .sort(newestFirst)
    .slice(0, 12)
    .map(({ id }) => outer('tp', id));
const many = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;
const ordinals = 'First Second Third Fourth Fifth Sixth Seventh Eighth Ninth Tenth'.split(' ');

function ordinal(n: number): string {
  const ending = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return ordinals[n - 1] ?? `${n}${ending}`;
}

const severities = ['INFO', 'WARNING', 'CRITICAL'];

function signal(
  kind: string,
  rank: number,
  since: number,
  message: string,
  touchpoints: readonly Told[],
  about: Partial<SignalSeen> = {},
): SignalSeen {
  const severity = severities[rank] as string;
  return { kind, severity, message, since, touchpointIds: cite(touchpoints), issueId: null, journeyId: null, ...about };
}

function groupsOf<T>(all: readonly T[], key: (one: T) => string | null): [string | null, T[]][] {
  const groups = new Map<string | null, T[]>();
  for (const one of all) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return [...groups];
}

function repeats(facts: Facts, customer: string, th: SignalThresholds): SignalSeen[] {
  const occasions = occasionsOf(facts, customer).filter((one) => one.at > facts.now - th.repeatDays * day);
  return groupsOf(occasions, (one) => one.topic).flatMap(([topic, own]) => {
    if (topic === null || own.length < th.repeatOccasions) return [];
    const oldest = [...own].reverse();
    const days = Math.max(1, Math.round((facts.now - (oldest[0] as Told).at) / day));
    const message = `${ordinal(own.length)} contact in ${many(days, 'day')} about ${topic}.`;
    const since = (oldest[th.repeatOccasions - 1] as Told).at;
    return signal('REPEAT_CONTACT', own.length >= 2 * th.repeatOccasions ? 2 : 1, since, message, own);
  });
}

function waits(facts: Facts, customer: string, th: SignalThresholds): SignalSeen[] {
  const long = windowOf(facts, customer).filter(
    (one) => isContact(one) && (one.wait ?? 0) >= th.longWaitSeconds && one.at > facts.now - th.longWaitDays * day,
  );
  const longest = [...long].sort((a, b) => (b.wait as number) - (a.wait as number) || newestFirst(a, b))[0];
  if (!longest) return [];
  const seconds = longest.wait as number;
  const more = long.length > 1 ? `, and long ${many(long.length - 1, 'more time')}` : '';
  const message = `Waited ${many(Math.round(seconds / 60), 'minute')} on ${longest.channel}${longest.isAbandoned ? ' and gave up' : ''}${more}.`;
  return [signal('LONG_WAIT', seconds >= 2 * th.longWaitSeconds ? 2 : 1, longest.at, message, long)];
}

function notCalledBack(facts: Facts, customer: string, th: SignalThresholds): SignalSeen[] {
  const window = windowOf(facts, customer);
  const given = window.filter((one, place) => {
    const talked = window.slice(0, place).some((later) => later.channel === 'CALL' && isHeld(later));
    const isLate = one.at > facts.now - th.callBackDays * day && one.at <= facts.now - th.callBackMinutes * minute;
    return one.channel === 'CALL' && one.direction === 'INBOUND' && one.isAbandoned && isLate && !talked;
  });
  const [last] = given;
  if (!last) return [];
  const waited = (last.wait ?? 0) >= 60 ? ` after ${many(Math.round((last.wait as number) / 60), 'minute')}` : '';
  const times = given.length > 1 ? `, ${many(given.length, 'time')} by now,` : '';
  const message = `Gave up calling${waited}${times} and was not called back.`;
  return [signal('NOT_CALLED_BACK', given.length > 1 ? 2 : 1, Math.min(...given.map(({ at }) => at)), message, given)];
}

function stories(facts: Facts, customer: string, th: SignalThresholds): SignalSeen[] {
  const over = changesOf(facts, customer).filter(({ by }) => by === null);
  return groupsOf(over, ({ to, from }) => to.topic ?? from.topic).flatMap(([matter, own]) => {
    const times = own.length + 1;
    if (times < th.storyTold) return [];
    const told = own.map(({ to }) => to);
    const since = ([...told].reverse()[th.storyTold - 2] as Told).at;
    const message = `Told her story ${times} times${matter === null ? '' : ` about ${matter}`}.`;
    return signal('STORY_TOLD_AGAIN', times >= 2 * th.storyTold ? 2 : 1, since, message, told);
  });
}

/** In whole hundredths; halves go away from zero. */
function mean(touchpoints: readonly Told[]): number | null {
  if (touchpoints.length === 0) return null;
  const sum = touchpoints.reduce((all, { sentiment }) => all + Math.round((sentiment as number) * 100), 0);
  return (Math.sign(sum) * Math.floor(Math.abs(sum) / touchpoints.length + 0.5)) / 100 + 0;
}

function sentiments(facts: Facts, customer: string, th: SignalThresholds): SignalSeen[] {
  const felt = windowOf(facts, customer).filter(({ sentiment }) => sentiment !== null);
  const last = felt.slice(0, th.negativeTouchpoints);
  const before = mean(felt.slice(th.negativeTouchpoints));
  const now = mean(last);
  if (last.length < th.negativeTouchpoints || now === null || now > th.negativeSentiment) return [];
  if (before !== null && now >= before) return [];
  const after = before === null ? '' : `, after ${before.toFixed(2)}`;
  const message = `Sentiment of ${now.toFixed(2)} over the last ${many(last.length, 'touchpoint')}${after}.`;
  return [signal('NEGATIVE_SENTIMENT', 1, Math.min(...last.map(({ at }) => at)), message, last)];
}

function selfService(facts: Facts, customer: string, th: SignalThresholds): SignalSeen[] {
  const window = windowOf(facts, customer);
  const failed = occasionsOf(facts, customer).filter(
    (one) => one.at > facts.now - th.selfServiceDays * day && afterSelfService(window, one),
  );
  const [last] = failed;
  if (!last) return [];
  const times = failed.length > 1 ? `, ${failed.length} times` : '';
  const message = `Looked for help on WEB or APP and came by ${last.channel} all the same${times}.`;
  return [signal('SELF_SERVICE_FAILED', 0, last.at, message, failed)];
}

const markWords = ['Vulnerable', 'Safety', 'Complaint', 'Leaving', 'Special care'];

function marks(facts: Facts, customer: string): SignalSeen[] {
  return facts.marks
    .filter((one) => one.customer === customer && one.isActive)
    .map(({ kind, reason, markedAt }) =>
      signal('MARK', kind <= 1 ? 2 : 1, markedAt, `${markWords[kind]}: marked by an agent, “${reason}”.`, []),
    );
}

const minuteOf = (at: number) => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

function breaches(facts: Facts, customer: string): SignalSeen[] {
  return facts.issues
    .filter((one) => one.customer === customer && one.isOpen)
    .flatMap(({ id, subject, openedAt, answerDue, endDue }) => {
      const own = facts.touchpoints.filter(({ issue }) => issue === id);
      const answered = own.some((one) => one.direction === 'OUTBOUND' && one.status !== 'FAILED' && one.at >= openedAt);
      const lateAnswer = answerDue !== null && answerDue <= facts.now && !answered ? answerDue : null;
      const lateEnd = endDue !== null && endDue <= facts.now ? endDue : null;
      if (lateAnswer === null && lateEnd === null) return [];
      const what =
        lateEnd === null ? `answered by ${minuteOf(lateAnswer as number)}` : `settled by ${minuteOf(lateEnd)}`;
      const since = Math.min(lateAnswer ?? Number.POSITIVE_INFINITY, lateEnd ?? Number.POSITIVE_INFINITY);
      const message = `Open issue “${subject}” was not ${what}, as promised.`;
      return signal('SLA_BREACH', 2, since, message, own, { issueId: outer('iss', id) });
    });
}

function standing(facts: Facts, customer: string, steps: readonly string[]): SignalSeen[] {
  return facts.journeys
    .filter((one) => one.customer === customer && one.isOpen)
    .flatMap(({ id, isStuck, step, stepSince, expectedAt }) => {
      const own = facts.touchpoints.filter(({ journey }) => journey === id);
      const place = `${steps.indexOf(step) + 1} ‘Step ${step}’`;
      const about = { journeyId: outer('jrn', id) };
      if (isStuck) {
        return signal('JOURNEY_STUCK', 1, stepSince, `A return is stuck at step ${place}.`, own, about);
      }
      if (expectedAt === null || expectedAt > facts.now) return [];
      return signal('JOURNEY_OVERDUE', 0, expectedAt, `A return is late at step ${place}.`, own, about);
    });
}

/** All signals of a customer; in the order in which they are shown. */
export function signalsOf(
  facts: Facts,
  customer: string,
  th: SignalThresholds,
  steps: readonly string[],
): SignalSeen[] {
  return [
    ...repeats(facts, customer, th),
    ...waits(facts, customer, th),
    ...notCalledBack(facts, customer, th),
    ...stories(facts, customer, th),
    ...sentiments(facts, customer, th),
    ...selfService(facts, customer, th),
    ...marks(facts, customer),
    ...breaches(facts, customer),
    ...standing(facts, customer, steps),
  ];
}
