import { Injectable, type OnModuleInit } from '@nestjs/common';
import { lanes, noteDue } from '../identity/suggestions/due.queries.js';
import { Events } from '../platform/events.js';
import { TOUCHPOINTS_RECORDED, type TouchpointsRecorded } from './touchpoints.events.js';

/** Tells the match whose traits and identifiers a batch changed: identity, a floor below, does not know of touchpoints. */
@Injectable()
export class MatchChanges implements OnModuleInit {
  constructor(private readonly events: Events) {}

  onModuleInit(): void {
    this.events.subscribe(TOUCHPOINTS_RECORDED, 4, async (db, event) => {
      // An event that waited while the service was upgraded has neither list.
      const { told = [], joined = [], backfill } = event.payload as Partial<TouchpointsRecorded>;
      const lane = backfill ? lanes.whole : lanes.now;
      if (told.length > 0) await noteDue(db, event.workspace, told, { lane, isForced: false });
      if (joined.length > 0) await noteDue(db, event.workspace, joined, { lane, isForced: true });
    });
  }
}
