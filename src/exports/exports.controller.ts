import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Authenticator } from '../access/authenticator.js';
import { externalId } from '../platform/ids.js';
import { answerError } from '../platform/problems.js';
import { Refusal } from '../platform/refusal.js';
import { requireScopes } from './export-rights.js';
import { ExportStreams } from './export-stream.service.js';
import { type ExportWish, readWish } from './export-wish.js';
import { fileHeaders } from './formats/file-headers.js';

/** Journeys out: whole files in a request. */
@Injectable()
export class ExportsController implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly authenticator: Authenticator,
    private readonly streams: ExportStreams,
  ) {}

  onModuleInit(): void {
    // Without a server, as when only the schema is printed, there is nothing to answer.
    const server: FastifyInstance | undefined = this.host.httpAdapter?.getInstance();
    server?.register(async (scope) => {
      scope.setErrorHandler((error, request, reply) => answerError(error, request, reply));
      scope.get('/v1/exports/stream', (request, reply) => this.stream(request, reply));
    });
  }

  private async stream(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const caller = await this.authenticator.authenticate(request.headers);
    // First of all, so that a key without the scope does not learn what else is wrong.
    requireScopes(caller, ['exports:read']);
    const wish = wishOf(request.query as Record<string, unknown>);
    const id = await this.streams.begin(caller, wish);
    const { raw } = reply.hijack();
    raw.writeHead(200, {
      ...fileHeaders(wish),
      'throughline-export': externalId('export', id),
      trailer: 'throughline-rows, content-digest',
    });
    try {
      const { rows, sha256 } = await this.streams.send(caller, wish, id, raw);
      raw.addTrailers({ 'throughline-rows': String(rows), 'content-digest': `sha-256=:${sha256.toString('base64')}:` });
      raw.end();
    } catch (error) {
      if (!(error instanceof Refusal)) request.log.error({ err: error }, 'an export broke off');
      // The last chunk never comes: every HTTP client takes it for what it is.
      raw.destroy();
    }
    return reply;
  }
}

function wishOf(query: Record<string, unknown>): ExportWish {
  const { what, format, columns, compression, formulas, purpose, ...filters } = query;
  return readWish({ what, format, columns, compression, formulas, purpose, filters });
}
