import { Args, Context, ID, Info, Query, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { Answers, type GraphqlContext } from '../../platform/answers.js';
import { Access } from '../../platform/field-access.js';
import { PageArgs } from '../../platform/page.js';
import { Import, ImportConnection } from './import.types.js';

@Resolver(() => Import)
export class ImportResolver {
  constructor(private readonly answers: Answers) {}

  @Query(() => Import, { nullable: true, description: 'An import by its id; null when there is none.' })
  @Access('admin')
  async import(
    @Args('id', { type: () => ID, description: 'As the answer of the import names it.' }) _id: string,
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Import | null> {
    return this.answers.field(context, info);
  }

  @Query(() => ImportConnection, {
    description: 'Files that were imported by `POST /v1/import` or the command, the latest first.',
  })
  @Access('admin')
  async imports(
    @Args() _page: PageArgs,
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<object> {
    return this.answers.field(context, info);
  }
}
