import {
  IDENTITY_BRAKE,
  IDENTITY_CHANGED,
  type IdentityBrake,
  type IdentityChanged,
} from '../identity/identity.events.js';
import { ISSUES_CHANGED, type IssuesChanged } from '../issues/issues.events.js';
import { JOURNEYS_CHANGED, type JourneysChanged } from '../journeys/journeys.events.js';
import type { FeedRow } from '../platform/feed.js';
import type { FeedPlace } from '../platform/feed-cursor.js';
import { SEGMENTS_CHANGED, type SegmentsChanged } from '../segments/segments.events.js';
import { TOUCHPOINTS_RECORDED, type TouchpointsRecorded } from '../touchpoints/touchpoints.events.js';

export const changeKinds = [
  'FOLLOWING',
  'TOUCHPOINT_RECORDED',
  'TOUCHPOINT_UPDATED',
  'CUSTOMER_UPDATED',
  'IDENTITY_CHANGED',
  'BRAKE_REACHED',
  'ISSUE_CHANGED',
  'JOURNEY_CHANGED',
  'SEGMENTS_CHANGED',
] as const;

export type ChangeKind = (typeof changeKinds)[number];

/** One thing that a row of the feed tells of. Ids are inner ones; uuids as 32 hexadecimal digits. */
export interface Change {
  readonly place: FeedPlace;
  readonly kind: ChangeKind;
  /** ISO 8601. */
  readonly at: string;
  /** Null where only its touchpoint or issue says whose it is. */
  readonly profile: string | null;
  readonly touchpoint: string | null;
  readonly issue: string | null;
  readonly journey: string | null;
}

type Told = Partial<Omit<Change, 'place' | 'at'>> & Pick<Change, 'kind'>;

/** What a row tells, in an order that stays the same: a place within a row is a count of these. */
export function changesOf(row: FeedRow): Change[] {
  return toldBy(row).map((told, i) => ({
    profile: null,
    touchpoint: null,
    issue: null,
    journey: null,
    ...told,
    at: row.at,
    place: { transaction: row.transaction, id: row.id, n: i + 1 },
  }));
}

function toldBy({ kind, payload }: FeedRow): Told[] {
  switch (kind) {
    case TOUCHPOINTS_RECORDED:
      return toldByBatch(payload as TouchpointsRecorded);
    case IDENTITY_CHANGED:
      return (payload as IdentityChanged).profiles.map((profile) => ({ kind: 'IDENTITY_CHANGED', profile }));
    case IDENTITY_BRAKE:
      return [{ kind: 'BRAKE_REACHED', profile: (payload as IdentityBrake).customer }];
    case ISSUES_CHANGED:
      return (payload as IssuesChanged).issues.map((issue) => ({ kind: 'ISSUE_CHANGED', issue }));
    case JOURNEYS_CHANGED:
      return (payload as JourneysChanged).changes.map(({ journey, profile }) => ({
        kind: 'JOURNEY_CHANGED',
        journey,
        profile,
      }));
    case SEGMENTS_CHANGED: {
      const { entered, left } = payload as SegmentsChanged;
      return [...entered, ...left].map(({ profile }) => ({ kind: 'SEGMENTS_CHANGED', profile }));
    }
    default:
      // Told by a later version, while two of them run at once.
      return [];
  }
}

function toldByBatch({ touchpoints, updated, merged, told }: TouchpointsRecorded): Told[] {
  const before = new Set(updated);
  return [
    ...touchpoints.map(
      (touchpoint): Told => ({
        kind: before.has(touchpoint) ? 'TOUCHPOINT_UPDATED' : 'TOUCHPOINT_RECORDED',
        touchpoint,
      }),
    ),
    ...merged.map((profile): Told => ({ kind: 'IDENTITY_CHANGED', profile })),
    ...told.map((profile): Told => ({ kind: 'CUSTOMER_UPDATED', profile })),
  ];
}
