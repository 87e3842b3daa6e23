import { Args, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from '@nestjs/graphql';
import { ApiKeys } from '../access/api-keys.service.js';
import type { Caller } from '../access/caller.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Database } from '../platform/database.js';
import { Access } from '../platform/field-access.js';
import { requireId } from '../platform/ids.js';
import { Refusal } from '../platform/refusal.js';
import { DateTime } from '../platform/scalars.js';

@InputType()
export class CreatePortalTokenInput {
  @Field(() => ID, { description: 'The customer whom the portal has recognised.' })
  customerId!: string;

  @Field(() => Int, { defaultValue: 900, description: 'Life of the token: 1 to 3,600 seconds.' })
  expiresInSeconds!: number;
}

@ObjectType()
export class CreatePortalTokenPayload {
  @Field({ description: 'Sees this customer only, and nothing internal. Shown once.' })
  token!: string;

  @Field(() => DateTime)
  expiresAt!: string;
}

@Resolver()
export class PortalTokenResolver {
  constructor(
    private readonly keys: ApiKeys,
    private readonly database: Database,
  ) {}

  @Mutation(() => CreatePortalTokenPayload, {
    description: 'A portal’s back end exchanges its key for a short-lived token that is bound to one customer.',
  })
  @Access('portal-tokens:write')
  async createPortalToken(
    @CurrentCaller() caller: Caller,
    @Args('input') input: CreatePortalTokenInput,
  ): Promise<CreatePortalTokenPayload> {
    const profile = requireId('customer', input.customerId, 'input.customerId');
    const known = await this.database.inWorkspace(caller.workspace, (db) =>
      db.query('select from profile where workspace_id = $1 and id = $2', [caller.workspace, profile]),
    );
    if (known.length === 0) {
      throw new Refusal('NOT_FOUND', 'There is no such customer.', { field: 'input.customerId' });
    }
    const { key, secret } = await this.keys.makePortalToken(caller.workspace, profile, input.expiresInSeconds);
    return { token: secret, expiresAt: (key.expires_at as Date).toISOString() };
  }
}
