import { Module } from '@nestjs/common';
import { Composer } from '../platform/composer.js';
import { BlueprintResolver, blueprintPayloadResolvers } from './blueprint.resolver.js';
import { blueprintById, blueprintShapes } from './blueprint.sections.js';
import { Blueprints } from './blueprints.service.js';
import { JOURNEY_CLOCK, type JourneyClock } from './journey-clock.js';

const realClock = (): JourneyClock => ({ now: () => new Date(), tickMs: 1_000 });

@Module({
  providers: [
    Blueprints,
    BlueprintResolver,
    ...blueprintPayloadResolvers,
    { provide: JOURNEY_CLOCK, useFactory: realClock },
  ],
})
export class JourneysModule {
  constructor(composer: Composer) {
    composer.contribute(blueprintShapes(composer));
    composer.contributeNode('blueprint', { type: 'Blueprint', from: blueprintById });
  }
}
