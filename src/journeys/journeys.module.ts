import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module.js';
import { Composer } from '../platform/composer.js';
import { TouchpointsModule } from '../touchpoints/touchpoints.module.js';
import { BlueprintResolver, blueprintPayloadResolvers } from './blueprint.resolver.js';
import { blueprintById, blueprintShapes } from './blueprint.sections.js';
import { Blueprints } from './blueprints.service.js';
import { briefShapes } from './brief.sections.js';
import { HandOffs } from './hand-off.service.js';
import { HandOvers } from './hand-over.service.js';
import {
  CustomerBriefResolver,
  CustomerJourneysResolver,
  JourneyFieldsResolver,
  JourneyResolver,
  journeyPayloadResolvers,
  TouchpointJourneyResolver,
} from './journey.resolver.js';
import { journeyById, journeyShapes } from './journey.sections.js';
import { JOURNEY_CLOCK, type JourneyClock } from './journey-clock.js';
import { JourneyDueService } from './journey-due.service.js';
import { JourneyListResolver } from './journey-list.resolver.js';
import { journeyListShapes } from './journey-list.sections.js';
import { JourneyMigration } from './journey-migration.service.js';
import { JourneySettling } from './journey-settling.service.js';
import { JourneyStart } from './journey-start.service.js';
import { Journeys } from './journeys.service.js';
import { MergePreviewJourneysResolver } from './merge-preview.resolver.js';
import { MergePreviewJourneys } from './merge-preview.service.js';
import { ResumeCodeImageResolver, ResumeResolver, resumePayloadResolvers } from './resume.resolver.js';
import { Resumes } from './resume.service.js';
import { ResumeCodes } from './resume-codes.service.js';
import { ResumeGuard } from './resume-guard.service.js';
import { ResumeWays } from './resume-ways.service.js';

const realClock = (): JourneyClock => ({ now: () => new Date(), tickMs: 1_000 });

@Module({
  imports: [IdentityModule, TouchpointsModule],
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
    ResumeCodes,
    ResumeGuard,
    ResumeWays,
    Resumes,
    HandOvers,
    HandOffs,
    ResumeResolver,
    ResumeCodeImageResolver,
    ...resumePayloadResolvers,
    JourneyResolver,
    JourneyListResolver,
    JourneyFieldsResolver,
    CustomerJourneysResolver,
    CustomerBriefResolver,
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
    composer.contribute(journeyListShapes(composer));
    composer.contribute(briefShapes(composer));
    composer.contributeNode('journey', { type: 'Journey', from: journeyById });
  }
}
