import { Module } from '@nestjs/common';
import { Composer } from '../platform/composer.js';
import { limits } from '../platform/limits.js';
import { ExportLog } from './export-log.service.js';
import { ExportReader } from './export-reader.service.js';
import { ExportStreams } from './export-stream.service.js';
import { ExportsController } from './exports.controller.js';
import { DownloadsController } from './jobs/downloads.controller.js';
import { Downloads } from './jobs/downloads.service.js';
import { ExportResolver } from './jobs/export.resolver.js';
import { exportShapes } from './jobs/export.sections.js';
import { ExportFiles } from './jobs/export-files.service.js';
import { ExportJobs } from './jobs/export-jobs.service.js';
import { EXPORT_PACE, type ExportPace } from './jobs/export-pace.js';
import { ExportWorker } from './jobs/export-worker.service.js';
import { JobRuns } from './jobs/job-run.service.js';

const realPace = (): ExportPace => ({
  now: () => new Date(),
  tickMs: 1_000,
  tellMs: 2_000,
  partBytesMin: limits.exportPartBytesMin,
});

/** Rows out, of any number, in the formats that other tools read. */
@Module({
  providers: [
    ExportLog,
    ExportReader,
    ExportStreams,
    ExportsController,
    ExportFiles,
    ExportJobs,
    ExportResolver,
    ExportWorker,
    JobRuns,
    Downloads,
    DownloadsController,
    { provide: EXPORT_PACE, useFactory: realPace },
  ],
})
export class ExportsModule {
  constructor(composer: Composer) {
    composer.contribute(exportShapes(composer));
  }
}
