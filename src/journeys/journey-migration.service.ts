import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { Database } from '../platform/database.js';
import { externalId, requireId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { Relay } from '../platform/relay.js';
import type { Definition } from './blueprint.js';
import { findBlueprint } from './blueprint.queries.js';
import { definitionsOf, versionKey } from './definitions.js';
import { findRunning, holdJourneys } from './journey.queries.js';
import type { MigrateJourneysInput, MigrateJourneysPayload, UnfitJourney } from './journey-acts.types.js';
import { JOURNEY_CLOCK, type JourneyClock } from './journey-clock.js';
import { fitOf } from './journey-fit.js';
import { type LoadedRun, loadRuns, writeRuns } from './journey-runs.js';

const unfitShownMax = 100;

/** Moves journeys to another version of their blueprint, and says beforehand which do not fit. */
@Injectable()
export class JourneyMigration {
  constructor(
    private readonly database: Database,
    private readonly relay: Relay,
    @Inject(JOURNEY_CLOCK) private readonly clock: JourneyClock,
  ) {}

  async migrate(caller: Caller, input: MigrateJourneysInput): Promise<MigrateJourneysPayload> {
    const { workspace, actor } = caller;
    const after = input.after == null ? null : requireId('journey', input.after, 'input.after');
    const now = this.clock.now();
    const journeysMax = limits.journeysPerMigrationMax;
    const payload = await this.database.inWorkspace(workspace, async (db) => {
      const { blueprint, definition } = await target(db, workspace, input);
      const ids = await findRunning(db, workspace, { blueprint, version: input.fromVersion }, after, journeysMax);
      const held = await holdJourneys(db, workspace, ids);
      const runs = (await loadRuns(db, workspace, held, now.getTime())).filter(
        (run) => run.blueprintVersion === input.fromVersion,
      );
      const unfit: UnfitJourney[] = [];
      const moving: LoadedRun[] = [];
      const cause = {
        kind: 'MIGRATED',
        at: now.getTime(),
        by: 'STAFF',
        actor,
        channel: null,
        touchpoint: null,
      } as const;
      for (const run of runs) {
        const fit = fitOf(run.state, run.events, definition, now.getTime());
        if ('state' in fit) {
          moving.push({ ...run, definition, blueprintVersion: input.toVersion, state: fit.state, cause });
          continue;
        }
        const { reason, fields } = fit;
        unfit.push({ journeyId: externalId('journey', run.id), step: run.state.step, reason, fields: [...fields] });
      }
      if (!input.dryRun && !input.leaveUnfit) requireNone(unfit);
      if (!input.dryRun) await writeRuns(db, workspace, moving, now);
      return {
        looked: runs.length,
        moved: moving.length,
        unfit: unfit.slice(0, unfitShownMax),
        unfitCount: unfit.length,
        nextAfter: ids.length < journeysMax ? null : externalId('journey', ids.at(-1) as string),
      };
    });
    this.relay.wake();
    return payload;
  }
}

function requireNone([first, ...others]: readonly UnfitJourney[]): void {
  if (!first) return;
  const which =
    others.length === 0
      ? `${first.journeyId} does not fit`
      : `${others.length + 1} journeys do not fit, ${first.journeyId} among them`;
  throw new Refusal('MIGRATION_UNFIT', `${which}: ${first.reason} Nothing was moved.`, { field: 'input.toVersion' });
}

async function target(
  db: EntityManager,
  workspace: number,
  { blueprint: key, fromVersion, toVersion }: MigrateJourneysInput,
): Promise<{ blueprint: string; definition: Definition }> {
  const blueprint = await findBlueprint(db, workspace, key);
  if (!blueprint) throw new Refusal('NOT_FOUND', 'There is no such blueprint.', { field: 'input.blueprint' });
  const refs = [fromVersion, toVersion].map((version) => ({ blueprint: blueprint.id, version }));
  const found = await definitionsOf(db, workspace, refs);
  const missing = refs.findIndex((ref) => !found.has(versionKey(ref)));
  if (missing >= 0) {
    throw new Refusal('NOT_FOUND', 'The blueprint has no such version.', {
      field: missing === 0 ? 'input.fromVersion' : 'input.toVersion',
    });
  }
  if (fromVersion === toVersion) {
    throw new Refusal('INPUT_INVALID', 'The two versions are the same.', { field: 'input.toVersion' });
  }
  return {
    blueprint: blueprint.id,
    definition: found.get(versionKey({ blueprint: blueprint.id, version: toVersion })) as Definition,
  };
}
