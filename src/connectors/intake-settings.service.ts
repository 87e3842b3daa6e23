import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Database } from '../platform/database.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { StaleVersion } from '../platform/stale-version.js';
import { type OwnMail, readOwnMail } from './email/own-mail.js';
import { findIntakeSettings, type IntakeSettingsRow, writeIntakeSettings } from './intake-settings.queries.js';
import type { IntakeSettings, UpdateIntakeSettingsInput } from './intake-settings.types.js';

/** What a workspace decides on what comes in by other people's clients. */
@Injectable()
export class IntakeSettingsService {
  constructor(
    private readonly database: Database,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Who of a mail is us; read for each mail, so that a change holds at once, in every process. */
  async ownMail(workspace: number): Promise<OwnMail> {
    const row = await this.database.inWorkspace(workspace, (db) => findIntakeSettings(db, workspace));
    return row?.own_mail ?? [];
  }

  async read({ workspace }: Caller): Promise<IntakeSettings> {
    return this.shown(await this.database.inWorkspace(workspace, (db) => findIntakeSettings(db, workspace)));
  }

  async update({ workspace, actor }: Caller, input: UpdateIntakeSettingsInput): Promise<IntakeSettings> {
    const { version, ownMail, waitingDeadLetterRetentionDays: waiting } = input;
    const change = {
      version,
      ownMail: ownMail == null ? undefined : [...new Set(readOwnMail(ownMail, 'input.ownMail'))].sort(),
      requestDays: daysOf(input.requestRetentionDays, 'input.requestRetentionDays'),
      deadLetterDays: daysOf(input.deadLetterRetentionDays, 'input.deadLetterRetentionDays'),
      waitingDeadLetterDays: waiting === null ? null : daysOf(waiting, 'input.waitingDeadLetterRetentionDays'),
    };
    return this.database.inWorkspace(workspace, async (db) => {
      const written = await writeIntakeSettings(db, workspace, change, actor);
      if (written) return this.shown(written);
      throw new StaleVersion('intake settings', version, this.shown(await findIntakeSettings(db, workspace)).version);
    });
  }

  private shown(row: IntakeSettingsRow | null): IntakeSettings {
    return {
      version: row?.version ?? 1,
      ownMail: row?.own_mail ?? [],
      requestRetentionDays: row?.request_days ?? this.config.webhookRetentionDays,
      deadLetterRetentionDays: row?.dead_letter_days ?? limits.deadLetterDaysDefault,
      waitingDeadLetterRetentionDays: row?.waiting_dead_letter_days ?? null,
      updatedAt: row?.updated_at.toISOString() ?? null,
      updatedBy: row?.updated_by ?? null,
    };
  }
}

function daysOf(days: number | null | undefined, field: string): number | undefined {
  const max = limits.retentionDaysMax;
  if (days == null || (days >= 1 && days <= max)) return days ?? undefined;
  throw new Refusal('OUT_OF_RANGE', `${field} takes 1 to ${max}.`, { field, limit: days < 1 ? 1 : max });
}
