import { Injectable } from '@nestjs/common';
import type { IdentityRules } from '../identity/identifier-types.js';
import { IdentifierTypes } from '../identity/identifier-types.js';
import { Database } from '../platform/database.js';
import { databaseRefusal, isTransient } from '../platform/database-errors.js';
import { Refusal } from '../platform/refusal.js';
import type { Outcome, Verdict } from './decide.js';
import { decideBatch, inStoredForms, read } from './ingest.store.js';
import type { CheckContext, CheckedItem } from './touchpoint-check.js';

/** What would become of one item. */
export type Foreseen = { readonly outcome: Exclude<Outcome, 'CONFLICT'> } | { readonly refusal: Refusal };

/** Customers that are not made need ids that none has. */
const unusedIdsFrom = 2 ** 52;

/** Tells what would become of touchpoints if they were recorded now. Reads and decides as ingest does; writes nothing. */
@Injectable()
export class IngestForecast {
  constructor(
    private readonly database: Database,
    private readonly types: IdentifierTypes,
  ) {}

  /** As `Ingest.record`, without the recording. */
  async foresee<Input>(
    workspace: number,
    inputs: readonly Input[],
    check: (input: Input, index: number, context: CheckContext) => CheckedItem,
  ): Promise<Foreseen[]> {
    const rules = await this.types.of(workspace);
    let unnamed = 0;
    const randomId = () => (unnamed++).toString(16).padStart(32, '0');
    const context: CheckContext = { workspace, rules, now: Date.now(), randomId };
    const checked = inputs.map((input, index) => {
      try {
        return check(input, index, context);
      } catch (error) {
        if (error instanceof Refusal) return error;
        throw error;
      }
    });
    const verdicts = await this.decide(
      workspace,
      rules,
      checked.flatMap((one) => (one instanceof Refusal ? [] : [one])),
    );
    let next = 0;
    return checked.map((one) => (one instanceof Refusal ? { refusal: one } : foreseenOf(verdicts[next++] as Verdict)));
  }

  private async decide(workspace: number, rules: IdentityRules, items: CheckedItem[]): Promise<readonly Verdict[]> {
    if (items.length === 0) return [];
    const client = await this.database.pipeline.connect().catch((error: unknown) => {
      throw databaseRefusal(error);
    });
    try {
      const db = { client, planAge: 0 };
      const stored = rules.former ? await inStoredForms(db, workspace, items) : items;
      const { batch, state } = await read(db, workspace, rules, stored, false);
      let id = unusedIdsFrom;
      const { verdicts } = decideBatch(batch, state, rules, () => id++, Date.now());
      client.release();
      return verdicts;
    } catch (error) {
      client.release(isTransient(error) ? (error as Error) : false);
      throw databaseRefusal(error);
    }
  }
}

function foreseenOf({ outcome }: Verdict): Foreseen {
  if (outcome !== 'CONFLICT') return { outcome };
  const sentence = 'Another message about this touchpoint has the same place in time and says something else.';
  return { refusal: new Refusal('CONTENT_CONFLICT', sentence, { field: 'externalId' }) };
}
