import { Module } from '@nestjs/common';
import { Analyses } from './analyses.service.js';
import { AnalyticsResolver } from './analytics.resolver.js';
import { ANALYTICS_CLOCK, type AnalyticsClock } from './analytics-clock.js';

const realClock = (): AnalyticsClock => ({ now: () => new Date() });

@Module({
  providers: [Analyses, AnalyticsResolver, { provide: ANALYTICS_CLOCK, useFactory: realClock }],
})
export class AnalyticsModule {}
