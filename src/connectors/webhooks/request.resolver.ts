import { Args, Context, Info, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { Answers, type GraphqlContext } from '../../platform/answers.js';
import { Access } from '../../platform/field-access.js';
import { answeredByComposer } from '../../platform/page.js';
import { BodyArgs, ConnectorRequest, ConnectorRequestConnection, ConnectorRequestsArgs } from './request.types.js';

@Resolver(() => ConnectorRequest)
export class ConnectorRequestResolver {
  constructor(private readonly answers: Answers) {}

  @Query(() => ConnectorRequestConnection, {
    description:
      'What vendors sent, as it is kept to be translated anew: the latest first. `intakeSettings` says how long.',
  })
  @Access('admin')
  async connectorRequests(
    @Args() _args: ConnectorRequestsArgs,
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<object> {
    return this.answers.field(context, info);
  }

  @ResolveField(() => String, {
    nullable: true,
    description: 'Bytes of its body as Base64, in pieces of at most 65,536; null for masked callers.',
  })
  body(@Args() _args: BodyArgs): string {
    return answeredByComposer();
  }
}
