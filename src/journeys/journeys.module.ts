import { Module } from '@nestjs/common';
import { Composer } from '../platform/composer.js';
import { TouchpointsModule } from '../touchpoints/touchpoints.module.js';
import { BlueprintResolver, blueprintPayloadResolvers } from './blueprint.resolver.js';
import { blueprintById, blueprintShapes } from './blueprint.sections.js';
import { Blueprints } from './blueprints.service.js';
import {
  CustomerJourneysResolver,
  JourneyFieldsResolver,
  JourneyResolver,
  journeyPayloadResolvers,
  TouchpointJourneyResolver,
} from './journey.resolver.js';
import { journeyById, journeyShapes } from './journey.sections.js';
import { JOURNEY_CLOCK, type JourneyClock } from './journey-clock.js';
import { JourneyDueService } from './journey-due.service.js';
import { JourneyMigration } from './journey-migration.service.js';
import { JourneySettling } from './journey-settling.service.js';
import { JourneyStart } from './journey-start.service.js';
import { Journeys } from './journeys.service.js';
import { MergePreviewJourneysResolver } from './merge-preview.resolver.js';
import { MergePreviewJourneys } from './merge-preview.service.js';

const realClock = (): JourneyClock => ({ now: () => new Date(), tickMs: 1_000 });

@Module({
  imports: [TouchpointsModule],
  providers: [
    Blueprints,
    BlueprintResolver,
    ...blueprintPayloadResolvers,
    Journeys,
    JourneyStart,
    JourneyMigration,
    JourneySettling,
    JourneyDueService,
    MergePreviewJourneys,
    MergePreviewJourneysResolver,
    JourneyResolver,
    JourneyFieldsResolver,
    CustomerJourneysResolver,
    TouchpointJourneyResolver,
    ...journeyPayloadResolvers,
    { provide: JOURNEY_CLOCK, useFactory: realClock },
  ],
  exports: [JourneyDueService],
})
export class JourneysModule {
  constructor(composer: Composer) {
    composer.contribute(blueprintShapes(composer));
    composer.contributeNode('blueprint', { type: 'Blueprint', from: blueprintById });
    composer.contribute(journeyShapes(composer));
    composer.contributeNode('journey', { type: 'Journey', from: journeyById });
  }
}
