import { journeyStatuses } from '../../src/journeys/journey-state.js';
import { channels, directions } from '../../src/touchpoints/vocabulary.js';
import { type BriefQuestion, briefOfCustomer, briefOfJourney, type KnownJourney } from './brief-oracle.js';
import type { History, IdentifierRow, TouchpointRow } from './history-data.js';

const day = 86_400_000;
const time = (text: string) => Date.parse(text);

/** Answers from plain rows, as simply as it can be said: what the statements must come to as well. */
export class Oracle {
  constructor(
    private readonly history: History,
    private readonly now: number,
    private readonly asOf: number | null = null,
    private readonly isPortal = false,
  ) {}

  private known(recordedAt: string): boolean {
    return this.asOf === null || time(recordedAt) <= this.asOf;
  }

  canonicalOf(profileId: number): number | null {
    const profile = this.history.profiles.find((one) => one.id === profileId && this.known(one.createdAt));
    if (!profile) return null;
    if (this.asOf === null) return profile.canonicalId;
    const moves = this.history.pointers.filter((one) => one.profileId === profileId && this.known(one.movedAt));
    return moves.sort((a, b) => time(b.movedAt) - time(a.movedAt))[0]?.canonicalId ?? profileId;
  }

  membersOf(canonical: number): number[] {
    if (this.asOf === null) {
      return this.history.profiles.filter((one) => one.canonicalId === canonical).map((one) => one.id);
    }
    return this.history.profiles
      .map((one) => one.id)
      .filter((id) => {
        const moves = this.history.pointers.filter((one) => one.profileId === id && this.known(one.movedAt));
        const last = moves.sort((a, b) => time(b.movedAt) - time(a.movedAt))[0];
        return (last?.canonicalId ?? id) === canonical;
      });
  }

  touchpointsOf(members: readonly number[]): TouchpointRow[] {
    return this.history.touchpoints
      .filter((one) => members.includes(one.profileId) && this.known(one.recordedAt))
      .filter((one) => !this.isPortal || directions[one.direction] !== 'INTERNAL')
      .sort((a, b) => time(b.occurredAt) - time(a.occurredAt) || (a.id < b.id ? 1 : -1));
  }

  traitsOf(members: readonly number[]): Record<string, unknown> {
    const rows = this.history.traits.filter((one) => members.includes(one.profileId) && this.known(one.recordedAt));
    const traits: Record<string, unknown> = {};
    for (const key of new Set(rows.map((one) => one.key))) {
      const latest = rows.filter((one) => one.key === key).sort((a, b) => time(b.occurredAt) - time(a.occurredAt))[0];
      traits[key] = latest?.value;
    }
    return traits;
  }

  nameOf(members: readonly number[]): string | null {
    const traits = this.traitsOf(members);
    const text = (key: string) => {
      const value = traits[key];
      return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
    };
    const parts = [text('firstName') ?? text('first_name'), text('lastName') ?? text('last_name')];
    return text('name') ?? (parts.filter((part) => part !== null).join(' ') || null);
  }

  /** When an identifier was seen last, as far as was known then: what is stored is the whole span until today. */
  private lastSeen(row: IdentifierRow, members: readonly number[]): number {
    const [first, last, recorded] = [time(row.firstSeenAt), time(row.lastSeenAt), time(row.recordedAt)];
    if (this.asOf === null) return last;
    const named = this.touchpointsOf(members)
      .filter((one) =>
        (one.identifiersSeen as IdentifierRow[]).some((s) => s.type === row.type && s.value === row.value),
      )
      .map((one) => time(one.occurredAt));
    const firstThen = Math.max(first, named.at(-1) ?? Math.min(last, recorded));
    return Math.max(firstThen, Math.min(last, named[0] ?? recorded));
  }

  identifiersOf(members: readonly number[]) {
    const rows = this.history.identifiers.filter(
      (one) => members.includes(one.profileId) && this.known(one.recordedAt),
    );
    return rows.map((row) => {
      const rivals = rows
        .filter((one) => one.type === row.type)
        .sort(
          (a, b) =>
            b.verification - a.verification ||
            this.lastSeen(b, members) - this.lastSeen(a, members) ||
            (a.value < b.value ? -1 : 1),
        );
      return { type: row.type, value: row.value, primary: rivals[0] === row };
    });
  }

