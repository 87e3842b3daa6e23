import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { mergedMembers, type PreviewedProfiles } from '../identity/merge-preview.service.js';
import { Database } from '../platform/database.js';
import { findConsentConflicts } from './merge-preview.queries.js';
import type { MergePreviewConsent } from './merge-preview.types.js';
import { TREATMENT_CLOCK, type TreatmentClock } from './treatment-clock.js';

/** What a merge would do to the consents of two customers; nothing is written. */
@Injectable()
export class MergePreviewConsents {
  constructor(
    private readonly database: Database,
    @Inject(TREATMENT_CLOCK) private readonly clock: TreatmentClock,
  ) {}

  conflicts({ workspace }: Caller, profiles: PreviewedProfiles): Promise<MergePreviewConsent[]> {
    const sides = {
      survivor: profiles.survivorMembers,
      other: profiles.otherMembers,
      merged: mergedMembers(profiles),
    };
    return this.database.inWorkspace(workspace, (db) => findConsentConflicts(db, workspace, sides, this.clock.now()));
  }
}
