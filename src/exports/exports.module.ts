import { Module } from '@nestjs/common';
import { ExportLog } from './export-log.service.js';
import { ExportReader } from './export-reader.service.js';
import { ExportStreams } from './export-stream.service.js';
import { ExportsController } from './exports.controller.js';

/** Rows out, of any number, in the formats that other tools read. */
@Module({
  providers: [ExportLog, ExportReader, ExportStreams, ExportsController],
})
export class ExportsModule {}
