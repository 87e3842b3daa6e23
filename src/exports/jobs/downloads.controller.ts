import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Authenticator } from '../../access/authenticator.js';
import type { Caller } from '../../access/caller.js';
import { externalId, requireId } from '../../platform/ids.js';
import { answerError } from '../../platform/problems.js';
import { Refusal } from '../../platform/refusal.js';
import { requireScopes } from '../export-rights.js';
import { fileHeaders } from '../formats/file-headers.js';
import { rangeOf } from './byte-range.js';
import { Downloads, type ExportFile } from './downloads.service.js';
import { manifestOf } from './manifest.js';

type ById = FastifyRequest<{ Params: { id: string } }>;

/** The files of jobs: whole or by ranges, so that what was cut off goes on. */
@Injectable()
export class DownloadsController implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly authenticator: Authenticator,
    private readonly downloads: Downloads,
  ) {}

  onModuleInit(): void {
    // Without a server, as when only the schema is printed, there is nothing to answer.
    const server: FastifyInstance | undefined = this.host.httpAdapter?.getInstance();
    server?.register(async (scope) => {
      scope.setErrorHandler((error, request, reply) => answerError(error, request, reply));
      scope.get('/v1/exports/:id/download', (request: ById, reply) => this.download(request, reply));
      scope.get('/v1/exports/:id/manifest', (request: ById, reply) => this.manifest(request, reply));
    });
  }

  private async manifest(request: ById, reply: FastifyReply): Promise<FastifyReply> {
    const { caller, file } = await this.find(request);
    return reply.header('cache-control', 'no-store').send(manifestOf(file, caller.isMasked));
  }

  private async download(request: ById, reply: FastifyReply): Promise<FastifyReply> {
    const { caller, file } = await this.find(request);
    const etag = `"${file.sha256.toString('hex')}"`;
    const range = rangeOf(request.headers, file.bytes, etag);
    if (range === 'unsatisfiable') {
      reply.header('content-range', `bytes */${file.bytes}`);
      throw new Refusal('RANGE_UNSATISFIABLE', `The file has ${file.bytes} bytes.`, { field: 'range' });
    }
    await this.downloads.requireFiles(caller.workspace, file);
    const { start, end } = range ?? { start: 0, end: file.bytes - 1 };
    const { raw } = reply.hijack();
    raw.writeHead(range === null ? 200 : 206, {
      ...fileHeaders(file.wish),
      'content-length': end - start + 1,
      ...(range === null ? {} : { 'content-range': `bytes ${start}-${end}/${file.bytes}` }),
      'accept-ranges': 'bytes',
      etag,
      'last-modified': file.finishedAt.toUTCString(),
      'repr-digest': `sha-256=:${file.sha256.toString('base64')}:`,
      'throughline-rows': file.rows,
      'throughline-export': externalId('export', file.id),
    });
    if (request.method === 'HEAD') {
      raw.end();
      return reply;
    }
    try {
      await this.downloads.send(caller, file, { start, end }, raw);
      raw.end();
    } catch (error) {
      if (!(error instanceof Refusal)) request.log.error({ err: error }, 'a download broke off');
      // Fewer bytes than were announced: every HTTP client takes it for what it is.
      raw.destroy();
    }
    return reply;
  }

  private async find(request: ById): Promise<{ caller: Caller; file: ExportFile }> {
    const caller = await this.authenticator.authenticate(request.headers);
    // First of all, so that a key without the scope does not learn what else is wrong.
    requireScopes(caller, ['exports:read']);
    return { caller, file: await this.downloads.find(caller, requireId('export', request.params.id, 'id')) };
  }
}
