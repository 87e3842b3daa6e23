import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { z } from 'zod';
import { firstWorkspace } from '../access/bootstrap.service.js';
import { Workspaces } from '../access/workspaces.service.js';
import type { TellImport } from '../connectors/import/import-entry.js';
import { ImportLog } from '../connectors/import/import-log.service.js';
import type { Fault, Stored } from '../connectors/import/import-run.js';
import type { ImportRequest } from '../connectors/import/import-wish.js';
import { Imports } from '../connectors/import/imports.service.js';
import { externalId } from '../platform/ids.js';
import type { TouchpointInput } from '../touchpoints/record.input.js';
import { withServices } from './command.js';

/** Where an import goes. */
export interface Target {
  /** What tells it from another, in a checkpoint. */
  readonly name: string;
  store(touchpoints: readonly TouchpointInput[]): Promise<Stored>;
  /** Says how far the import is, for the list of imports. */
  readonly tell: TellImport;
}

const attemptsMax = 8;
const waitMsMax = 10_000;

const pack = promisify(gzip);

const answerForm = z.object({
  created: z.number(),
  updated: z.number(),
  duplicates: z.number(),
  refusals: z.array(
    z.object({
      line: z.number(),
      reason: z.string(),
      message: z.string(),
      field: z.string().nullable(),
      limit: z.number().nullable(),
    }),
  ),
});

/** A running service. Batches are small requests: one that is lost is sent again, and what was stored is recognised. */
export function serviceTarget(url: string, key: string, request: ImportRequest): Target {
  const query = new URLSearchParams({
    format: 'ndjson',
    backfill: String(request.isBackfill),
    dryRun: String(request.isDryRun),
    // Each batch is a request: the command itself tells how far the whole is.
    listed: 'false',
  });
  let isKnown = false;
  const address = `${url.replace(/\/$/, '')}/v1/import`;
  /** Waits for a service that is busy or restarts; one that was never there is not waited for. */
  const send = async (sending: Omit<Sending, 'key'>, attempts = attemptsMax): Promise<Answered> => {
    for (let attempt = 1; ; attempt++) {
      const tried = await attemptToSend({ ...sending, key });
      if ('answer' in tried) {
        isKnown = true;
        return tried;
      }
      if (!tried.isPassing || attempt >= attempts || (tried.isAway && !isKnown)) throw new Error(tried.sentence);
      await setTimeout(tried.waitMs ?? Math.min(250 * 2 ** attempt, waitMsMax));
    }
  };
  return {
    name: url,
    store: async (touchpoints) => {
      const lines = touchpoints.map((touchpoint) => `${JSON.stringify(touchpoint)}\n`).join('');
      const { answer } = await send({ method: 'POST', address: `${address}?${query}`, body: await pack(lines) });
      return storedOf(answerForm.parse(answer));
    },
    tell: async ({ id, ...news }) => {
      const body = await pack(JSON.stringify(news));
      // What ends because nobody answers does not wait again to say so.
      const attempts = news.failure === null ? attemptsMax : 1;
      const { status } = await send(
        { method: 'PUT', address: `${address}/${externalId('import', id)}`, body },
        attempts,
      );
      return status !== 404;
    },
  };
}

interface Sending {
  readonly method: 'POST' | 'PUT';
  readonly address: string;
  readonly key: string;
  /** Packed with gzip. */
  readonly body: Buffer;
}

interface Answered {
  readonly status: number;
  readonly answer: unknown;
}

type Attempt =
  | Answered
  | { readonly sentence: string; readonly isPassing: boolean; readonly isAway?: boolean; readonly waitMs?: number };

async function attemptToSend({ method, address, key, body }: Sending): Promise<Attempt> {
  const headers = { authorization: `Bearer ${key}`, 'content-encoding': 'gzip' };
  try {
    const answer = await fetch(address, { method, headers, body: new Uint8Array(body) });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') === true;
    const isElsewhere = answer.status === 404 && isJson && method === 'PUT';
    if ((answer.ok && isJson) || isElsewhere) return { status: answer.status, answer: JSON.parse(text) };
    const detail = isJson ? (JSON.parse(text) as { detail?: string }).detail : undefined;
    const after = Number(answer.headers.get('retry-after'));
    return {
      sentence: `The service answers ${answer.status}: ${detail ?? 'it does not seem to be Throughline.'}`,
      isPassing: answer.status >= 500 || answer.status === 429,
      ...(after > 0 ? { waitMs: Math.min(after * 1_000, waitMsMax) } : {}),
    };
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { code?: string };
    const reason = code === 'ECONNREFUSED' ? 'nothing listens there' : (code ?? (error as Error).message);
    return {
      sentence: `The service cannot be reached at ${new URL(address).origin}: ${reason}.`,
      isPassing: true,
      isAway: true,
    };
  }
}

function storedOf({ created, updated, duplicates, refusals }: z.output<typeof answerForm>): Stored {
  const faults = new Map<number, Fault[]>();
  for (const { line, ...fault } of refusals) faults.set(line - 1, [...(faults.get(line - 1) ?? []), fault]);
  return { created, updated, duplicates, faults };
}

/** The database itself, without a running service; what is to follow from an event waits in the outbox for one. */
export async function withDatabaseTarget<T>(
  workspaceKey: string = firstWorkspace,
  request: ImportRequest,
  act: (target: Target) => Promise<T>,
): Promise<T> {
  return withServices(async (app) => {
    const workspace = await app.get(Workspaces).find(workspaceKey);
    if (workspace === null) throw new Error(`There is no workspace ${workspaceKey}.`);
    const imports = app.get(Imports);
    const log = app.get(ImportLog);
    return act({
      name: `workspace ${workspaceKey}`,
      store: (some) => imports.store(workspace, some, request),
      tell: (news) => log.tell(workspace, 'cli', news),
    });
  });
}
