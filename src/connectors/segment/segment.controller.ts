import type { Readable } from 'node:stream';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Authenticator } from '../../access/authenticator.js';
import type { Caller } from '../../access/caller.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { limits } from '../../platform/limits.js';
import { answerError } from '../../platform/problems.js';
import { Refusal } from '../../platform/refusal.js';
import { browserAccess, preflightAnswer } from '../browser-access.js';
import { Intake } from '../intake.service.js';
import type { JsonObject } from '../json-value.js';
import { parseObject, readBody } from '../request-body.js';

import { messagesOf } from './segment-batch.js';
import { segmentDialect } from './segment-dialect.js';
import { messageTypes } from './segment-message.js';

/**
 * The Segment HTTP API: `POST /v1/batch`, `/v1/identify`, `/v1/track`, … and the forms of one letter that browsers use.
 * A Fastify scope of its own, not a Nest controller: here a body is JSON whatever its content type says, and nowhere
 * else.
 */
@Injectable()
export class SegmentController implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly authenticator: Authenticator,
    private readonly intake: Intake,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    // Without a server, as when only the schema is printed, there is nothing to answer.
    const server: FastifyInstance | undefined = this.host.httpAdapter?.getInstance();
    server?.register(async (scope) => this.open(scope));
  }

  private open(scope: FastifyInstance): void {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, stream, done) => done(null, stream));
    scope.setErrorHandler((error, request, reply) => answerError(error, request, reply));
    scope.addHook('onRequest', async (request, reply) => {
      reply.headers(browserAccess(this.config.corsOrigins, request.headers.origin));
      // Whatever it says, even what is no content type at all.
      delete request.raw.headers['content-type'];
    });
    for (const route of ['batch', ...messageTypes] as const) {
      for (const path of [`/v1/${route}`, `/v1/${route[0]}`]) {
        scope.options(path, async (request, reply) =>
          reply.headers(preflightAnswer(request.headers['access-control-request-headers'])).status(204).send(),
        );
        scope.post(path, async (request) => {
          const { caller, body } = await this.enter(request);
          await this.intake.take(caller.workspace, messagesOf(route, body), segmentDialect);
          return { success: true };
        });
      }
    }
  }

  /** Who calls is known before the body is read, unless the key is in the body. */
  private async enter(request: FastifyRequest): Promise<{ caller: Caller; body: JsonObject }> {
    const { authorization } = request.headers;
    const known =
      authorization === undefined ? null : requireScope(await this.authenticator.authenticate(request.headers));
    const body = await bodyOf(request);
    if (known) return { caller: known, body };
    const { writeKey } = body;
    const caller = await this.authenticator.proveSecret(typeof writeKey === 'string' ? writeKey : '');
    return { caller: requireScope(caller), body };
  }
}

async function bodyOf(request: FastifyRequest): Promise<JsonObject> {
  const stream = request.body as Readable | undefined;
  const encoding = request.headers['content-encoding'];
  return parseObject(stream ? await readBody(stream, encoding, limits.bodyBytesMax) : Buffer.alloc(0));
}

function requireScope(caller: Caller): Caller {
  const scope = 'touchpoints:write';
  if (!caller.may({ scope })) throw new Refusal('SCOPE_MISSING', `This needs the scope ${scope}.`);
  return caller;
}
