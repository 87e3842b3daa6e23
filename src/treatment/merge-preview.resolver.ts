import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { Caller } from '../access/caller.js';
import { MergePreview } from '../identity/merge.types.js';
import type { PreviewedProfiles } from '../identity/merge-preview.service.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { MergePreviewConsents } from './merge-preview.service.js';
import { MergePreviewConsent } from './merge-preview.types.js';

/** What treatment knows of a merge before it is made. */
@Resolver(() => MergePreview)
export class MergePreviewConsentsResolver {
  constructor(private readonly consents: MergePreviewConsents) {}

  @ResolveField(() => [MergePreviewConsent], {
    description: 'Purposes of which the two say different things, and what would hold, by key.',
  })
  consentConflicts(
    @Parent() preview: PreviewedProfiles,
    @CurrentCaller() caller: Caller,
  ): Promise<MergePreviewConsent[]> {
    return this.consents.conflicts(caller, preview);
  }
}
