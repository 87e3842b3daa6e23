import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database.js';
import { limits } from '../../platform/limits.js';
import { tellImport } from './import.queries.js';
import type { ImportNews } from './import-entry.js';

/** Keeps what has become of imports. */
@Injectable()
export class ImportLog {
  constructor(private readonly database: Database) {}

  /** @returns false when somebody else has begun the import of that id, of which nothing changes then */
  tell(workspace: number, startedBy: string, news: ImportNews): Promise<boolean> {
    return this.database.inWorkspace(workspace, (db) =>
      tellImport(db, workspace, { ...news, startedBy, at: new Date() }, limits.refusalsPerImportMax),
    );
  }
}
