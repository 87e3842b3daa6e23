import { Args, Context, Info, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Caller } from '../../access/caller.js';
import { Answers, type GraphqlContext } from '../../platform/answers.js';
import { CurrentCaller } from '../../platform/current-caller.js';
import { Access } from '../../platform/field-access.js';
import {
  DeadLetterConnection,
  DeadLettersArgs,
  DeadLetterTotal,
  DiscardDeadLettersInput,
  DiscardDeadLettersPayload,
  ReplayDeadLettersInput,
  ReplayDeadLettersPayload,
} from './dead-letter.types.js';
import { Replays } from './replays.service.js';

@Resolver()
export class DeadLetterResolver {
  constructor(
    private readonly answers: Answers,
    private readonly replays: Replays,
  ) {}

  @Query(() => DeadLetterConnection, {
    description: 'Items that were taken and could not be stored, each with its reason: the latest first.',
  })
  @Access('admin')
  async deadLetters(
    @Args() _args: DeadLettersArgs,
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<object> {
    return this.answers.field(context, info);
  }

  @Query(() => [DeadLetterTotal], {
    description: 'How many dead letters wait, by format, source and reason: the most first, at most 500 rows.',
  })
  @Access('admin')
  async deadLetterTotals(
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DeadLetterTotal[]> {
    return this.answers.field(context, info);
  }

  @Mutation(() => ReplayDeadLettersPayload, {
    description:
      'Takes dead letters through their formats again, mended or as they are: for when what was wrong is right now. ' +
      'One that is refused again waits on with its new reason. Safe to repeat, and for two at once.',
  })
  @Access('admin')
  async replayDeadLetters(
    @Args('input', { description: 'Which, and how they are mended before.' }) input: ReplayDeadLettersInput,
    @CurrentCaller() caller: Caller,
  ): Promise<ReplayDeadLettersPayload> {
    return this.replays.replay(caller, input);
  }

  @Mutation(() => DiscardDeadLettersPayload, {
    description: 'Says that dead letters are not worth storing. They stay to be read, with who said so and why.',
  })
  @Access('admin')
  async discardDeadLetters(
    @Args('input', { description: 'Which, and why.' }) input: DiscardDeadLettersInput,
    @CurrentCaller() caller: Caller,
  ): Promise<DiscardDeadLettersPayload> {
    return this.replays.discard(caller, input);
  }
}
