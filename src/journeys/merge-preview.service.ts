import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { Database } from '../platform/database.js';
import { findOpenJourneys } from './merge-preview.queries.js';

const journeysMax = 100;

/** The journeys that two customers would be on together. */
@Injectable()
export class MergePreviewJourneys {
  constructor(private readonly database: Database) {}

  open(caller: Caller, profiles: readonly string[]): Promise<string[]> {
    return this.database.inWorkspace(caller.workspace, (db) =>
      findOpenJourneys(db, caller.workspace, profiles, journeysMax),
    );
  }
}
