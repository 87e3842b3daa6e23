import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { Database } from '../platform/database.js';
import { externalId, requireId } from '../platform/ids.js';
import { Refusal } from '../platform/refusal.js';
import type { IdentifierInput } from './identifier.input.js';
import { IdentifierTypes } from './identifier-types.js';
import { bumpVersions } from './merge.queries.js';
import { reasonOf, requireUnique } from './merge.service.js';
import { announce, holdCustomers, IdentityActs, requireCustomer } from './merge-acts.js';
import { brokenLimits } from './merge-limits.js';
import { countIdentifiers } from './merge-limits.queries.js';
import { ProfileIds } from './profile-ids.js';
import { findOwnerships, holdIdentifier, insertProfile, nextProfileBlock, reassign } from './reassign.queries.js';
import type { IdentifierOwnership, ReassignIdentifierInput } from './reassign.types.js';
import { readIdentifier } from './why-linked.service.js';

export interface ReassignAct {
  readonly customer: string;
  readonly previousCustomer: string;
  readonly isChanged: boolean;
}

const ownershipsMax = 100;

/** Gives identifiers to somebody else from a date on. Touchpoints stay with the profile that they arrived with. */
@Injectable()
export class Reassignments {
  readonly #ids = new ProfileIds();

  constructor(
    private readonly acts: IdentityActs,
    private readonly types: IdentifierTypes,
    private readonly database: Database,
  ) {}

  async reassign(caller: Caller, input: ReassignIdentifierInput, now = new Date()): Promise<ReassignAct> {
    const { workspace, actor } = caller;
    const rules = await this.types.of(workspace);
    const identifier = readIdentifier(input, 'input', rules);
    const to = input.toCustomerId == null ? null : requireId('customer', input.toCustomerId, 'input.toCustomerId');
    const reason = reasonOf(input.reason);
    const { from, overrideUniqueness } = input;
    requirePast(from, now);
    if (overrideUniqueness && reason === null) {
      throw new Refusal('TOO_FEW', 'To override a uniqueness, say why.', { field: 'input.reason', limit: 1 });
    }
    return this.acts.transact(workspace, async (db) => {
      const known = identifier && (await holdIdentifier(db, workspace, identifier.type, identifier.value, from));
      if (!identifier || !known)
        throw new Refusal('NOT_FOUND', 'There is no such identifier.', { field: 'input.value' });
      const held = await holdCustomers(db, workspace, to === null ? [known.profile] : [known.profile, to]);
      const previousCustomer = held.rootOf(known.profile) as string;
      const target = to === null ? null : requireCustomer(held, to, 'input.toCustomerId');
      if (target === previousCustomer) return { customer: target, previousCustomer, isChanged: false };
      if (!known.isValidBefore) {
        const sentence = `It is theirs since ${known.validFrom}: give it away from a later date on.`;
        throw new Refusal('OUT_OF_RANGE', sentence, { field: 'input.from' });
      }
      if (target !== null) {
        const members = held.members.filter((member) => member.root === target);
        const counts = await countIdentifiers(db, workspace, members);
        const type = rules.types.get(identifier.type);
        const own = new Map(counts.map((one) => [one.type, one.count]));
        const broken = brokenLimits(new Map(type ? [[type.name, type]] : []), [own, new Map([[identifier.type, 1]])]);
        requireUnique(broken, overrideUniqueness);
      }
      const profile = to ?? (await this.newProfile(db, workspace));
      await reassign(db, workspace, { ...identifier, to: profile, from, actor, reason }, held.at);
      await bumpVersions(db, workspace, target === null ? [previousCustomer] : [previousCustomer, target]);
      await announce(db, workspace, [profile, ...held.members.map((member) => member.id)]);
      return { customer: target ?? profile, previousCustomer, isChanged: true };
    });
  }

  /** Whose an identifier was and is, newest first: at most 100. */
  async history(caller: Caller, given: IdentifierInput): Promise<IdentifierOwnership[]> {
    const { workspace, isMasked } = caller;
    const identifier = readIdentifier(given, 'identifier', await this.types.of(workspace));
    if (!identifier) return [];
    const rows = await this.database.inWorkspace(workspace, (db) =>
      findOwnerships(db, workspace, identifier.type, identifier.value, ownershipsMax),
    );
    return rows.map((row) => ({
      customerId: externalId('customer', row.customer),
      validFrom: row.validFrom,
      validTo: row.validTo,
      recordedAt: row.recordedAt,
      endedBy: row.actor,
      reason: isMasked ? null : row.reason,
    }));
  }

  private async newProfile(db: EntityManager, workspace: number): Promise<string> {
    const lent = await this.#ids.lend(1, () => nextProfileBlock(db));
    const id = String(lent.next());
    await insertProfile(db, workspace, id);
    return id;
  }
}

/** A date to come would need someone to remember it. */
function requirePast(from: string, now: Date): void {
  if (Date.parse(from) <= now.getTime()) return;
  throw new Refusal('OUT_OF_RANGE', 'An identifier is given away from now or an earlier date on.', {
    field: 'input.from',
  });
}
