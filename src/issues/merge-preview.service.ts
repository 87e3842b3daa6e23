import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { Database } from '../platform/database.js';
import { findOpenIssues } from './merge-preview.queries.js';

const issuesMax = 100;

/** The issues that two customers would have together. */
@Injectable()
export class MergePreviewIssues {
  constructor(private readonly database: Database) {}

  open(caller: Caller, profiles: readonly string[]): Promise<string[]> {
    return this.database.inWorkspace(caller.workspace, (db) =>
      findOpenIssues(db, caller.workspace, profiles, issuesMax),
    );
  }
}
