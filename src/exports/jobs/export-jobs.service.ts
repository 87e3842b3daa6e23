import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../access/caller.js';
import { Database } from '../../platform/database.js';
import { Refusal, underPath } from '../../platform/refusal.js';
import { ExportLog } from '../export-log.service.js';
import { ExportReader } from '../export-reader.service.js';
import { requireRights } from '../export-rights.js';
import { type ExportWish, readWish } from '../export-wish.js';
import { requirePacking } from '../formats/packing.js';
import { type CreateExportInput, wordOfName } from './export.types.js';
import { EXPORT_PACE, type ExportPace } from './export-pace.js';
import { cancelJob, insertDue, readExport } from './job.queries.js';

/** Exports that the service writes by itself: begun, and cancelled. */
@Injectable()
export class ExportJobs {
  constructor(
    private readonly database: Database,
    private readonly reader: ExportReader,
    private readonly exports: ExportLog,
    @Inject(EXPORT_PACE) private readonly pace: ExportPace,
  ) {}

  /** Checks wish and rights, enters the export into the audit trail, and answers with its id. */
  async create(caller: Caller, input: CreateExportInput): Promise<string> {
    const wish = wishOf(input);
    const scopes = await requireRights(this.reader, caller, wish).catch((error: unknown) => {
      throw isAboutFilter(error) ? underPath('input.filters', error) : error;
    });
    return this.exports.begin(caller, {
      wish,
      scopes,
      isStream: false,
      also: (db, id) => insertDue(db, caller.workspace, id, this.pace.now()),
    });
  }

  /** @throws Refusal when there is no such export, or none that could be cancelled */
  async cancel({ workspace }: Caller, id: string): Promise<void> {
    await this.database.inWorkspace(workspace, async (db) => {
      if (await cancelJob(db, workspace, id, this.pace.now())) return;
      const found = await readExport(db, workspace, id);
      if (!found) throw new Refusal('NOT_FOUND', 'There is no export with this id.', { field: 'input.id' });
      const sentence = found.isStream
        ? 'An export within a request ends when its reader goes away.'
        : `This export is ${found.state.toLowerCase()}: there is nothing to cancel any more.`;
      throw new Refusal('STATUS_FORBIDS', sentence, { field: 'input.id' });
    });
  }
}

function wishOf({ filters, what, format, compression, formulas, ...rest }: CreateExportInput): ExportWish {
  if (filters != null && (typeof filters !== 'object' || Array.isArray(filters))) {
    throw new Refusal('INPUT_INVALID', 'filters must be an object: filters by their names.', {
      field: 'input.filters',
    });
  }
  try {
    const wish = readWish(
      {
        ...rest,
        what: wordOfName(what),
        format: wordOfName(format),
        compression: compression == null ? compression : wordOfName(compression),
        formulas: wordOfName(formulas),
        filters: (filters ?? {}) as Record<string, unknown>,
      },
      'filters.',
    );
    requirePacking(wish.compression);
    return wish;
  } catch (error) {
    throw underPath('input', error);
  }
}

const isAboutFilter = (error: unknown) => error instanceof Refusal && error.where.field !== undefined;
