import { Module } from '@nestjs/common';
import { Composer } from '../platform/composer.js';
import { BriefOpenings } from './brief-openings.service.js';
import { BriefOpeningResolver, TouchpointContinuityResolver } from './continuity.resolver.js';
import { continuityShapes } from './continuity.sections.js';
import { CustomerMetricsResolver } from './metrics.resolver.js';
import { metricShapes } from './metrics.sections.js';
import { SIGNAL_CLOCK, type SignalClock } from './signal-clock.js';

const realClock = (): SignalClock => ({ now: () => new Date() });

@Module({
  providers: [
    BriefOpenings,
    BriefOpeningResolver,
    TouchpointContinuityResolver,
    CustomerMetricsResolver,
    { provide: SIGNAL_CLOCK, useFactory: realClock },
  ],
})
export class SignalsModule {
  constructor(composer: Composer) {
    composer.contribute(continuityShapes(composer));
    composer.contribute(metricShapes(composer));
  }
}
