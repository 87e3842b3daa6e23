import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller } from '../../access/caller.js';
import { Dialects } from '../dialects.service.js';
import { allowBrowsers, Door } from '../door.js';
import { Intake } from '../intake.service.js';
import { parseOrKeep } from '../sent-text.js';
import { snowplowDialect } from './snowplow-event.js';
import { eventOfQuery, eventsOf } from './snowplow-payload.js';

const pixel = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/**
 * A Snowplow collector. A tracker that can send headers sends its key there; one that cannot has an endpoint with the
 * key in its path, such as `https://throughline.example/snowplow/<key>`, and may use any path below it.
 */
@Injectable()
export class SnowplowController implements OnModuleInit {
  constructor(
    private readonly door: Door,
    private readonly dialects: Dialects,
    private readonly intake: Intake,
  ) {}

  onModuleInit(): void {
    this.dialects.register(snowplowDialect.name, () => snowplowDialect);
    this.door.open((scope) => {
      for (const path of ['/com.snowplowanalytics.snowplow/tp2', '/snowplow/:key/*']) this.takePosts(scope, path);
      for (const path of ['/i', '/snowplow/:key/i']) this.takePixels(scope, path);
    });
  }

  private takePosts(scope: FastifyInstance, path: string): void {
    allowBrowsers(scope, path);
    scope.post(path, async (request) => {
      const key = keyInPath(request);
      const keyIn = key === undefined ? undefined : () => key;
      const { caller, body } = await this.door.enter(request, parseOrKeep, { keyIn });
      await this.take(caller, eventsOf(body));
      return { success: true };
    });
  }

  /** To ask whether an image is there must store nothing: no HEAD. */
  private takePixels(scope: FastifyInstance, path: string): void {
    scope.get(path, { exposeHeadRoute: false }, async (request, reply) => {
      const caller = await this.door.callerOf(request, keyInPath(request));
      await this.take(caller, [eventOfQuery(request.query as Readonly<Record<string, unknown>>)]);
      return reply.header('cache-control', 'no-store').type('image/gif').send(pixel);
    });
  }

  private async take(caller: Caller, events: readonly unknown[]): Promise<void> {
    await this.intake.take(caller.workspace, events, snowplowDialect);
  }
}

function keyInPath(request: FastifyRequest): string | undefined {
  return (request.params as { key?: string }).key;
}
