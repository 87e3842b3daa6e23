import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { Database } from '../platform/database.js';
import { Refusal } from '../platform/refusal.js';
import { StaleVersion } from '../platform/stale-version.js';
import { findUnknownZones } from './preference.queries.js';
import { checkTimeZone, refuseTimeZone } from './time-zone.js';
import { TREATMENT_CLOCK, type TreatmentClock } from './treatment-clock.js';
import { checkTables, checkTreatmentThreshold, treatmentOf, treatmentThresholdNames } from './treatment-settings.js';
import { readTreatment, writeTreatment } from './treatment-settings.queries.js';
import type { TreatmentSettings, UpdateTreatmentSettingsInput } from './treatment-settings.types.js';

const noun = 'treatment settings';

/** How a workspace treats its customers. */
@Injectable()
export class Treatments {
  constructor(
    private readonly database: Database,
    @Inject(TREATMENT_CLOCK) private readonly clock: TreatmentClock,
  ) {}

  async read({ workspace }: Caller): Promise<TreatmentSettings> {
    const { version, settings } = await this.database.inWorkspace(workspace, (db) => readTreatment(db, workspace));
    return { version, ...treatmentOf(settings) };
  }

  async update({ workspace, actor }: Caller, input: UpdateTreatmentSettingsInput): Promise<TreatmentSettings> {
    const thresholds = treatmentThresholdNames.flatMap((name) => {
      const value = input[name];
      return value == null ? [] : [[name, value] as const];
    });
    for (const [name, value] of thresholds) checkTreatmentThreshold(name, value);
    const { timeZone } = input;
    const tables = {
      ...(input.skills == null
        ? {}
        : { skills: input.skills.map(({ topic, skill, queue }) => ({ topic, skill, queue: queue ?? null })) }),
      ...(input.entitlements == null
        ? {}
        : { entitlements: input.entitlements.map(({ entitlement, points }) => ({ entitlement, points })) }),
    };
    checkTables(tables);
    if (timeZone != null) checkTimeZone(timeZone, 'input.timeZone');
    const given = { ...Object.fromEntries(thresholds), ...(timeZone == null ? {} : { timeZone }), ...tables };
    return this.database.inWorkspace(workspace, async (db) => {
      if (timeZone != null && (await findUnknownZones(db, [timeZone])).length > 0) refuseTimeZone('input.timeZone');
      const known = await readTreatment(db, workspace, true);
      if (known.version !== input.version) throw new StaleVersion(noun, input.version, known.version);
      const next = { version: known.version + 1, settings: { ...known.settings, ...given } };
      const { highPoints, urgentPoints } = treatmentOf(next.settings);
      if (urgentPoints < highPoints) {
        throw new Refusal('OUT_OF_RANGE', 'URGENT begins no lower than HIGH.', {
          field: 'input.urgentPoints',
          limit: highPoints,
        });
      }
      // Of two who write first, neither finds a row to lock.
      if (!(await writeTreatment(db, workspace, next, actor, this.clock.now()))) {
        throw new StaleVersion(noun, input.version, next.version);
      }
      return { version: next.version, ...treatmentOf(next.settings) };
    });
  }
}
