import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { profileExists } from '../identity/profile.queries.js';
import { Database } from '../platform/database.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { countStatementsSince, findUnknownZones, insertStatements } from './preference.queries.js';
import { statementsOf, zonesOf } from './preference-check.js';
import { kindCode, staters } from './preference-kinds.js';
import type { SetPreferencesInput } from './preferences.types.js';
import { statementBy, subjectOf } from './stating.js';
import { refuseTimeZone } from './time-zone.js';
import { TREATMENT_CLOCK, type TreatmentClock } from './treatment-clock.js';

const day = 86_400_000;

/** How customers want to be treated: what they, or others for them, state. */
@Injectable()
export class CustomerPreferences {
  constructor(
    private readonly database: Database,
    @Inject(TREATMENT_CLOCK) private readonly clock: TreatmentClock,
  ) {}

  async set(caller: Caller, input: SetPreferencesInput): Promise<{ customer: string; isChanged: boolean }> {
    const { workspace, actor } = caller;
    const profile = subjectOf(caller, input.customerId);
    const statedBy = staters.indexOf(statementBy(caller, input.by));
    if (caller.customer !== null && input.agentId !== undefined) {
      throw new Refusal('FIELD_INTERNAL', 'Agents are not shown to customers.', { field: 'input.agentId' });
    }
    const now = this.clock.now();
    const stated = statementsOf(input, now).map(({ kind, value }) => ({
      id: randomUUID(),
      kind: kindCode(kind),
      value: value === null ? null : JSON.stringify(value),
    }));
    const zones = zonesOf(input);
    return this.database.inWorkspace(workspace, async (db) => {
      if (!(await profileExists(db, workspace, profile))) {
        throw new Refusal('NOT_FOUND', 'There is no such customer.', { field: 'input.customerId' });
      }
      const [unknown] =
        zones.length > 0
          ? await findUnknownZones(
              db,
              zones.map(({ zone }) => zone),
            )
          : [];
      if (unknown !== undefined) refuseTimeZone(zones.find(({ zone }) => zone === unknown)?.field ?? 'input.timeZone');
      const limit = limits.statementsPerDayMax;
      const known = await countStatementsSince(db, workspace, profile, new Date(now.getTime() - day));
      if (known + stated.length > limit) {
        throw new Refusal('TOO_MANY', `Of a customer at most ${limit} preferences are stated in a day.`, {
          field: 'input',
          limit,
        });
      }
      const isChanged = await insertStatements(db, workspace, profile, stated, { statedBy, actor }, now);
      return { customer: profile, isChanged };
    });
  }
}
