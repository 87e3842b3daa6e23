import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Lifecycle } from '../../platform/lifecycle.js';
import { limits } from '../../platform/limits.js';
import { Refusal } from '../../platform/refusal.js';
import { IngestForecast } from '../../touchpoints/ingest-forecast.service.js';
import type { TouchpointInput } from '../../touchpoints/record.input.js';
import { fromOurSide } from '../email/our-side.js';
import { type Dialect, Intake } from '../intake.service.js';
import { IntakeSettingsService } from '../intake-settings.service.js';
import { checkMapped, withOwnField } from '../mapping/check-mapped.js';
import type { Bytes } from './bytes.js';
import { planImport, readRows, requireMapping } from './import-plan.js';
import { type Counts, faultOf, type Progress, runImport, type Stored } from './import-run.js';
import type { ImportRequest } from './import-wish.js';

/** Rows that were mapped already. What is refused goes back to the sender, who waits for it; no dead letter is kept. */
const importDialect: Dialect<TouchpointInput> = {
  name: 'import',
  sourceOf: ({ source }) => source,
  check: (touchpoint, _, context) => checkMapped(touchpoint, context),
};

/** Takes files in, row by row. */
@Injectable()
export class Imports {
  constructor(
    private readonly intake: Intake,
    private readonly settings: IntakeSettingsService,
    private readonly forecast: IngestForecast,
    private readonly lifecycle: Lifecycle,
  ) {}

  /**
   * Imports a file of any size, and returns when all of it is durable, or refused and told.
   * @param tell is told after each batch how far it is
   * @throws Refusal when the file cannot be read further, or nothing can be stored at present; what was told is durable
   */
  async take(
    workspace: number,
    file: Bytes,
    request: ImportRequest,
    tell: (progress: Progress) => Promise<void>,
  ): Promise<Counts> {
    const plan = await planImport(file, request.wish);
    const rules = { mapping: requireMapping(plan), source: request.source };
    const store = (touchpoints: readonly TouchpointInput[]) => this.store(workspace, touchpoints, request);
    return runImport(readRows(plan.form, plan.text), { rules, store, tell });
  }

  /** Stores a batch, or only says what would become of it. Where the service is too busy, the reading waits. */
  async store(
    workspace: number,
    touchpoints: readonly TouchpointInput[],
    { isDryRun, isBackfill }: Pick<ImportRequest, 'isDryRun' | 'isBackfill'>,
  ): Promise<Stored> {
    const recorded = await this.patiently(async () => {
      const own = await this.settings.ownMail(workspace);
      const seen = touchpoints.map((touchpoint) => fromOurSide(touchpoint, own));
      return isDryRun
        ? this.forecast.foresee(workspace, seen, importDialect.check)
        : this.intake.record(workspace, seen, importDialect, isBackfill);
    });
    const count = (outcome: string) => recorded.filter((one) => 'outcome' in one && one.outcome === outcome).length;
    const faults = recorded.flatMap((one, place) =>
      'refusal' in one ? [[place, [faultOf(withOwnField(one.refusal))]] as const] : [],
    );
    return {
      created: count('CREATED'),
      updated: count('UPDATED'),
      duplicates: count('DUPLICATE'),
      faults: new Map(faults),
    };
  }

  private async patiently<T>(act: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      if (this.lifecycle.isStopping) {
        throw new Refusal('OVERLOADED', 'The service is stopping. Send the same again in a moment.');
      }
      try {
        return await act();
      } catch (error) {
        const isPassing = error instanceof Refusal && error.code === 'UNAVAILABLE';
        if (!isPassing || attempt >= limits.importAttemptsMax) throw error;
        await setTimeout(Math.min(100 * 2 ** attempt, 5_000));
      }
    }
  }
}
