import { Module } from '@nestjs/common';
import { Composer } from '../platform/composer.js';
import { changeShapes } from './change.sections.js';
import { ChangeReader } from './change-reader.service.js';
import { ChangesResolver } from './changes.resolver.js';
import { Live } from './live.service.js';
import { LiveConnections } from './live-connections.service.js';
import { LiveRights } from './live-rights.service.js';
import { LiveSockets } from './live-sockets.service.js';
import { LiveStreams } from './live-streams.service.js';

@Module({
  providers: [ChangeReader, ChangesResolver, Live, LiveConnections, LiveRights, LiveSockets, LiveStreams],
})
export class LiveModule {
  constructor(composer: Composer) {
    composer.contribute(changeShapes(composer));
  }
}
