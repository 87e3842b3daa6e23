import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import type { IdentityRules } from '../identity/identifier-types.js';
import { IdentifierTypes } from '../identity/identifier-types.js';
import { ProfileIds } from '../identity/profile-ids.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Database } from '../platform/database.js';
import { databaseRefusal, hasTimedOut, isTransient } from '../platform/database-errors.js';
import { FeedWakes } from '../platform/feed-wakes.js';
import { limits } from '../platform/limits.js';
import { Metrics } from '../platform/metrics.js';
import { Refusal } from '../platform/refusal.js';
import { Relay } from '../platform/relay.js';
import type { Outcome, Verdict } from './decide.js';
import { type Connection, decideBatch, inStoredForms, LostRace, lockAlone, read, write } from './ingest.store.js';
import { ProtectionReport } from './protection-report.js';
import type { CheckContext, CheckedItem } from './touchpoint-check.js';

/** What became of one item; a refused one says why and nothing of it was stored. */
export type Recorded = (Verdict & { readonly id: string }) | { readonly refusal: Refusal };

interface Waiting {
  readonly items: readonly CheckedItem[];
  readonly backfill: boolean;
  readonly resolve: (verdicts: Verdict[]) => void;
  readonly reject: (error: unknown) => void;
}

interface Lane {
  readonly waiting: Waiting[];
  flushing: number;
  isDue: boolean;
}

/** After this many lost races a batch is decided alone, under the workspace's lock. */
const racesBeforeLock = 2;
const attemptsMax = 12;

/**
 * Takes touchpoints in. Requests that arrive while a write is under way travel together in the next one (group
 * commit); each is answered only after its own commit, and each is stored wholly or not at all.
 */
@Injectable()
export class Ingest {
  readonly #lanes = new Map<number, Lane>();
  #queued = 0;
  /** Items stored by this process: while they double, so may the tables. */
  #stored = 0;
  readonly #ids = new ProfileIds();
  readonly #outcomes;
  readonly #races;

  constructor(
    private readonly database: Database,
    private readonly types: IdentifierTypes,
    private readonly relay: Relay,
    metrics: Metrics,
    @Inject(CONFIG) private readonly config: Config,
    private readonly protection: ProtectionReport,
    private readonly wakes: FeedWakes,
  ) {
    this.#outcomes = metrics.counter('throughline_touchpoints_total', 'Items taken in, by outcome.', ['outcome']);
    this.#races = metrics.counter('throughline_ingest_retries_total', 'Batches decided again, by cause.', ['cause']);
  }

  /**
   * Checks and stores items of one request, in one transaction. An item that is refused does not keep its neighbours
   * out.
   * @param check makes an item ready to be stored, or throws a refusal that names the field
   */
  async record<Input>(
    workspace: number,
    inputs: readonly Input[],
    check: (input: Input, index: number, context: CheckContext) => CheckedItem,
    backfill = false,
  ): Promise<Recorded[]> {
    const rules = await this.types.of(workspace);
    const context: CheckContext = {
      workspace,
      rules,
      now: Date.now(),
      randomId: () => randomUUID().replaceAll('-', ''),
    };
    const refusals = new Map<number, Refusal>();
    const items: CheckedItem[] = [];
    inputs.forEach((input, index) => {
      try {
        items.push(check(input, index, context));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        refusals.set(index, error);
      }
    });
    const verdicts = items.length > 0 ? await this.enqueue(workspace, items, backfill) : [];
    let next = 0;
    const recorded = inputs.map((_, index): Recorded => {
      const refusal = refusals.get(index);
      return refusal ? { refusal } : this.answer(items[next] as CheckedItem, verdicts[next++] as Verdict, index);
    });
    this.count(recorded);
    return recorded;
  }

  /** Once per batch and outcome: the counter makes its key of the labels anew at every call. */
  private count(recorded: readonly Recorded[]): void {
    const counts = new Map<Outcome | 'REJECTED', number>();
    for (const one of recorded) {
      const outcome = 'refusal' in one ? 'REJECTED' : one.outcome;
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    }
    for (const [outcome, count] of counts) this.#outcomes.inc({ outcome }, count);
  }

  private answer(item: CheckedItem, verdict: Verdict, index: number): Recorded {
    if (verdict.outcome !== 'CONFLICT')
      return { outcome: verdict.outcome, profile: verdict.profile, customer: verdict.customer, id: item.id };
    const sentence = 'Another message about this touchpoint has the same place in time and says something else.';
    return { refusal: new Refusal('CONTENT_CONFLICT', sentence, { field: `touchpoints[${index}].externalId` }) };
  }

  private enqueue(workspace: number, items: readonly CheckedItem[], backfill: boolean): Promise<Verdict[]> {
    if (this.#queued + items.length > limits.ingestQueueMax) {
      throw new Refusal('OVERLOADED', 'Too much is waiting to be written. Send it again in a moment.');
    }
    const lane = this.#lanes.get(workspace) ?? { waiting: [], flushing: 0, isDue: false };
    this.#lanes.set(workspace, lane);
    this.#queued += items.length;
    return new Promise((resolve, reject) => {
      lane.waiting.push({ items, backfill, resolve, reject });
      if (lane.isDue) return;
      lane.isDue = true;
      // Not before all that came in at this turn of the event loop is there.
      setImmediate(() => {
        lane.isDue = false;
        this.flush(workspace, lane);
      });
    });
  }

