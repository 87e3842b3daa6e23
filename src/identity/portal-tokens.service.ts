import { Injectable } from '@nestjs/common';
import { ApiKeys } from '../access/api-keys.service.js';
import type { Caller } from '../access/caller.js';
import { Database } from '../platform/database.js';
import { requireId } from '../platform/ids.js';
import { Refusal } from '../platform/refusal.js';
import { profileExists } from './profile.queries.js';

/** Gives a portal's back end tokens that are bound to one customer. */
@Injectable()
export class PortalTokens {
  constructor(
    private readonly keys: ApiKeys,
    private readonly database: Database,
  ) {}

  async create(caller: Caller, customerId: string, seconds: number): Promise<{ token: string; expiresAt: string }> {
    const field = 'input.customerId';
    const profile = requireId('customer', customerId, field);
    const isKnown = await this.database.inWorkspace(caller.workspace, (db) =>
      profileExists(db, caller.workspace, profile),
    );
    if (!isKnown) throw new Refusal('NOT_FOUND', 'There is no such customer.', { field });
    const { workspace, isMasked } = caller;
    const { key, secret } = await this.keys.makePortalToken(workspace, profile, seconds, isMasked);
    return { token: secret, expiresAt: (key.expires_at as Date).toISOString() };
  }
}
