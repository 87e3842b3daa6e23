import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module.js';
import { Composer } from '../platform/composer.js';
import { entitlementShapes } from './entitlement.sections.js';
import { membershipShapes } from './membership.sections.js';
import { MembershipService, SEGMENT_CLOCK, type SegmentClock } from './membership.service.js';
import { MergePreviewSegmentsResolver } from './merge-preview.resolver.js';
import { MergePreviewSegments } from './merge-preview.service.js';
import {
  CustomerSegmentsResolver,
  SegmentHistoryResolver,
  SegmentResolver,
  segmentPayloadResolvers,
} from './segment.resolver.js';
import { inSegment, membersOfSegment, segmentById, segmentShapes } from './segment.sections.js';
import { SegmentService } from './segment.service.js';
import {
  CustomerSegmentDecisionsResolver,
  SegmentDecisionResolver,
  segmentDecisionPayloadResolvers,
} from './segment-decision.resolver.js';
import { SegmentDecisions } from './segment-decisions.service.js';
import { SegmentDueService } from './segment-due.service.js';
import { ServiceTiers } from './service-tier.service.js';

const realClock = (): SegmentClock => ({ now: () => new Date(), tickMs: 1_000 });

@Module({
  imports: [IdentityModule],
  providers: [
    SegmentService,
    MembershipService,
    ServiceTiers,
    SegmentDueService,
    MergePreviewSegments,
    MergePreviewSegmentsResolver,
    SegmentResolver,
    CustomerSegmentsResolver,
    SegmentHistoryResolver,
    SegmentDecisions,
    SegmentDecisionResolver,
    CustomerSegmentDecisionsResolver,
    ...segmentDecisionPayloadResolvers,
    ...segmentPayloadResolvers,
    { provide: SEGMENT_CLOCK, useFactory: realClock },
  ],
  exports: [SegmentService, SegmentDueService, MembershipService],
})
export class SegmentsModule {
  constructor(composer: Composer) {
    composer.contribute(segmentShapes(composer));
    composer.contribute(membershipShapes(composer));
    composer.contribute(entitlementShapes(composer));
    composer.contributeNarrowing('Query', 'customers', 'segment', { condition: inSegment, ids: membersOfSegment });
    composer.contributeNode('segment', { type: 'Segment', from: segmentById });
  }
}