  /**
   * One write of a workspace at a time: what arrives meanwhile is checked, and travels together in the next one. Several
   * race for the same customers: of batches of 1,000, written two at a time, half had to be decided again, and each
   * touchpoint cost a quarter more.
   */
  private flush(workspace: number, lane: Lane): void {
    const writesMax = this.config.ingestMicroBatch ? 1 : this.config.poolSize;
    while (lane.waiting.length > 0 && lane.flushing < writesMax) {
      const taken = this.take(lane);
      lane.flushing++;
      void this.storeTogether(workspace, taken).finally(() => {
        lane.flushing--;
        this.flush(workspace, lane);
      });
    }
    if (lane.waiting.length === 0 && lane.flushing === 0 && !lane.isDue) this.#lanes.delete(workspace);
  }

  private take(lane: Lane): Waiting[] {
    const taken: Waiting[] = [];
    let items = 0;
    for (;;) {
      const next = lane.waiting[0];
      if (!next || (taken.length > 0 && items + next.items.length > limits.touchpointsPerBatchMax)) break;
      if (taken.length > 0 && (next.backfill !== taken[0]?.backfill || !this.config.ingestMicroBatch)) break;
      lane.waiting.shift();
      taken.push(next);
      items += next.items.length;
    }
    this.#queued -= items;
    return taken;
  }

  private async storeTogether(workspace: number, taken: readonly Waiting[]): Promise<void> {
    try {
      const verdicts = await this.store(
        workspace,
        taken.flatMap((one) => one.items),
        taken[0]?.backfill ?? false,
      );
      let from = 0;
      for (const one of taken) {
        one.resolve(verdicts.slice(from, from + one.items.length));
        from += one.items.length;
      }
      this.relay.wake();
      this.wakes.changed(workspace);
    } catch (error) {
      // One request must not take its neighbours down with it; nor must each of them wait anew for what held it up.
      const isOurs = !isTransient(error) && !hasTimedOut(error);
      if (taken.length > 1 && isOurs) for (const one of taken) await this.storeTogether(workspace, [one]);
      else for (const one of taken) one.reject(databaseRefusal(error));
    }
  }

  private async store(workspace: number, items: readonly CheckedItem[], backfill: boolean): Promise<Verdict[]> {
    const rules = await this.types.of(workspace);
    const client = await this.database.pipeline.connect();
    try {
      const verdicts = new Array<Verdict>(items.length);
      const stored = rules.former ? await inStoredForms({ client, planAge: 0 }, workspace, items) : items;
      let left = items.map((_, i) => i);
      for (let attempt = 1; left.length > 0; attempt++) {
        const now = left.map((i) => stored[i] as CheckedItem);
        const db = { client, planAge: Math.ceil(Math.log2(1 + this.#stored / 500)) };
        const outcome = await this.attempt(db, workspace, rules, now, backfill, attempt);
        if (outcome === null) continue;
        left = left.filter((i, n) => {
          const verdict = outcome[n];
          if (verdict) verdicts[i] = verdict;
          return !verdict;
        });
      }
      this.#stored += items.length;
      client.release();
      return verdicts;
    } catch (error) {
      client.release(isTransient(error) ? (error as Error) : false);
      throw error;
    }
  }

  /** Verdicts in the order of the items; null in place of one that has to be decided again, or of all of them. */
  private async attempt(
    db: Connection,
    workspace: number,
    rules: IdentityRules,
    items: readonly CheckedItem[],
    backfill: boolean,
    attempt: number,
  ): Promise<(Verdict | null)[] | null> {
    const isAlone = attempt > racesBeforeLock;
    try {
      const ids = await this.#ids.lend(items.length, () => nextBlock(db.client));
      if (isAlone) await lockAlone(db, workspace);
      const { batch, state } = await read(db, workspace, rules, items, isAlone);
      const decision = decideBatch(batch, state, rules, () => ids.next(), Date.now());
      this.#ids.giveBack(ids);
      const { inserted } = await write(db, workspace, batch, state, decision, backfill, isAlone);
      this.protection.tell(workspace, decision);
      if (inserted === null) return [...decision.verdicts];
      const missing = new Set(decision.rows.filter((row) => row.expected === null).map((row) => row.item.id));
      for (const id of inserted) missing.delete(id);
      return decision.verdicts.map((verdict, i) => (missing.has((items[i] as CheckedItem).id) ? null : verdict));
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      const isRace = error instanceof LostRace || code === '40P01' || code === '40001';
      if (!isRace || attempt >= attemptsMax) throw error;
      this.#races.inc({ cause: error instanceof LostRace ? 'lost race' : code });
      return null;
    }
  }
}

async function nextBlock(db: pg.PoolClient): Promise<number> {
  const { rows } = await db.query(`select nextval('profile_id_block')::text as start`);
  return Number(rows[0].start);
}
