import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type ExecutionArgs, GraphQLError } from 'graphql';
import { handleProtocols, makeServer, type Server as ProtocolServer, type SubscribePayload } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { presentedSecret } from '../access/authenticator.js';
import { Composer } from '../platform/composer.js';
import { databaseRefusal } from '../platform/database-errors.js';
import { Lifecycle } from '../platform/lifecycle.js';
import { limits } from '../platform/limits.js';
import { Log } from '../platform/log.js';
import { Metrics } from '../platform/metrics.js';
import { Refusal } from '../platform/refusal.js';
import type { Follower } from './follower.js';
import { Live } from './live.service.js';
import { closeCodes, endBy, type LiveClient } from './live-client.js';
import { LiveConnections } from './live-connections.service.js';
import { LiveRights } from './live-rights.service.js';
import { closeReason, keepAlive, refuseUpgrade, send } from './socket.js';

const address = '/graphql';
const goodbyeMsMax = 2_000;

/** One open socket. */
interface Session extends LiveClient {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  secret: string;
  /** Gives its place among the key's connections back. */
  leave: () => void;
}

/** What `onSubscribe` hands to `subscribe`: the library reads the operation's kind from the document. */
interface Begun extends ExecutionArgs {
  readonly follower: Follower;
}

/** Subscriptions over WebSockets, by the protocol of `graphql-ws` at `/graphql`. */
@Injectable()
export class LiveSockets implements OnApplicationBootstrap {
  readonly #sockets = new WebSocketServer({
    noServer: true,
    handleProtocols,
    maxPayload: limits.liveMessageBytesMax,
    clientTracking: true,
    perMessageDeflate: false,
  });
  readonly #protocol: ProtocolServer<Session>;
  readonly #open;

  constructor(
    private readonly live: Live,
    private readonly rights: LiveRights,
    private readonly connections: LiveConnections,
    private readonly host: HttpAdapterHost,
    private readonly composer: Composer,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
    metrics: Metrics,
  ) {
    this.#open = metrics.gauge('throughline_live_sockets', 'Open WebSockets.', []);
    this.#protocol = makeServer<Record<string, unknown>, Session>({
      onConnect: ({ extra, connectionParams }) => this.connect(extra, connectionParams),
      onSubscribe: ({ extra }, _id, payload) => this.subscribe(extra, payload),
      subscribe: (args) => (args as Begun).follower,
      onError: (_context, _id, _payload, errors) =>
        errors.flatMap((error) => this.live.errorsOf(error.originalError ?? error)),
    });
  }

  onApplicationBootstrap(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    this.lifecycle.whenStopping(() => this.sayGoodbye());
    server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head));
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => undefined);
    const path = (request.url ?? '').split('?')[0];
    if (path !== address) refuseUpgrade(socket, '404 Not Found');
    else if (this.lifecycle.isStopping) refuseUpgrade(socket, '503 Service Unavailable');
    else this.#sockets.handleUpgrade(request, socket, head, (opened) => this.opened(opened, request));
  }

  private opened(socket: WebSocket, request: IncomingMessage): void {
    const session: Session = {
      socket,
      request,
      secret: '',
      leave: () => undefined,
      following: new Set(),
      end: (code, reason, sentence) => socket.close(code, closeReason(reason, sentence)),
    };
    this.#open.set(this.#sockets.clients.size);
    const stopPinging = keepAlive(socket);
    const closed = this.#protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) => send(socket, data),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (take) =>
          socket.on('message', (data) => {
            take(String(data)).catch((error: unknown) => {
              this.log.error({ err: error }, 'A message of a socket could not be handled.');
              socket.close(1011);
            });
          }),
      },
      session,
    );
    socket.on('error', () => socket.terminate());
    socket.once('close', (code, reason) => {
      stopPinging();
      session.leave();
      this.#open.set(this.#sockets.clients.size);
      void closed(code, String(reason));
    });
  }

  /** `connection_init` presents the key, as `authorization` of its payload; servers may send it as a header instead. */
  private async connect(session: Session, params: Readonly<Record<string, unknown>> = {}): Promise<boolean> {
    const given = params['authorization'] ?? params['Authorization'] ?? session.request.headers.authorization;
    try {
      session.secret = presentedSecret(typeof given === 'string' ? given : undefined);
      const { workspace, actor } = await this.rights.prove(session.secret);
      session.leave = this.connections.enter(workspace, actor);
      if (session.socket.readyState !== session.socket.OPEN) session.leave();
      return true;
    } catch (error) {
      const refusal = databaseRefusal(error);
      if (!(refusal instanceof Refusal)) throw error;
      if (refusal.code === 'RATE_LIMITED') session.end(closeCodes.tooMany, refusal.reason, refusal.message);
      else endBy(session, refusal);
      return false;
    }
  }

  private async subscribe(
    session: Session,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    try {
      const follower = await this.live.follow(session, payload);
      const { document, operation } = follower.operation;
      return { schema: this.composer.schema, document, operationName: operation.name?.value, follower } as Begun;
    } catch (error) {
      const refusal = databaseRefusal(error);
      if (refusal instanceof Refusal && refusal.code === 'UNAUTHENTICATED') endBy(session, refusal);
      return [new GraphQLError('', { originalError: error as Error })];
    }
  }

  /** Clients are told to connect again, elsewhere; who does not answer is cut off. */
  private sayGoodbye(): void {
    for (const socket of this.#sockets.clients) {
      socket.close(closeCodes.restart, 'RESTART: connect again.');
      const impatience = setTimeout(() => socket.terminate(), goodbyeMsMax);
      socket.once('close', () => clearTimeout(impatience));
    }
  }
}
