import { type DynamicModule, Global, Module } from '@nestjs/common';
import { CONFIG, type Config } from './config.js';
import { APP_CONNECTION, type AppConnection, Database } from './database.js';
import { Events } from './events.js';
import { FeedSweep } from './feed-sweep.js';
import { FeedWakes } from './feed-wakes.js';
import { HealthController } from './health.controller.js';
import { Lifecycle } from './lifecycle.js';
import { Log } from './log.js';
import { Metrics } from './metrics.js';
import { Relay } from './relay.js';
import { Secrets } from './secrets.service.js';

@Global()
@Module({})
class PlatformModule {}

/** What every floor stands on: configuration, database, events, figures, health. */
export function platformModule(config: Config, connection: AppConnection): DynamicModule {
  const values = [
    { provide: CONFIG, useValue: config },
    { provide: APP_CONNECTION, useValue: connection },
  ];
  const services = [Database, Events, FeedSweep, FeedWakes, Lifecycle, Log, Metrics, Relay, Secrets];
  return {
    module: PlatformModule,
    controllers: [HealthController],
    providers: [...values, ...services],
    exports: [CONFIG, APP_CONNECTION, ...services],
  };
}
