import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../platform/config.js';
import { answerError } from '../platform/problems.js';
import { Refusal } from '../platform/refusal.js';
import { cacheControlOf, contentPolicy, headersOf, pageWithNonce, safeHeaders } from './console-answer.js';
import { type ConsoleFile, readConsoleFiles } from './console-files.js';

const pack = promisify(gzip);
const nonceBytes = 16;

/**
 * Serves the console. Its pages are one document, whatever the path below `/console`; without a key it shows nothing of
 * anybody, for all it knows comes from the public API.
 */
@Injectable()
export class ConsoleController implements OnModuleInit {
  #files: ReadonlyMap<string, ConsoleFile> | null = null;
  readonly #packed = new Map<string, Promise<Buffer>>();

  constructor(
    private readonly host: HttpAdapterHost,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    // Without a server, as when only the schema is printed, there is nothing to answer.
    const server: FastifyInstance | undefined = this.host.httpAdapter?.getInstance();
    server?.register(async (scope) => {
      scope.setErrorHandler((error, request, reply) => answerError(error, request, reply));
      scope.get('/console/settings.json', async (_request, reply) => {
        reply.headers({ ...safeHeaders, 'cache-control': 'no-store' });
        return { signIn: this.signIn };
      });
      scope.get('/console', (_request, reply) => this.answerPage(reply));
      scope.get<{ Params: { '*': string } }>('/console/*', (request, reply) => {
        const path = request.params['*'];
        const file = path === 'index.html' ? undefined : this.files.get(path);
        if (file) return this.answerFile(path, file, request, reply);
        // A file that is not there must not look like a page: a browser would run it as a script.
        if (/\.\w+$/.test(path)) throw new Refusal('ROUTE_UNKNOWN', 'There is nothing at this address.');
        return this.answerPage(reply);
      });
    });
  }

  /** Read when the first one asks: most processes that start are never asked for it. */
  private get files(): ReadonlyMap<string, ConsoleFile> {
    this.#files ??= readConsoleFiles();
    return this.#files;
  }

  /** What a browser needs to know to sign somebody in at the issuer; nothing of it is secret. */
  private get signIn(): { readonly issuer: string; readonly clientId: string; readonly audience: string } | null {
    const { issuer, audience, clientId } = this.config.oidc ?? {};
    return issuer && audience && clientId ? { issuer, audience, clientId } : null;
  }

  private answerPage(reply: FastifyReply): FastifyReply {
    const page = this.files.get('index.html');
    if (!page) throw new Refusal('ROUTE_UNKNOWN', 'The console was not built: npm run build does it.');
    const nonce = randomBytes(nonceBytes).toString('base64');
    return reply
      .headers({
        ...safeHeaders,
        'content-security-policy': contentPolicy(nonce, this.signIn?.issuer),
        'cache-control': 'no-store',
      })
      .type(page.type)
      .send(pageWithNonce(page.bytes.toString('utf8'), nonce));
  }

  private async answerFile(
    path: string,
    file: ConsoleFile,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    reply
      .headers({ ...headersOf(path), 'cache-control': cacheControlOf(path), vary: 'accept-encoding' })
      .type(file.type);
    const isPacked = !path.endsWith('.woff2') && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    if (!isPacked) return reply.send(file.bytes);
    return reply.header('content-encoding', 'gzip').send(await this.packedOnce(path, file));
  }

  private packedOnce(path: string, file: ConsoleFile): Promise<Buffer> {
    const packed = this.#packed.get(path) ?? pack(file.bytes, { level: 9 });
    this.#packed.set(path, packed);
    return packed;
  }
}
