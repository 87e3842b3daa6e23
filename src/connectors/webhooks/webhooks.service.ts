import { hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../platform/database.js';
import { deterministicId } from '../../platform/ids.js';
import { Log } from '../../platform/log.js';
import { Metrics } from '../../platform/metrics.js';
import { Refusal } from '../../platform/refusal.js';
import { type CalledConnector, ConnectorDirectory } from './connector-directory.service.js';
import { type InboundRequest, insertRequest, isRequestKnown } from './inbound.queries.js';
import { Inbound } from './inbound.service.js';
import { Outside } from './outside.service.js';
import { isProven } from './proof.js';
import { storedUrl } from './request-url.js';
import { WEBHOOK_CLOCK, type WebhookClock } from './webhook-clock.js';
import type { WebhookAnswer, WebhookRequest } from './webhook-kind.js';

/** Who stores a request works it off at once; should it die, others may after this time. */
const heldMs = 60_000;
/** Vendors give up after three seconds or more; what takes longer is worked off after the answer. */
const answerMsMax = 2_000;

const taken: WebhookAnswer = { status: 200, contentType: 'text/plain; charset=utf-8', body: '' };

/** Takes what vendors send: proven, then durable, then answered, then understood. */
@Injectable()
export class Webhooks {
  readonly #requests;

  constructor(
    private readonly directory: ConnectorDirectory,
    private readonly database: Database,
    private readonly inbound: Inbound,
    private readonly outside: Outside,
    private readonly log: Log,
    @Inject(WEBHOOK_CLOCK) private readonly clock: WebhookClock,
    metrics: Metrics,
  ) {
    this.#requests = metrics.counter(
      'throughline_webhook_requests_total',
      'Requests of vendors, by what became of them.',
      ['kind', 'outcome'],
    );
  }

  /** The connector that is called; one of nobody, of another or turned off is refused in the same words. */
  async find(id: string | null): Promise<CalledConnector> {
    const connector = id === null ? null : await this.directory.find(id);
    if (connector) return connector;
    this.#requests.inc({ kind: 'unknown', outcome: 'unknown' });
    throw new Refusal('NOT_FOUND', 'There is no such connector.');
  }

  async receive(called: CalledConnector, request: WebhookRequest): Promise<WebhookAnswer> {
    const { kind } = called;
    const handshake = request.method === 'GET' ? answerOf(called, request) : null;
    if (handshake) return this.answered(called, handshake);
    const connector = await this.prove(called, request);
    const challenge = request.method === 'POST' ? answerOf(connector, request) : null;
    if (challenge) return this.answered(connector, challenge);
    const stored = await this.store(connector, request);
    if (stored) {
      this.#requests.inc({ kind: kind.name, outcome: 'stored' });
      await this.workOff(connector, stored);
    }
    return kind.receipt?.(request) ?? taken;
  }

  private answered(connector: CalledConnector, answer: WebhookAnswer): WebhookAnswer {
    this.#requests.inc({ kind: connector.kind.name, outcome: 'handshake' });
    return answer;
  }

  /** A secret that another instance has just changed is valid at once: before anybody is refused, it is read anew. */
  private async prove(called: CalledConnector, request: WebhookRequest): Promise<CalledConnector> {
    if (await this.isProven(called, request)) return called;
    const fresh = await this.directory.find(called.id, true);
    if (fresh && (await this.isProven(fresh, request))) return fresh;
    return this.reject(
      called,
      'The request is not signed with the secret of this connector, or was signed too long ago.',
    );
  }

  private async isProven(connector: CalledConnector, request: WebhookRequest): Promise<boolean> {
    const { kind, settings, secrets } = connector;
    const context = { settings, fetchText: (url: string) => this.outside.fetchText(url) };
    try {
      return await isProven(kind, request, secrets, context);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      this.log.warn({ err: error, kind: kind.name }, 'A signature could not be judged.');
      return false;
    }
  }

  private reject(connector: CalledConnector, sentence: string): never {
    this.#requests.inc({ kind: connector.kind.name, outcome: 'rejected' });
    this.directory.noteRejection(connector);
    throw new Refusal('SIGNATURE_INVALID', sentence);
  }

  /** Null when it was stored before: the vendor had not heard our answer. */
  private async store(connector: CalledConnector, request: WebhookRequest): Promise<InboundRequest | null> {
    const { workspace } = connector;
    const inbound = inboundOf(connector, request);
    const isNew = await this.database.inWorkspace(workspace, async (db) => {
      const heldUntil = new Date(this.clock.now().getTime() + heldMs);
      if (await insertRequest(db, workspace, inbound, heldUntil)) return true;
      return (await isRequestKnown(db, workspace, inbound.id)) ? false : null;
    });
    if (isNew === null) this.reject(connector, 'A signature is used once: another request bore this one.');
    if (isNew) return inbound;
    this.#requests.inc({ kind: connector.kind.name, outcome: 'repeated' });
    return null;
  }

  private async workOff(connector: CalledConnector, request: InboundRequest): Promise<void> {
    const { workspace, kind, settings } = connector;
    const work = this.inbound.workOff(workspace, [{ ...request, kind: kind.name, settings }]);
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, answerMsMax);
    });
    await Promise.race([work, patience]);
    clearTimeout(timer);
  }
}

function answerOf({ kind, secrets, settings }: CalledConnector, request: WebhookRequest): WebhookAnswer | null {
  for (const secret of secrets.length > 0 ? secrets : ['']) {
    const answer = kind.answer?.(request, secret, settings);
    if (answer) return answer;
  }
  return null;
}

/** The request as it is kept: the headers that its kind reads, and nothing that proves the sender. */
function inboundOf(connector: CalledConnector, request: WebhookRequest): InboundRequest {
  const { kind, settings } = connector;
  const signatureId = kind.signatureId?.(request);
  const url = storedUrl(request.url);
  const read = typeof kind.headers === 'function' ? kind.headers(settings) : (kind.headers ?? []);
  const kept = ['content-type', ...read].filter((name) => request.headers[name] !== undefined);
  // Where settings name them, headers may be all that tells two requests apart.
  const told = typeof kind.headers === 'function' ? read.map((name) => request.headers[name] ?? '') : [];
  return {
    id: deterministicId(
      connector.id,
      request.method,
      url,
      hash('sha256', request.body, 'hex'),
      signatureId ?? '',
      ...told,
    ),
    connector: connector.id,
    signatureId: signatureId === undefined ? null : deterministicId(connector.id, signatureId),
    receivedAt: new Date(request.receivedAt),
    method: request.method,
    url,
    headers: Object.fromEntries(kept.map((name) => [name, request.headers[name] as string])),
    body: request.body,
    generation: 0,
  };
}
