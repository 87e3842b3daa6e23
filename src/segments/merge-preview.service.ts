import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { Database } from '../platform/database.js';
import { SEGMENT_CLOCK, type SegmentClock } from './membership.service.js';
import { evaluateMerged } from './merge-preview.queries.js';
import { listSegments } from './segment.queries.js';
import { ruleOf } from './stored-rules.js';

/** Inner ids of segments, in the order of the workspace's. */
export interface SegmentChange {
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

/** What a merge would do to the memberships of two customers; nothing is written. */
@Injectable()
export class MergePreviewSegments {
  constructor(
    private readonly database: Database,
    @Inject(SEGMENT_CLOCK) private readonly clock: SegmentClock,
  ) {}

  change(caller: Caller, profiles: readonly string[]): Promise<SegmentChange> {
    const { workspace } = caller;
    return this.database.inWorkspace(workspace, async (db) => {
      const rows = await listSegments(db, workspace);
      if (rows.length === 0) return { gained: [], lost: [] };
      const segments = rows.map((row) => ruleOf(workspace, row));
      const merged = await evaluateMerged(db, workspace, segments, profiles, this.clock.now());
      const isMember = (id: string) => merged.present.includes(id);
      return {
        gained: segments.filter(({ id }, place) => merged.holds[place] && !isMember(id)).map(({ id }) => id),
        lost: segments.filter(({ id }, place) => !merged.holds[place] && isMember(id)).map(({ id }) => id),
      };
    });
  }
}
