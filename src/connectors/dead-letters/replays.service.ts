import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Caller } from '../../access/caller.js';
import { Database } from '../../platform/database.js';
import { externalId, requireId } from '../../platform/ids.js';
import { limits } from '../../platform/limits.js';
import { Metrics } from '../../platform/metrics.js';
import { Refusal } from '../../platform/refusal.js';
import { requireText } from '../../platform/text-input.js';
import type { Recorded } from '../../touchpoints/ingest.service.js';
import { Dialects } from '../dialects.service.js';
import { Intake } from '../intake.service.js';
import { jsonOf } from '../json-value.js';
import type {
  DiscardDeadLettersInput,
  DiscardDeadLettersPayload,
  ReplayDeadLettersInput,
  ReplayDeadLettersPayload,
  ReplayResult,
} from './dead-letter.types.js';
import { type Mend, mended, readMend } from './mend.js';
import {
  type Choice,
  discardDeadLetters,
  type HeldLetter,
  type Hold,
  holdDeadLetters,
  releaseDeadLetters,
  type Settlement,
  settleDeadLetters,
} from './replay.queries.js';

type Stored = Exclude<Recorded, { readonly refusal: Refusal }>;

/** A held letter with the item that is replayed; `fault` says why the mending does not fit it. */
interface Ready {
  readonly letter: HeldLetter;
  readonly item: unknown;
  readonly fault?: Refusal;
}

/** Far longer than a thousand items take; then a replay that died holds its letters no more. */
const holdMs = 120_000;

/** Replays and discards dead letters. */
@Injectable()
export class Replays {
  readonly #settled;

  constructor(
    private readonly database: Database,
    private readonly intake: Intake,
    private readonly dialects: Dialects,
    metrics: Metrics,
  ) {
    this.#settled = metrics.counter(
      'throughline_dead_letters_settled_total',
      'Dead letters that somebody replayed or discarded, by what came of it.',
      ['source', 'outcome'],
    );
  }

  /**
   * Takes dead letters through their dialects again. A letter that two replays want is worked on by one of them, and
   * stored once even if a replay dies half-way: what has no id of its own is stored under the letter's.
   */
  async replay(caller: Caller, input: ReplayDeadLettersInput): Promise<ReplayDeadLettersPayload> {
    const { workspace } = caller;
    const choice = choiceOf(input);
    const isOne = 'ids' in choice && choice.ids.length === 1;
    const mend = input.mend ? readMend(input.mend, isOne, 'input.mend') : null;
    const now = new Date();
    const hold = { id: randomUUID(), actor: caller.actor, now, until: new Date(now.getTime() + holdMs) };
    const held = await this.database.inWorkspace(workspace, (db) =>
      holdDeadLetters(db, workspace, choice, limits.deadLettersPerActMax, hold),
    );
    try {
      const ready = held.map((letter): Ready => readyOf(letter, mend));
      const results = await this.store(workspace, ready, input.backfill);
      await this.settle(workspace, hold, ready, results);
      return {
        results: ready.map(({ letter, fault }) => resultOf(letter, fault ?? (results.get(letter.id) as Recorded))),
        ...restOf(choice, held),
      };
    } finally {
      await this.database.inWorkspace(workspace, (db) => releaseDeadLetters(db, workspace, hold));
    }
  }

  async discard(caller: Caller, input: DiscardDeadLettersInput): Promise<DiscardDeadLettersPayload> {
    const { workspace, actor } = caller;
    const choice = choiceOf(input);
    const reason = requireText(input.reason, 'input.reason', limits.shortTextCharactersMax);
    const discarded = await this.database.inWorkspace(workspace, (db) =>
      discardDeadLetters(db, workspace, choice, limits.deadLettersPerActMax, { actor, reason, now: new Date() }),
    );
    for (const { source } of discarded) this.#settled.inc({ source, outcome: 'DISCARDED' });
    return { discardedIds: discarded.map(({ id }) => externalId('deadLetter', id)), ...restOf(choice, discarded) };
  }

  /** By dialect, since each checks its own items; what became of each letter, by its id. */
  private async store(
    workspace: number,
    ready: readonly Ready[],
    backfill: boolean,
  ): Promise<ReadonlyMap<string, Recorded>> {
    const results = new Map<string, Recorded>();
    const fit = ready.filter((one) => !one.fault);
    for (const name of new Set(fit.map((one) => one.letter.dialect))) {
      const some = fit.filter((one) => one.letter.dialect === name);
      const dialect = await this.dialects.find(workspace, name);
      const recorded = dialect
        ? await this.intake.record(
            workspace,
            some,
            {
              name,
              sourceOf: ({ letter }) => letter.source,
              check: ({ letter, item }, index, context) =>
                dialect.check(item, index, { ...context, randomId: () => letter.id }),
            },
            backfill,
          )
        : some.map(() => ({ refusal: new Refusal('NOT_FOUND', 'The way in that this item came by is no more.') }));
      for (const [i, { letter }] of some.entries()) results.set(letter.id, recorded[i] as Recorded);
    }
    return results;
  }

  private async settle(
    workspace: number,
    hold: Hold,
    ready: readonly Ready[],
    results: ReadonlyMap<string, Recorded>,
  ): Promise<void> {
    const settled = ready.flatMap(({ letter, item }): Settlement[] => {
      const recorded = results.get(letter.id);
      return recorded ? [settlementOf(letter, item, recorded)] : [];
    });
    await this.database.inWorkspace(workspace, (db) => settleDeadLetters(db, workspace, hold, settled));
    for (const { letter } of ready) {
      const recorded = results.get(letter.id);
      if (!recorded) continue;
      this.#settled.inc({ source: letter.source, outcome: 'refusal' in recorded ? 'REFUSED' : 'REPLAYED' });
    }
  }
}

