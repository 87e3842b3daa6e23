import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { Database } from '../platform/database.js';
import { Refusal } from '../platform/refusal.js';
import { Relay } from '../platform/relay.js';
import { IdentifierTypes, type IdentityRules, readRules } from './identifier-types.js';
import { publishReapplication } from './identity-reapply.queries.js';
import { reapplyDelayMs } from './identity-reapply.service.js';
import { changedForms, formerRules, nextSettings, settingsOf } from './identity-settings.js';
import {
  findSettings,
  findTypesInUse,
  holdSettings,
  type Progress,
  type SettingsRow,
  writeProgress,
  writeSettings,
  writeTypes,
} from './identity-settings.queries.js';
import type { IdentitySettings, UpdateIdentitySettingsInput } from './identity-settings.types.js';

const nothingDone: Progress = {
  state: 'WAITING',
  checked: 0,
  renamed: 0,
  detached: 0,
  folded: 0,
  merged: 0,
  reported: 0,
};

/** What a workspace decides on its identifiers. */
@Injectable()
export class IdentitySettingsService {
  constructor(
    private readonly database: Database,
    private readonly types: IdentifierTypes,
    private readonly relay: Relay,
  ) {}

  read(caller: Caller): Promise<IdentitySettings> {
    const { workspace } = caller;
    return this.database.inWorkspace(workspace, async (db) =>
      shown(await readRules(db, workspace), await findSettings(db, workspace)),
    );
  }

  /** New touchpoints and look-ups go by the new rules at once, in other processes within 30 seconds. */
  async update(caller: Caller, input: UpdateIdentitySettingsInput): Promise<IdentitySettings> {
    const { workspace } = caller;
    const settings = await this.database.inWorkspace(workspace, async (db) => {
      const rules = await readRules(db, workspace);
      const held = await holdSettings(db, workspace);
      if (held.version !== input.version) {
        const sentence = `The settings are at version ${held.version} by now, not ${input.version}: read them again.`;
        throw new Refusal('VERSION_STALE', sentence, { field: 'input.version' });
      }
      const before = settingsOf(rules);
      const after = nextSettings(before, input);
      const forms = changedForms(before, after);
      if (forms.length > 0 && held.former) {
        const sentence = 'Stored identifiers still wait for the last change: reapply it first.';
        throw new Refusal('STATUS_FORBIDS', sentence, { field: 'input' });
      }
      await requireUnused(
        db,
        workspace,
        [...before.types.keys()].filter((name) => !after.types.has(name)),
      );
      const former = forms.length > 0 ? formerRules(before, forms) : held.former;
      await writeTypes(db, workspace, [...after.types.values()]);
      await writeSettings(db, workspace, after, former, caller.actor);
      return shown(await readRules(db, workspace), await findSettings(db, workspace));
    });
    this.types.forget(workspace);
    return settings;
  }

  /** Begins once every process knows the changed rules; answers at once. */
  async reapply(caller: Caller): Promise<IdentitySettings> {
    const { workspace } = caller;
    const settings = await this.database.inWorkspace(workspace, async (db) => {
      const held = await holdSettings(db, workspace);
      const isUnderWay = held.progress !== null && held.progress.state !== 'DONE';
      if (held.former && !isUnderWay) {
        await writeProgress(db, workspace, nothingDone, held.former);
        await publishReapplication(
          db,
          workspace,
          { after: { type: '', value: '' }, pass: 1 },
          reapplyDelayMs(this.delayMs),
        );
      }
      return shown(await readRules(db, workspace), await findSettings(db, workspace));
    });
    this.relay.wake();
    return settings;
  }

  /** Shorter in tests, where one process alone has to learn of the change. */
  delayMs: number | null = null;
}

async function requireUnused(db: EntityManager, workspace: number, removed: readonly string[]): Promise<void> {
  const [used] = await findTypesInUse(db, workspace, removed);
  if (used === undefined) return;
  const sentence = `Identifiers of the type ${used} are stored: it cannot be removed.`;
  throw new Refusal('STATUS_FORBIDS', sentence, { field: 'input.types' });
}

function shown(rules: IdentityRules, row: SettingsRow | null): IdentitySettings {
  const { types, defaultRegion, folding } = settingsOf(rules);
  return {
    version: row?.version ?? 1,
    defaultRegion,
    foldsEmailPlus: folding.plus,
    foldsEmailDots: folding.dots,
    types: [...types.values()].map((type) => ({
      ...type,
      blockedValues: [...type.blocked.values],
      blockedPatterns: [...type.blocked.patterns],
    })),
    needsReapplication: row?.former != null,
    reapplication: row?.progress ?? null,
    updatedAt: row?.updated_by == null ? null : row.updated_at.toISOString(),
    updatedBy: row?.updated_by ?? null,
  };
}
