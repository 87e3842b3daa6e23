import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { Database } from '../platform/database.js';
import { StaleVersion } from '../platform/stale-version.js';
import { type OwnMail, readOwnMail } from './email/own-mail.js';
import { findIntakeSettings, type IntakeSettingsRow, writeIntakeSettings } from './intake-settings.queries.js';
import type { IntakeSettings, UpdateIntakeSettingsInput } from './intake-settings.types.js';

/** What a workspace decides on what comes in by other people's clients. */
@Injectable()
export class IntakeSettingsService {
  constructor(private readonly database: Database) {}

  /** Who of a mail is us; read for each mail, so that a change holds at once, in every process. */
  async ownMail(workspace: number): Promise<OwnMail> {
    const row = await this.database.inWorkspace(workspace, (db) => findIntakeSettings(db, workspace));
    return row?.own_mail ?? [];
  }

  async read({ workspace }: Caller): Promise<IntakeSettings> {
    return shown(await this.database.inWorkspace(workspace, (db) => findIntakeSettings(db, workspace)));
  }

  async update({ workspace, actor }: Caller, input: UpdateIntakeSettingsInput): Promise<IntakeSettings> {
    const ownMail = [...new Set(readOwnMail(input.ownMail, 'input.ownMail'))].sort();
    const { version } = input;
    return this.database.inWorkspace(workspace, async (db) => {
      const written = await writeIntakeSettings(db, workspace, { version, ownMail }, actor);
      if (written) return shown(written);
      throw new StaleVersion('intake settings', version, shown(await findIntakeSettings(db, workspace)).version);
    });
  }
}

function shown(row: IntakeSettingsRow | null): IntakeSettings {
  return {
    version: row?.version ?? 1,
    ownMail: row?.own_mail ?? [],
    updatedAt: row?.updated_at.toISOString() ?? null,
    updatedBy: row?.updated_by ?? null,
  };
}
