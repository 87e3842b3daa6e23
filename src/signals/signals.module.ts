import { Module } from '@nestjs/common';
import { Composer } from '../platform/composer.js';
import { BriefOpenings } from './brief-openings.service.js';
import { BriefOpeningResolver, briefPayloadResolver, TouchpointContinuityResolver } from './continuity.resolver.js';
import { continuityShapes } from './continuity.sections.js';
import { CustomerMarksResolver, MarkResolver, markPayloadResolvers } from './customer-mark.resolver.js';
import { markShapes } from './customer-mark.sections.js';
import { CustomerMarks } from './customer-marks.service.js';
import { CustomerMetricsResolver } from './metrics.resolver.js';
import { metricShapes } from './metrics.sections.js';
import { CustomerNextResolver, ReasonsResolver } from './next-step.resolver.js';
import { nextShapes } from './next-step.sections.js';
import { Reasons } from './reasons.service.js';
import { CustomerSignalsResolver } from './signal.resolver.js';
import { signalShapes } from './signal.sections.js';
import { SIGNAL_CLOCK, type SignalClock } from './signal-clock.js';
import { SignalSettingsResolver } from './signal-settings.resolver.js';
import { SignalThresholdSettings } from './signal-settings.service.js';

const realClock = (): SignalClock => ({ now: () => new Date() });

@Module({
  providers: [
    BriefOpenings,
    BriefOpeningResolver,
    briefPayloadResolver,
    TouchpointContinuityResolver,
    CustomerMetricsResolver,
    CustomerMarks,
    CustomerMarksResolver,
    MarkResolver,
    ...markPayloadResolvers,
    SignalThresholdSettings,
    SignalSettingsResolver,
    CustomerSignalsResolver,
    Reasons,
    ReasonsResolver,
    CustomerNextResolver,
    { provide: SIGNAL_CLOCK, useFactory: realClock },
  ],
})
export class SignalsModule {
  constructor(composer: Composer) {
    composer.contribute(continuityShapes(composer));
    composer.contribute(metricShapes(composer));
    composer.contribute(markShapes(composer));
    composer.contribute(signalShapes(composer));
    composer.contribute(nextShapes(composer));
  }
}
