import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../../access/caller.js';
import { Database } from '../../platform/database.js';
import { publish } from '../../platform/events.js';
import { Refusal } from '../../platform/refusal.js';
import { Relay } from '../../platform/relay.js';
import { walkIndexes } from '../merge.queries.js';
import { estimateDue, lanes, noteDue } from './due.queries.js';
import { MATCH_WHOLE, type MatchWhole } from './match.events.js';
import { differencesOf, modelOf, shippedWeights, type WeightSet } from './weight-set.js';
import {
  activateWeights,
  beginWeights,
  findActiveVersion,
  findBegun,
  findWeights,
  finishWeights,
  listWeights,
  type WeightsRow,
} from './weights.queries.js';
import type { MatchWeights } from './weights.types.js';
import { fitWeights, sampleCustomers } from './weights-estimate.js';

const shownMax = 20;

/** Weights of a workspace's own: estimated on request, compared with those that hold, and made to hold by a person. */
@Injectable()
export class Weights {
  constructor(
    private readonly database: Database,
    private readonly relay: Relay,
  ) {}

  async list({ workspace }: Caller): Promise<MatchWeights[]> {
    return this.database.inWorkspace(workspace, async (db) => {
      const active = await activeWeights(db, workspace);
      return (await listWeights(db, workspace, shownMax)).map((row) => shown(row, active));
    });
  }

  /** Begins an estimate; the upkeep carries it out. One that is under way already is answered instead. */
  async begin(caller: Caller): Promise<{ weights: MatchWeights; isNew: boolean }> {
    const { workspace, actor } = caller;
    return this.database.inWorkspace(workspace, async (db) => {
      const { version, isNew } = await beginWeights(db, workspace, actor);
      await noteDue(db, workspace, [estimateDue], { lane: lanes.now, isForced: false });
      return { weights: await one(db, workspace, version), isNew };
    });
  }

  /** The same at once, for who waits: the command line. */
  async estimate(caller: Caller): Promise<MatchWeights> {
    const { workspace, actor } = caller;
    const begun = await this.database.inWorkspace(workspace, (db) => beginWeights(db, workspace, actor));
    await this.carryOut(workspace);
    return this.database.inWorkspace(workspace, (db) => one(db, workspace, begun.version));
  }

  /** Carries out what was begun, if anything was. Holds no transaction while it reckons, which takes seconds. */
  async carryOut(workspace: number): Promise<void> {
    const begun = await this.database.inWorkspace(workspace, async (db) => {
      const version = await findBegun(db, workspace);
      if (version === null) return null;
      await walkIndexes(db);
      return { version, sampled: await sampleCustomers(db, workspace) };
    });
    if (!begun) return;
    const { version, sampled } = begun;
    const weights = await fitWeights(sampled, () => setImmediate());
    await this.database.inWorkspace(workspace, (db) =>
      finishWeights(db, workspace, version, {
        status: weights ? 'READY' : 'TOO_FEW',
        customers: weights ? sampled.customers.length : sampled.population,
        pairs: sampled.pairs.length,
        weights,
      }),
    );
  }

  /** Lets a version hold, or the shipped weights; everybody is then compared anew, behind what happens meanwhile. */
  async activate(
    caller: Caller,
    version: number | null,
  ): Promise<{ weights: MatchWeights | null; isChanged: boolean }> {
    const { workspace, actor } = caller;
    const done = await this.database.inWorkspace(workspace, async (db) => {
      const row = version === null ? null : await findWeights(db, workspace, version);
      const field = 'input.version';
      if (version !== null && !row) throw new Refusal('NOT_FOUND', 'There are no such weights.', { field });
      if (row && row.status !== 'READY') {
        const sentence =
          row.status === 'TOO_FEW'
            ? 'There were too few customers to estimate them.'
            : 'They are still being estimated.';
        throw new Refusal('STATUS_FORBIDS', sentence, { field });
      }
      const isChanged = (await findActiveVersion(db, workspace)) !== version;
      if (isChanged) {
        await activateWeights(db, workspace, version, actor);
        const event: MatchWhole = { after: '0' };
        await publish(db, workspace, MATCH_WHOLE, event);
      }
      return { weights: version === null ? null : await one(db, workspace, version), isChanged };
    });
    this.relay.wake();
    return done;
  }
}

async function one(db: EntityManager, workspace: number, version: number): Promise<MatchWeights> {
  const row = await findWeights(db, workspace, version);
  if (!row) throw new Error(`Weights ${version} of workspace ${workspace} are gone.`);
  return shown(row, await activeWeights(db, workspace));
}

async function activeWeights(db: EntityManager, workspace: number): Promise<WeightSet> {
  const version = await findActiveVersion(db, workspace);
  const row = version === null ? null : await findWeights(db, workspace, version);
  return row?.weights ?? shippedWeights;
}

/** With what would be different if they held instead of those that do. */
function shown({ weights, ...row }: WeightsRow, active: WeightSet): MatchWeights {
  return {
    ...row,
    model: modelOf(row.version),
    priorBits: weights ? Math.log2(weights.prior) : null,
    activePriorBits: Math.log2(active.prior),
    differences: weights ? differencesOf(weights, active) : [],
  };
}
