import { Global, Module } from '@nestjs/common';
import { DOORKEEPER } from '../platform/graphql.js';
import { ApiKeyResolver } from './api-key.resolver.js';
import { ApiKeys } from './api-keys.service.js';
import { Authenticator } from './authenticator.js';
import { Bootstrap } from './bootstrap.service.js';
import { Tokens } from './tokens.service.js';
import { Visitors } from './visitors.js';
import { Workspaces } from './workspaces.service.js';

@Global()
@Module({
  providers: [
    ApiKeys,
    Workspaces,
    Tokens,
    Visitors,
    Authenticator,
    Bootstrap,
    ApiKeyResolver,
    { provide: DOORKEEPER, useExisting: Authenticator },
  ],
  exports: [ApiKeys, Workspaces, Authenticator, Bootstrap, Visitors, DOORKEEPER],
})
export class AccessModule {}
