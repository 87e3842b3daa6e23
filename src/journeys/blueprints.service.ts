import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { Database } from '../platform/database.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { StaleVersion } from '../platform/stale-version.js';
import {
  type BlueprintRow,
  holdBlueprints,
  insertBlueprint,
  insertBlueprintVersion,
  markRetired,
  writeLatestVersion,
} from './blueprint.queries.js';
import { definitionOf, requireKey } from './blueprint-check.js';
import type { CreateBlueprintInput, UpdateBlueprintInput } from './blueprints.types.js';
import { definitionOfVersion } from './definitions.js';
import { JOURNEY_CLOCK, type JourneyClock } from './journey-clock.js';

/** Makes and changes blueprints. A change is a new version; what runs by an older one is not touched. */
@Injectable()
export class Blueprints {
  constructor(
    private readonly database: Database,
    @Inject(JOURNEY_CLOCK) private readonly clock: JourneyClock,
  ) {}

  async create(caller: Caller, input: CreateBlueprintInput): Promise<{ id: string }> {
    const { workspace, actor } = caller;
    const key = requireKey(input.key, 'input.key');
    const definition = definitionOf(input);
    const id = randomUUID().replaceAll('-', '');
    const now = this.clock.now();
    await this.database.inWorkspace(workspace, async (db) => {
      const limit = limits.blueprintsPerWorkspaceMax;
      if ((await holdBlueprints(db, workspace)).length >= limit) {
        throw new Refusal('TOO_MANY', `A workspace has at most ${limit} blueprints.`, { field: 'input', limit });
      }
      if (!(await insertBlueprint(db, workspace, { id, key }, now))) {
        throw new Refusal('KEY_TAKEN', 'There is a blueprint with that key already.', { field: 'input.key' });
      }
      await insertBlueprintVersion(db, workspace, { blueprint: id, version: 1, definition, actor }, now);
    });
    return { id };
  }

  async update(caller: Caller, input: UpdateBlueprintInput): Promise<{ id: string; isChanged: boolean }> {
    const { workspace, actor } = caller;
    const definition = definitionOf(input);
    const now = this.clock.now();
    return this.database.inWorkspace(workspace, async (db) => {
      const { id, version } = requireBlueprint(await holdBlueprints(db, workspace), input.key);
      if (version !== input.version) throw new StaleVersion('blueprint', input.version, version);
      const before = await definitionOfVersion(db, workspace, { blueprint: id, version });
      if (JSON.stringify(before) === JSON.stringify(definition)) return { id, isChanged: false };
      const limit = limits.blueprintVersionsMax;
      if (version >= limit) {
        throw new Refusal('TOO_MANY', `A blueprint has at most ${limit} versions.`, { field: 'input', limit });
      }
      await insertBlueprintVersion(db, workspace, { blueprint: id, version: version + 1, definition, actor }, now);
      await writeLatestVersion(db, workspace, id, version + 1, now);
      return { id, isChanged: true };
    });
  }

  async retire(caller: Caller, key: string): Promise<{ id: string }> {
    const { workspace } = caller;
    const now = this.clock.now();
    return this.database.inWorkspace(workspace, async (db) => {
      const { id } = requireBlueprint(await holdBlueprints(db, workspace), key);
      await markRetired(db, workspace, id, now);
      return { id };
    });
  }
}

function requireBlueprint(blueprints: readonly BlueprintRow[], key: string): BlueprintRow {
  const blueprint = blueprints.find((one) => one.key === key);
  if (!blueprint) throw new Refusal('NOT_FOUND', 'There is no such blueprint.', { field: 'input.key' });
  return blueprint;
}
