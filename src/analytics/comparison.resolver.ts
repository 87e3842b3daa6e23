import { Args, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { Caller } from '../access/caller.js';
import { SurveyKind } from '../feedback/survey.types.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Analyses } from './analyses.service.js';
import { Analysis } from './analysis.js';
import { Bucket } from './analytics.types.js';
import { type BothSidesRow, bothSides } from './both-sides.queries.js';
import { BothSides } from './both-sides.types.js';
import { correlation, mean, share } from './confidence.js';
import { Conformances } from './conformance.service.js';
import { Conformance } from './conformance.types.js';
import { GroupingArgs } from './grouping.args.js';
import type { SampleRow } from './groups.js';
import { retention } from './retention.queries.js';
import { RetentionCohort } from './retention.types.js';

@Resolver(() => Analysis)
export class ComparisonResolver {
  constructor(
    private readonly analyses: Analyses,
    private readonly conformances: Conformances,
  ) {}

  @ResolveField(() => Conformance, {
    description:
      'Journeys of the filter’s blueprint that began in the span, held against it: what they skipped, repeated, did out ' +
      'of order or too slowly, and where they got stuck.',
  })
  conformance(@Parent() analysis: Analysis, @CurrentCaller() caller: Caller): Promise<Conformance> {
    return this.conformances.find(caller, analysis.ask());
  }

  @ResolveField(() => [BothSides], {
    description: 'What customers answered, beside how long they waited, how they were served and how they sounded.',
  })
  async bothSides(
    @Parent() analysis: Analysis,
    @CurrentCaller() caller: Caller,
    @Args('kind', { type: () => SurveyKind, defaultValue: 'CSAT', description: 'Which answers.' })
    kind: keyof typeof SurveyKind,
    @Args() args: GroupingArgs,
  ): Promise<BothSides[]> {
    const grouping = analysis.grouping(args);
    const rows = await this.analyses.run(caller, analysis.ask(), (db, span) => bothSides(db, span, kind, grouping));
    return rows.map((row) => bothSidesOf(row, kind === 'NPS'));
  }

  @ResolveField(() => [RetentionCohort], {
    description: 'Customers by when their first touchpoint was, and how many of them came again, piece by piece.',
  })
  async retention(
    @Parent() analysis: Analysis,
    @CurrentCaller() caller: Caller,
    @Args('bucket', { type: () => Bucket, defaultValue: 'MONTH', description: 'The pieces of time: at most 60.' })
    bucket: keyof typeof Bucket,
  ): Promise<RetentionCohort[]> {
    analysis.requireCohorts(bucket);
    const rows = await this.analyses.run(caller, analysis.ask(), (db, span) => retention(db, span, bucket));
    return rows.map(({ cohortAt, customers, periods }) => ({
      cohortAt,
      customers,
      periods: periods.map(({ bucketAt, active }) => ({ bucketAt, active: share(active, customers) })),
    }));
  }
}

function bothSidesOf(row: BothSidesRow, isNps: boolean): BothSides {
  const { score, passedOn, notPassedOn, wait, handle, sentiment } = row;
  return {
    ...row,
    score: meanOf(score),
    content: share(row.content, score.count),
    discontent: share(row.discontent, score.count),
    nps: isNps && score.count > 0 ? (100 * (row.content - row.discontent)) / score.count : null,
    scoreWhenPassedOn: meanOf(passedOn),
    scoreWhenNot: meanOf(notPassedOn),
    withWait: correlation(wait.count, wait.r),
    withHandle: correlation(handle.count, handle.r),
    withSentiment: correlation(sentiment.count, sentiment.r),
    beliefs: {
      agents: meanOf(row.agents),
      coaches: meanOf(row.coaches),
      agentsMinusCustomers: meanOf(row.agentsMinusCustomers),
      coachesMinusCustomers: meanOf(row.coachesMinusCustomers),
      agentsMinusCoaches: meanOf(row.agentsMinusCoaches),
    },
  };
}

const meanOf = (sample: SampleRow) => mean(sample.count, sample.mean, sample.deviation);
