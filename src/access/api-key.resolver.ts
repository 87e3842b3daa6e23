import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access } from '../platform/field-access.js';
import { externalId, requireId } from '../platform/ids.js';
import {
  ApiKey,
  CreateApiKeyInput,
  CreateApiKeyPayload,
  RevokeApiKeyInput,
  RevokeApiKeyPayload,
} from './access.types.js';
import type { ApiKeyRow } from './api-key.queries.js';
import { ApiKeys } from './api-keys.service.js';
import type { Caller } from './caller.js';

@Resolver(() => ApiKey)
export class ApiKeyResolver {
  constructor(private readonly keys: ApiKeys) {}

  @Query(() => [ApiKey], { description: 'The keys of the workspace, oldest first.' })
  @Access('admin')
  async apiKeys(@CurrentCaller() caller: Caller): Promise<ApiKey[]> {
    return (await this.keys.list(caller)).map(apiKeyOf);
  }

  @Mutation(() => CreateApiKeyPayload, { description: 'Makes a key. Its secret is in this answer and nowhere else.' })
  @Access('admin')
  async createApiKey(
    @CurrentCaller() caller: Caller,
    @Args('input') input: CreateApiKeyInput,
  ): Promise<CreateApiKeyPayload> {
    // Who sees personal data masked cannot give itself a key that sees more.
    const masked = input.masked || caller.isMasked;
    const { key, secret } = await this.keys.make(caller.workspace, { ...input, masked });
    return { apiKey: apiKeyOf(key), secret };
  }

  @Mutation(() => RevokeApiKeyPayload, { description: 'Ends a key. Other instances notice within five seconds.' })
  @Access('admin')
  async revokeApiKey(
    @CurrentCaller() caller: Caller,
    @Args('input') input: RevokeApiKeyInput,
  ): Promise<RevokeApiKeyPayload> {
    return { apiKey: apiKeyOf(await this.keys.revoke(caller, requireId('apiKey', input.id, 'input.id'))) };
  }
}

function apiKeyOf(row: ApiKeyRow): ApiKey {
  return {
    id: externalId('apiKey', row.id),
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    masked: row.is_masked,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}
