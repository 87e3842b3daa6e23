import { once } from 'node:events';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../access/caller.js';
import { externalId, requireId } from '../../platform/ids.js';
import { problemOf, refusalOfError } from '../../platform/problems.js';
import { Refusal } from '../../platform/refusal.js';
import { Door } from '../door.js';
import type { Bytes } from './bytes.js';
import { Answer } from './import-answer.js';
import { beginEntry, type ImportEntry } from './import-entry.js';
import { ImportLog } from './import-log.service.js';
import { readNews } from './import-news.js';
import { faultOf } from './import-run.js';
import { type ImportRequest, readRequest } from './import-wish.js';
import { Imports } from './imports.service.js';

/**
 * `POST /v1/import`: a file of any size as the body. `PUT /v1/import/<id>`: how far an import is whose sender reads the
 * file itself and sends it in batches, as the command does.
 */
@Injectable()
export class ImportController implements OnModuleInit {
  constructor(
    private readonly door: Door,
    private readonly imports: Imports,
    private readonly log: ImportLog,
  ) {}

  onModuleInit(): void {
    this.door.open((scope) => {
      scope.post('/v1/import', async (request, reply) => {
        const caller = await this.door.callerOf(request);
        const wish = readRequest(request.query as Record<string, unknown>);
        const entry = wish.isListed ? await this.begin(caller, wish) : null;
        const answer = new Answer(wish.isDryRun, entry && externalId('import', entry.id));
        const isFollowed = /application\/x-ndjson/i.test(request.headers.accept ?? '');
        const told = new ToldAlong(reply);
        try {
          await this.imports.take(caller.workspace, bodyOf(request), wish, async (progress) => {
            const lines = answer.add(progress);
            await entry?.add(progress);
            if (isFollowed) await told.write(lines);
          });
          await entry?.finish(null);
          if (!isFollowed) return answer.result();
          await told.write([{ result: answer.result() }]);
        } catch (error) {
          const refusal = refusalOfError(lossOf(request, error));
          if (refusal.reason === 'UNEXPECTED') request.log.error({ err: error }, 'an import failed');
          // Where the database is away, the import stays as one that was broken off.
          await entry?.finish(faultOf(refusal)).catch(() => undefined);
          const problem = { ...problemOf(refusal), ...answer.result() };
          // Once lines are out, the status is out too.
          if (!told.isBegun) return sendProblem(reply, refusal, problem);
          await told.write([{ problem }]);
        }
        return told.end();
      });
      scope.put<{ Params: { id: string } }>('/v1/import/:id', async (request) => {
        const { caller, body } = await this.door.enter(request, readNews);
        const id = requireId('import', request.params.id, 'id');
        const isTold = await this.log.tell(caller.workspace, caller.actor, { ...body, id });
        if (!isTold) throw new Refusal('NOT_FOUND', 'There is no such import of yours.', { field: 'id' });
        return { import: externalId('import', id) };
      });
    });
  }

  private begin({ workspace, actor }: Caller, { name, isBackfill }: ImportRequest): Promise<ImportEntry> {
    return beginEntry((news) => this.log.tell(workspace, actor, news), { name, isBackfill });
  }
}

/** gzip is known by its first bytes, so a packed body needs no header; other packings are refused. */
function bodyOf(request: FastifyRequest): Bytes {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (!['', 'identity', 'gzip', 'x-gzip'].includes(encoding)) {
    throw new Refusal('BODY_TYPE_UNSUPPORTED', 'An import is sent plain, or packed with gzip.');
  }
  const body = request.body as Readable | undefined;
  if (!body) throw new Refusal('BODY_MALFORMED', 'There is nothing to import.');
  // The stream is the request: were it destroyed, the answer would not go out.
  return body.iterator({ destroyOnReturn: false });
}

function sendProblem(reply: FastifyReply, refusal: Refusal, problem: object): FastifyReply {
  if (refusal.code === 'UNAVAILABLE') reply.header('retry-after', '1');
  return reply.status(refusal.httpStatus).type('application/problem+json').send(problem);
}

/** A sender who went away in the middle is no fault of ours. */
function lossOf(request: FastifyRequest, error: unknown): unknown {
  if (!request.raw.readableAborted || error instanceof Refusal) return error;
  return new Refusal('BODY_MALFORMED', 'The connection ended before the body did.', { cause: error });
}

/** An answer of lines that goes out while the body is still read. Who does not read it stops the import, not us. */
class ToldAlong {
  isBegun = false;

  constructor(private readonly reply: FastifyReply) {}

  async write(lines: readonly object[]): Promise<void> {
    const { raw } = this.reply;
    if (!this.isBegun) this.begin();
    const isTaken = raw.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    if (!isTaken && !raw.destroyed) await Promise.race([once(raw, 'drain'), once(raw, 'close')]);
  }

  end(): FastifyReply {
    this.reply.raw.end();
    return this.reply;
  }

  private begin(): void {
    this.isBegun = true;
    this.reply.hijack();
    const headers = { ...this.reply.getHeaders(), 'content-type': 'application/x-ndjson' };
    this.reply.raw.writeHead(200, headers as OutgoingHttpHeaders);
  }
}
