import { Module } from '@nestjs/common';
import { TouchpointsModule } from '../touchpoints/touchpoints.module.js';
import { DeadLetters } from './dead-letters.service.js';
import { Dialects } from './dialects.service.js';
import { Door } from './door.js';
import { Intake } from './intake.service.js';
import { SegmentController } from './segment/segment.controller.js';

/** The ways in beside GraphQL: other people's clients, unchanged. */
@Module({
  imports: [TouchpointsModule],
  providers: [Door, Intake, Dialects, DeadLetters, SegmentController],
})
export class ConnectorsModule {}
