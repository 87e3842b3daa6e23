import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import type { ExportWish } from '../exports/export-wish.js';
import { nameOfWord } from '../exports/jobs/export.types.js';
import type { PartialFile } from './export-partial.js';
import { progressBar } from './progress-bar.js';

/** A file as it was written. */
export interface Exported {
  readonly id: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  /** From which byte on it was downloaded by this call, where an earlier one was cut off. */
  readonly resumedAt: number | null;
}

const pollMs = 500;
const attemptsMax = 10;
const waitMsMax = 10_000;

const answerForm = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.object({ message: z.string() })).optional(),
});

const stateForm = z.object({
  state: z.enum(['QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED']),
  rows: z.number(),
  estimatedRows: z.number().nullable(),
  failure: z.string().nullable(),
  downloadPath: z.string().nullable(),
});

/** A running service writes the export; then its file is taken, on from where an earlier call was cut off. */
export class ServiceExport {
  constructor(
    private readonly url: string,
    private readonly key: string,
    private readonly wish: ExportWish,
    private readonly partial: PartialFile,
  ) {}

  async run(): Promise<Exported> {
    const id = (await this.stillThere(await this.partial.known())) ?? (await this.create());
    const { rows, path } = await this.written(id);
    return { id, rows, ...(await this.download(path)) };
  }

  /** An export of an earlier call, unless it failed or its file was let go since. */
  private async stillThere(id: string | null): Promise<string | null> {
    if (id === null) return null;
    const { export: found } = await this.ask(look, { id });
    const state = stateForm.nullable().parse(found);
    if (!state || ['FAILED', 'CANCELLED'].includes(state.state)) return null;
    return state.state === 'COMPLETED' && state.downloadPath === null ? null : id;
  }

  private async create(): Promise<string> {
    const { what, format, compression, isFormulaSafe, columns, filters, purpose } = this.wish;
    const input = {
      what: nameOfWord(what),
      format: nameOfWord(format),
      compression: nameOfWord(compression),
      formulas: isFormulaSafe ? 'ESCAPE' : 'KEEP',
      ...(format === 'ocel' ? {} : { columns }),
      filters,
      purpose,
    };
    const { createExport } = await this.ask(
      'mutation ($input: CreateExportInput!) { createExport(input: $input) { exportId } }',
      { input },
    );
    const { exportId } = z.object({ exportId: z.string() }).parse(createExport);
    await this.partial.remember(exportId);
    return exportId;
  }

  /** Waits until it is written. */
  private async written(id: string): Promise<{ rows: number; path: string }> {
    const bar = progressBar('writing     [{bar}] {percentage} % | {rows} rows of about {estimated}');
    try {
      for (;;) {
        const { export: found } = await this.ask(look, { id });
        const { state, rows, estimatedRows, failure, downloadPath } = stateForm.parse(found);
        if (state === 'COMPLETED' && downloadPath !== null) return { rows, path: downloadPath };
        if (state !== 'QUEUED' && state !== 'RUNNING') {
          throw new Error(failure ?? `The export was ${state === 'CANCELLED' ? 'cancelled' : 'let go'}.`);
        }
        const estimated = Math.max(estimatedRows ?? 0, rows, 1);
        bar.update(rows / estimated, { rows: rows.toLocaleString('en'), estimated: estimated.toLocaleString('en') });
        await setTimeout(pollMs);
      }
    } finally {
      bar.stop();
    }
  }

