import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Dialects } from '../dialects.service.js';
import { allowBrowsers, Door, type Visit } from '../door.js';
import { Intake } from '../intake.service.js';
import { eventsOf, keyIn, readPosthog } from './posthog-batch.js';
import { posthogDialect } from './posthog-event.js';

const capturePaths = ['/batch', '/capture', '/i/v0/e', '/e'];
const flagPaths = ['/flags', '/decide'];

/** There are no feature flags here, and a client that asks for them goes on without. */
const noFlags = { flags: {}, featureFlags: {}, featureFlagPayloads: {}, errorsWhileComputingFlags: false };

/** PostHog's capture API, with the key in the body. */
@Injectable()
export class PosthogController implements OnModuleInit {
  constructor(
    private readonly door: Door,
    private readonly dialects: Dialects,
    private readonly intake: Intake,
  ) {}

  onModuleInit(): void {
    this.dialects.register(posthogDialect.name, () => posthogDialect);
    this.door.open((scope) => {
      this.answer(scope, capturePaths, async ({ caller, body }) => {
        await this.intake.take(caller.workspace, eventsOf(body), posthogDialect);
        return { status: 1 };
      });
      this.answer(scope, flagPaths, async () => noFlags);
    });
  }

  private answer(
    scope: FastifyInstance,
    paths: readonly string[],
    act: (visit: Visit<unknown>) => Promise<object>,
  ): void {
    for (const path of paths) {
      allowBrowsers(scope, path);
      scope.post(path, async (request) => {
        declarePacking(request);
        return act(await this.door.enter(request, readPosthog, { keyIn }));
      });
    }
  }
}

/** Browsers may not say `content-encoding` without a preflight, so PostHog's says it in the address. */
function declarePacking(request: FastifyRequest): void {
  const { compression } = request.query as { compression?: unknown };
  if (compression === 'gzip-js') request.raw.headers['content-encoding'] ??= 'gzip';
}
