/** A touchpoint as plain values; instants are epoch milliseconds. */
export interface Told {
  readonly id: string;
  readonly customer: string;
  readonly kind: string;
  readonly at: number;
  readonly endedAt: number | null;
  readonly channel: string;
  readonly direction: string;
  readonly status: string;
  readonly topic: string | null;
  readonly agent: string | null;
  readonly outcome: string | null;
  readonly isAbandoned: boolean;
  readonly wait: number | null;
  readonly sentiment: number | null;
  readonly conversation: string | null;
  readonly journey: string | null;
  readonly issue: string | null;
}

export interface JourneyActOf {
  readonly journey: string;
  readonly kind: 'RESUMED' | 'HANDED_OFF';
  readonly via: string | null;
  readonly at: number;
}

export interface OpeningOf {
  readonly customer: string;
  readonly agent: string | null;
  readonly touchpoint: string | null;
  readonly at: number;
}

export interface Facts {
  readonly now: number;
  readonly touchpoints: readonly Told[];
  readonly acts: readonly JourneyActOf[];
  readonly openings: readonly OpeningOf[];
  readonly marks: readonly {
    readonly customer: string;
    readonly kind: number;
    readonly reason: string;
    readonly markedAt: number;
    readonly isActive: boolean;
  }[];
  readonly issues: readonly {
    readonly id: string;
    readonly customer: string;
    readonly isOpen: boolean;
    readonly topic: string | null;
    readonly resolvedAt: number | null;
    readonly subject: string;
    readonly openedAt: number;
    readonly answerDue: number | null;
    readonly endDue: number | null;
  }[];
  readonly journeys: readonly {
    readonly id: string;
    readonly customer: string;
    readonly isOpen: boolean;
    readonly startedAt: number;
    readonly endedAt: number | null;
    readonly isStuck: boolean;
    readonly step: string;
    readonly stepSince: number;
    readonly expectedAt: number | null;
  }[];
}

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

export const isContact = ({ channel }: Told) => channel !== 'WEB' && channel !== 'APP';

/** Oldest last; of one instant the larger id first. */
export const newestFirst = (a: Told, b: Told) => b.at - a.at || (a.id < b.id ? 1 : -1);

/** Whether it took place, and people spoke in it. */
export const isHeld = ({ isAbandoned, status }: Told) =>
  !isAbandoned && !['PLANNED', 'FAILED', 'CANCELLED'].includes(status);

function isTold(one: Told): boolean {
  if (one.direction === 'INTERNAL' || !isHeld(one)) return false;
  return isContact(one) || one.journey !== null;
}

/** The newest 200 touchpoints of 30 days, internal ones aside; newest first. */
export function windowOf(facts: Facts, customer: string): Told[] {
  return facts.touchpoints
    .filter((one) => one.customer === customer && one.direction !== 'INTERNAL')
    .filter((one) => one.at <= facts.now && one.at > facts.now - 30 * day)
    .sort(newestFirst)
    .slice(0, 200);
}

export interface Change {
  readonly to: Told;
  readonly from: Told;
  readonly by: string | null;
  readonly changes: string[];
}

/** The change of channel or agent that a touchpoint is, among those that come before it, newest first. */
function changeAt(facts: Facts, to: Told, before: readonly Told[]): Change | null {
  if (to.direction !== 'INBOUND' || !isTold(to)) return null;
  const from = before.find((one) =>
    (['conversation', 'journey', 'issue', 'topic'] as const).some((key) => one[key] !== null && one[key] === to[key]),
  );
  if (!from) return null;
  const changes: string[] = [];
  if (from.channel !== to.channel) changes.push('CHANNEL');
  if (from.agent !== null && to.agent !== null && from.agent !== to.agent) changes.push('AGENT');
  return changes.length === 0 ? null : { to, from, changes, by: carrier(facts, from, to) };
}

function carrier(facts: Facts, from: Told, to: Told): string | null {
  const sameJourney = from.journey !== null && from.journey === to.journey;
  const acts = facts.acts.filter(
    (act) => sameJourney && act.journey === to.journey && act.at > from.at && act.at <= to.at,
  );
  if (acts.some((act) => act.kind === 'RESUMED' && ['code', 'link'].includes(act.via ?? ''))) return 'RESUME_CODE';
  if (acts.some((act) => act.kind === 'HANDED_OFF')) return 'HAND_OFF';
  if (sameJourney) return 'JOURNEY';
  if (from.conversation !== null && from.conversation === to.conversation) return 'CONVERSATION';
  const read = facts.openings.some((one) => {
    if (one.customer !== to.customer) return false;
    if (one.touchpoint === to.id) return true;
    const end = to.endedAt ?? to.at + 15 * minute;
    const isHis = one.agent === null || to.agent === null || one.agent === to.agent;
    return one.at >= to.at - 15 * minute && one.at <= end && isHis;
  });
  return read ? 'BRIEF' : null;
}

