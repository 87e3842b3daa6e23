import { Context, Info, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Caller } from '../access/caller.js';
import { MergePreview } from '../identity/merge.types.js';
import { mergedMembers, type PreviewedProfiles } from '../identity/merge-preview.service.js';
import { Answers, type GraphqlContext } from '../platform/answers.js';
import { externalId } from '../platform/ids.js';
import { MergePreviewSegments, type SegmentChange } from './merge-preview.service.js';
import { Segment } from './segments.types.js';

/** What segments know of a merge before it is made. */
@Resolver(() => MergePreview)
export class MergePreviewSegmentsResolver {
  /** What is gained and what is lost come of one evaluation. */
  readonly #changes = new WeakMap<PreviewedProfiles, Promise<SegmentChange>>();

  constructor(
    private readonly segments: MergePreviewSegments,
    private readonly answers: Answers,
  ) {}

  @ResolveField(() => [Segment], {
    description: 'Segments that the customer would enter and neither of the two is in.',
  })
  segmentsGained(
    @Parent() preview: PreviewedProfiles,
    @Context() context: GraphqlContext<Caller>,
    @Info() info: GraphQLResolveInfo,
  ): Promise<readonly (object | null)[]> {
    return this.named(preview, context, info, (change) => change.gained);
  }

  @ResolveField(() => [Segment], { description: 'Segments that one of the two is in and the customer would leave.' })
  segmentsLost(
    @Parent() preview: PreviewedProfiles,
    @Context() context: GraphqlContext<Caller>,
    @Info() info: GraphQLResolveInfo,
  ): Promise<readonly (object | null)[]> {
    return this.named(preview, context, info, (change) => change.lost);
  }

  private async named(
    preview: PreviewedProfiles,
    context: GraphqlContext<Caller>,
    info: GraphQLResolveInfo,
    which: (change: SegmentChange) => readonly string[],
  ): Promise<readonly (object | null)[]> {
    const known = this.#changes.get(preview);
    const change = known ?? this.segments.change(context.caller, mergedMembers(preview));
    this.#changes.set(preview, change);
    const ids = which(await change).map((id) => externalId('segment', id));
    return this.answers.nodes(context, info, ids, String(info.path.key));
  }
}
