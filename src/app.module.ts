import { type DynamicModule, Module } from '@nestjs/common';
import { AccessModule } from './access/access.module.js';
import { AnalyticsModule } from './analytics/analytics.module.js';
import { ConnectorsModule } from './connectors/connectors.module.js';
import { ConsoleModule } from './console/console.module.js';
import { ExportsModule } from './exports/exports.module.js';
import { FeedbackModule } from './feedback/feedback.module.js';
import { IdentityModule } from './identity/identity.module.js';
import { SuggestionsModule } from './identity/suggestions/suggestions.module.js';
import { IssuesModule } from './issues/issues.module.js';
import { JourneysModule } from './journeys/journeys.module.js';
import { LiveModule } from './live/live.module.js';
import type { Config } from './platform/config.js';
import type { AppConnection } from './platform/database.js';
import { ComposerModule, graphqlModule } from './platform/graphql.js';
import { platformModule } from './platform/platform.module.js';
import { SegmentsModule } from './segments/segments.module.js';
import { SignalsModule } from './signals/signals.module.js';
import { TouchpointsModule } from './touchpoints/touchpoints.module.js';
import { TreatmentModule } from './treatment/treatment.module.js';

@Module({})
class AppModule {}

/** The whole service, floor by floor. */
export function appModule(config: Config, connection: AppConnection): DynamicModule {
  return {
    module: AppModule,
    imports: [
      platformModule(config, connection),
      ComposerModule,
      AccessModule,
      graphqlModule(),
      IdentityModule,
      SuggestionsModule,
      TouchpointsModule,
      IssuesModule,
      ConnectorsModule,
      JourneysModule,
      FeedbackModule,
      SignalsModule,
      SegmentsModule,
      TreatmentModule,
      AnalyticsModule,
      ExportsModule,
      LiveModule,
      ConsoleModule,
    ],
  };
}
