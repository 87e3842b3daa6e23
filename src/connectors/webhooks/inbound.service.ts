import { type BeforeApplicationShutdown, Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../platform/database.js';
import { databaseRefusal } from '../../platform/database-errors.js';
import { externalId } from '../../platform/ids.js';
import { limits } from '../../platform/limits.js';
import { Log } from '../../platform/log.js';
import { Metrics } from '../../platform/metrics.js';
import { Refusal } from '../../platform/refusal.js';
import { DeadLetters } from '../dead-letters.service.js';
import { Dialects } from '../dialects.service.js';
import type { OwnMail } from '../email/own-mail.js';
import { parseEmail } from '../email/parse-email.js';
import { Intake } from '../intake.service.js';
import { IntakeSettingsService } from '../intake-settings.service.js';
import { kindOf } from './connector-directory.service.js';
import { type ClaimedRequest, type Finished, finishRequests, postponeRequests } from './inbound.queries.js';
import { Outside } from './outside.service.js';
import { queryOf, wholeUrl } from './request-url.js';
import { WEBHOOK_CLOCK, type WebhookClock } from './webhook-clock.js';
import { type Told, webhookDialect } from './webhook-dialect.js';
import type { WebhookKind, WebhookRequest } from './webhook-kind.js';

const firstDelayMs = 5_000;
const delayMsMax = 60 * 60 * 1000;
const shownBytesMax = 64 * 1024;

/** What a stored request came to: its items, or why it could not be read. */
type Translation = { readonly told: readonly Told[] } | { readonly refusal: Refusal };

/** Turns stored requests into touchpoints. */
@Injectable()
export class Inbound implements OnModuleInit, BeforeApplicationShutdown {
  readonly #underWay = new Set<Promise<void>>();
  readonly #outcomes;

  constructor(
    private readonly database: Database,
    private readonly intake: Intake,
    private readonly settings: IntakeSettingsService,
    private readonly deadLetters: DeadLetters,
    private readonly outside: Outside,
    private readonly dialects: Dialects,
    private readonly log: Log,
    @Inject(WEBHOOK_CLOCK) private readonly clock: WebhookClock,
    metrics: Metrics,
  ) {
    this.#outcomes = metrics.counter(
      'throughline_webhook_translations_total',
      'Stored requests of vendors, by what their translation came to.',
      ['kind', 'outcome'],
    );
  }

  onModuleInit(): void {
    this.dialects.register(webhookDialect.name, () => webhookDialect);
  }

  /** Never fails: what cannot be finished now stays in the queue and is tried again, later each time. */
  workOff(workspace: number, requests: readonly ClaimedRequest[]): Promise<void> {
    const work = this.finishAll(workspace, requests).catch((error) => this.postpone(workspace, requests, error));
    this.#underWay.add(work);
    return work.finally(() => this.#underWay.delete(work));
  }

  /** Ends requests that failed so often that they are tried no more. */
  async giveUp(workspace: number, requests: readonly ClaimedRequest[]): Promise<void> {
    const sentence = 'This request could not be worked off, however often it was tried.';
    const refusal = new Refusal('UNEXPECTED', sentence);
    await this.finish(workspace, requests, new Map(requests.map((request) => [request.id, { refusal }])));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  private async finishAll(workspace: number, requests: readonly ClaimedRequest[]): Promise<void> {
    const unconfirmed = await this.confirm(workspace, requests);
    const ready = requests.filter((request) => !unconfirmed.has(request.id));
    const own = ready.some(({ kind }) => kindOf(kind)?.wholeMail) ? await this.settings.ownMail(workspace) : [];
    const translations = new Map<string, Translation>();
    // One after the other, since a mail may have many megabytes.
    for (const request of ready) translations.set(request.id, await this.translate(request, own));
    await this.finish(workspace, ready, translations);
  }

  private async finish(
    workspace: number,
    requests: readonly ClaimedRequest[],
    translations: ReadonlyMap<string, Translation>,
  ): Promise<void> {
    if (requests.length === 0) return;
    const told = [...translations.values()].flatMap((one) => ('told' in one ? one.told : []));
    const recorded = told.length === 0 ? [] : await this.intake.take(workspace, told, webhookDialect);
    const refused = recorded.flatMap((one, i) => {
      const item = told[i] as Told;
      const isLost = 'refusal' in one && !webhookDialect.isHarmless?.(item, one.refusal);
      return isLost ? [{ request: item.request, reason: one.refusal.reason }] : [];
    });
    const letters = requests.flatMap((request) => {
      const translation = translations.get(request.id);
      return translation && 'refusal' in translation ? [{ request, refusal: translation.refusal }] : [];
    });
    await this.deadLetters.keep(
      workspace,
      letters.map(({ request, refusal }) => ({
        dialect: webhookDialect.name,
        source: request.kind,
        item: unread(request),
        refusal,
        request: request.id,
      })),
      this.clock.now(),
    );
    const finished = requests.map((request): Finished => {
      const translation = translations.get(request.id);
      const lost = refused.filter((one) => one.request === request.id);
      if (translation && 'refusal' in translation) {
        return {
          id: request.id,
          isTranslated: false,
          touchpoints: 0,
          deadLetters: 1,
          reason: translation.refusal.reason,
        };
      }
      return {
        id: request.id,
        isTranslated: true,
        touchpoints: (translation?.told.length ?? 0) - lost.length,
        deadLetters: lost.length,
        reason: lost[0]?.reason ?? null,
      };
    });
    await this.database.inWorkspace(workspace, (db) => finishRequests(db, workspace, finished, this.clock.now()));
    const kinds = new Map(requests.map((request) => [request.id, request.kind]));
    for (const { id, isTranslated } of finished) {
      this.#outcomes.inc({ kind: kinds.get(id) ?? '', outcome: isTranslated ? 'translated' : 'failed' });
    }
  }

  private async translate(stored: ClaimedRequest, own: OwnMail): Promise<Translation> {
    const { kind: name, id, receivedAt, generation } = stored;
    try {
      const kind = requireKind(name);
      const request = requestOf(stored);
      const bytes = kind.wholeMail?.(request) ?? null;
      const email = bytes && (await parseEmail(bytes));
      const items = kind.translate(request, stored.settings, { own, email });
      const limit = limits.itemsPerWebhookMax;
      if (items.length > limit) throw new Refusal('TOO_MANY', `A request tells at most ${limit} items.`, { limit });
      const told = { kind: name, request: id, receivedAt: receivedAt.getTime(), generation };
      return { told: items.map((item) => ({ ...told, item })) };
    } catch (error) {
      if (error instanceof Refusal) return { refusal: error };
      this.log.error({ err: error, kind: name }, 'A request of a vendor could not be translated; it is a dead letter.');
      return { refusal: new Refusal('UNEXPECTED', 'Something went wrong on our side when this was translated.') };
    }
  }

  /** Ids of those whose offer could not be accepted yet: they wait. */
  private async confirm(workspace: number, requests: readonly ClaimedRequest[]): Promise<ReadonlySet<string>> {
    const failed = new Set<string>();
    for (const request of requests) {
      const url = kindOf(request.kind)?.confirm?.(requestOf(request));
      if (url === undefined) continue;
      await this.outside.visit(url).catch(async (error) => {
        failed.add(request.id);
        await this.postpone(workspace, [request], error);
      });
    }
    return failed;
  }

  private async postpone(workspace: number, requests: readonly ClaimedRequest[], error: unknown): Promise<void> {
    for (const { kind } of requests) this.#outcomes.inc({ kind, outcome: 'postponed' });
    const isPassing = databaseRefusal(error) instanceof Refusal;
    const fields = { err: error, requests: requests.map(({ id }) => externalId('inboundRequest', id)) };
    if (!isPassing) this.log.error(fields, 'Requests of vendors could not be worked off; they stay and wait.');
    const ids = requests.map(({ id }) => id);
    const now = this.clock.now();
    await this.database
      .inWorkspace(workspace, (db) => postponeRequests(db, workspace, ids, now, firstDelayMs, delayMsMax))
      // Without the database they are free again when the time is over for which they are held.
      .catch(() => undefined);
  }
}

function requireKind(name: string): WebhookKind {
  const kind = kindOf(name);
  if (!kind) throw new Refusal('INPUT_INVALID', `The kind ${name} is not known here any more.`, { field: 'kind' });
  return kind;
}

function requestOf(stored: ClaimedRequest): WebhookRequest {
  const url = wholeUrl(stored.url);
  const { method, headers, body, receivedAt } = stored;
  return { method, url, headers, query: queryOf(url), body, receivedAt: receivedAt.getTime() };
}

/** What a reader of a dead letter sees of a request that could not be read; the whole is in the stored request. */
function unread(request: ClaimedRequest): object {
  return {
    kind: request.kind,
    request: request.id,
    contentType: request.headers['content-type'],
    url: request.url,
    body: request.body.toString('utf8', 0, shownBytesMax),
  };
}
