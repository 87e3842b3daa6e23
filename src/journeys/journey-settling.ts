import type { EntityManager } from 'typeorm';
import { deterministicId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { linkTouchpointsToJourneys } from '../touchpoints/touchpoint-links.queries.js';
import { type Definition, firstStep, triggersOf } from './blueprint.js';
import { definitionsOf, versionKey } from './definitions.js';
import { findJourneysOf, holdJourneys, insertJourneys } from './journey.queries.js';
import { assign, type Startable, take } from './journey-assignment.js';
import { beginAlone, placeTouchpoints } from './journey-places.queries.js';
import { interestOf, type LoadedRun, loadRuns, writeRuns } from './journey-runs.js';
import { findUnplaced, findVersionsInUse, type Interest, type PlacedTouchpoint } from './journey-touchpoint.queries.js';

/** The system that journeys begun by touchpoints, and the touchpoints that journeys write, come from. */
export const ownSource = 'throughline';

/** The blueprints that touchpoints of a workspace may concern now. */
export interface BlueprintsInUse {
  readonly definitions: readonly Definition[];
  readonly startables: readonly Startable[];
  readonly interest: Interest;
}

/** Null when the workspace has no blueprint, so that nothing can concern a journey. */
export async function blueprintsInUse(db: EntityManager, workspace: number): Promise<BlueprintsInUse | null> {
  const versions = await findVersionsInUse(db, workspace);
  if (versions.length === 0) return null;
  const byVersion = await definitionsOf(db, workspace, versions);
  const startables = versions.flatMap((one): Startable[] => {
    const definition = byVersion.get(versionKey(one));
    if (!definition || !one.mayStart) return [];
    return [{ blueprint: one.blueprint, blueprintVersion: one.version, definition }];
  });
  const definitions = [...byVersion.values()];
  return { definitions, startables, interest: interestOf(definitions) };
}

/** Whether any trigger of the workspace is about such a touchpoint. */
export function concerns(inUse: BlueprintsInUse, { happening }: PlacedTouchpoint): boolean {
  return inUse.definitions.some((definition) => triggersOf(definition, happening).length > 0);
}

interface Place {
  readonly touchpoint: string;
  readonly journey: string;
  readonly isReferred: boolean;
}

/** A customer whose unplaced touchpoints since an instant may concern a journey. */
export interface Swept {
  readonly customer: string;
  readonly since: Date;
}

/** What has to be looked at anew. */
export interface Unsettled {
  readonly customers: readonly Swept[];
  /** Journeys to fold anew, whatever else. */
  readonly journeys: readonly string[];
  /** Touchpoints that name their journey. */
  readonly referring: readonly PlacedTouchpoint[];
}

/** Touchpoints of one profile that are looked at once; what is left over waits for the next occasion. */
const unplacedPerProfileMax = 1_000;

/**
 * Brings journeys up to date: puts touchpoints to them, begins those that touchpoints begin, folds anew what is
 * concerned, and tells what changed. Runs in the caller’s transaction, and twice gives the same as once.
 */
export async function settleJourneys(
  db: EntityManager,
  workspace: number,
  inUse: BlueprintsInUse,
  { customers, journeys, referring }: Unsettled,
  now: Date,
  backfill = false,
): Promise<void> {
  const ms = now.getTime();
  if (customers.length > 0) await beginAlone(db, workspace);
  const named = referring.map((touchpoint) => touchpoint.journey as string);
  const runs = await held(db, workspace, customers, [...journeys, ...named], ms);
  const byId = new Map(runs.map((run) => [run.id, run]));
  const places: Place[] = [];
  for (const touchpoint of referring) {
    const run = byId.get(touchpoint.journey as string);
    if (!run || !take(run, touchpoint, ms, limits.touchpointsPerJourneyMax)) continue;
    places.push({ touchpoint: touchpoint.id, journey: run.id, isReferred: true });
  }
  const unplaced =
    customers.length > 0 ? await findUnplaced(db, workspace, customers, inUse.interest, unplacedPerProfileMax) : [];
  const { links, begun } = assign(
    runs,
    unplaced,
    inUse.startables,
    ms,
    limits.touchpointsPerJourneyMax,
    (blueprint, touchpoint) => startedId(workspace, blueprint, touchpoint),
  );
  places.push(
    ...links
      .filter((link) => link.isFolded)
      .map(({ touchpoint, journey }) => ({ touchpoint, journey, isReferred: false })),
  );
  if (begun.length > 0) await insertBegun(db, workspace, begun, now);
  if (places.length > 0) await placeTouchpoints(db, workspace, places);
  if (links.length > 0) await linkTouchpointsToJourneys(db, workspace, links);
  const touched = new Set([...journeys, ...places.map((place) => place.journey)]);
  const loaded = runs.map((run): LoadedRun => byId.get(run.id) ?? { ...run, row: null, acts: [] });
  await writeRuns(
    db,
    workspace,
    loaded.filter((run) => touched.has(run.id)),
    now,
    backfill,
  );
  const again = earliest(loaded.flatMap(reopened));
  if (again.length === 0) return;
  await settleJourneys(db, workspace, inUse, { customers: again, journeys: [], referring: [] }, now, backfill);
}

/** Each customer once, since the earliest of its instants. */
export function earliest(all: readonly Swept[]): Swept[] {
  const since = new Map<string, Date>();
  for (const one of all) {
    const known = since.get(one.customer);
    if (!known || one.since < known) since.set(one.customer, one.since);
  }
  return [...since].map(([customer, from]) => ({ customer, since: from }));
}

/** The journeys of customers, and others by their ids, locked in one order and as all that is stored makes them. */
async function held(
  db: EntityManager,
  workspace: number,
  customers: readonly Swept[],
  others: readonly string[],
  now: number,
): Promise<LoadedRun[]> {
  const known = customers.length > 0 ? await findJourneysOf(db, workspace, customers) : [];
  const ids = [...new Set([...known, ...others])];
  return ids.length > 0 ? loadRuns(db, workspace, await holdJourneys(db, workspace, ids), now) : [];
}

/** A journey that turns out not to have ended then: what its customer did since may belong to it after all. */
function reopened({ row, state, customer }: LoadedRun): Swept[] {
  if (row === null || row.endedAt === null) return [];
  if (state.endedAt !== null && state.endedAt <= row.endedAt) return [];
  return [{ customer, since: new Date(row.endedAt) }];
}

async function insertBegun(
  db: EntityManager,
  workspace: number,
  begun: ReturnType<typeof assign>['begun'],
  now: Date,
): Promise<void> {
  const rows = begun.map(({ id, profile, blueprint, blueprintVersion, definition, events }) => ({
    id,
    profile,
    blueprint,
    version: blueprintVersion,
    step: firstStep(definition).key,
    source: ownSource,
    externalId: startedName(blueprint, events[0]?.kind === 'TOUCHPOINT' ? events[0].id : ''),
  }));
  const inserted = await insertJourneys(db, workspace, rows, now);
  if (inserted.length < rows.length) throw new Error('A journey that a touchpoint begins was there already.');
}

/** The name that a journey begun by a touchpoint has, by which further touchpoints may refer to it. */
function startedName(blueprint: string, touchpoint: string): string {
  return `${blueprint}:${touchpoint}`;
}

function startedId(workspace: number, blueprint: string, touchpoint: string): string {
  return journeyId(workspace, ownSource, startedName(blueprint, touchpoint));
}

/** The same id that a touchpoint’s reference to the journey gets. */
export function journeyId(workspace: number, source: string, externalId: string): string {
  return deterministicId(String(workspace), 'journey', source, externalId);
}