  conversationsOf(members: readonly number[]) {
    const threads = new Map<string, TouchpointRow[]>();
    for (const one of this.touchpointsOf(members)) {
      if (one.conversationId) threads.set(one.conversationId, [...(threads.get(one.conversationId) ?? []), one]);
    }
    return [...threads]
      .map(([id, all]) => ({
        id,
        lastAt: time((all[0] as TouchpointRow).occurredAt),
        startedAt: time((all.at(-1) as TouchpointRow).occurredAt),
        touchpointCount: all.length,
        channel: channels[(all.at(-1) as TouchpointRow).channel],
        subject: (all.at(-1) as TouchpointRow).subject,
      }))
      .sort((a, b) => b.lastAt - a.lastAt || (a.id < b.id ? 1 : -1));
  }

  /** Newest first, each as the asked time knew it. */
  journeysOf(members: readonly number[], size: number) {
    const touchpoints = this.history.touchpoints.filter((one) => this.known(one.recordedAt));
    return this.knownJourneys(members).map((one) => ({
      id: one.id,
      status: journeyStatuses[one.status],
      step: one.step,
      state: one.state,
      startedAt: time(one.startedAt),
      version: one.version,
      brief: briefOfJourney(one, touchpoints, this.question(size)),
    }));
  }

  briefOf(members: readonly number[], size: number) {
    return briefOfCustomer(this.knownJourneys(members), this.touchpointsOf(members), this.question(size));
  }

  private question(size: number): BriefQuestion {
    return { size, now: this.asOf ?? this.now, isAsOf: this.asOf !== null };
  }

  private knownJourneys(members: readonly number[]): KnownJourney[] {
    return this.history.journeys
      .filter((one) => members.includes(one.profileId))
      .flatMap(({ id, versions }) => {
        const known = versions.filter((one) => this.known(one.changedAt));
        const last = known.at(-1);
        return last ? [{ id, ...last, version: known.length }] : [];
      })
      .sort((a, b) => time(b.startedAt) - time(a.startedAt) || (a.id < b.id ? 1 : -1));
  }

  metricsOf(members: readonly number[]) {
    const end = this.asOf ?? this.now;
    const window = this.touchpointsOf(members)
      .filter((one) => time(one.occurredAt) <= end && time(one.occurredAt) > end - 30 * day)
      .reverse();
    const outside = window.filter((one) => directions[one.direction] !== 'INTERNAL');
    const contacts = outside.filter((one) => !['WEB', 'APP'].includes(channels[one.channel] as string));
    const inbound = contacts.filter((one) => directions[one.direction] === 'INBOUND' && one.topic !== null);
    // In whole hundredths, so that halves are rounded as they are written and not as floats hold them.
    const mean = (values: (number | null)[], digits: number) => {
      const given = values.filter((value) => value !== null).map((value) => Math.round(value * 100));
      if (given.length === 0) return null;
      const sum = given.reduce((all, value) => all + value, 0);
      const scaled = Math.floor((Math.abs(sum) * 10 ** digits) / (100 * given.length) + 0.5);
      return (Math.sign(sum) * scaled) / 10 ** digits + 0;
    };
    return {
      contacts7d: contacts.filter((one) => time(one.occurredAt) > end - 7 * day).length,
      contacts30d: contacts.length,
      channelsUsed30d: new Set(outside.map((one) => one.channel)).size,
      channelSwitches30d: outside.filter((one, i) => i > 0 && outside[i - 1]?.channel !== one.channel).length,
      repeatContacts30d: inbound.filter((one, i) =>
        inbound
          .slice(0, i)
          .some((before) => before.topic === one.topic && time(one.occurredAt) - time(before.occurredAt) <= 7 * day),
      ).length,
      averageWaitSeconds30d: mean(
        contacts.map((one) => one.waitSeconds),
        1,
      ),
      averageSentiment30d: mean(
        outside.map((one) => one.sentiment),
        3,
      ),
      basedOnTouchpoints: outside.length,
      isPartial: false,
    };
  }
}
