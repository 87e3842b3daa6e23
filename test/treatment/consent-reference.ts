import { DateTime } from 'luxon';

/** A statement as the table has it. */
export interface StatementFact {
  readonly profile: string;
  /** The profiles that were one customer when it was recorded. */
  readonly members: readonly string[];
  readonly purpose: string;
  readonly channel: string | null;
  readonly state: 'GRANTED' | 'DENIED' | 'WITHDRAWN';
  readonly at: number;
  readonly expiresAt: number | null;
}

export interface PurposeFact {
  readonly key: string;
  readonly channels: readonly string[];
  readonly legalBasis: string;
  readonly defaultState: string;
  readonly heedsHours: boolean;
}

export interface QuietFact {
  readonly until: number | null;
}

export interface HoursFact {
  readonly timeZone: string;
  readonly windows: readonly { readonly days: readonly number[]; readonly from: string; readonly to: string }[];
}

const isRefusal = ({ state }: StatementFact) => state !== 'GRANTED';
const isValid = ({ state, expiresAt }: StatementFact, at: number) =>
  state === 'GRANTED' && (expiresAt === null || expiresAt > at);
const order = ['GRANTED', 'DENIED', 'WITHDRAWN'];
/** Later first; of two at one instant the one that refuses more. */
const later = (a: StatementFact, b: StatementFact) => b.at - a.at || order.indexOf(b.state) - order.indexOf(a.state);

/** The statement that holds of one purpose and channel, whatever is said of others. */
function spoken(said: readonly StatementFact[], at: number): StatementFact | null {
  const words = [...new Set(said.map((one) => one.profile))].map(
    (profile) => said.filter((one) => one.profile === profile).sort(later)[0] as StatementFact,
  );
  const standing = words.filter(
    (word) => !words.some((other) => other !== word && other.members.includes(word.profile) && other.at > word.at),
  );
  for (const kind of [isRefusal, (one: StatementFact) => isValid(one, at), () => true]) {
    const [found] = standing.filter(kind).sort(later);
    if (found) return found;
  }
  return null;
}

/** The state of a purpose on a channel (null: what holds of all others) for a customer of these profiles. */
export function stateOf(
  facts: readonly StatementFact[],
  members: readonly string[],
  purpose: PurposeFact,
  channel: string | null,
  at: number,
): string {
  const own = facts.filter((one) => members.includes(one.profile) && one.purpose === purpose.key);
  const stateOfWord = (word: StatementFact) => (isRefusal(word) || isValid(word, at) ? word.state : 'UNKNOWN');
  const general = spoken(
    own.filter((one) => one.channel === null),
    at,
  );
  const special =
    channel === null
      ? null
      : spoken(
          own.filter((one) => one.channel === channel),
          at,
        );
  if (!special) return general ? stateOfWord(general) : purpose.defaultState;
  if (isRefusal(special) || !general) return stateOfWord(special);
  if (isRefusal(general)) return isValid(special, at) && special.at > general.at ? special.state : general.state;
  if (isValid(special, at)) return special.state;
  return stateOfWord(general);
}

/** Why a customer may not be contacted; nothing when she may. */
export function against(
  purpose: PurposeFact,
  state: string,
  quiet: QuietFact | null,
  hours: HoursFact | null,
  at: number,
): string[] {
  const found: string[] = [];
  if (purpose.legalBasis === 'CONSENT' && state !== 'GRANTED') found.push('CONSENT');
  if (purpose.legalBasis === 'LEGITIMATE_INTEREST' && ['DENIED', 'WITHDRAWN'].includes(state)) found.push('CONSENT');
  if (!purpose.heedsHours) return found;
  if (quiet && (quiet.until === null || quiet.until > at)) found.push('DO_NOT_DISTURB');
  if (hours) {
    const local = DateTime.fromMillis(at, { zone: hours.timeZone });
    const time = local.toFormat('HH:mm:ss.SSS');
    const isOpen = hours.windows.some(
      ({ days, from, to }) => days.includes(local.weekday) && time >= from && time < `${to}:00.000`,
    );
    if (!isOpen) found.push('HOURS');
  }
  return found;
}
