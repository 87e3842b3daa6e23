import { Controller, Get, Header, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Database } from './database.js';
import { Lifecycle } from './lifecycle.js';
import { Metrics } from './metrics.js';
import { Relay } from './relay.js';

const relaySilentMsMax = 30_000;
/** Orchestrators wait some seconds for a probe; one that hangs tells them nothing. */
const databaseSilentMsMax = 2_000;

/** What an orchestrator and a monitoring system ask. Without a key: nothing here tells of a customer. */
@Controller()
export class HealthController {
  #asked: Promise<boolean> | null = null;

  constructor(
    private readonly database: Database,
    private readonly relay: Relay,
    private readonly metrics: Metrics,
    private readonly lifecycle: Lifecycle,
  ) {}

  /** The process answers; a database that is down is no reason to restart it. */
  @Get('/health/live')
  live(): { status: string } {
    return { status: 'ok' };
  }

  /** The whole way of a request works: database, outbox relay, and the service is not about to stop. */
  @Get('/health/ready')
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const checks = {
      database: await this.databaseAnswers(),
      relay: Date.now() - this.relay.lastSuccessAt < relaySilentMsMax,
      serving: !this.lifecycle.isStopping,
    };
    const isReady = Object.values(checks).every(Boolean);
    reply.status(isReady ? 200 : 503).send({ status: isReady ? 'ok' : 'unavailable', checks });
  }

  @Get('/metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  figures(): Promise<string> {
    return this.metrics.registry.metrics();
  }

  /** One question at a time, so that probes of a database that says nothing do not take up its connections. */
  private async databaseAnswers(): Promise<boolean> {
    this.#asked ??= this.database.source
      .query('select 1')
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        this.#asked = null;
      });
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), databaseSilentMsMax);
    });
    try {
      return await Promise.race([this.#asked, silence]);
    } finally {
      clearTimeout(timer);
    }
  }
}
