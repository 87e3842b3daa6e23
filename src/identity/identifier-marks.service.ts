import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { Database } from '../platform/database.js';
import { externalId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { plainText } from '../platform/text-argument.js';
import type { IdentifierInput } from './identifier.input.js';
import {
  findIdentifierState,
  findStoredForm,
  type HeldRow,
  holdIdentifierRow,
  insertIdentifierEvents,
  insertOwnersUse,
  type Marks,
  type StateRow,
  writeMarks,
} from './identifier-marks.queries.js';
import type { IdentifierState } from './identifier-marks.types.js';
import { IdentifierTypes } from './identifier-types.js';
import { announce } from './merge-acts.js';
import { type NamedIdentifier, readIdentifier } from './named-identifier.js';

const eventsMax = 100;

/** What people say of identifiers: that one is shared, that one is to be kept from joining, or is free again. */
@Injectable()
export class IdentifierMarks {
  constructor(
    private readonly database: Database,
    private readonly types: IdentifierTypes,
  ) {}

  async state(caller: Caller, identifier: IdentifierInput): Promise<IdentifierState | null> {
    const { type, forms } = await this.read(caller.workspace, identifier, 'identifier');
    return this.database.inWorkspace(caller.workspace, async (db) => {
      const value = await findStoredForm(db, caller.workspace, type, forms);
      const row = value === null ? null : await findIdentifierState(db, caller.workspace, type, value, eventsMax);
      return row && value !== null ? stateOf(type, value, row, caller.isMasked) : null;
    });
  }

  markShared(caller: Caller, identifier: IdentifierInput, isShared: boolean, reason: string): Promise<IdentifierState> {
    return this.mark(caller, identifier, isShared ? 'SHARED' : 'NOT_SHARED', reason, (row) => ({
      ...row,
      isShared,
      isSharingDecided: true,
      forgetsRivals: false,
    }));
  }

  quarantine(caller: Caller, identifier: IdentifierInput, reason: string): Promise<IdentifierState> {
    return this.mark(caller, identifier, 'QUARANTINED', reason, (row) => ({
      ...row,
      isQuarantined: true,
      forgetsRivals: false,
    }));
  }

  /** Free to join again; whom it tried to join before no longer counts. */
  release(caller: Caller, identifier: IdentifierInput, reason: string): Promise<IdentifierState> {
    return this.mark(caller, identifier, 'RELEASED', reason, (row) => ({
      ...row,
      isQuarantined: false,
      forgetsRivals: true,
    }));
  }

  private async mark(
    caller: Caller,
    identifier: IdentifierInput,
    act: string,
    given: string,
    change: (row: HeldRow) => Marks,
  ): Promise<IdentifierState> {
    const { workspace, actor } = caller;
    const { type, forms } = await this.read(workspace, identifier, 'input.identifier');
    const reason = plainText(limits.longTextCharactersMax)(given, null, 'input.reason').trim();
    if (reason === '') throw new Refusal('TOO_FEW', 'Say why.', { field: 'input.reason', limit: 1 });
    return this.database.inWorkspace(workspace, async (db) => {
      const value = await findStoredForm(db, workspace, type, forms);
      const row = value === null ? null : await holdIdentifierRow(db, workspace, type, value);
      if (!row || value === null) {
        throw new Refusal('NOT_FOUND', 'There is no such identifier.', { field: 'input.identifier' });
      }
      const marks = change(row);
      await writeMarks(db, workspace, type, value, marks);
      if (marks.isShared && !row.isShared) await insertOwnersUse(db, workspace, type, value);
      await insertIdentifierEvents(db, workspace, [{ type, value, act, reason, actor, profile: row.profile }]);
      // Whom it says to be alike is another than before.
      await announce(db, workspace, [row.profile]);
      const after = await findIdentifierState(db, workspace, type, value, eventsMax);
      return stateOf(type, value, after as StateRow, caller.isMasked);
    });
  }

  private async read(workspace: number, given: IdentifierInput, path: string): Promise<NamedIdentifier> {
    return readIdentifier(given, path, await this.types.of(workspace));
  }
}

/** To a masked key neither the value is told nor what people wrote. */
function stateOf(type: string, value: string, row: StateRow, isMasked: boolean): IdentifierState {
  const customer = (profile: number | string | null) =>
    profile === null ? null : externalId('customer', String(profile));
  return {
    type,
    value: isMasked ? `****${value.length > 6 ? value.slice(-2) : ''}` : value,
    customerId: customer(row.customer),
    verification: row.verification > 0 ? 'VERIFIED' : 'CLAIMED',
    isShared: row.is_shared,
    isSharingDecided: row.is_sharing_decided,
    isQuarantined: row.is_quarantined,
    detachedAt: row.detached_at?.toISOString() ?? null,
    events: row.events.map((event) => ({
      act: event.act,
      reason: isMasked && event.actor !== null ? '****' : event.reason,
      happenedAt: event.happened_at,
      actor: event.actor,
      touchpointId: event.touchpoint_id && externalId('touchpoint', event.touchpoint_id),
      fromCustomerId: customer(event.from_profile_id),
      toCustomerId: customer(event.to_profile_id),
    })),
  };
}
