import { Module } from '@nestjs/common';
import { TouchpointsModule } from '../touchpoints/touchpoints.module.js';
import { DeadLetters } from './dead-letters.service.js';
import { SegmentController } from './segment.controller.js';
import { SegmentMessages } from './segment.service.js';

/** The ways in beside GraphQL: other people's clients, unchanged. */
@Module({
  imports: [TouchpointsModule],
  providers: [SegmentController, SegmentMessages, DeadLetters],
})
export class ConnectorsModule {}
