import { Module } from '@nestjs/common';
import { sightings } from '../identity/identifier-seen.sections.js';
import { IdentityModule } from '../identity/identity.module.js';
import { Composer } from '../platform/composer.js';
import { activityShapes } from './activity.sections.js';
import { conversationShapes } from './conversation.sections.js';
import { FormCollisions } from './form-collisions.service.js';
import { Ingest } from './ingest.service.js';
import { IngestForecast } from './ingest-forecast.service.js';
import { MatchChanges } from './match-changes.service.js';
import { MergeEvidenceResolver, StepEvidenceResolver } from './merge-evidence.resolver.js';
import { mergeEvidenceShapes } from './merge-evidence.sections.js';
import { PortalTokenResolver } from './portal-token.resolver.js';
import { PortalTokens } from './portal-tokens.service.js';
import { ProtectionReport } from './protection-report.js';
import { RecordResolver } from './record.resolver.js';
import { sightingsOf } from './sightings.sections.js';
import { ConversationResolver, CustomerHistoryResolver, TouchpointResolver } from './touchpoint.resolver.js';
import { touchpointShapes } from './touchpoint.sections.js';
import { conversationOf, touchpointOf } from './touchpoint-rows.sections.js';

@Module({
  imports: [IdentityModule],
  providers: [
    Ingest,
    IngestForecast,
    MergeEvidenceResolver,
    StepEvidenceResolver,
    ProtectionReport,
    FormCollisions,
    MatchChanges,
    PortalTokenResolver,
    PortalTokens,
    RecordResolver,
    TouchpointResolver,
    ConversationResolver,
    CustomerHistoryResolver,
  ],
  exports: [Ingest, IngestForecast],
})
export class TouchpointsModule {
  constructor(composer: Composer) {
    composer.contribute(touchpointShapes(composer));
    composer.contribute(conversationShapes(composer));
    composer.contribute(activityShapes(composer));
    composer.contribute(mergeEvidenceShapes(composer));
    composer.contributeRows(sightings, sightingsOf);
    composer.contributeNode('touchpoint', { type: 'Touchpoint', from: touchpointOf });
    composer.contributeNode('conversation', { type: 'Conversation', from: conversationOf });
  }
}
