import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../platform/database.js';
import { Secrets } from '../../platform/secrets.service.js';
import type { JsonObject } from '../json-value.js';
import { type ConnectorRow, findCalledConnector, noteRejection } from './connector.queries.js';
import { WEBHOOK_CLOCK, type WebhookClock } from './webhook-clock.js';
import type { WebhookKind } from './webhook-kind.js';
import { webhookKinds } from './webhook-kinds.js';

/** A connector as a vendor calls it. */
export interface CalledConnector {
  readonly id: string;
  readonly workspace: number;
  readonly kind: WebhookKind;
  readonly settings: JsonObject;
  /** Those that are valid now, the newest first. */
  readonly secrets: readonly string[];
}

interface Remembered {
  readonly row: ConnectorRow;
  readonly secret: string | null;
  readonly previousSecret: string | null;
  readonly readAt: number;
}

/** A change made by another instance is noticed after at most this long. */
const freshMs = 5_000;
const rememberedMax = 10_000;
const rejectionNoteMs = 60_000;

const kinds: ReadonlyMap<string, WebhookKind> = new Map(webhookKinds.map((kind) => [kind.name, kind]));

export function kindOf(name: string): WebhookKind | undefined {
  return kinds.get(name);
}

/** Where the secrets of a connector open, and nowhere else. */
export function placeOfSecret(workspace: number, connector: string): string {
  return `connector ${workspace} ${connector}`;
}

/** Finds connectors by their ids, for vendors that present nothing else. */
@Injectable()
export class ConnectorDirectory {
  readonly #remembered = new Map<string, Remembered>();
  readonly #rejectedAt = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly secrets: Secrets,
    @Inject(WEBHOOK_CLOCK) private readonly clock: WebhookClock,
  ) {}

  /**
   * Null when there is none, whosever it would be; also when it is turned off.
   * @param isFresh true to look into the database whatever is remembered
   */
  async find(id: string, isFresh = false): Promise<CalledConnector | null> {
    const now = this.clock.now().getTime();
    const known = this.#remembered.get(id);
    const isKnown = known !== undefined && !isFresh && now - known.readAt < freshMs;
    const remembered = isKnown ? known : await this.read(id, now);
    const kind = remembered && kindOf(remembered.row.kind);
    if (!remembered?.row.isEnabled || !kind) return null;
    const { row, secret, previousSecret } = remembered;
    const isPreviousValid = row.previousSecretUntil !== null && row.previousSecretUntil.getTime() > now;
    const secrets = [secret, isPreviousValid ? previousSecret : null].filter((one) => one !== null);
    return { id, workspace: row.workspace, kind, settings: row.settings, secrets };
  }

  forget(id: string): void {
    this.#remembered.delete(id);
  }

  /** So that whoever set it up sees that the vendor is not believed; once a minute, and never worth a failure. */
  noteRejection(connector: CalledConnector): void {
    const now = this.clock.now();
    if (now.getTime() - (this.#rejectedAt.get(connector.id) ?? 0) < rejectionNoteMs) return;
    if (this.#rejectedAt.size >= rememberedMax) this.#rejectedAt.clear();
    this.#rejectedAt.set(connector.id, now.getTime());
    this.database
      .inWorkspace(connector.workspace, (db) => noteRejection(db, connector.workspace, connector.id, now))
      .catch(() => undefined);
  }

  private async read(id: string, now: number): Promise<Remembered | null> {
    const row = await this.database.source.transaction((db) => findCalledConnector(db, id));
    if (!row) {
      this.#remembered.delete(id);
      return null;
    }
    if (this.#remembered.size >= rememberedMax) this.#remembered.clear();
    const open = (sealed: Buffer | null) => sealed && this.secrets.open(sealed, placeOfSecret(row.workspace, row.id));
    const fresh = { row, secret: open(row.secret), previousSecret: open(row.previousSecret), readAt: now };
    this.#remembered.set(id, fresh);
    return fresh;
  }
}
