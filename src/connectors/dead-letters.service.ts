import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { deterministicId } from '../platform/ids.js';
import { Metrics } from '../platform/metrics.js';
import type { Refusal } from '../platform/refusal.js';
import { type DeadLetter, insertDeadLetters } from './dead-letter.queries.js';
import { isObject, jsonOf } from './json-value.js';

/** An item that was refused after its sender had been told that it is taken. */
export interface Refused {
  /** The name of the dialect that it came in. */
  readonly dialect: string;
  readonly source: string;
  readonly item: unknown;
  readonly refusal: Refusal;
  /** The raw request of a vendor that it came with. */
  readonly request?: string;
}

/** Keeps what a connector took and could not store, so that it can be looked at, mended and replayed. */
@Injectable()
export class DeadLetters {
  readonly #kept;

  constructor(
    private readonly database: Database,
    metrics: Metrics,
  ) {
    this.#kept = metrics.counter('throughline_dead_letters_total', 'Items taken that could not be stored.', [
      'source',
      'reason',
    ]);
  }

  async keep(workspace: number, refused: readonly Refused[], receivedAt: Date): Promise<void> {
    if (refused.length === 0) return;
    const letters = new Map(refused.map((one) => [idOf(workspace, one), letterOf(workspace, one, receivedAt)]));
    const added = await this.database.inWorkspace(workspace, (db) =>
      insertDeadLetters(db, workspace, [...letters.values()]),
    );
    for (const id of added) {
      const { source, reason } = letters.get(id) as DeadLetter;
      this.#kept.inc({ source, reason });
    }
  }
}

/** The same for an item that comes again, whose sender has only stamped it anew. */
function idOf(workspace: number, { source, item, refusal }: Refused): string {
  const said = isObject(item) ? { ...item, sentAt: undefined } : item;
  return deterministicId(String(workspace), 'dead letter', source, refusal.reason, jsonOf(said));
}

function letterOf(workspace: number, refused: Refused, receivedAt: Date): DeadLetter {
  const { dialect, source, item, refusal } = refused;
  return {
    id: idOf(workspace, refused),
    receivedAt,
    dialect,
    source,
    reason: refusal.reason,
    field: refusal.where.field ?? null,
    message: refusal.message,
    raw: jsonOf(item),
    request: refused.request ?? null,
  };
}
