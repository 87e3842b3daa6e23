import { Injectable } from '@nestjs/common';
import { Log } from '../platform/log.js';
import { Metrics } from '../platform/metrics.js';
import type { Decision } from './decide.js';

/** Says in figures and in the log what protection did; never an identifier, for those are personal. */
@Injectable()
export class ProtectionReport {
  readonly #identifiers;
  readonly #changes;
  readonly #brakes;

  constructor(
    metrics: Metrics,
    private readonly log: Log,
  ) {
    this.#identifiers = metrics.counter(
      'throughline_identifiers_total',
      'Identifiers that did not plainly link: demoted, blocked, invalid, or linked with a remark; by reason.',
      ['outcome', 'reason'],
    );
    this.#changes = metrics.counter(
      'throughline_identifier_changes_total',
      'Identifiers that were detached, moved, found to be shared or quarantined.',
      ['act'],
    );
    this.#brakes = metrics.counter('throughline_identity_brakes_total', 'Customers found past a brake, by reason.', [
      'reason',
    ]);
  }

  /** Called once a decision is stored. */
  tell(workspace: number, { remarks, resolution }: Decision): void {
    for (const [key, count] of remarks) {
      const [outcome, ...reason] = key.split(' ');
      this.#identifiers.inc({ outcome, reason: reason.join(' ') }, count);
    }
    for (const { act } of resolution.ledger.events) this.#changes.inc({ act });
    for (const { customer, reason } of resolution.brakes) {
      this.#brakes.inc({ reason });
      this.log.warn({ workspace, customer, reason }, 'A customer is past a brake: nothing is joined to it any more.');
    }
  }
}
