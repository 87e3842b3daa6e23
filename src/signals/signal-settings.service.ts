import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { Database } from '../platform/database.js';
import { StaleVersion } from '../platform/stale-version.js';
import { readThresholds, writeThresholds } from './signal-settings.queries.js';
import type { SignalSettings, UpdateSignalSettingsInput } from './signal-settings.types.js';
import { checkThreshold, thresholdNames, thresholdsOf } from './signal-thresholds.js';

/** From when on something is a signal in a workspace. */
@Injectable()
export class SignalThresholdSettings {
  constructor(private readonly database: Database) {}

  async read({ workspace }: Caller): Promise<SignalSettings> {
    const { version, thresholds } = await this.database.inWorkspace(workspace, (db) => readThresholds(db, workspace));
    return { version, ...thresholdsOf(thresholds) };
  }

  async update({ workspace, actor }: Caller, input: UpdateSignalSettingsInput): Promise<SignalSettings> {
    const given = thresholdNames.flatMap((name) => {
      const value = input[name];
      return value == null ? [] : [[name, value] as const];
    });
    for (const [name, value] of given) checkThreshold(name, value);
    return this.database.inWorkspace(workspace, async (db) => {
      const known = await readThresholds(db, workspace, true);
      if (known.version !== input.version) throw new StaleVersion('signal settings', input.version, known.version);
      const next = { version: known.version + 1, thresholds: { ...known.thresholds, ...Object.fromEntries(given) } };
      // Of two who write first, neither finds a row to lock.
      if (!(await writeThresholds(db, workspace, next, actor))) {
        throw new StaleVersion('signal settings', input.version, next.version);
      }
      return { version: next.version, ...thresholdsOf(next.thresholds) };
    });
  }
}
