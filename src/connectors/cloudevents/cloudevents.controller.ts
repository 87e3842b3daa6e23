import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Dialects } from '../dialects.service.js';
import { contentTypeOf, Door } from '../door.js';
import { Intake } from '../intake.service.js';
import { cloudeventDialect } from './cloudevent-dialect.js';
import { eventsOf } from './cloudevent-request.js';

/**
 * CloudEvents 1.0 over HTTP: binary, structured and batched. The second address is that of Webex’s Journey Data
 * Service, whose integrations need no more than another host and key; its `workspaceId` is not needed, since a key
 * belongs to one workspace.
 */
@Injectable()
export class CloudeventsController implements OnModuleInit {
  constructor(
    private readonly door: Door,
    private readonly dialects: Dialects,
    private readonly intake: Intake,
  ) {}

  onModuleInit(): void {
    this.dialects.register(cloudeventDialect.name, () => cloudeventDialect);
    this.door.open((scope) => {
      this.answer(scope, '/v1/events', 200, { success: true });
      this.answer(scope, '/publish/v1/api/event', 202, { data: { message: 'The event was stored.' } });
    });
  }

  private answer(scope: FastifyInstance, path: string, status: number, body: object): void {
    scope.post(path, async (request, reply) => {
      await this.take(request);
      return reply.status(status).send(body);
    });
    // A sender may ask before its first event whether it may send at all (HTTP 1.1 Web Hooks for Event Delivery).
    scope.options(path, async (request, reply) => {
      const origin = request.headers['webhook-request-origin'];
      if (origin !== undefined) reply.headers({ 'webhook-allowed-origin': origin, 'webhook-allowed-rate': '*' });
      return reply.header('allow', 'POST, OPTIONS').status(204).send();
    });
  }

  private async take(request: FastifyRequest): Promise<void> {
    const read = (bytes: Buffer) => eventsOf(request.headers, contentTypeOf(request), bytes);
    const { caller, body } = await this.door.enter(request, read);
    if (body.isBatch) await this.intake.take(caller.workspace, body.events, cloudeventDialect);
    else await this.intake.takeOne(caller.workspace, body.events[0], cloudeventDialect);
  }
}
