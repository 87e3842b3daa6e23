import { Injectable } from '@nestjs/common';
import type { Caller } from '../../access/caller.js';
import { Database } from '../../platform/database.js';
import { publish } from '../../platform/events.js';
import { Relay } from '../../platform/relay.js';
import { StaleVersion } from '../../platform/stale-version.js';
import { changeOf, ISSUES_CHANGED } from '../issues.events.js';
import { refreshDeadlines } from './deadlines.service.js';
import { findOpenIssues, readSlaSettings, writeSlaSettings } from './sla.queries.js';
import type { UpdateSlaSettingsInput } from './sla.types.js';
import { checkSlaSettings, type SlaSettings } from './sla-settings.js';

const issuesPerStep = 2_000;

/** What a workspace promises for its issues. */
@Injectable()
export class Sla {
  constructor(
    private readonly database: Database,
    private readonly relay: Relay,
  ) {}

  settings({ workspace }: Caller): Promise<SlaSettings> {
    return this.database.inWorkspace(workspace, (db) => readSlaSettings(db, workspace));
  }

  /** Settings and, where asked for, the deadlines of open issues change together or not at all. */
  async update(
    { workspace, actor }: Caller,
    input: UpdateSlaSettingsInput,
  ): Promise<{ settings: SlaSettings; changedIssues: number }> {
    const next = {
      calendars: input.calendars.map(({ key, timeZone, hours, holidays }) => ({ key, timeZone, hours, holidays })),
      policies: input.policies.map((one) => ({
        tier: one.tier ?? null,
        priority: one.priority,
        firstResponseMinutes: one.firstResponseMinutes ?? null,
        resolutionMinutes: one.resolutionMinutes ?? null,
        calendar: one.calendar ?? null,
      })),
    };
    checkSlaSettings(next);
    const done = await this.database.inWorkspace(workspace, async (db) => {
      const { version } = await readSlaSettings(db, workspace, true);
      if (version !== input.version) throw new StaleVersion('SLA settings', input.version, version);
      const settings = { version: version + 1, ...next };
      await writeSlaSettings(db, workspace, settings, actor);
      let changedIssues = 0;
      let after = '0'.repeat(32);
      for (let isMore = input.appliesToOpenIssues; isMore; ) {
        const ids = await findOpenIssues(db, workspace, after, issuesPerStep);
        const changed = await refreshDeadlines(db, workspace, ids, settings);
        changedIssues += changed.length;
        if (changed.length > 0) await publish(db, workspace, ISSUES_CHANGED, changeOf(changed));
        isMore = ids.length === issuesPerStep;
        after = ids.at(-1) ?? after;
      }
      return { settings, changedIssues };
    });
    this.relay.wake();
    return done;
  }
}
