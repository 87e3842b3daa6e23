import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { z } from 'zod';
import { firstWorkspace } from '../access/bootstrap.service.js';
import { Workspaces } from '../access/workspaces.service.js';
import type { Fault, Stored } from '../connectors/import/import-run.js';
import type { ImportRequest } from '../connectors/import/import-wish.js';
import { Imports } from '../connectors/import/imports.service.js';
import type { TouchpointInput } from '../touchpoints/record.input.js';
import { withServices } from './command.js';

/** Where an import goes. */
export interface Target {
  /** What tells it from another, in a checkpoint. */
  readonly name: string;
  store(touchpoints: readonly TouchpointInput[]): Promise<Stored>;
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
  let isFirst = true;
  const address = `${url.replace(/\/$/, '')}/v1/import?${query}`;
  return {
    name: url,
    store: async (touchpoints) => {
      const lines = touchpoints.map((touchpoint) => `${JSON.stringify(touchpoint)}\n`).join('');
      const answer = await post(address, key, await pack(lines), isFirst);
      isFirst = false;
      return storedOf(answerForm.parse(answer));
    },
  };
}

/** Waits for a service that is busy or restarts; one that was never there is not waited for. */
async function post(address: string, key: string, body: Buffer, isFirst: boolean): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    const failed = await attemptPost(address, key, body);
    if ('answer' in failed) return failed.answer;
    if (!failed.isPassing || attempt >= attemptsMax || (failed.isAway && isFirst)) throw new Error(failed.sentence);
    await setTimeout(failed.waitMs ?? Math.min(250 * 2 ** attempt, waitMsMax));
  }
}

type Attempt =
  | { readonly answer: unknown }
  | { readonly sentence: string; readonly isPassing: boolean; readonly isAway?: boolean; readonly waitMs?: number };

async function attemptPost(address: string, key: string, body: Buffer): Promise<Attempt> {
  const headers = { authorization: `Bearer ${key}`, 'content-encoding': 'gzip' };
  try {
    const answer = await fetch(address, { method: 'POST', headers, body: new Uint8Array(body) });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') === true;
    if (answer.ok && isJson) return { answer: JSON.parse(text) };
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
    return act({ name: `workspace ${workspaceKey}`, store: (some) => imports.store(workspace, some, request) });
  });
}
