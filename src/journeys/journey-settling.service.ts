import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { IDENTITY_CHANGED, type IdentityChanged } from '../identity/identity.events.js';
import { Events } from '../platform/events.js';
import { linkTouchpointsToJourneys } from '../touchpoints/touchpoint-links.queries.js';
import { TOUCHPOINTS_RECORDED, type TouchpointsRecorded } from '../touchpoints/touchpoints.events.js';
import { JOURNEY_CLOCK, type JourneyClock } from './journey-clock.js';
import { findEarliest, findMisplaced, findMoved, unplaceTouchpoints } from './journey-places.queries.js';
import { blueprintsInUse, concerns, earliest, type Swept, settleJourneys } from './journey-settling.js';
import { findTouchpoints } from './journey-touchpoint.queries.js';

/** Lets journeys follow what is recorded, and who is who. */
@Injectable()
export class JourneySettling implements OnModuleInit {
  constructor(
    private readonly events: Events,
    @Inject(JOURNEY_CLOCK) private readonly clock: JourneyClock,
  ) {}

  onModuleInit(): void {
    this.events.subscribe(TOUCHPOINTS_RECORDED, 6, (db, event) =>
      settleRecorded(db, event.workspace, event.payload as TouchpointsRecorded, this.clock.now()),
    );
    this.events.subscribe(IDENTITY_CHANGED, 6, (db, event) =>
      settleIdentity(db, event.workspace, event.payload as IdentityChanged, this.clock.now()),
    );
  }
}

/** Touchpoints that were recorded or corrected, and customers who became one by them. */
export async function settleRecorded(
  db: EntityManager,
  workspace: number,
  { merged, touchpoints, backfill }: TouchpointsRecorded,
  now: Date,
): Promise<void> {
  const inUse = await blueprintsInUse(db, workspace);
  if (!inUse) return;
  const told = await findTouchpoints(db, workspace, touchpoints, inUse.interest);
  const fitting = told.filter((touchpoint) => touchpoint.journey === null && concerns(inUse, touchpoint));
  // What somebody who was taken in did before, may concern a journey.
  const joined = startedOnly(await findEarliest(db, workspace, merged));
  const customers = earliest([...fitting.map(({ customer, at }) => ({ customer, since: new Date(at) })), ...joined]);
  const referring = told.filter((touchpoint) => touchpoint.journey !== null);
  const moved = await findMoved(db, workspace, touchpoints);
  if (customers.length === 0 && referring.length === 0 && moved.length === 0) return;
  if (moved.length > 0) {
    await unplaceTouchpoints(
      db,
      workspace,
      moved.map(({ touchpoint }) => touchpoint),
    );
  }
  const journeys = [...new Set(moved.map(({ journey }) => journey))];
  await settleJourneys(db, workspace, inUse, { customers, journeys, referring }, now, backfill);
}

/** After people joined or parted customers: each journey is left with what is its own customer’s. */
async function settleIdentity(
  db: EntityManager,
  workspace: number,
  { profiles }: IdentityChanged,
  now: Date,
): Promise<void> {
  const inUse = await blueprintsInUse(db, workspace);
  if (!inUse) return;
  const concerned = await findEarliest(db, workspace, profiles);
  const misplaced = await findMisplaced(
    db,
    workspace,
    concerned.map(({ customer }) => customer),
  );
  if (misplaced.length > 0) {
    const touchpoints = misplaced.map(({ touchpoint }) => touchpoint);
    await unplaceTouchpoints(db, workspace, touchpoints);
    await linkTouchpointsToJourneys(
      db,
      workspace,
      touchpoints.map((touchpoint) => ({ touchpoint, journey: null })),
    );
  }
  const parted = misplaced.map(({ customer, at }) => ({ customer, since: at }));
  const customers = earliest([...startedOnly(concerned), ...parted]);
  const journeys = [...new Set(misplaced.map(({ journey }) => journey))];
  await settleJourneys(db, workspace, inUse, { customers, journeys, referring: [] }, now);
}

function startedOnly(all: readonly { customer: string; since: Date | null }[]): Swept[] {
  return all.flatMap(({ customer, since }) => (since === null ? [] : [{ customer, since }]));
}
