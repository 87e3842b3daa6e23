import type { OpenHours } from '../issues/sla/business-calendar.js';
import { checkWindows } from '../issues/sla/sla-settings.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { requireText } from '../platform/text-input.js';
import type { Channel } from '../touchpoints/vocabulary.js';
import { requireLanguage } from './language.js';
import type { PreferenceKind } from './preference-kinds.js';
import { checkTimeZone } from './time-zone.js';

/** What is stated: of what is left out nothing is said, and null takes back what was said before. */
export interface StatedPreferences {
  readonly channels?: readonly Channel[] | null;
  readonly language?: string | null;
  readonly timeZone?: string | null;
  readonly hours?: { readonly timeZone: string; readonly windows: readonly OpenHours[] } | null;
  readonly agentId?: string | null;
  readonly doNotDisturb?: { readonly until?: string | null } | null;
}

export interface Statement {
  readonly kind: PreferenceKind;
  /** As JSON; null takes back. */
  readonly value: unknown;
}

/** What an input states, checked; refuses what cannot be meant. */
export function statementsOf(input: StatedPreferences, now: Date): Statement[] {
  const { channels, language, timeZone, hours, agentId, doNotDisturb } = input;
  const given: [PreferenceKind, unknown, () => unknown][] = [
    ['CHANNELS', channels, () => channelsOf(channels ?? [])],
    ['LANGUAGE', language, () => requireLanguage(language ?? '', 'input.language')],
    ['TIME_ZONE', timeZone, () => zoneOf(timeZone ?? '', 'input.timeZone')],
    ['HOURS', hours, () => hours && hoursOf(hours)],
    ['AGENT', agentId, () => requireText(agentId ?? '', 'input.agentId', limits.shortTextCharactersMax)],
    ['DO_NOT_DISTURB', doNotDisturb, () => ({ until: untilOf(doNotDisturb?.until ?? null, now) })],
  ];
  return given.flatMap(([kind, value, checked]) =>
    value === undefined ? [] : [{ kind, value: value === null ? null : checked() }],
  );
}

/** Time zones that statements name, with their fields: the database must know them too. */
export function zonesOf(input: StatedPreferences): { readonly zone: string; readonly field: string }[] {
  const zone = input.timeZone == null ? [] : [{ zone: input.timeZone, field: 'input.timeZone' }];
  const ofHours = input.hours == null ? [] : [{ zone: input.hours.timeZone, field: 'input.hours.timeZone' }];
  return [...zone, ...ofHours];
}

function channelsOf(channels: readonly Channel[]): readonly Channel[] {
  const field = 'input.channels';
  if (channels.length === 0) {
    throw new Refusal('TOO_FEW', 'Name at least one channel; null takes back what was stated.', { field, limit: 1 });
  }
  const second = channels.findIndex((channel, n) => channels.indexOf(channel) !== n);
  if (second >= 0) throw new Refusal('INPUT_INVALID', 'This channel is there twice.', { field: `${field}[${second}]` });
  return channels;
}

function zoneOf(timeZone: string, field: string): string {
  checkTimeZone(timeZone, field);
  return timeZone;
}

function hoursOf({ timeZone, windows }: NonNullable<StatedPreferences['hours']>): object {
  const field = 'input.hours.windows';
  const limit = limits.contactWindowsMax;
  if (windows.length === 0 || windows.length > limit) {
    throw new Refusal(windows.length === 0 ? 'TOO_FEW' : 'TOO_MANY', `${field} has 1 to ${limit} windows.`, {
      field,
      limit: windows.length === 0 ? 1 : limit,
    });
  }
  checkWindows(windows, field);
  return {
    timeZone: zoneOf(timeZone, 'input.hours.timeZone'),
    windows: windows.map(({ days, from, to }) => ({ days: [...new Set(days)].sort(), from, to })),
  };
}

function untilOf(until: string | null, now: Date): string | null {
  if (until === null) return null;
  const field = 'input.doNotDisturb.until';
  if (new Date(until) > now) return until;
  throw new Refusal('OUT_OF_RANGE', `${field} is in the future; left out, it holds until it is taken back.`, { field });
}