  private async download(path: string): Promise<Omit<Exported, 'id' | 'rows'>> {
    const bar = progressBar('downloading [{bar}] {percentage} % | {mb} of {allMb} MB | {eta_formatted} left');
    let resumedAt: number | null = null;
    try {
      for (let attempt = 1; ; attempt++) {
        const { bytes, hash } = await this.partial.begun();
        if (attempt === 1 && bytes > 0) resumedAt = bytes;
        const answer = await this.fetch(path, bytes > 0 ? { range: `bytes=${bytes}-` } : {}).catch(() => null);
        const etag = answer?.headers.get('etag')?.replaceAll('"', '') ?? '';
        // The whole of it was there before.
        if (answer?.status === 416 && hash.copy().digest('hex') === (await this.etagOf(path))) {
          return this.whole(bytes, hash.digest('hex'), resumedAt);
        }
        // One that is busy or restarts is waited for.
        if (answer !== null && !answer.ok && answer.status < 500) await refuse(answer);
        if (answer?.ok && answer.body) {
          const isAnew = answer.status !== 206;
          const size = Number(answer.headers.get('content-length')) + (isAnew ? 0 : bytes);
          const got = await this.take(answer.body, isAnew, isAnew ? 0 : bytes, size, bar);
          if (got === size) {
            const { hash: of } = await this.partial.begun();
            const sha256 = of.digest('hex');
            if (sha256 === etag) return this.whole(got, sha256, resumedAt);
            await this.partial.forget();
            throw new Error('The file is not what the service wrote: its checksum differs. Begin again.');
          }
        }
        if (attempt >= attemptsMax) {
          throw new Error('The download was cut off again and again. The same command goes on where it ended.');
        }
        await setTimeout(Math.min(250 * 2 ** attempt, waitMsMax));
      }
    } finally {
      bar.stop();
    }
  }

  private async whole(bytes: number, sha256: string, resumedAt: number | null) {
    await this.partial.complete();
    return { bytes, sha256, resumedAt };
  }

  private async etagOf(path: string): Promise<string> {
    const head = await this.fetch(path, {}, 'HEAD');
    return head.headers.get('etag')?.replaceAll('"', '') ?? '';
  }

  /** Writes what comes until it ends or is cut off, and answers with how far the file is. */
  private async take(
    body: ReadableStream<Uint8Array>,
    isAnew: boolean,
    from: number,
    size: number,
    bar: ReturnType<typeof progressBar>,
  ): Promise<number> {
    const to = this.partial.open(isAnew);
    let bytes = from;
    try {
      for await (const piece of body) {
        if (!to.write(piece)) await once(to, 'drain');
        bytes += piece.length;
        bar.update(size === 0 ? 1 : bytes / size, { mb: mb(bytes), allMb: mb(size) });
      }
    } catch (error) {
      // Cut off: what came is kept. That the file cannot be written is another matter.
      if (to.errored) throw error;
    }
    await this.partial.close(to);
    return bytes;
  }

  private async ask(query: string, variables: object): Promise<Record<string, unknown>> {
    const answer = await this.fetch('/graphql', { 'content-type': 'application/json' }, 'POST', {
      query,
      variables,
    }).catch((error: Error) => {
      const { code } = (error.cause ?? {}) as { code?: string };
      const reason = code === 'ECONNREFUSED' ? 'nothing listens there' : (code ?? error.message);
      throw new Error(`The service cannot be reached at ${new URL(this.url).origin}: ${reason}.`, { cause: error });
    });
    const parsed = answerForm.safeParse(await answer.json().catch(() => null));
    if (!parsed.success) throw new Error(`The service answers ${answer.status}: it does not seem to be Throughline.`);
    const { data, errors } = parsed.data;
    if (errors?.[0]) throw new Error(errors[0].message);
    return data ?? {};
  }

  private fetch(path: string, headers: Record<string, string>, method = 'GET', body?: object): Promise<Response> {
    return fetch(`${this.url.replace(/\/$/, '')}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.key}`, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
}

const look = 'query ($id: ID!) { export(id: $id) { state rows estimatedRows failure downloadPath } }';

const mb = (bytes: number) => (bytes / 1e6).toFixed(1);

async function refuse(answer: Response): Promise<never> {
  const detail = ((await answer.json().catch(() => ({}))) as { detail?: string }).detail;
  throw new Error(`The service answers ${answer.status}: ${detail ?? 'it does not seem to be Throughline.'}`);
}
