import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module.js';
import { Composer } from '../platform/composer.js';
import { TouchpointsModule } from '../touchpoints/touchpoints.module.js';
import { CloudeventsController } from './cloudevents/cloudevents.controller.js';
import { DeadLetterResolver } from './dead-letters/dead-letter.resolver.js';
import { deadLetterShapes } from './dead-letters/dead-letter.sections.js';
import { Replays } from './dead-letters/replays.service.js';
import { DeadLetters } from './dead-letters.service.js';
import { Dialects } from './dialects.service.js';
import { Door } from './door.js';
import { EmailController } from './email/email.controller.js';
import { ImportController } from './import/import.controller.js';
import { ImportResolver } from './import/import.resolver.js';
import { importShapes } from './import/import.sections.js';
import { ImportLog } from './import/import-log.service.js';
import { Imports } from './import/imports.service.js';
import { Intake } from './intake.service.js';
import { IntakeSettingsResolver } from './intake-settings.resolver.js';
import { IntakeSettingsService } from './intake-settings.service.js';
import { MappingResolver } from './mapping/mapping.resolver.js';
import { MappingTests } from './mapping/mapping-test.service.js';
import { PosthogController } from './posthog/posthog.controller.js';
import { Retention } from './retention/retention.service.js';
import { SegmentController } from './segment/segment.controller.js';
import { SnowplowController } from './snowplow/snowplow.controller.js';
import { ConnectorResolver } from './webhooks/connector.resolver.js';
import { ConnectorDirectory } from './webhooks/connector-directory.service.js';
import { Connectors } from './webhooks/connectors.service.js';
import { Inbound } from './webhooks/inbound.service.js';
import { InboundWorker } from './webhooks/inbound-worker.service.js';
import { Outside } from './webhooks/outside.service.js';
import { ConnectorRequestResolver } from './webhooks/request.resolver.js';
import { requestShapes } from './webhooks/request.sections.js';
import { WEBHOOK_CLOCK, type WebhookClock } from './webhooks/webhook-clock.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';
import { Webhooks } from './webhooks/webhooks.service.js';

const realClock = (): WebhookClock => ({ now: () => new Date(), tickMs: 1_000 });

/** The ways in beside GraphQL: other people's clients, unchanged. */
@Module({
  imports: [IdentityModule, TouchpointsModule],
  providers: [
    Door,
    Intake,
    IntakeSettingsService,
    IntakeSettingsResolver,
    Dialects,
    DeadLetters,
    Replays,
    DeadLetterResolver,
    MappingTests,
    Imports,
    ImportLog,
    ImportResolver,
    ImportController,
    SegmentController,
    PosthogController,
    SnowplowController,
    CloudeventsController,
    EmailController,
    MappingResolver,
    ConnectorResolver,
    ConnectorRequestResolver,
    Connectors,
    ConnectorDirectory,
    Inbound,
    InboundWorker,
    Retention,
    Outside,
    Webhooks,
    WebhooksController,
    { provide: WEBHOOK_CLOCK, useFactory: realClock },
  ],
  exports: [Door],
})
export class ConnectorsModule {
  constructor(composer: Composer) {
    composer.contribute(deadLetterShapes(composer));
    composer.contribute(importShapes(composer));
    composer.contribute(requestShapes(composer));
  }
}
