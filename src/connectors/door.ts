import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { Authenticator } from '../access/authenticator.js';
import type { Caller } from '../access/caller.js';
import { browserAccess, preflightAnswer } from '../platform/browser-access.js';
import { CONFIG, type Config } from '../platform/config.js';
import { limits } from '../platform/limits.js';
import { answerError } from '../platform/problems.js';
import { Refusal } from '../platform/refusal.js';
import { readBody } from './request-body.js';

/** A request whose sender is known and whose body was read. */
export interface Visit<Body> {
  readonly caller: Caller;
  readonly body: Body;
}

/**
 * The way in of other people's clients. Each opens a Fastify scope of its own, not a Nest controller: here a body is
 * bytes whatever its content type says, and nowhere else.
 */
@Injectable()
export class Door {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly authenticator: Authenticator,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Called when a module starts. Pages of the configured origins may read what its routes answer. */
  open(routes: (scope: FastifyInstance) => void): void {
    // Without a server, as when only the schema is printed, there is nothing to answer.
    const server: FastifyInstance | undefined = this.host.httpAdapter?.getInstance();
    server?.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, stream, done) => done(null, stream));
      scope.setErrorHandler((error, request, reply) => answerError(error, request, reply));
      scope.addHook('onRequest', async (request, reply) => {
        reply.headers(browserAccess(this.config.corsOrigins, request.headers.origin));
        // Whatever it says, even what is no content type at all; `contentTypeOf` still knows.
        delete request.raw.headers['content-type'];
      });
      scope.addHook('onRoute', (route) => alsoWithSlash(scope, route));
      routes(scope);
    });
  }

  /**
   * Who calls is known before the body is read, unless the key is in the body.
   * @param read makes the body out of its bytes
   * @param keyIn the key that came in the body; a header wins over it
   */
  async enter<Body>(
    request: FastifyRequest,
    read: (bytes: Buffer) => Body,
    { keyIn, bytesMax = limits.bodyBytesMax }: { keyIn?: (body: Body) => unknown; bytesMax?: number } = {},
  ): Promise<Visit<Body>> {
    const isKnownFirst = request.headers.authorization !== undefined || !keyIn;
    const known = isKnownFirst ? await this.callerOf(request) : null;
    const body = read(await bytesOf(request, bytesMax));
    return { caller: known ?? (await this.callerOf(request, keyIn?.(body) ?? '')), body };
  }

  /**
   * Who calls.
   * @param key where a protocol puts it elsewhere than into a header, which wins over it
   */
  async callerOf(request: FastifyRequest, key?: unknown): Promise<Caller> {
    const isInHeader = request.headers.authorization !== undefined || key === undefined;
    const secret = typeof key === 'string' ? key : '';
    return mayWrite(
      isInHeader
        ? await this.authenticator.authenticate(request.headers)
        : await this.authenticator.proveSecret(secret),
    );
  }
}

/**
 * Whoever writes an address into a form or a proxy adds a slash at its end, or leaves it out; to the clients a 404 is the
 * end of what they sent.
 */
function alsoWithSlash(scope: FastifyInstance, route: RouteOptions): void {
  // Fastify adds HEAD to each GET by itself.
  if (route.method !== 'HEAD' && !/[/*]$/.test(route.url)) scope.route({ ...route, url: `${route.url}/` });
}

/** Answers the preflight of browsers at a path. */
export function allowBrowsers(scope: FastifyInstance, path: string): void {
  scope.options(path, async (request, reply) =>
    reply.headers(preflightAnswer(request.headers['access-control-request-headers'])).status(204).send(),
  );
}

/** The content type that a request declared, in small letters; empty when it declared none. */
export function contentTypeOf(request: FastifyRequest): string {
  const { rawHeaders } = request.raw;
  const place = rawHeaders.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === 'content-type');
  return place < 0 ? '' : (rawHeaders[place + 1] as string).trim().toLowerCase();
}

async function bytesOf(request: FastifyRequest, bytesMax: number): Promise<Buffer> {
  const stream = request.body as Readable | undefined;
  return stream ? readBody(stream, request.headers['content-encoding'], bytesMax) : Buffer.alloc(0);
}

function mayWrite(caller: Caller): Caller {
  const scope = 'touchpoints:write';
  if (!caller.may({ scope })) throw new Refusal('SCOPE_MISSING', `This needs the scope ${scope}.`);
  return caller;
}
