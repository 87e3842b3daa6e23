import { Module } from '@nestjs/common';
import { Visitors } from '../access/visitors.js';
import { Composer } from '../platform/composer.js';
import { Database } from '../platform/database.js';
import { CustomerResolver } from './customer.resolver.js';
import { customerShapes } from './customer.sections.js';
import { customerListShapes } from './customer-list.sections.js';
import { customerOf } from './customer-row.sections.js';
import { IdentifierMarksResolver } from './identifier-marks.resolver.js';
import { IdentifierMarks } from './identifier-marks.service.js';
import { IdentifierTypes } from './identifier-types.js';
import { IdentityReapplications } from './identity-reapply.service.js';
import { IdentitySettingsResolver } from './identity-settings.resolver.js';
import { IdentitySettingsService } from './identity-settings.service.js';
import { IdentitySettingsPreviews } from './identity-settings-preview.service.js';
import { Links } from './link.service.js';
import { mergeResolvers } from './merge.resolver.js';
import { mergeById, mergeShapes } from './merge.sections.js';
import { Merges } from './merge.service.js';
import { IdentityActs } from './merge-acts.js';
import { MergePreviews } from './merge-preview.service.js';
import { ProtectedResolver } from './protected.resolver.js';
import { protectedShapes } from './protected.sections.js';
import { ReassignResolver, reassignPayloadResolvers } from './reassign.resolver.js';
import { Reassignments } from './reassign.service.js';
import { isKnown } from './visitor.queries.js';
import { WhyLinkedResolver } from './why-linked.resolver.js';
import { Explanations } from './why-linked.service.js';

@Module({
  providers: [
    CustomerResolver,
    ProtectedResolver,
    IdentifierTypes,
    IdentifierMarks,
    IdentifierMarksResolver,
    IdentityReapplications,
    IdentitySettingsService,
    IdentitySettingsPreviews,
    IdentitySettingsResolver,
    IdentityActs,
    Merges,
    Links,
    MergePreviews,
    Explanations,
    WhyLinkedResolver,
    Reassignments,
    ReassignResolver,
    ...reassignPayloadResolvers,
    ...mergeResolvers,
  ],
  exports: [IdentifierTypes, IdentityActs],
})
export class IdentityModule {
  constructor(composer: Composer, types: IdentifierTypes, visitors: Visitors, database: Database) {
    visitors.askBy((workspace, profile) => database.inWorkspace(workspace, (db) => isKnown(db, workspace, profile)));
    composer.contribute(customerShapes(composer, types));
    composer.contribute(customerListShapes(composer, types));
    composer.contribute(mergeShapes(composer));
    composer.contribute(protectedShapes(composer));
    composer.contributeNode('merge', { type: 'Merge', from: mergeById });
    composer.contributeNode('customer', { type: 'Customer', from: customerOf });
  }
}
