import { Module } from '@nestjs/common';
import { Composer } from '../platform/composer.js';
import { CustomerResolver } from './customer.resolver.js';
import { customerShapes } from './customer.sections.js';
import { customerListShapes } from './customer-list.sections.js';
import { customerOf } from './customer-row.sections.js';
import { IdentifierTypes } from './identifier-types.js';
import { PortalTokenResolver } from './portal-token.resolver.js';
import { PortalTokens } from './portal-tokens.service.js';

@Module({
  providers: [CustomerResolver, PortalTokenResolver, PortalTokens, IdentifierTypes],
  exports: [IdentifierTypes],
})
export class IdentityModule {
  constructor(composer: Composer, types: IdentifierTypes) {
    composer.contribute(customerShapes(composer, types));
    composer.contribute(customerListShapes(composer, types));
    composer.contributeNode('customer', { type: 'Customer', from: customerOf });
  }
}
