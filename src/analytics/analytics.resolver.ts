import { Args, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { Caller } from '../access/caller.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access } from '../platform/field-access.js';
import { limits } from '../platform/limits.js';
import { Analyses } from './analyses.service.js';
import { Analysis } from './analysis.js';
import { AnalyticsFilter } from './analytics.types.js';
import { mean, share } from './confidence.js';
import { GroupingArgs } from './grouping.args.js';
import { pathFigures } from './paths.queries.js';
import { PathCase, PathFigures, PathStep } from './paths.types.js';
import { requireFirst } from './question.js';
import { resolutionFigures } from './resolution.queries.js';
import { selfServiceFigures } from './self-service.queries.js';
import { serviceFigures } from './service.queries.js';
import { ResolutionFigures, SelfServiceFigures, ServiceFigures } from './service.types.js';

@Resolver(() => Analysis)
export class AnalyticsResolver {
  constructor(private readonly analyses: Analyses) {}

  @Query(() => Analysis, {
    description: 'Figures of a whole workspace over a span of time. Each field below is one statement: at most ten.',
  })
  @Access('analytics:read')
  analytics(@Args('filter', { description: 'What they are of.' }) filter: AnalyticsFilter): Analysis {
    return new Analysis(filter);
  }

  @ResolveField(() => [ServiceFigures], {
    description: 'Volume, waiting, holding, handling, giving up and how customers sounded.',
  })
  async service(
    @Parent() analysis: Analysis,
    @CurrentCaller() caller: Caller,
    @Args() args: GroupingArgs,
  ): Promise<ServiceFigures[]> {
    const grouping = analysis.grouping(args);
    const rows = await this.analyses.run(caller, analysis.ask(), (db, span) => serviceFigures(db, span, grouping));
    return rows.map((row) => ({
      ...row,
      abandonment: share(row.abandoned, row.inboundContacts),
      sentiment: mean(row.sentiment.count, row.sentiment.mean, row.sentiment.deviation),
    }));
  }

  @ResolveField(() => [ResolutionFigures], {
    description: 'First response, repeated contacts, resolution at the first contact, transfers and issues settled.',
  })
  async resolution(
    @Parent() analysis: Analysis,
    @CurrentCaller() caller: Caller,
    @Args() args: GroupingArgs,
  ): Promise<ResolutionFigures[]> {
    const grouping = analysis.grouping(args);
    const rows = await this.analyses.run(caller, analysis.ask(), (db, span) => resolutionFigures(db, span, grouping));
    return rows.map((row) => ({
      ...row,
      repeats: share(row.repeats, row.withTopic),
      firstContactResolution: share(row.settledAtOnce, row.ripe),
      transfers: share(row.transfers, row.contacts),
      resolved: share(row.resolved, row.issues),
    }));
  }

  @ResolveField(() => [SelfServiceFigures], {
    description: 'Visits on WEB and APP, and whether customers came to people after them.',
  })
  async selfService(
    @Parent() analysis: Analysis,
    @CurrentCaller() caller: Caller,
    @Args() args: GroupingArgs,
  ): Promise<SelfServiceFigures[]> {
    const grouping = analysis.grouping(args);
    const rows = await this.analyses.run(caller, analysis.ask(), (db, span) => selfServiceFigures(db, span, grouping));
    return rows.map((row) => ({
      ...row,
      containment: share(row.contained, row.ripe),
      leakToPhone: share(row.leaked, row.ripe),
    }));
  }

  @ResolveField(() => PathFigures, {
    description: 'The ways that customers take: sequences, transitions, loops, ends.',
  })
  async paths(
    @Parent() analysis: Analysis,
    @CurrentCaller() caller: Caller,
    @Args('of', { type: () => PathCase, defaultValue: 'CUSTOMER', description: 'What a path is the path of.' })
    of: keyof typeof PathCase,
    @Args('by', { type: () => PathStep, defaultValue: 'CHANNEL', description: 'What of a touchpoint is a step.' })
    by: keyof typeof PathStep,
    @Args('gapHours', {
      type: () => Int,
      defaultValue: 72,
      description: 'Of CUSTOMER: after so many hours without a touchpoint another path begins. At most 8,784.',
    })
    gapHours: number,
    @Args('first', { type: () => Int, defaultValue: 20, description: 'How many ways and steps: at most 500.' })
    first: number,
  ): Promise<PathFigures> {
    const rows = limits.analyticsRowsMax;
    const question = {
      of,
      by,
      gapHours: requireFirst(gapHours, limits.analyticsGapHoursMax, 'gapHours'),
      first: requireFirst(first, rows, 'first'),
    };
    return this.analyses.run(caller, analysis.ask(), (db, span) => pathFigures(db, span, question));
  }
}
