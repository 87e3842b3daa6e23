import { Args, Context, ID, Info, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Caller } from '../../access/caller.js';
import { Answers, type GraphqlContext } from '../../platform/answers.js';
import { CurrentCaller } from '../../platform/current-caller.js';
import { Access } from '../../platform/field-access.js';
import { externalId, requireId } from '../../platform/ids.js';
import { PageArgs } from '../../platform/page.js';
import {
  CancelExportInput,
  CancelExportPayload,
  CreateExportInput,
  CreateExportPayload,
  Export,
  ExportConnection,
} from './export.types.js';
import { ExportJobs } from './export-jobs.service.js';

@Resolver(() => Export)
export class ExportResolver {
  constructor(
    private readonly answers: Answers,
    private readonly jobs: ExportJobs,
  ) {}

  @Query(() => Export, { nullable: true, description: 'An export by its id; null when there is none.' })
  @Access('exports:read')
  async export(
    @Args('id', { type: () => ID, description: 'As `createExport` gives it.' }) _id: string,
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Export | null> {
    return this.answers.field(context, info);
  }

  @Query(() => ExportConnection, {
    description: 'The audit trail: every export of the workspace, the latest first, whatever became of it.',
  })
  @Access('exports:read')
  async exports(
    @Args() _page: PageArgs,
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<object> {
    return this.answers.field(context, info);
  }

  @Mutation(() => CreateExportPayload, {
    description:
      'Has the service write a file, of any size, which is then there to download for a while. A workspace runs at ' +
      'most four exports at once.',
  })
  @Access('exports:read')
  async createExport(
    @Args('input', { description: 'What, for what purpose, and in which form.' }) input: CreateExportInput,
    @CurrentCaller() caller: Caller,
  ): Promise<CreateExportPayload> {
    return { exportId: externalId('export', await this.jobs.create(caller, input)) };
  }

  @Mutation(() => CancelExportPayload, {
    description: 'Stops an export that waits or runs, and removes what was written. It stays in the audit trail.',
  })
  @Access('exports:read')
  async cancelExport(
    @Args('input', { description: 'Which one.' }) input: CancelExportInput,
    @CurrentCaller() caller: Caller,
  ): Promise<CancelExportPayload> {
    await this.jobs.cancel(caller, requireId('export', input.id, 'input.id'));
    return { exportId: input.id };
  }
}