/** The change that a touchpoint is, looking back 30 days and 200 touchpoints. */
export function continuityOf(facts: Facts, to: Told): Change | null {
  const before = facts.touchpoints
    .filter((one) => one.customer === to.customer && isTold(one) && one.at > to.at - 30 * day)
    .filter((one) => one !== to && newestFirst(to, one) < 0)
    .sort(newestFirst)
    .slice(0, 200);
  return changeAt(facts, to, before);
}

/** The changes within the window. */
export function changesOf(facts: Facts, customer: string): Change[] {
  const window = windowOf(facts, customer);
  return window.flatMap((to, place) => changeAt(facts, to, window.slice(place + 1).filter(isTold)) ?? []);
}

/** Inbound contacts that began anew, newest first. */
export function occasionsOf(facts: Facts, customer: string): Told[] {
  const window = windowOf(facts, customer);
  return window.filter((one, place) => {
    if (!isContact(one) || one.direction !== 'INBOUND') return false;
    const before = window
      .slice(place + 1)
      .find((other) => other.conversation === one.conversation && other.direction === 'INBOUND');
    return one.conversation === null || before === undefined || one.at - before.at > hour;
  });
}

function transfersIn(window: readonly Told[]): number {
  return window.filter((one, place) => {
    if (one.conversation === null) return isContact(one) && one.outcome === 'transferred';
    const before = window
      .slice(place + 1)
      .find((other) => other.conversation === one.conversation && other.agent !== null);
    return one.agent !== null && before !== undefined && before.agent !== one.agent;
  }).length;
}

export function afterSelfService(window: readonly Told[], one: Told): boolean {
  return window
    .slice(window.indexOf(one) + 1)
    .some(
      (other) =>
        !isContact(other) &&
        one.at - other.at <= day &&
        ((one.topic !== null && other.topic === one.topic) || (one.journey !== null && other.journey === one.journey)),
    );
}

function wordOf(score: number): string {
  if (score >= 50) return 'ADVOCATE';
  if (score >= 15) return 'SATISFIED';
  if (score > -15) return 'NEUTRAL';
  return score > -50 ? 'CRITIC' : 'DETRACTOR';
}

/** In whole hundredths of sentiment; halves go away from zero. */
function attitudeOf(window: readonly Told[], occasions: number, effort: number): number | null {
  const felt = window.flatMap(({ sentiment }) => (sentiment === null ? [] : Math.round(sentiment * 100)));
  if (felt.length < 3) return null;
  const sum = felt.reduce((all, one) => all + one, 0);
  const [over, under] = occasions > 0 ? [2 * sum + (50 - effort) * felt.length, 3 * felt.length] : [sum, felt.length];
  return Math.sign(over) * Math.floor(Math.abs(over) / under + 0.5) + 0;
}

export function metricsOf(facts: Facts, customer: string) {
  const window = windowOf(facts, customer);
  const contacts = window.filter(isContact);
  const inbound = contacts.filter((one) => one.direction === 'INBOUND');
  const occasions = occasionsOf(facts, customer);
  const repeats = occasions.filter((one, place) => {
    const before = occasions.slice(place + 1).find((other) => other.topic === one.topic);
    return one.topic !== null && before !== undefined && one.at - before.at <= 7 * day;
  }).length;
  const waits = contacts.flatMap(({ wait }) => wait ?? []);
  const changes = changesOf(facts, customer);
  const over = changes.filter(({ by }) => by === null);
  const times = new Map<string | null, number>();
  for (const { to, from } of over) {
    const matter = to.topic ?? from.topic;
    times.set(matter, (times.get(matter) ?? 0) + 1);
  }
  const told = inbound.some(isTold) ? 1 : 0;
  const transfers = transfersIn(window);
  const abandoned = inbound.filter(({ isAbandoned }) => isAbandoned).length;
  const selfService = occasions.filter((one) => afterSelfService(window, one)).length;
  const waitMinutes = Math.floor(inbound.reduce((sum, { wait }) => sum + (wait ?? 0), 0) / 60);
  const effort =
    10 * repeats +
    10 * transfers +
    15 * abandoned +
    10 * over.length +
    3 * (changes.length - over.length) +
    5 * selfService +
    Math.min(20, waitMinutes);
  const attitude = attitudeOf(window, occasions.length, Math.min(100, effort));
  const talked = facts.touchpoints.filter(
    (one) => one.customer === customer && one.direction !== 'INTERNAL' && isContact(one),
  );
  const first = talked.length === 0 ? null : Math.min(...talked.map(({ at }) => at));
  return {
    occasions30d: occasions.length,
    repeatOccasions30d: repeats,
    longestWaitSeconds30d: waits.length === 0 ? null : Math.max(...waits),
    abandonedContacts30d: abandoned,
    transfers30d: transfers,
    selfServiceThenContact30d: selfService,
    carriedOver30d: changes.length - over.length,
    startedOver30d: over.length,
    storyTold30d: told + Math.max(0, ...times.values()),
    effortScore30d: Math.min(100, effort),
    attitudeScore: attitude,
    attitude: attitude === null ? null : wordOf(attitude),
    firstContactAt: first,
    daysSinceFirstContact: first === null ? null : Math.floor((facts.now - first) / day),
  };
}