function choiceOf(input: Pick<ReplayDeadLettersInput, 'ids' | 'filter'>): Choice {
  const { ids, filter } = input;
  if ((ids == null) === (filter == null)) {
    throw new Refusal('ONE_OF_REQUIRED', 'Give either ids or a filter.', { field: 'input' });
  }
  if (ids == null) return { filter: filter ?? {} };
  const limit = limits.deadLettersPerActMax;
  const field = 'input.ids';
  if (ids.length === 0) throw new Refusal('TOO_FEW', 'Give at least one id.', { field, limit: 1 });
  if (ids.length > limit) throw new Refusal('TOO_MANY', `At most ${limit} dead letters at once.`, { field, limit });
  return { ids: [...new Set(ids.map((id, i) => requireId('deadLetter', id, `${field}[${i}]`)))] };
}

function readyOf(letter: HeldLetter, mend: Mend | null): Ready {
  const item: unknown = JSON.parse(letter.mended ?? letter.raw);
  if (!mend) return { letter, item };
  try {
    return { letter, item: mended(item, mend) };
  } catch (error) {
    if (error instanceof Refusal) return { letter, item, fault: error };
    throw error;
  }
}

function settlementOf(letter: HeldLetter, item: unknown, recorded: Recorded): Settlement {
  const { id, raw } = letter;
  const json = jsonOf(item);
  const mended = json === raw ? null : json;
  if (!('refusal' in recorded)) {
    return { id, mended, touchpoint: touchpointOf(recorded), refusal: null };
  }
  const { reason, message, where } = recorded.refusal;
  return { id, mended, touchpoint: null, refusal: { reason, message, field: where.field ?? null } };
}

function touchpointOf(recorded: Stored): string | null {
  return recorded.outcome === 'IDENTIFIED' ? null : recorded.id;
}

function resultOf(letter: HeldLetter, came: Refusal | Recorded): ReplayResult {
  const id = externalId('deadLetter', letter.id);
  if (came instanceof Refusal || 'refusal' in came) {
    const { code, reason, message, where } = came instanceof Refusal ? came : came.refusal;
    const error = { code, reason, message, field: where.field ?? null, limit: where.limit ?? null };
    return { id, outcome: 'REFUSED', touchpointId: null, customerId: null, error };
  }
  const touchpoint = touchpointOf(came);
  return {
    id,
    outcome: came.outcome === 'DUPLICATE' ? 'DUPLICATE' : 'STORED',
    touchpointId: touchpoint && externalId('touchpoint', touchpoint),
    customerId: externalId('customer', String(came.customer)),
    error: null,
  };
}

function restOf(choice: Choice, taken: readonly { readonly id: string }[]): { skippedIds: string[]; hasMore: boolean } {
  if ('filter' in choice) return { skippedIds: [], hasMore: taken.length === limits.deadLettersPerActMax };
  const found = new Set(taken.map((one) => one.id));
  const skipped = choice.ids.filter((id) => !found.has(id));
  return { skippedIds: skipped.map((id) => externalId('deadLetter', id)), hasMore: false };
}
