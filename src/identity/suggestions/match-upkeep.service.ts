import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../platform/database.js';
import { Events, type OutboxEvent, publish } from '../../platform/events.js';
import { Log } from '../../platform/log.js';
import { Metrics } from '../../platform/metrics.js';
import { always, type IsGoingOn, Recurring } from '../../platform/recurring.js';
import { IDENTITY_CHANGED, type IdentityChanged } from '../identity.events.js';
import { walkIndexes } from '../merge.queries.js';
import {
  countDue,
  type DueRow,
  deleteDue,
  estimateDue,
  findDue,
  lanes,
  nextDueWorkspace,
  noteDue,
  noteNextDue,
  postponeDue,
  tryLockUpkeep,
} from './due.queries.js';
import { MATCH_WHOLE, type MatchWhole } from './match.events.js';
import { MatchRules } from './match-rules.service.js';
import { bringUpToDate } from './upkeep.js';
import { Weights } from './weights.service.js';

const tickMs = 1_000;
/** One transaction: some tens of milliseconds a customer among a million, and who decides on a suggestion waits for it. */
const customersPerRoundMax = 10;
const customersPerStretchMax = 1_000;
const countedMax = 100_000;

/**
 * Keeps suggestions true, behind everything else: whoever changes is noted by its event, and rounds of a few customers
 * bring them up to date, one workspace after the other so that a large one keeps no other waiting.
 */
@Injectable()
export class MatchUpkeep extends Recurring implements OnModuleInit {
  readonly #customers;
  readonly #pairs;
  readonly #seconds;
  readonly #due;

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly rules: MatchRules,
    private readonly weights: Weights,
    log: Log,
    metrics: Metrics,
  ) {
    super(log, 'Customers that are due could not be compared.');
    this.#customers = metrics.counter('throughline_match_customers_total', 'Customers whose suggestions were due.', [
      'outcome',
    ]);
    this.#pairs = metrics.counter('throughline_match_pairs_total', 'Pairs of customers that were compared.', []);
    this.#seconds = metrics.histogram(
      'throughline_match_round_seconds',
      'Time of one round of comparing.',
      [],
      [0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    );
    this.#due = metrics.gauge('throughline_match_due', 'Customers that wait to be compared, up to 100,000.', []);
  }

  protected get pauseMs(): number {
    return tickMs;
  }

  onModuleInit(): void {
    this.events.subscribe(IDENTITY_CHANGED, 3, async (db, event) => {
      const { profiles } = event.payload as IdentityChanged;
      await noteDue(db, event.workspace, profiles, { lane: lanes.now, isForced: true });
    });
    this.events.subscribe(MATCH_WHOLE, 3, noteStretch);
  }

  /** Works off everybody who is due, round by round over the workspaces; answers with their number. */
  async tick(isGoingOn: IsGoingOn = always): Promise<number> {
    let done = 0;
    for (;;) {
      let inThisTurn = 0;
      for (
        let workspace = await this.next(0);
        workspace !== null && isGoingOn();
        workspace = await this.next(workspace)
      ) {
        inThisTurn += await this.round(workspace);
      }
      this.#due.set(await this.database.inSystem((db) => countDue(db, countedMax)));
      done += inThisTurn;
      if (inThisTurn === 0 || !isGoingOn()) return done;
    }
  }

  private next(after: number): Promise<number | null> {
    return this.database.inSystem((db) => nextDueWorkspace(db, after));
  }

  /** A round that fails is made again with one customer each: who cannot be compared keeps nobody else back. */
  private async round(workspace: number): Promise<number> {
    let due: readonly DueRow[] = [];
    try {
      return await this.attempt(workspace, async (db) => {
        due = await findDue(db, workspace, customersPerRoundMax);
        return due;
      });
    } catch (error) {
      if (due.length === 0) throw error;
      let done = 0;
      for (const one of due) done += await this.alone(workspace, one);
      return done;
    }
  }

  private async alone(workspace: number, one: DueRow): Promise<number> {
    try {
      return await this.attempt(workspace, async () => [one]);
    } catch (error) {
      this.#customers.inc({ outcome: 'failed' });
      this.log.error(
        { err: error, customer: one.profile },
        'A customer could not be compared; it is tried again later.',
      );
      await this.database.inWorkspace(workspace, (db) => postponeDue(db, workspace, [one.profile]));
      return 0;
    }
  }

  private async attempt(workspace: number, whom: (db: EntityManager) => Promise<readonly DueRow[]>): Promise<number> {
    const identity = await this.rules.identityRules(workspace);
    const due = await this.database.inWorkspace(workspace, async (db) => {
      if (!(await tryLockUpkeep(db, workspace))) return [];
      await walkIndexes(db);
      const found = await whom(db);
      const customers = found.filter((one) => one.profile !== estimateDue);
      const ended = this.#seconds.startTimer();
      const done = await bringUpToDate(db, workspace, customers, await this.rules.of(db, workspace, identity));
      await deleteDue(db, workspace, customers);
      ended();
      this.#customers.inc({ outcome: 'compared' }, done.compared);
      this.#customers.inc({ outcome: 'unchanged' }, done.customers - done.compared);
      this.#pairs.inc(done.pairs);
      return found;
    });
    const estimates = due.filter((one) => one.profile === estimateDue);
    if (estimates.length > 0) {
      await this.weights.carryOut(workspace);
      await this.database.inWorkspace(workspace, (db) => deleteDue(db, workspace, estimates));
    }
    return due.length;
  }
}

/** One stretch of all customers; the next one is the next event, so that no transaction grows long. */
async function noteStretch(db: EntityManager, event: OutboxEvent): Promise<void> {
  const { after } = event.payload as MatchWhole;
  const last = await noteNextDue(db, event.workspace, after, customersPerStretchMax);
  if (last === null) return;
  const next: MatchWhole = { after: last };
  await publish(db, event.workspace, MATCH_WHOLE, next);
}
