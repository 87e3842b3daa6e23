import type { Readable } from 'node:stream';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../../platform/config.js';
import { parseId } from '../../platform/ids.js';
import { limits } from '../../platform/limits.js';
import { Door } from '../door.js';
import { readBody } from '../request-body.js';
import { originOf, pathOf, queryOf } from './request-url.js';
import { WEBHOOK_CLOCK, type WebhookClock } from './webhook-clock.js';
import type { WebhookRequest } from './webhook-kind.js';
import { Webhooks } from './webhooks.service.js';

/**
 * `POST` and `GET /v1/webhooks/:connectorId`: vendors, each in its own format. The body stays as it came: signatures
 * cover its bytes.
 */
@Injectable()
export class WebhooksController implements OnModuleInit {
  constructor(
    private readonly door: Door,
    private readonly webhooks: Webhooks,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(WEBHOOK_CLOCK) private readonly clock: WebhookClock,
  ) {}

  onModuleInit(): void {
    this.door.open((scope) => this.open(scope));
  }

  private open(scope: FastifyInstance): void {
    scope.addHook('onSend', async (_request, reply) => {
      // Some vendors send the password of an address only when they are asked for it.
      if (reply.statusCode === 401) reply.header('www-authenticate', 'Basic realm="webhook"');
    });
    const path = '/v1/webhooks/:connectorId';
    scope.get(path, (request, reply) => this.answer('GET', request, reply));
    scope.post(path, (request, reply) => this.answer('POST', request, reply));
  }

  /** Whose connector it is, is known before the body is read. */
  private async answer(method: 'GET' | 'POST', request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { connectorId } = request.params as { connectorId: string };
    const connector = await this.webhooks.find(parseId('connector', connectorId));
    const answer = await this.webhooks.receive(connector, await this.read(method, request));
    return reply
      .status(answer.status)
      .headers({ ...answer.headers })
      .type(answer.contentType)
      .send(answer.body);
  }

  private async read(method: 'GET' | 'POST', request: FastifyRequest): Promise<WebhookRequest> {
    const stream = request.body as Readable | undefined;
    const encoding = request.headers['content-encoding'];
    const body = stream ? await readBody(stream, encoding, limits.webhookBodyBytesMax) : Buffer.alloc(0);
    const url = `${originOf(this.config.publicUrl, request.headers)}${pathOf(request.url)}`;
    const headers = headersOf(request);
    return { method, url, headers, query: queryOf(url), body, receivedAt: this.clock.now().getTime() };
  }
}

/** Every header as it came, also the content type that Fastify must not judge. */
function headersOf({ raw }: FastifyRequest): Record<string, string> {
  const all = new Map<string, string>();
  for (let i = 0; i + 1 < raw.rawHeaders.length; i += 2) {
    const name = (raw.rawHeaders[i] as string).toLowerCase();
    const value = raw.rawHeaders[i + 1] as string;
    const before = all.get(name);
    all.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(all);
}
