import { Context, Info, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Caller } from '../access/caller.js';
import { MergePreview } from '../identity/merge.types.js';
import { Answers, type GraphqlContext } from '../platform/answers.js';
import { externalId } from '../platform/ids.js';
import { Journey } from './journeys.types.js';
import { MergePreviewJourneys } from './merge-preview.service.js';

/** What journeys know of a merge before it is made. */
@Resolver(() => MergePreview)
export class MergePreviewJourneysResolver {
  constructor(
    private readonly journeys: MergePreviewJourneys,
    private readonly answers: Answers,
  ) {}

  @ResolveField(() => [Journey], {
    description: 'The journeys that are open for either and would be the customer’s, newest first: at most 100.',
  })
  async openJourneys(
    @Parent() preview: { readonly survivorMembers: readonly string[]; readonly otherMembers: readonly string[] },
    @Context() context: GraphqlContext<Caller>,
    @Info() info: GraphQLResolveInfo,
  ): Promise<readonly (object | null)[]> {
    const profiles = [...new Set([...preview.survivorMembers, ...preview.otherMembers])];
    const ids = (await this.journeys.open(context.caller, profiles)).map((id) => externalId('journey', id));
    return this.answers.nodes(context, info, ids, String(info.path.key));
  }
}
