import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { Reads } from '../platform/ask.js';
import { Composer, type Plan } from '../platform/composer.js';
import { feedCursor } from '../platform/feed-cursor.js';
import { refusalOf } from '../platform/field-access.js';
import { Refusal } from '../platform/refusal.js';
import { NotComposable } from '../platform/selection.js';
import { type Bound, raw, sql } from '../platform/sql.js';
import type { Change } from './change.js';
import { changeColumns, visibleChange } from './change.sections.js';
import type { LiveOperation } from './live-operation.js';

const changesPerStatementMax = 500;

export type ChangeRecord = Readonly<Record<string, unknown>>;

interface Waiting {
  readonly plan: Plan;
  readonly caller: Caller;
  readonly operation: LiveOperation;
  readonly changes: readonly Change[];
  readonly resolve: (records: (ChangeRecord | null)[]) => void;
  readonly reject: (error: unknown) => void;
}

const given: Bound = (request) => request.ids[0];

/**
 * Reads what subscriptions select of changes, by the composer: who asks the same with the same rights at the same time
 * shares one statement, however many sockets that are.
 */
@Injectable()
export class ChangeReader {
  #waiting: Waiting[] = [];

  constructor(
    private readonly composer: Composer,
    private readonly reads: Reads,
  ) {}

  /**
   * In the order of the changes; null for one that the caller may not see.
   * @throws Refusal when the caller may not read what is selected
   */
  read(caller: Caller, operation: LiveOperation, changes: readonly Change[]): Promise<(ChangeRecord | null)[]> {
    const plan = this.plan(caller, operation);
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => void this.readAll());
      this.#waiting.push({ plan, caller, operation, changes, resolve, reject });
    });
  }

  private plan(caller: Caller, operation: LiveOperation): Plan {
    const plan = this.composer.planEach(operation.document, operation.operation, operation.variables, caller, (f) => ({
      from: sql`json_to_recordset(${given}::json) as e(${raw(changeColumns)})`,
      where: visibleChange(f),
      order: raw('e.n'),
    }));
    if (plan instanceof NotComposable) {
      if (plan.reason === 'name_too_long')
        throw new Refusal('QUERY_INVALID', 'An alias may have at most 63 characters.');
      throw new Refusal('QUERY_INVALID', 'Something that is selected cannot be followed.', { cause: plan });
    }
    for (const { rule, name } of plan.rules) {
      const refusal = refusalOf(caller, rule, name);
      if (refusal) throw refusal;
    }
    return plan;
  }

  private async readAll(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    const groups = new Map<string, Waiting[]>();
    for (const one of waiting) {
      try {
        const key = `${one.plan.name} ${JSON.stringify(await one.plan.values(one.caller, one.operation.variables, ['']))}`;
        const group = groups.get(key) ?? [];
        groups.set(key, group);
        group.push(one);
      } catch (error) {
        one.reject(error);
      }
    }
    await Promise.all([...groups.values()].map((group) => this.readGroup(group)));
  }

  private async readGroup(group: readonly Waiting[]): Promise<void> {
    const [{ plan, caller, operation }] = group as [Waiting];
    const changes = [...new Set(group.flatMap((one) => one.changes))];
    try {
      const records = new Map<Change, ChangeRecord | null>();
      for (let start = 0; start < changes.length; start += changesPerStatementMax) {
        const part = changes.slice(start, start + changesPerStatementMax);
        const rows = JSON.stringify(part.map((change, n) => rowOf(caller.workspace, change, n)));
        const values = await plan.values(caller, operation.variables, [rows]);
        const text = (await this.reads.ask(plan, values, caller.workspace)) ?? '[]';
        for (const [n, record] of (JSON.parse(text) as (ChangeRecord | null)[]).entries()) {
          records.set(part[n] as Change, record);
        }
      }
      for (const one of group) one.resolve(one.changes.map((change) => records.get(change) ?? null));
    } catch (error) {
      for (const one of group) one.reject(error);
    }
  }
}

function rowOf(workspace: number, change: Change, n: number): object {
  const { place, kind, at, profile, touchpoint, issue, journey } = change;
  return { n, cursor: feedCursor(workspace, place), kind, at, profile, touchpoint, issue, journey };
}
