import { Context, Info, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Caller } from '../access/caller.js';
import { MergePreview } from '../identity/merge.types.js';
import { mergedMembers, type PreviewedProfiles } from '../identity/merge-preview.service.js';
import { Answers, type GraphqlContext } from '../platform/answers.js';
import { externalId } from '../platform/ids.js';
import { Issue } from './issues.types.js';
import { MergePreviewIssues } from './merge-preview.service.js';

/** What issues know of a merge before it is made. */
@Resolver(() => MergePreview)
export class MergePreviewIssuesResolver {
  constructor(
    private readonly issues: MergePreviewIssues,
    private readonly answers: Answers,
  ) {}

  @ResolveField(() => [Issue], {
    description: 'The issues that are open for either and would be open for the customer, newest first: at most 100.',
  })
  async openIssues(
    @Parent() preview: PreviewedProfiles,
    @Context() context: GraphqlContext<Caller>,
    @Info() info: GraphQLResolveInfo,
  ): Promise<readonly (object | null)[]> {
    const ids = (await this.issues.open(context.caller, mergedMembers(preview))).map((id) => externalId('issue', id));
    return this.answers.nodes(context, info, ids, String(info.path.key));
  }
}
