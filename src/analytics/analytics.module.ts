import { Module } from '@nestjs/common';
import { Analyses } from './analyses.service.js';
import { AnalyticsResolver } from './analytics.resolver.js';
import { ANALYTICS_CLOCK, type AnalyticsClock } from './analytics-clock.js';
import { ComparisonResolver } from './comparison.resolver.js';
import { Conformances } from './conformance.service.js';

const realClock = (): AnalyticsClock => ({ now: () => new Date() });

@Module({
  providers: [
    Analyses,
    Conformances,
    AnalyticsResolver,
    ComparisonResolver,
    { provide: ANALYTICS_CLOCK, useFactory: realClock },
  ],
})
export class AnalyticsModule {}
