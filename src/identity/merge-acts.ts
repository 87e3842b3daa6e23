import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../platform/database.js';
import { publishChange } from '../platform/feed.js';
import { Refusal } from '../platform/refusal.js';
import { Relay } from '../platform/relay.js';
import { IDENTITY_CHANGED, type IdentityChanged } from './identity.events.js';
import { byAge } from './link-graph.js';
import {
  findMembers,
  instantOfAct,
  lockCustomers,
  lockIdentity,
  type MemberRow,
  walkIndexes,
} from './merge.queries.js';

const attemptsMax = 8;

/** A batch changed in between who belongs to whom. */
class LostRace extends Error {}

/** Customers that nobody else changes until the transaction ends. */
export interface Held {
  readonly members: readonly MemberRow[];
  /** The instant at which everything that the act does happens. */
  readonly at: string;
  /** The customer of a profile; null when there is no such profile. */
  rootOf(profile: string): string | null;
  membersOf(root: string): string[];
}

/** Runs what people do to identity: one transaction each, that no batch of touchpoints crosses. */
@Injectable()
export class IdentityActs {
  constructor(
    private readonly database: Database,
    private readonly relay: Relay,
  ) {}

  /** Runs the act, again when a batch got in between; the caller never sees a race. */
  async transact<T>(workspace: number, act: (db: EntityManager) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        const done = await this.database.inWorkspace(workspace, async (db) => {
          await lockIdentity(db, workspace);
          await walkIndexes(db);
          return act(db);
        });
        this.relay.wake();
        return done;
      } catch (error) {
        const { code } = error as { code?: string };
        const isRace = error instanceof LostRace || code === '40P01' || code === '40001';
        if (!isRace || attempt >= attemptsMax) throw error;
      }
    }
  }
}

/** Locks the customers that profiles belong to; profiles that do not exist are left out. */
export async function holdCustomers(db: EntityManager, workspace: number, profiles: readonly string[]): Promise<Held> {
  const roots = await lockCustomers(db, workspace, profiles);
  const members = await findMembers(db, workspace, roots, profiles);
  const astray = members.find((member) => !roots.includes(member.root));
  if (astray) throw new LostRace(`Profile ${astray.id} moved while its customer was being locked.`);
  const ids = members.map((member) => member.id);
  const at = await instantOfAct(db, workspace, ids);
  const customers = new Map(members.map((member) => [member.id, member.root]));
  return {
    members,
    at,
    rootOf: (profile) => customers.get(profile) ?? null,
    membersOf: (root) => members.filter((member) => member.root === root).map((member) => member.id),
  };
}

/** The customer that a client named, or a refusal that does not tell whether it is somebody else's. */
export function requireCustomer(held: Held, profile: string, field: string): string {
  const root = held.rootOf(profile);
  if (root === null) throw new Refusal('NOT_FOUND', 'There is no such customer.', { field });
  return root;
}

/** Tells higher floors, in the transaction of the change, where there was one. */
export async function announce(db: EntityManager, workspace: number, profiles: readonly string[]): Promise<void> {
  if (profiles.length === 0) return;
  const event: IdentityChanged = { profiles: [...new Set(profiles)].sort(byAge) };
  await publishChange(db, workspace, IDENTITY_CHANGED, event.profiles, event);
}
