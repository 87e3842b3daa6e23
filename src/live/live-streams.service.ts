import type { ServerResponse } from 'node:http';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { presentedSecret } from '../access/authenticator.js';
import { Lifecycle } from '../platform/lifecycle.js';
import { limits } from '../platform/limits.js';
import { Metrics } from '../platform/metrics.js';
import { answerError } from '../platform/problems.js';
import { Refusal } from '../platform/refusal.js';
import type { Follower } from './follower.js';
import { Live } from './live.service.js';
import { closeCodes, type LiveClient } from './live-client.js';
import { LiveConnections } from './live-connections.service.js';
import type { Asked } from './live-operation.js';
import { LiveRights } from './live-rights.service.js';

const address = '/graphql';
const eventStream = 'text/event-stream';
/** Proxies cut what is silent; a comment says nothing to a client. */
const breathMs = 12_000;

/** What one stream has under way. */
interface Stream extends LiveClient {
  readonly raw: ServerResponse;
  follower: Follower | null;
}

/**
 * Subscriptions where sockets are blocked: one as one HTTP response, in the ‘distinct connections’ of `graphql-sse`
 * (`POST /graphql` with `accept: text/event-stream`). The same engine, cursors, rights and limits as over sockets.
 */
@Injectable()
export class LiveStreams implements OnModuleInit {
  readonly #streams = new Set<Stream>();
  readonly #open;

  constructor(
    private readonly live: Live,
    private readonly rights: LiveRights,
    private readonly connections: LiveConnections,
    private readonly host: HttpAdapterHost,
    private readonly lifecycle: Lifecycle,
    metrics: Metrics,
  ) {
    this.#open = metrics.gauge('throughline_live_streams', 'Open event streams.', []);
  }

  onModuleInit(): void {
    // Without a server, as when only the schema is printed, there is nothing to answer.
    const server: FastifyInstance | undefined = this.host.httpAdapter?.getInstance();
    this.lifecycle.whenStopping(() => {
      // Broken off rather than completed: clients come back, elsewhere.
      for (const { raw } of this.#streams) raw.destroy();
    });
    server?.addHook('preHandler', async (request, reply) => {
      if (!asksForStream(request)) return;
      try {
        await this.answer(request, reply);
      } catch (error) {
        answerError(error, request, reply);
      }
      return reply;
    });
  }

  private async answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (this.lifecycle.isStopping) throw new Refusal('OVERLOADED', 'The service restarts: connect again.');
    const secret = presentedSecret(request.headers.authorization);
    const { workspace, actor } = await this.rights.prove(secret);
    const asked = askedOf(request.body);
    const leave = this.connections.enter(workspace, actor);
    const { raw } = reply;
    const stream: Stream = {
      raw,
      secret,
      following: new Set(),
      follower: null,
      end: (code, reason, sentence) => end(stream, code, reason, sentence),
    };
    raw.once('close', () => {
      leave();
      stream.follower?.close();
      this.#streams.delete(stream);
      this.#open.set(this.#streams.size);
    });
    // Whoever left meanwhile is told of no close any more.
    if (raw.destroyed) return leave();
    this.#streams.add(stream);
    this.#open.set(this.#streams.size);
    reply.hijack();
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': `${eventStream}; charset=utf-8`,
      'cache-control': 'no-cache',
      // Of a proxy that would gather what is sent.
      'x-accel-buffering': 'no',
    });
    raw.flushHeaders();
    await this.hand(stream, asked);
  }

  /** Sends what is followed as it is taken, until it ends. */
  private async hand(stream: Stream, asked: Asked): Promise<void> {
    const { raw } = stream;
    const breath = setInterval(() => raw.write(':\n\n'), breathMs);
    raw.once('close', () => clearInterval(breath));
    try {
      stream.follower = await this.live.follow(stream, asked);
      if (raw.destroyed) stream.follower.close();
      for await (const result of stream.follower) {
        await written(raw, `event: next\ndata: ${JSON.stringify(result)}\n\n`);
      }
    } catch (error) {
      complete(raw, this.live.errorsOf(error));
    }
    clearInterval(breath);
    if (!raw.writableEnded) raw.end('event: complete\ndata:\n\n');
  }
}

/** Clients that would take a stream among other things are asking for something else. */
function asksForStream({ method, url, headers }: FastifyRequest): boolean {
  const accept = headers.accept ?? '';
  return method === 'POST' && url.split('?')[0] === address && accept.includes(eventStream) && !accept.includes('json');
}

function askedOf(body: unknown): Asked {
  const { query, operationName, variables } = (body ?? {}) as Partial<Asked>;
  const isObject = variables === undefined || variables === null || typeof variables === 'object';
  if (typeof query !== 'string' || !isObject || Array.isArray(variables)) {
    throw new Refusal('BODY_MALFORMED', 'Send JSON with `query` and `variables`.');
  }
  if (JSON.stringify(body).length > limits.liveMessageBytesMax) {
    const limit = limits.liveMessageBytesMax;
    throw new Refusal('BODY_TOO_LARGE', `A subscription may have ${limit} bytes.`, { limit });
  }
  return {
    query,
    operationName: typeof operationName === 'string' ? operationName : null,
    variables: variables ?? null,
  };
}

/** Resolves when there is room for more: who does not read is not sent the next one. */
function written(raw: ServerResponse, text: string): Promise<void> | void {
  if (raw.destroyed || raw.write(text)) return;
  return new Promise((resolve) => {
    const go = () => {
      raw.off('drain', go);
      raw.off('close', go);
      resolve();
    };
    raw.once('drain', go);
    raw.once('close', go);
  });
}

function complete(raw: ServerResponse, errors: readonly object[]): void {
  if (raw.destroyed || raw.writableEnded) return;
  raw.end(`event: next\ndata: ${JSON.stringify({ errors })}\n\nevent: complete\ndata:\n\n`);
}

/** Ends a stream: with the reason where it will be read, else by breaking it off. */
function end(stream: Stream, code: number, reason: string, sentence: string): void {
  stream.follower?.close();
  if (code !== closeCodes.rights) stream.raw.destroy();
  else complete(stream.raw, [{ message: sentence, extensions: { code: 'UNAUTHENTICATED', reason } }]);
}
